"""Collateral, over a real server and a real database: added, valued by two people, used, due again; and its gates."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.application.v1 import party_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import collateral_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.collateral import MOST_ITEMS, MOST_VALUATIONS
from services.runtime.context import Caller
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.ids import new_id
from tests.gates import Scenarios
from tests.harness import customer
from tests.integration.risk.conftest import CREDIT_HEAD, OFFICER, RISK_MANAGER, SECOND, Risk, euros

HOUSE = collateral_pb2.COLLATERAL_TYPE_RESIDENTIAL_PROPERTY
S = collateral_pb2.ValuationStatus
SECURED = Scenarios()


def add(risk: Risk, application_id: str, by: Caller = OFFICER, kind: Any = HOUSE) -> str:
    """Something secures the loan; its id."""
    request = pb.AddCollateralRequest(
        application_id=application_id, type=kind, description="12 St James's Square, folio 4711",
        owner_name="Ada Lovelace",
    )  # fmt: skip
    return str(risk.client(by).AddCollateral(request).collateral_file.items[-1].collateral_id)


def value(risk: Risk, application_id: str, item: str, by: Caller = OFFICER, **changes: Any) -> Any:
    """It is valued by an accepted document, today at 240000 unless given otherwise; the file."""
    paper = new_id()
    risk.papers.owned[paper] = application_id
    values: dict[str, Any] = {
        "value": euros("240000"), "source": collateral_pb2.VALUATION_SOURCE_APPRAISER, "valuer": "Grace Appraiser",
        "valuation_method": "comparative value", "valuation_date": risk.clock.now().date().isoformat(),
        "document_id": paper, **changes,
    }  # fmt: skip
    request = pb.RecordValuationRequest(application_id=application_id, collateral_id=item, **values)
    return risk.client(by).RecordValuation(request).collateral_file


def settle(
    risk: Risk, application_id: str, item: str, by: Caller = SECOND, number: int = 1, confirmed: bool = True
) -> Any:
    """A second person confirms it; the file."""
    request = pb.SettleValuationRequest(
        application_id=application_id, collateral_id=item, valuation_number=number, confirmed=confirmed,
        reason="Seen the folio.",
    )  # fmt: skip
    return risk.client(by).SettleValuation(request).collateral_file


def withdraw(risk: Risk, application_id: str, item: str, by: Caller = OFFICER) -> Any:
    request = pb.WithdrawCollateralRequest(application_id=application_id, collateral_id=item)
    return risk.client(by).WithdrawCollateral(request).collateral_file


def file_of(risk: Risk, application_id: str, by: Caller = RISK_MANAGER) -> Any:
    return risk.client(by).GetCollateralFile(pb.GetCollateralFileRequest(application_id=application_id)).collateral_file


def due(risk: Risk, **values: Any) -> Any:
    return risk.client(OFFICER).ListDueRevaluations(pb.ListDueRevaluationsRequest(**values))


def test_a_house_is_added_valued_by_two_people_and_counts_from_then_on(risk: Risk) -> None:
    owner = customer()
    application_id = risk.submit(customer_id=owner.subject)
    assert not file_of(risk, application_id, owner).items
    item = add(risk, application_id, owner)
    document_id = new_id()
    risk.papers.owned[document_id] = application_id
    [made] = value(risk, application_id, item, document_id=document_id, prior_charges=euros("30000")).items
    assert made.valuations[0].status == S.VALUATION_STATUS_PROPOSED
    risk.approve_kyc(application_id)
    before = risk.report(application_id)
    assert (before.figures.collateral.stale, before.figures.loan_to_value_percent) == (True, "")
    assert before.figures.counted_collateral_value.amount == "2500.00"
    settle(risk, application_id, item)
    risk.assess_changes()
    figures = risk.report(application_id).figures
    [counted] = figures.collateral.items
    assert (counted.collateral_id, counted.valuation_number, counted.haircut_percent) == (item, 1, "20")
    assert figures.collateral.lendable_value.amount == "162000.00"
    assert (figures.loan_to_value_percent, figures.collateral.stale) == ("16.67", False)
    assert risk.report(application_id).indicators.collateral_cover_percent == "1620.00"
    [valuation] = file_of(risk, application_id, owner).items[0].valuations
    assert (valuation.status, valuation.document_id) == (S.VALUATION_STATUS_IN_FORCE, document_id)
    assert (valuation.recorded_by, valuation.settled_by) == (OFFICER.subject, SECOND.subject)
    kinds = (
        events.RiskCollateralAdded, events.RiskCollateralValued, events.RiskCollateralValuationSettled,
        events.RiskAssessmentCompleted,
    )  # fmt: skip
    said = [type(each).__name__ for each in risk.traffic.published(*kinds)]
    assert said == [
        "RiskCollateralAdded", "RiskCollateralValued", "RiskAssessmentCompleted", "RiskCollateralValuationSettled",
        "RiskAssessmentCompleted",
    ]  # fmt: skip


def test_what_was_recorded_by_a_document_that_is_another_one_now_is_rejected_and_not_confirmed(risk: Risk) -> None:
    application_id = risk.submit()
    item, paper = add(risk, application_id), new_id()
    risk.papers.owned[paper] = application_id
    value(risk, application_id, item, document_id=paper)
    risk.papers.replaced.add(paper)
    with pytest.raises(FailedPrecondition) as refused:
        settle(risk, application_id, item)
    assert (refused.value.reason, refused.value.metadata) == ("EVIDENCE_MISSING", {"document_id": paper})
    [made] = settle(risk, application_id, item, confirmed=False).items
    assert made.valuations[0].status == S.VALUATION_STATUS_REJECTED


def test_a_lower_value_counts_at_once_and_history_stays(risk: Risk) -> None:
    application_id = risk.submit()
    item = add(risk, application_id)
    value(risk, application_id, item)
    settle(risk, application_id, item)
    [made] = value(risk, application_id, item, value=euros("200000")).items
    assert [each.status for each in made.valuations] == [S.VALUATION_STATUS_SUPERSEDED, S.VALUATION_STATUS_IN_FORCE]
    assert [each.value.amount for each in made.valuations] == ["240000.00", "200000.00"]
    assert value(risk, application_id, item).items[0].valuations[2].status == S.VALUATION_STATUS_PROPOSED
    settle(risk, application_id, item, CREDIT_HEAD, 3, confirmed=False)
    [made] = file_of(risk, application_id).items
    assert [each.status for each in made.valuations][1:] == [S.VALUATION_STATUS_IN_FORCE, S.VALUATION_STATUS_REJECTED]


def test_what_is_withdrawn_before_the_decision_secures_nothing(risk: Risk) -> None:
    application_id = risk.assessed()
    item = add(risk, application_id)
    value(risk, application_id, item)
    settle(risk, application_id, item)
    risk.assess_changes()
    assert risk.report(application_id).figures.HasField("collateral")
    withdraw(risk, application_id, item)
    risk.assess_changes()
    assert not risk.report(application_id).figures.HasField("collateral")
    with pytest.raises(NotFound):
        value(risk, application_id, item)


def test_a_valuation_that_is_too_old_at_the_decision_has_to_be_addressed(risk: Risk) -> None:
    vehicle = collateral_pb2.COLLATERAL_TYPE_VEHICLE
    application_id = risk.submit(facility_type="VEHICLE")
    item = add(risk, application_id, kind=vehicle)
    value(risk, application_id, item, value=euros("40000"))
    settle(risk, application_id, item)
    risk.approve_kyc(application_id)
    assert not risk.report(application_id).rules.fired
    risk.clock.advance(timedelta(days=100))
    with pytest.raises(FailedPrecondition) as old:
        risk.decide(application_id)
    assert (old.value.reason, old.value.metadata["rules"]) == ("REFERRAL_UNADDRESSED", "VALUATION_TOO_OLD")
    risk.decide(application_id, addressed_rules=["VALUATION_TOO_OLD"])


def test_what_is_due_is_listed_until_it_is_valued_or_the_loan_ends(risk: Risk) -> None:
    first, second = risk.assessed(), risk.assessed()
    one, other = add(risk, first), add(risk, second)
    listed = due(risk, page_size=1)
    assert [each.application_id for each in listed.collateral_files] == [min(first, second)]
    rest = due(risk, page_size=1, page_token=listed.next_page_token)
    assert [each.application_id for each in rest.collateral_files] == [max(first, second)]
    assert not rest.next_page_token
    for application_id, item in ((first, one), (second, other)):
        value(risk, application_id, item)
        settle(risk, application_id, item)
    assert not due(risk).collateral_files
    in_three_years = (risk.clock.now() + timedelta(days=3 * 366)).date().isoformat()
    assert len(due(risk, due_date=in_three_years).collateral_files) == 2
    risk.hear(application.ApplicationClosed(application_id=first))
    assert [each.application_id for each in due(risk, due_date=in_three_years).collateral_files] == [second]
    risk.hear(repayment.LoanReopened(application_id=first))
    assert len(due(risk, due_date=in_three_years).collateral_files) == 2


def test_a_value_that_cannot_be_one_is_refused_by_its_field(risk: Risk) -> None:
    application_id = risk.submit()
    item = add(risk, application_id)
    tomorrow = (risk.clock.now() + timedelta(days=1)).date().isoformat()
    for changes, field in (
        ({"valuation_date": tomorrow}, "valuation_date"), ({"valuation_date": "2030-02-30"}, "valuation_date"),
        ({"value": euros("-1")}, "value"), ({"value": euros("1.001")}, "value"), ({"valuer": ""}, "valuer"),
        ({"document_id": ""}, "document_id"), ({"document_id": "the folio"}, "document_id"),
    ):  # fmt: skip
        with pytest.raises(InvalidArgument) as refused:
            value(risk, application_id, item, **changes)
        assert refused.value.violations[0].field.startswith(field)
    assert not file_of(risk, application_id).items[0].valuations


def test_who_may_do_what(risk: Risk) -> None:
    owner = customer()
    application_id = risk.submit(customer_id=owner.subject)
    item = add(risk, application_id, owner)
    for stranger in (customer(), CREDIT_HEAD):
        with pytest.raises((PermissionDenied, NotFound)):
            add(risk, application_id, stranger)
    calls: tuple[Callable[[], object], ...] = (
        lambda: value(risk, application_id, item, owner), lambda: settle(risk, application_id, item, owner),
        lambda: file_of(risk, application_id, customer()),
    )  # fmt: skip
    for call in calls:
        with pytest.raises((PermissionDenied, NotFound)):
            call()


def test_what_it_is_and_who_says_so_is_sealed(risk: Risk) -> None:
    application_id = risk.submit()
    item = add(risk, application_id)
    value(risk, application_id, item)
    settle(risk, application_id, item)
    with risk.traffic.database.engine.connect() as connection:
        stored = connection.execute(text("SELECT c::text FROM collateral_files c")).scalar_one()
        trail = connection.execute(text("SELECT string_agg(a::text, ' ') FROM audit a")).scalar_one()
    for word in ("St James", "Lovelace", "Grace", "comparative", "folio"):
        assert word not in stored
        assert word not in trail
    assert [each["why"] for each in risk.traffic.audit(application_id)][-1] == "Seen the folio."


def ready(risk: Risk) -> tuple[str, str]:
    """An application with an item that is to be valued; their ids."""
    application_id = risk.submit()
    return application_id, add(risk, application_id)


def ended(risk: Risk) -> tuple[str, str]:
    """One that has ended, whose event is on its way."""
    application_id, item = ready(risk)
    value(risk, application_id, item)
    risk.applications.ended.add(application_id)
    return application_id, item


def closed(risk: Risk) -> tuple[str, str]:
    """One whose report has ended."""
    application_id, item = ready(risk)
    value(risk, application_id, item)
    risk.hear(application.ApplicationWithdrawn(application_id=application_id))
    return application_id, item


def bound(risk: Risk) -> tuple[str, str]:
    """One whose guarantor is the officer."""
    guarantor = application.SubmittedParty(customer_id=OFFICER.subject, role=party_pb2.PARTY_ROLE_GUARANTOR)
    application_id = risk.submit(parties=[guarantor])
    return application_id, add(risk, application_id)


ONGOING, ROW = "the application has not ended", "the application is not rejected and has not ended"


@SECURED.without(ONGOING, "add collateral")
def add_after_the_end(risk: Risk) -> None:
    add(risk, ended(risk)[0])


@SECURED.without(ROW, "add collateral")
def add_to_what_is_closed(risk: Risk) -> None:
    add(risk, closed(risk)[0])


@SECURED.without("there are fewer items than there can be", "add collateral")
def add_too_many(risk: Risk) -> None:
    application_id, _ = ready(risk)
    for _ in range(MOST_ITEMS):
        add(risk, application_id)


@SECURED.without("the application is not decided and has not ended", "withdraw collateral")
def withdraw_what_is_decided_on(risk: Risk) -> None:
    application_id = risk.assessed(monthly_income=euros("2000"))
    item = add(risk, application_id)
    risk.decide(application_id)
    withdraw(risk, application_id, item)


@SECURED.without(ONGOING, "record a valuation")
def value_after_the_end(risk: Risk) -> None:
    value(risk, *ended(risk))


@SECURED.without(ROW, "record a valuation")
def value_what_is_closed(risk: Risk) -> None:
    value(risk, *closed(risk))


@SECURED.without("the caller is not bound by the loan", "record a valuation")
def value_as_the_guarantor(risk: Risk) -> None:
    value(risk, *bound(risk))


@SECURED.without("the amounts are in the application's currency", "record a valuation")
def value_in_another_currency(risk: Risk) -> None:
    value(risk, *ready(risk), value={"currency": "USD", "amount": "1"})


@SECURED.without("no other valuation of the item waits", "record a valuation")
def value_while_another_waits(risk: Risk) -> None:
    application_id, item = ready(risk)
    value(risk, application_id, item)
    value(risk, application_id, item)


@SECURED.without("the item has fewer valuations than there can be", "record a valuation")
def value_too_often(risk: Risk) -> None:
    application_id, item = ready(risk)
    value(risk, application_id, item)
    settle(risk, application_id, item)
    with risk.background(), risk.app.begin() as uow:
        file = uow.collateral_files.get(application_id)
        for _ in range(MOST_VALUATIONS - 1):
            file.items = (file.items[0].with_valuation(file.items[0].valuations[-1]),)
        uow.commit()
    value(risk, application_id, item, value=euros("1"))


@SECURED.without("the document is an accepted one of the application", "record a valuation")
def value_by_a_document_of_another(risk: Risk) -> None:
    value(risk, *ready(risk), document_id=new_id())


@SECURED.without("what is confirmed is still shown by its document", "settle a valuation")
def confirm_what_no_document_shows_any_more(risk: Risk) -> None:
    application_id, item = ready(risk)
    value(risk, application_id, item)
    risk.papers.owned.clear()
    settle(risk, application_id, item)


@SECURED.without(ONGOING, "settle a valuation")
def settle_after_the_end(risk: Risk) -> None:
    settle(risk, *ended(risk))


@SECURED.without(ROW, "settle a valuation")
def settle_what_is_closed(risk: Risk) -> None:
    settle(risk, *closed(risk))


@SECURED.without("the caller is not bound by the loan", "settle a valuation")
def settle_as_the_guarantor(risk: Risk) -> None:
    application_id, item = bound(risk)
    value(risk, application_id, item, RISK_MANAGER)
    settle(risk, application_id, item, OFFICER)


@SECURED.without("the valuation waits for its second person", "settle a valuation")
def settle_nothing(risk: Risk) -> None:
    settle(risk, *ready(risk))


@SECURED.without("another person recorded it", "settle a valuation")
def settle_ones_own(risk: Risk) -> None:
    application_id, item = ready(risk)
    value(risk, application_id, item)
    settle(risk, application_id, item, OFFICER)
