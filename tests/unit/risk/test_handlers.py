"""What is owed elsewhere is asked for before an application is assessed and decided on, and nothing goes on without."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from services.lending.facility import facilities
from services.risk.exposure import BoundPerson, Commitment, CommitmentRole
from services.risk.figures import Figures
from services.risk.handlers import App, Decide, Start
from services.risk.model import Report, RiskStatus
from services.risk.overrides import RiskDecision
from services.risk.scorecards import Tables, shipped
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import FailedPrecondition, Unavailable
from services.runtime.events.inbox import NotYet
from services.runtime.money import Money
from tests.fakes.applications import FakeApplications, FakeKyc
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory
from tests.unit.listeners.services import REPOSITORIES

INCOME = 4000
# Seven yearly incomes, as the delivered rules have it.
MOST = 84 * INCOME
KYC_APPROVED = Start("a0", "officer", "manager", None)
APPROVE = Decide("a0", RiskDecision.APPROVED, None, "fine")


def euros(amount: int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def loan(number: int, outstanding: Money, instalment: int = 0, customer_id: str = "c1") -> Commitment:
    bound = (BoundPerson(customer_id, CommitmentRole.BORROWER),)
    return Commitment(f"a{number}", bound, outstanding, Money(Decimal(instalment), outstanding.currency))


@dataclass
class Risk:
    """The service over a database in memory, with an application that was submitted with so many `debts` a month."""

    debts: int = 300
    applications: FakeApplications = field(default_factory=FakeApplications)
    memory: Memory = field(default_factory=lambda: Memory(**REPOSITORIES["risk"]))

    def __post_init__(self) -> None:
        none = euros(0)
        figures = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(INCOME), euros(self.debts), none)
        self.memory.put("reports", Report("a0", "c1", figures, NOON, party_ids=("c2",)))

    @property
    def app(self) -> App:
        """Its use cases."""
        made: Any = self.memory.begin
        return App(made, FakeClock(), facilities(), Tables(shipped()), self.applications, FakeKyc())

    @property
    def report(self) -> Report:
        """The report as it is stored."""
        found: Report = self.memory.rows["reports"]["a0"]
        return found

    def decide(self, command: Decide = APPROVE) -> Report:
        """A risk manager's decision."""
        with context.bind(RequestContext(Caller(CallerKind.OPERATOR, subject="risk"), method="Decide")):
            return self.app.decide(command)


def test_an_assessment_goes_by_what_is_owed_here_where_less_is_declared() -> None:
    risk, without = Risk(), Risk()
    risk.applications.loans = [loan(1, euros(20000), 900), loan(2, euros(5000), 400, "c2"), loan(3, euros(1), 1, "c3")]
    risk.app.start(KYC_APPROVED)
    without.app.start(KYC_APPROVED)
    exposure = risk.report.figures.exposure
    assert exposure is not None
    assert [each.application_id for each in exposure.counted_loans] == ["a1", "a2"]
    assert (risk.report.figures.counted_debts, risk.report.figures.total_exposure) == (euros(900), euros(35000))
    found, usual = risk.report.assessed().indicators, without.report.assessed().indicators
    assert found.repayment_capacity == usual.repayment_capacity - euros(600)
    assert found.stressed_repayment_capacity is not None and usual.stressed_repayment_capacity is not None
    assert found.stressed_repayment_capacity == usual.stressed_repayment_capacity - euros(600)
    assert found.debt_to_income_percent == (usual.debt_to_income_percent or 0) + 15
    # The table that is tried beside has the ratio of debts to income; the one that decides asks for more.
    tried, otherwise = (each.report.assessed().challenger for each in (risk, without))
    assert tried is not None and otherwise is not None and tried.score < otherwise.score


STEPS: dict[str, Callable[[Risk], object]] = {
    "assess": lambda risk: risk.app.assess("a0"),
    "decide": lambda risk: risk.decide(),
}


def test_nothing_is_assessed_as_if_nobody_owed_anything_while_it_cannot_be_asked() -> None:
    risk = Risk()
    risk.applications.away = True
    with pytest.raises(Unavailable):
        risk.app.start(KYC_APPROVED)
    assert (risk.report.status, risk.report.assessment, risk.report.figures.exposure) == (
        RiskStatus.PENDING,
        None,
        None,
    )
    risk.applications.away = False
    risk.app.start(KYC_APPROVED)
    assert risk.report.status is RiskStatus.ASSESSED


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_what_was_assessed_stays_while_it_cannot_be_asked(step: Callable[[Risk], object]) -> None:
    risk = Risk()
    risk.app.start(KYC_APPROVED)
    before = risk.report
    risk.applications.away = True
    with pytest.raises(Unavailable):
        step(risk)
    assert risk.report == before


def test_an_approval_of_kyc_waits_for_the_submission() -> None:
    risk = Risk()
    risk.memory.rows["reports"].clear()
    with pytest.raises(NotYet):
        risk.app.start(KYC_APPROVED)


def test_a_decision_asks_anew_and_an_offer_goes_by_that() -> None:
    risk = Risk()
    risk.app.start(KYC_APPROVED)
    assert risk.report.figures.total_exposure == euros(10000)
    risk.applications.loans = [loan(1, euros(MOST - 10000))]
    risk.decide()
    assert (risk.report.status, risk.report.figures.total_exposure) == (RiskStatus.APPROVED, euros(MOST))


@pytest.mark.parametrize(("owed", "bound"), [(MOST - 9999, "9999.00"), (MOST, "0.00"), (MOST + 1, "0.00")])
def test_the_delivered_rules_limit_what_persons_owe_in_all(owed: int, bound: str) -> None:
    risk = Risk()
    risk.app.start(KYC_APPROVED)
    risk.applications.loans = [loan(1, euros(owed), 0, "c2")]
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide()
    assert (refused.value.reason, refused.value.metadata["bound"]) == ("ABOVE_RULE_LIMIT", bound)
    assert risk.report.status is RiskStatus.ASSESSED


def test_the_first_loan_is_limited_by_its_facility_alone() -> None:
    risk = Risk()
    risk.app.start(KYC_APPROVED)
    assert risk.report.rules is not None
    assert (risk.report.rules.fired, risk.report.rules.max_amount) == ((), None)


def test_a_loan_in_another_currency_refers_to_a_person() -> None:
    risk = Risk()
    risk.applications.loans = [loan(1, euros(1, "USD"))]
    risk.app.start(KYC_APPROVED)
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide()
    assert (refused.value.reason, refused.value.metadata["rules"]) == (
        "REFERRAL_UNADDRESSED", "LOANS_IN_OTHER_CURRENCIES",
    )  # fmt: skip
    assert risk.decide(Decide("a0", RiskDecision.APPROVED, None, "", ("LOANS_IN_OTHER_CURRENCIES",))).status is (
        RiskStatus.APPROVED
    )


def test_what_is_assessed_anew_takes_what_is_owed_by_then() -> None:
    risk = Risk()
    risk.app.start(KYC_APPROVED)
    risk.applications.loans = [loan(1, euros(20000), 900)]
    assert risk.app.assess("a0").figures.counted_debts == euros(900)
    risk.applications.loans = []
    assert risk.app.assess("a0").figures.counted_debts == euros(300)


def test_a_later_approval_of_kyc_changes_nothing_of_what_was_assessed() -> None:
    risk = Risk()
    risk.app.start(KYC_APPROVED)
    risk.decide()
    before = risk.report
    risk.applications.loans = [loan(1, euros(20000), 900)]
    risk.app.start(KYC_APPROVED)
    assert risk.report.figures == before.figures
