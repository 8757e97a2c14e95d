"""Debts that a bank statement shows and nobody declared: they count in what can be afforded, and refer it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.circumstances import Circumstances
from services.lending.facility import facilities
from services.risk.assessment import Assessment
from services.risk.exposure import Exposure
from services.risk.figures import Figures
from services.risk.income_finding import DebtsBasis, IncomeAnswer, IncomeEvidence, IncomeFinding
from services.risk.rules import RuleKind
from services.risk.rules_holding import held
from services.risk.rules_shipped import shipped_rules
from services.risk.scorecards import Tables, shipped
from services.risk.scoring import assess
from services.runtime.money import Money
from services.runtime.stores.json_codec import from_plain, to_plain
from tests.factories.statements import employed, instalment, months, rent, salary
from tests.fakes.clock import NOON
from tests.unit.risk.test_income import KYC_APPROVED, MARCH, Risk

PERSONAL, TABLE = facilities()["PERSONAL"], Tables(shipped()).champion
B = DebtsBasis


def euros(amount: int | str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


FIGURES = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(4000), euros(300), euros(2500))


def shown(
    instalments: int, outgoings: int = 0, answer: IncomeAnswer = IncomeAnswer.READ, currency: str = "EUR"
) -> Figures:
    """The figures of somebody whose statement shows that, and the income that they declared."""
    evidence = IncomeEvidence(
        "d1", 1, "0" * 64, ("S-1",), date(2030, 3, 1), date(2030, 5, 31), 3, euros(4000, currency),
        euros(instalments, currency), NOON,
    )  # fmt: skip
    out = euros(max(outgoings, instalments), currency)
    return replace(FIGURES, income_evidence=IncomeFinding(answer, evidence, euros(instalments, currency), out))


def here(figures: Figures, monthly: int) -> Figures:
    """With so much owed here a month."""
    none = euros(0)
    return replace(figures, exposure=Exposure(none, none, none, euros(monthly), 0, ()))


def found(figures: Figures) -> Assessment:
    return assess(figures, PERSONAL, TABLE, NOON)


@pytest.mark.parametrize(("figures", "debts", "basis", "undeclared"), [
    (FIGURES, 300, B.DECLARED, None), (shown(250), 300, B.DECLARED, 0), (shown(300), 300, B.DECLARED, 0),
    (shown(700), 700, B.EVIDENCED, 400), (here(FIGURES, 500), 500, B.OWED_HERE, None),
    (here(shown(700), 500), 700, B.EVIDENCED, 400), (here(shown(400), 500), 500, B.OWED_HERE, 100),
    (shown(700, answer=IncomeAnswer.OUTDATED), 300, B.DECLARED, None),
    (shown(700, currency="USD"), 300, B.DECLARED, None),
])  # fmt: skip
def test_the_debts_are_the_highest_number_that_counts_and_say_which(
    figures: Figures, debts: int, basis: DebtsBasis, undeclared: int | None
) -> None:
    assert (figures.counted_debts, figures.debts_basis) == (euros(debts), basis)
    assert figures.undeclared_debts == (None if undeclared is None else euros(undeclared))


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_what_is_shown_beyond_what_was_declared_is_not_there_to_repay_from(first: int, second: int) -> None:
    less, more = (found(shown(each)) for each in sorted((first, second)))
    counted = [max(300, each) for each in sorted((first, second))]
    assert less.indicators.repayment_capacity - more.indicators.repayment_capacity == euros(counted[1] - counted[0])
    assert more.score <= less.score


def referred(figures: Figures) -> set[str]:
    """The delivered rules that refer it."""
    outcome = held(shipped_rules(), figures, found(figures))
    assert not any(each.failed for each in outcome.fired)
    return set(outcome.names(RuleKind.REFER))


@pytest.mark.parametrize(("instalments", "names"), [
    (250, set()), (300, set()), (315, set()), (316, {"DEBTS_NOT_DECLARED"}), (700, {"DEBTS_NOT_DECLARED"}),
])  # fmt: skip
def test_as_delivered_debts_that_were_not_declared_refer(instalments: int, names: set[str]) -> None:
    assert referred(shown(instalments)) == names


@pytest.mark.parametrize(("outgoings", "expenses", "names"), [
    (1200, 700, set()), (1201, 700, {"PAYMENTS_NOT_DECLARED"}), (3000, None, set()),
])  # fmt: skip
def test_as_delivered_payments_beyond_what_the_household_spends_refer(
    outgoings: int, expenses: int | None, names: set[str]
) -> None:
    said = None if expenses is None else Circumstances(monthly_expenses=euros(expenses))
    assert referred(replace(shown(250, outgoings), circumstances=said)) == names


def test_a_statement_shows_instalments_and_all_that_goes_out() -> None:
    risk = Risk()
    twice = instalment(date(2026, 1, 20), "-520.00")
    other = replace(twice, party="Second Lender", party_account="DE75512108001245126199")
    every = (salary(date(2026, 1, 28)), rent(date(2026, 1, 3)), instalment(date(2026, 1, 15)), other)
    payee: Any = {"party": "A Phone", "party_account": "DE91100000000123456789", "purpose": ""}
    phone = replace(rent(date(2026, 1, 9), "-40.00"), **payee)
    risk.read(replace(employed(MARCH), months=months(MARCH, 3, every=(*every, phone))).xml())
    risk.app.start(KYC_APPROVED)
    figures = risk.report.figures
    assert figures.income_evidence is not None
    assert figures.evidenced_instalments == euros(770)
    assert figures.income_evidence.outgoings("EUR") == euros(1710)
    assert (figures.counted_debts, figures.debts_basis) == (euros(770), B.EVIDENCED)
    assert figures.undeclared_debts == euros(470)
    assert risk.report.rules is not None
    assert "DEBTS_NOT_DECLARED" in risk.report.rules.names(RuleKind.REFER)
    usual = Risk()
    usual.app.start(KYC_APPROVED)
    assert usual.report.figures.counted_debts == euros(300)
    gap = usual.report.assessed().indicators.repayment_capacity - risk.report.assessed().indicators.repayment_capacity
    # 470 of debts, and the income that the statement shows is 1000 below the declared one.
    assert gap == euros(1470)


def test_a_finding_of_before_counts_as_it_did() -> None:
    stored = to_plain(shown(700).income_evidence)
    for name in ("monthly_instalments", "monthly_outgoings"):
        del stored[name]
    old = replace(FIGURES, income_evidence=from_plain(IncomeFinding, stored))
    assert (old.counted_debts, old.debts_basis, old.undeclared_debts) == (euros(300), B.DECLARED, None)
