"""The application: drafts within limits, what it takes to hand in, and what reports of other services do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.application.events import (
    ApplicationClosed,
    ApplicationCreated,
    ApplicationRejected,
    ApplicationReopened,
    ApplicationStatusChanged,
    ApplicationSubmitted,
    ApplicationWithdrawalRequested,
    ApplicationWithdrawn,
)
from services.application.model import Application
from services.application.request import Project, Request
from services.application.status import TERMINAL_STATUSES, Action, ApplicationStatus, Fit
from services.application.timeline import Report
from services.circumstances import Circumstances
from services.lending.facility import facility
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PERSONAL = facility("PERSONAL")
S = ApplicationStatus


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def request(**changes: object) -> Request:
    made = Request(
        Project("Kitchen", "", eur("7000")), "PERSONAL", eur("6000"), 12, "", eur("3000"), eur("200"), eur("0")
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # tests name real fields


def report(what: str = "test", why: str = "") -> Report:
    return Report(NOW, "kyc", what, "staff:1", why, "c1")


def draft() -> Application:
    return Application.create("a1", "c1", request(), PERSONAL, NOW)


def at(status: ApplicationStatus) -> Application:
    application = draft()
    application.status = status
    application.events.clear()
    return application


def test_a_draft_says_that_it_was_created() -> None:
    made = draft()
    assert made.status is S.DRAFT
    assert made.events == [ApplicationCreated("a1", "c1", "PERSONAL", eur("6000"), 12, NOW)]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"amount": eur("499.99")}, "FACILITY_LIMIT", "amount"),
        ({"amount": eur("50000.01")}, "FACILITY_LIMIT", "amount"),
        ({"tenure_months": 5}, "FACILITY_LIMIT", "tenure_months"),
        ({"tenure_months": 85}, "FACILITY_LIMIT", "tenure_months"),
        ({"amount": Money(Decimal("6000"), "USD")}, "WRONG_CURRENCY", "amount.currency"),
        ({"monthly_income": Money(Decimal("3000"), "USD")}, "WRONG_CURRENCY", "monthly_income"),
        ({"project": Project("Kitchen", "", Money(Decimal(1), "USD"))}, "WRONG_CURRENCY", "project.cost"),
    ],
)
def test_a_draft_outside_the_facility_is_refused_with_the_limit(
    changes: dict[str, object], reason: str, field: str
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Application.create("a1", "c1", request(**changes), PERSONAL, NOW)
    assert caught.value.reason == reason
    assert [violation.field for violation in caught.value.violations] == [field]


def test_a_draft_can_be_changed_and_keeps_its_facility_type() -> None:
    application = draft()
    application.change(request(amount=eur("8000")), PERSONAL, NOW)
    assert application.request.amount == eur("8000")
    with pytest.raises(InvalidArgument, match="facility_type"):
        application.change(request(facility_type="VEHICLE"), facility("VEHICLE"), NOW)


def test_handing_in_carries_what_the_stages_judge() -> None:
    application = draft()
    application.events.clear()
    application.submit(report("application.submitted"))
    submitted, changed = application.events
    assert isinstance(submitted, ApplicationSubmitted)
    assert (submitted.monthly_income, submitted.monthly_debts, submitted.project_cost) == (
        eur("3000"), eur("200"), eur("7000"),
    )  # fmt: skip
    assert changed == ApplicationStatusChanged("a1", "c1", S.DRAFT, S.SUBMITTED, NOW)
    assert application.submit_time == NOW


def test_what_is_stated_of_work_and_household_goes_to_the_stages() -> None:
    application, stated = draft(), Circumstances(employment_years=3, assets=eur("10"))
    application.change(request(circumstances=stated), PERSONAL, NOW)
    application.events.clear()
    application.submit(report("application.submitted"))
    submitted, _ = application.events
    assert isinstance(submitted, ApplicationSubmitted)
    assert submitted.circumstances == stated


def test_a_customer_without_details_hands_nothing_in() -> None:
    application = at(S.DRAFT)
    application.check_submittable(PERSONAL, True)
    with pytest.raises(FailedPrecondition) as caught:
        application.check_submittable(PERSONAL, False)
    assert caught.value.reason == "KYC_DETAILS_MISSING"


def test_a_changed_draft_stays_within_the_limits() -> None:
    application = draft()
    with pytest.raises(InvalidArgument) as caught:
        application.change(request(amount=eur("50000.01")), PERSONAL, NOW)
    assert (caught.value.reason, application.request.amount) == ("FACILITY_LIMIT", eur("6000"))


def test_only_a_draft_can_be_changed_or_handed_in() -> None:
    application = at(S.KYC_REVIEW)
    acts: list[Callable[[], None]] = [
        lambda: application.change(request(), PERSONAL, NOW),
        lambda: application.submit(report()),
        lambda: application.check_submittable(PERSONAL, True),
    ]
    for act in acts:
        with pytest.raises(FailedPrecondition) as caught:
            act()
        assert caught.value.metadata == {"status": "KYC_REVIEW", "allowed_from": "DRAFT"}


@pytest.mark.parametrize(
    ("action", "start", "end"),
    [
        (Action.REJECT_KYC, S.KYC_REVIEW, S.KYC_REJECTED),
        (Action.REJECT_RISK, S.RISK_ASSESSED, S.RISK_REJECTED),
        (Action.REJECT_APPROVAL, S.INTERNAL_APPROVED, S.APPROVAL_REJECTED),
    ],
)
def test_a_rejection_ends_the_loan(action: Action, start: ApplicationStatus, end: ApplicationStatus) -> None:
    application = at(start)
    assert application.report(action, report()) is Fit.NOW
    assert application.events == [
        ApplicationStatusChanged("a1", "c1", start, end, NOW),
        ApplicationRejected("a1", "c1", end, NOW),
    ]


@pytest.mark.parametrize(
    ("action", "between"), [(Action.DECLINE_OFFER, S.OFFER_DECLINED), (Action.EXPIRE_OFFER, S.OFFER_EXPIRED)]
)
def test_an_offer_that_is_not_taken_closes_the_loan(action: Action, between: ApplicationStatus) -> None:
    application = at(S.OFFER_SENT)
    application.report(action, report())
    assert application.status is S.CLOSED
    assert application.events == [
        ApplicationStatusChanged("a1", "c1", S.OFFER_SENT, between, NOW),
        ApplicationStatusChanged("a1", "c1", between, S.CLOSED, NOW),
        ApplicationClosed("a1", "c1", between, NOW),
    ]


def test_a_payment_that_bounces_leads_a_repaid_loan_back_and_it_is_closed_again_later() -> None:
    application = at(S.AGREEMENT_SIGNED)
    application.report(Action.ACTIVATE, report(), "loan-1")
    application.report(Action.DISBURSE, report(), "loan-1")
    application.report(Action.CLOSE, report(), "loan-1", 1)
    application.events.clear()
    assert application.report(Action.REOPEN, report(), "loan-1", 1) is Fit.NOW
    assert application.report(Action.CLOSE, report(), "loan-1", 1) is Fit.LATE
    assert application.status is S.DISBURSED
    assert application.report(Action.CLOSE, report(), "loan-1", 2) is Fit.NOW
    assert application.events == [
        ApplicationStatusChanged("a1", "c1", S.CLOSED, S.DISBURSED, NOW),
        ApplicationReopened("a1", "c1", NOW),
        ApplicationStatusChanged("a1", "c1", S.DISBURSED, S.CLOSED, NOW),
        ApplicationClosed("a1", "c1", S.DISBURSED, NOW),
    ]


def test_a_loan_whose_money_was_never_sent_can_be_cancelled() -> None:
    application = at(S.AGREEMENT_SIGNED)
    application.report(Action.ACTIVATE, report(), "loan-1")
    application.events.clear()
    assert application.report(Action.CANCEL, report(), "loan-1") is Fit.NOW
    assert application.events == [
        ApplicationStatusChanged("a1", "c1", S.ACTIVE, S.CANCELLED, NOW),
        ApplicationClosed("a1", "c1", S.ACTIVE, NOW),
    ]


def test_a_counter_offer_leaves_a_line_and_moves_nothing() -> None:
    application = at(S.OFFER_SENT)
    application.report(Action.SEND_OFFER, report())
    assert application.events == []
    assert [entry.to_status for entry in application.entries] == [S.OFFER_SENT]


def test_an_early_report_changes_nothing_and_a_late_one_only_the_timeline() -> None:
    application = at(S.OFFER_SENT)
    assert application.report(Action.PASS_INTERNAL, report()) is Fit.EARLY
    assert (application.status, application.entries) == (S.OFFER_SENT, [])
    assert application.report(Action.START_KYC, report("kyc.verification.started")) is Fit.LATE
    assert application.status is S.OFFER_SENT
    assert [entry.what for entry in application.entries] == ["kyc.verification.started"]


def test_the_loan_is_named_when_its_account_opens() -> None:
    application = at(S.AGREEMENT_SIGNED)
    application.report(Action.ACTIVATE, report(), "loan-1")
    application.report(Action.DISBURSE, report())
    assert (application.loan_id, application.status) == ("loan-1", S.DISBURSED)


def test_withdrawing_ends_the_loan_until_its_activation_is_authorized() -> None:
    application = at(S.AGREEMENT_SIGNED)
    application.authorize_activation()
    for _ in range(2):
        application.withdraw(report())
    assert (application.status, application.withdrawal_requested) == (S.AGREEMENT_SIGNED, True)
    assert application.events == [ApplicationWithdrawalRequested("a1", "c1", NOW)]
    assert [entry.what for entry in application.entries] == ["application.withdrawal.requested"]
    other = at(S.OFFER_SENT)
    other.withdraw(report(why="changed my mind"))
    assert other.events[-1] == ApplicationWithdrawn("a1", "c1", S.OFFER_SENT, NOW)
    with pytest.raises(FailedPrecondition) as caught:
        other.authorize_activation()
    assert caught.value.metadata["status"] == "WITHDRAWN"


@pytest.mark.parametrize("status", set(S) - TERMINAL_STATUSES.keys() - {S.OFFER_DECLINED, S.OFFER_EXPIRED, S.DISBURSED})
def test_until_the_payout_there_is_a_way_out_from_every_status(status: ApplicationStatus) -> None:
    application = at(status)
    application.withdraw(report())
    assert application.status is S.WITHDRAWN or application.withdrawal_requested


@pytest.mark.parametrize("status", [*TERMINAL_STATUSES, S.DISBURSED])
def test_what_has_ended_or_is_paid_out_is_not_taken_back(status: ApplicationStatus) -> None:
    application = at(status)
    with pytest.raises(FailedPrecondition) as caught:
        application.withdraw(report())
    assert (caught.value.reason, application.status, application.events) == ("WRONG_STATUS", status, [])


def test_timeline_lines_are_numbered_in_their_order() -> None:
    application = at(S.SUBMITTED)
    application.note(report("document.validated"))
    application.report(Action.START_KYC, report("kyc.verification.started"))
    assert [(entry.number, entry.what, entry.from_status, entry.to_status) for entry in application.entries] == [
        (1, "document.validated", S.SUBMITTED, S.SUBMITTED),
        (2, "kyc.verification.started", S.SUBMITTED, S.KYC_REVIEW),
    ]
