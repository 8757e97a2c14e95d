"""Who is politically exposed over gRPC: what officers see, what they record, and who approves of business with them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import due_diligence_pb2, review_pb2, screening_case_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as events
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from services.kyc.cases import DUE_DILIGENCE_ALLOWED
from services.kyc.due_diligence import DUE_DILIGENCE_ASKED_BEFORE, DUE_DILIGENCE_HOLDS, DUE_DILIGENCE_LATE_AT_MOST
from services.kyc.sanctions import SanctionsList
from services.kyc.screening import Listing
from services.runtime.errors import Aborted, FailedPrecondition, InvalidArgument, PermissionDenied
from tests.integration.kyc.conftest import MANAGER, Kyc
from tests.integration.kyc.exposed import MINISTER, PEPS, SENIOR, Minister
from tests.integration.kyc.test_screening_cases import daily, refusal, review

Status, Stage = screening_case_pb2.ScreeningCaseStatus, due_diligence_pb2.DueDiligenceStatus


def test_a_confirmed_minister_is_approved_once_a_senior_person_approved_of_their_money(kyc: Kyc) -> None:
    minister = Minister(kyc)
    [case] = kyc.cases(mine=True)
    assert (case.hit.listing, case.entry.listing) == (review_pb2.LISTING_PEP, review_pb2.LISTING_PEP)
    assert list(case.entry.positions) == ["Minister of Finance"]
    assert minister.confirm().status == Status.SCREENING_CASE_STATUS_CONFIRMED
    [waiting] = kyc.cases(mine=True)
    assert waiting.case_id == case.case_id and waiting.awaits_due_diligence, "it stays in the queue"
    with refusal(FailedPrecondition, "CHECKLIST_FAILED") as refused:
        kyc.decide(minister.application_id)
    assert refused.value.metadata == {"failed": "due_diligence"}
    recorded = minister.record()
    assert recorded.due_diligence.status == Stage.DUE_DILIGENCE_STATUS_RECORDED
    assert recorded.due_diligence.evidence.document_id == minister.paper
    found = review(kyc, minister.application_id)
    assert found.screening.politically_exposed and found.screening.awaits_due_diligence
    assert (found.risk_tier, found.screening.ruled_out) == (review_pb2.RISK_TIER_HIGH, False)
    approved = minister.decide()
    assert approved.due_diligence.status == Stage.DUE_DILIGENCE_STATUS_APPROVED
    assert (approved.due_diligence.reviewed_by, approved.awaits_due_diligence) == (SENIOR.subject, False)
    assert not kyc.cases()
    found = review(kyc, minister.application_id)
    assert (found.screening.ruled_out, found.risk_tier) == (True, review_pb2.RISK_TIER_HIGH), "as activation asks"
    assert kyc.decide(minister.application_id).status == review_pb2.REVIEW_STATUS_APPROVED


def test_it_holds_for_later_screenings_until_the_entry_becomes_a_sanction(kyc: Kyc) -> None:
    minister = Minister(kyc).recorded()
    minister.decide()
    kyc.decide(minister.application_id)
    kyc.lists(SanctionsList("newer", PEPS.entries))
    kyc.rescreen()
    assert not kyc.cases() and review(kyc, minister.application_id).screening.politically_exposed
    sanctioned = SanctionsList("sanctioned", (replace(MINISTER, listing=Listing.SANCTION),))
    kyc.lists(sanctioned)
    kyc.rescreen()
    [case] = kyc.cases()
    assert case.entry.listing == review_pb2.LISTING_SANCTION
    assert not review(kyc, minister.application_id).screening.ruled_out, "no more money goes"


def test_what_is_given_back_is_recorded_anew(kyc: Kyc) -> None:
    minister = Minister(kyc).recorded()
    back = minister.decide(agreed=False)
    assert back.due_diligence.status == Stage.DUE_DILIGENCE_STATUS_RETURNED and back.awaits_due_diligence
    with refusal(FailedPrecondition, "WRONG_STATUS"):
        minister.decide()
    again = minister.record(wealth_note="pay, and the sale of a house")
    assert again.due_diligence.status == Stage.DUE_DILIGENCE_STATUS_RECORDED
    assert (again.due_diligence.reviewed_by, again.due_diligence.wealth_note) == ("", "pay, and the sale of a house")


@pytest.mark.parametrize("lacking", ["wealth_source", "wealth_note", "funds_source", "funds_note", "document_id"])
def test_neither_source_is_left_out(kyc: Kyc, lacking: str) -> None:
    minister = Minister(kyc)
    minister.confirm()
    empty: Any = 0 if lacking.endswith("source") else ""
    with pytest.raises(InvalidArgument) as refused:
        minister.record(**{lacking: empty})
    assert [each.field for each in refused.value.violations] == [lacking]


def test_what_is_written_of_their_money_is_sealed(kyc: Kyc) -> None:
    minister = Minister(kyc).recorded()
    minister.decide()
    database = kyc.traffic.database
    with database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM screening_cases").mappings().one()
    assert row["listing"] == "PEP"
    # The reasons of the audit are opened for tests.
    trail = [{**each, "why": ""} for each in kyc.traffic.audit(minister.case_id)]
    stored = json.dumps([dict(row), *trail], default=str)
    for text in ("twenty years", "two flats", "the deeds", "Minister of Finance"):
        assert text not in stored
    assert not any("inistr" in str(each) for each in kyc.traffic.published(
        events.KycVerificationStarted, events.ProjectValidated
    ))  # fmt: skip


def test_due_diligence_that_nobody_does_is_escalated_and_told(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    kyc.clock.advance(DUE_DILIGENCE_ALLOWED)
    daily(kyc, "2030-06-20")
    [case] = kyc.cases()
    assert case.escalate_time.ToDatetime() == kyc.clock.now().replace(tzinfo=None)
    told = kyc.traffic.published(
        events.KycVerificationStarted, events.ProjectValidated, events.KycReviewOverdue, events.KycCaseOverdue
    )
    [overdue] = [each for each in told if isinstance(each, events.KycCaseOverdue)]
    assert (overdue.case_id, overdue.customer_id) == (minister.case_id, minister.customer_id)


def approved(kyc: Kyc) -> Minister:
    """A minister whose due diligence and review are approved."""
    minister = Minister(kyc).recorded()
    minister.decide()
    kyc.decide(minister.application_id)
    return minister


def test_it_is_done_again_every_year_while_the_loan_runs(kyc: Kyc) -> None:
    minister = approved(kyc)
    assert daily(kyc).due_diligence_asked == 0 and not kyc.cases()
    kyc.clock.advance(DUE_DILIGENCE_HOLDS - DUE_DILIGENCE_ASKED_BEFORE)
    assert daily(kyc, "2031-05-16").due_diligence_asked == 1 and daily(kyc, "2031-05-17").due_diligence_asked == 0
    [case] = kyc.cases(mine=True)
    assert case.due_diligence_renewal.ask_time.ToDatetime() == kyc.clock.now().replace(tzinfo=None)
    assert (case.case_id, case.awaits_due_diligence) == (minister.case_id, False)
    assert review(kyc, minister.application_id).screening.ruled_out, "what was approved holds meanwhile"
    again = minister.record(wealth_note="pay, and the sale of a house")
    assert again.due_diligence.wealth_note == "pay of twenty years in office"
    assert again.due_diligence_renewal.found.wealth_note == "pay, and the sale of a house"
    stale = case.due_diligence.record_time
    with refusal(Aborted, "CONFLICT"):
        minister.decide(record_time=stale)
    done = minister.decide(record_time=again.due_diligence_renewal.found.record_time)
    assert done.due_diligence.wealth_note == "pay, and the sale of a house"
    assert not done.HasField("due_diligence_renewal") and not kyc.cases()


def test_what_nobody_renews_is_escalated_told_and_holds_no_more(kyc: Kyc) -> None:
    minister = approved(kyc)
    kyc.clock.advance(DUE_DILIGENCE_HOLDS)
    daily(kyc, "2031-06-15")
    kyc.clock.advance(DUE_DILIGENCE_ALLOWED)
    assert daily(kyc, "2031-06-20").escalated == 1
    kinds = (events.KycVerificationStarted, events.ProjectValidated, events.KycApproved, events.KycCaseOverdue)
    assert [each.case_id for each in kyc.traffic.published(*kinds) if isinstance(each, events.KycCaseOverdue)] == [
        minister.case_id
    ]
    kyc.clock.advance(DUE_DILIGENCE_LATE_AT_MOST)
    daily(kyc, "2031-07-20")
    [case] = kyc.cases()
    assert case.awaits_due_diligence and not case.HasField("due_diligence_renewal")
    assert not review(kyc, minister.application_id).screening.ruled_out, "no more money goes"


def test_nobody_is_asked_when_nothing_is_open(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    kyc.hear(application.ApplicationWithdrawn(application_id=minister.application_id))
    assert not kyc.cases(), "nobody wants due diligence of who is no customer"
    kyc.clock.advance(DUE_DILIGENCE_ALLOWED)
    assert daily(kyc, "2030-06-20").escalated == 0
    again = kyc.submit(minister.customer_id)
    kyc.rescreen()
    [case] = kyc.cases()
    assert (case.case_id, case.application_id) == (minister.case_id, again)
    assert case.due_time.ToDatetime() > kyc.clock.now().replace(tzinfo=None)


def test_another_officer_does_it_again_and_what_was_found_stays(kyc: Kyc) -> None:
    minister = approved(kyc)
    kyc.clock.advance(DUE_DILIGENCE_HOLDS)
    daily(kyc, "2031-06-15")
    request = pb.AssignScreeningCaseRequest(case_id=minister.case_id, officer_id=kyc.officers.accounts[1])
    given = kyc.client(MANAGER).AssignScreeningCase(request).case
    assert (given.status, given.officer_id) == (Status.SCREENING_CASE_STATUS_CONFIRMED, kyc.officers.accounts[1])
    with refusal(PermissionDenied, "NOT_ASSIGNED"):
        minister.record()
    minister.record(kyc.officer(1))
    assert minister.decide().due_diligence.recorded_by == kyc.officers.accounts[1]


def test_only_the_roles_of_the_contract_get_in(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    with refusal(PermissionDenied, "ACCESS_DENIED"):
        minister.record(MANAGER)
    minister.record()
    with refusal(PermissionDenied, "ACCESS_DENIED"):
        minister.decide(kyc.officer(1))
    request = pb.GetScreeningCaseRequest(case_id=minister.case_id)
    seen = kyc.client(MANAGER).GetScreeningCase(request).case
    assert seen.due_diligence.funds_note == "rent of two flats"
