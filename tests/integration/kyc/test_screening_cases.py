"""Screening cases over gRPC: what the officer sees, who clears a hit, and when customers are screened again."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customers
from loanflow.kyc.v1 import kyc_events_pb2 as events
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import officer_pb2, review_pb2, screening_case_pb2
from services.kyc.cases import CASE_ALLOWED
from services.kyc.ports import Party
from services.kyc.related import Related
from services.kyc.risk_tier import REVIEW_ALLOWED, RiskTier
from services.kyc.sanctions import SanctionsList, current_list
from services.kyc.screening import Entry, ScreenedRole
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unavailable
from services.runtime.ids import new_id
from tests.harness import service
from tests.integration.kyc.conftest import MANAGER, Kyc

Status, Trigger = screening_case_pb2.ScreeningCaseStatus, screening_case_pb2.ScreeningTrigger
EMPTY = SanctionsList("empty", ())
ADA = SanctionsList("with Ada", (Entry("LF-9", ("Ada Lovelace",)),))


def refusal(error: type[Error], reason: str) -> Any:
    return pytest.raises(error, check=lambda raised: raised.reason == reason)


def listed(kyc: Kyc, name: str = "Malkhovets, Grigor") -> tuple[str, str]:
    """A customer with the name of an entry, whose application is verified: both ids."""
    customer_id = new_id()
    kyc.customers.names[customer_id] = name
    return customer_id, kyc.verified(customer_id)


def review(kyc: Kyc, application_id: str) -> Any:
    return kyc.client(MANAGER).GetReview(pb.GetReviewRequest(application_id=application_id)).review


def daily(kyc: Kyc, day: str = "2030-06-15", most: int = 0) -> Any:
    request = pb.RunScreeningRequest(business_date=day, max_customers=most)
    return kyc.client(service("scheduler")).RunScreening(request)


def test_a_match_blocks_the_approval_until_two_persons_have_cleared_it(kyc: Kyc) -> None:
    customer_id, application_id = listed(kyc)
    with refusal(FailedPrecondition, "CHECKLIST_FAILED"):
        kyc.decide(application_id)
    [waiting] = kyc.cases(mine=True)
    case = kyc.client(MANAGER).GetScreeningCase(pb.GetScreeningCaseRequest(case_id=waiting.case_id)).case
    assert (case.customer_id, case.application_id) == (customer_id, application_id)
    assert (case.entry.number, list(case.entry.birth_dates)) == ("LF-0001", list(current_list().entries[0].birth_dates))
    assert (case.hit.score, case.compared.full_name, case.needs_second_person) == (100, "Malkhovets, Grigor", True)
    assert [(part.given, part.score) for part in case.hit.parts] and case.list_version == current_list().version
    assert (case.status, case.trigger) == (Status.SCREENING_CASE_STATUS_OPEN, Trigger.SCREENING_TRIGGER_VERIFICATION)
    proposed = kyc.resolve(case.case_id)
    assert proposed.status == Status.SCREENING_CASE_STATUS_PROPOSED
    assert (proposed.evidence.version, proposed.resolved_by) == (1, kyc.officers.accounts[0])
    with refusal(FailedPrecondition, "CHECKLIST_FAILED"):
        kyc.decide(application_id)
    assert kyc.agree(case.case_id).status == Status.SCREENING_CASE_STATUS_CLEARED
    assert review(kyc, application_id).screening.ruled_out
    assert kyc.decide(application_id).status == review_pb2.REVIEW_STATUS_APPROVED
    published = kyc.traffic.published(events.KycVerificationStarted, events.ProjectValidated, events.KycApproved)
    assert len(published) == 3
    assert not any("alkhovets" in str(each) or "LF-" in str(each) for each in published)
    trail = [dict(row) for about in (application_id, case.case_id) for row in kyc.traffic.audit(about)]
    assert "alkhovets" not in json.dumps(trail, default=str)


def test_a_cleared_case_leaves_the_risk_of_the_countries(kyc: Kyc) -> None:
    kyc.customers.related = (
        Related(ScreenedRole.OWNER, "Malkhovets, Grigor", "", "RU"),
        Related(ScreenedRole.DIRECTOR, "Ada Lovelace", "", "IR"),
    )
    application_id = kyc.verified()
    [case] = kyc.cases(mine=True)
    kyc.resolve(case.case_id)
    kyc.agree(case.case_id)
    found = review(kyc, application_id)
    assert found.screening.ruled_out and found.risk_tier == review_pb2.RISK_TIER_HIGH


def test_a_true_match_stands_in_the_way_until_a_manager_has_it_looked_at_again(kyc: Kyc) -> None:
    _, application_id = listed(kyc)
    [case] = kyc.cases()
    match = screening_case_pb2.HIT_RESOLUTION_TRUE_MATCH
    confirmed = kyc.resolve(case.case_id, resolution=match, document_id="")
    assert confirmed.status == Status.SCREENING_CASE_STATUS_CONFIRMED and not kyc.cases()
    with refusal(FailedPrecondition, "CHECKLIST_FAILED"):
        kyc.decide(application_id)
    request = pb.AssignScreeningCaseRequest(case_id=case.case_id)
    again = kyc.client(MANAGER).AssignScreeningCase(request).case
    assert (again.officer_id, again.resolution) == (kyc.officers.accounts[1], 0)
    assert [each.case_id for each in kyc.cases(by=kyc.officer(1), mine=True)] == [case.case_id]


def test_what_is_given_back_is_open_again(kyc: Kyc) -> None:
    listed(kyc)
    [case] = kyc.cases()
    kyc.resolve(case.case_id)
    assert kyc.agree(case.case_id, agreed=False).status == Status.SCREENING_CASE_STATUS_OPEN
    assert kyc.resolve(case.case_id).status == Status.SCREENING_CASE_STATUS_PROPOSED


def test_a_cleared_hit_stays_cleared_until_customer_or_entry_changes(kyc: Kyc) -> None:
    customer_id, application_id = listed(kyc)
    [case] = kyc.cases()
    kyc.resolve(case.case_id)
    kyc.agree(case.case_id)
    kyc.verify(application_id)
    kyc.lists(SanctionsList("newer", current_list().entries))
    kyc.rescreen()
    assert not kyc.cases() and review(kyc, application_id).screening.ruled_out
    kyc.customers.names[customer_id] = "Grigor P. Malkhovets"
    kyc.hear(customers.CustomerProfileUpdated(customer_id=customer_id, changed_fields=["full_name"]))
    kyc.rescreen()
    [other] = kyc.cases()
    assert other.trigger == Trigger.SCREENING_TRIGGER_PERSON_CHANGED
    assert other.compared.full_name == "Grigor P. Malkhovets"
    assert not review(kyc, application_id).screening.ruled_out


def test_a_new_list_finds_whoever_has_something_open_and_no_one_else(kyc: Kyc) -> None:
    submitted, verified, approved, rejected, withdrawn = kyc.submit(), *(kyc.verified() for _ in range(3)), kyc.submit()
    kyc.decide(approved)
    reason = review_pb2.KYC_REJECTION_REASON_OTHER
    kyc.decide(rejected, project_approved=False, rejection_reason=reason)
    kyc.hear(application.ApplicationRejected(application_id=rejected))
    kyc.hear(application.ApplicationWithdrawn(application_id=withdrawn))
    kyc.rescreen()
    assert not kyc.cases()
    kyc.lists(ADA)
    kyc.rescreen()
    cases = kyc.cases()
    assert {each.application_id for each in cases} == {submitted, verified, approved}
    assert {each.trigger for each in cases} == {Trigger.SCREENING_TRIGGER_LIST_CHANGED}
    assert {each.list_version for each in cases} == {"with Ada"}
    assert review(kyc, approved).screening.result == review_pb2.SCREENING_RESULT_MATCHED, "the payout asks for it"
    assert review(kyc, submitted).risk_tier == review_pb2.RISK_TIER_HIGH
    kyc.lists(EMPTY)
    kyc.rescreen()
    assert not kyc.cases()
    assert len(kyc.cases(status=Status.SCREENING_CASE_STATUS_SUPERSEDED)) == 3
    assert review(kyc, approved).screening.result == review_pb2.SCREENING_RESULT_CLEAR


def test_a_loan_that_runs_again_has_its_customer_screened_again(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.decide(application_id)
    kyc.hear(application.ApplicationClosed(application_id=application_id))
    kyc.lists(ADA)
    kyc.rescreen()
    assert not kyc.cases()
    kyc.hear(application.ApplicationReopened(application_id=application_id))
    kyc.rescreen()
    assert [each.application_id for each in kyc.cases()] == [application_id]


def test_the_daily_run_screens_each_once_goes_on_where_it_stopped_and_leaves_out_what_breaks(kyc: Kyc) -> None:
    applications = [kyc.submit() for _ in range(3)]
    broken = kyc.app.read(applications[1]).customer_id
    whole, failing = kyc.customers.party, [broken]

    def party(customer_id: str) -> Party:
        if customer_id in failing:
            raise ValueError("no name")
        return whole(customer_id)

    kyc.customers.party = party  # type: ignore[method-assign]
    kyc.lists(ADA)
    parts = [daily(kyc, most=2), daily(kyc, most=2), daily(kyc, most=2)]
    assert [each.complete for each in parts] == [False, True, True]
    assert [sum(getattr(each, name) for each in parts) for name in ("customers_screened", "cases_opened")] == [2, 2]
    assert sum(each.customers_failed for each in parts) == 1
    assert {each.trigger for each in kyc.cases()} == {Trigger.SCREENING_TRIGGER_DAILY}
    failing.clear()
    kyc.rescreen()
    assert len(kyc.cases()) == 3, "what failed is due again by itself"
    assert daily(kyc).complete and not daily(kyc).customers_screened
    assert daily(kyc, "2030-06-16").customers_screened == 3
    assert len(kyc.cases()) == 3, "the same hit has one case"


def test_customers_that_are_away_or_erased_do_not_end_a_run(kyc: Kyc) -> None:
    kyc.submit()
    kyc.customers.away = True
    with refusal(Unavailable, "DEPENDENCY_UNAVAILABLE"):
        daily(kyc)
    kyc.customers.away = False

    def gone(customer_id: str) -> Party:
        raise NotFound(f"{customer_id} does not exist")

    kyc.customers.party = gone  # type: ignore[method-assign]
    first = daily(kyc)
    assert (first.customers_failed, first.complete) == (0, True)
    assert not daily(kyc, "2030-06-16").customers_screened


def test_one_who_breaks_keeps_no_other_from_being_screened(kyc: Kyc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kyc.rescreening._CUSTOMERS_PER_ROUND", 1)
    whole = kyc.customers.party
    first, second = sorted((new_id(), new_id()))
    for customer_id in (first, second):
        kyc.submit(customer_id)

    def party(customer_id: str) -> Party:
        if customer_id == first:
            raise ValueError("no name")
        return whole(customer_id)

    kyc.customers.party = party  # type: ignore[method-assign]
    kyc.lists(ADA)
    assert kyc.round() and kyc.round() and not kyc.round()
    assert [each.customer_id for each in kyc.cases()] == [second]


def test_the_queue_is_by_age_by_risk_and_by_deadline(kyc: Kyc) -> None:
    low, medium = kyc.submit(), kyc.submit(income="1")
    risky = new_id()
    kyc.customers.names[risky] = "Ordan Vexley"
    high = kyc.submit(risky)
    kyc.rescreen()
    orders = {
        order: [each.application_id for each in kyc.queue(order=order).reviews]
        for order in (pb.QUEUE_ORDER_AGE, pb.QUEUE_ORDER_RISK, pb.QUEUE_ORDER_DUE)
    }
    assert orders[pb.QUEUE_ORDER_AGE] == [low, medium, high]
    assert orders[pb.QUEUE_ORDER_RISK] == orders[pb.QUEUE_ORDER_DUE] == [high, medium, low]
    page = kyc.queue(order=pb.QUEUE_ORDER_RISK, page_size=1)
    rest = kyc.queue(order=pb.QUEUE_ORDER_RISK, page_token=page.next_page_token)
    assert [each.application_id for each in rest.reviews] == [medium, low]


def test_work_goes_to_who_is_there_trained_and_least_busy(kyc: Kyc) -> None:
    first, second = kyc.officers.accounts
    manager = kyc.client(MANAGER)
    trained = [officer_pb2.OFFICER_SKILL_ENHANCED_DUE_DILIGENCE, officer_pb2.OFFICER_SKILL_SANCTIONS]
    manager.UpdateOfficer(pb.UpdateOfficerRequest(officer_id=second, skills=trained))
    _, application_id = listed(kyc)
    [case] = kyc.cases()
    assert manager.AssignScreeningCase(pb.AssignScreeningCaseRequest(case_id=case.case_id)).case.officer_id == second
    known = {each.officer_id: each for each in manager.ListOfficers(pb.ListOfficersRequest()).officers}
    assert (known[first].open_reviews, known[first].open_cases) == (1, 0)
    assert (known[second].open_reviews, known[second].open_cases, list(known[second].skills)) == (0, 1, trained)
    absence = {"absent_from": "2030-06-15", "absent_until": "2030-06-20"}
    away = manager.UpdateOfficer(pb.UpdateOfficerRequest(officer_id=second, skills=trained, **absence)).officer
    assert not away.present and kyc.assign(kyc.submit()).officer_id == first
    with refusal(FailedPrecondition, "OFFICER_ABSENT"):
        kyc.assign(kyc.submit(), second)
    with refusal(FailedPrecondition, "NO_OFFICER"):
        manager.UpdateOfficer(pb.UpdateOfficerRequest(officer_id=new_id()))
    kyc.clock.advance(timedelta(days=6))
    assert kyc.assign(kyc.submit(), second).officer_id == second
    assert review(kyc, application_id).officer_id == first


def test_what_is_late_is_escalated_once_until_the_next_step(kyc: Kyc) -> None:
    _, application_id = listed(kyc)
    assert not kyc.queue(by=MANAGER, escalated=True).reviews
    assert daily(kyc).escalated == 0
    kyc.clock.advance(max(CASE_ALLOWED, REVIEW_ALLOWED[RiskTier.HIGH]))
    assert daily(kyc).escalated == 2 and daily(kyc).escalated == 0
    [late] = kyc.queue(by=MANAGER, escalated=True).reviews
    [case] = kyc.cases()
    assert late.application_id == application_id and late.escalate_time == case.escalate_time
    kyc.verify(application_id)
    assert not kyc.queue(by=MANAGER, escalated=True).reviews


@pytest.mark.parametrize("day", ["2030-06-17", "2099-12-31"])
def test_a_day_that_has_not_come_yet_is_refused(kyc: Kyc, day: str) -> None:
    """A run of such a day stood for all before it: nobody was screened again until then."""
    listed(kyc)
    kyc.rescreening._days_ahead = 1
    with refusal(InvalidArgument, "IMPOSSIBLE_DATE"):
        daily(kyc, day)
    assert daily(kyc, "2030-06-16").customers_screened == 1


def test_only_the_roles_of_the_contract_get_in(kyc: Kyc) -> None:
    listed(kyc)
    [case] = kyc.cases()
    calls: list[Callable[[Any], Any]] = [
        lambda stub: stub.AssignScreeningCase(pb.AssignScreeningCaseRequest(case_id=case.case_id)),
        lambda stub: stub.ListOfficers(pb.ListOfficersRequest()),
        lambda stub: stub.UpdateOfficer(pb.UpdateOfficerRequest(officer_id=new_id())),
        lambda stub: stub.RunScreening(pb.RunScreeningRequest(business_date="2030-06-15")),
    ]
    for call in calls:
        with refusal(PermissionDenied, "ACCESS_DENIED"):
            call(kyc.client(kyc.officer()))
    with refusal(PermissionDenied, "ACCESS_DENIED"):
        kyc.resolve(case.case_id, by=MANAGER)
