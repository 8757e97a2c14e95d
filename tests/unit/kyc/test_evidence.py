"""Incomes that were declared twice: what differs needs a reason, and risk goes by the lower or the verified one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kyc.evidence import TOLERANCE_PERCENT, Income
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money

amounts = st.decimals(0, 100_000, places=2)


def eur(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("applied", "declared", "percent", "needs_reason"),
    [
        ("3000", "3000", "0.0", False),
        ("3000", "2700", "10.0", False),
        ("3000", "2698", "10.1", True),
        ("2698", "3000", "10.1", True),
        ("9000", "3000", "66.7", True),
        ("3000", "0", "100.0", True),
        ("0", "0", "0.0", False),
    ],
)
def test_what_differs_by_more_than_the_tolerance_needs_a_reason(
    applied: str, declared: str, percent: str, needs_reason: bool
) -> None:
    income = Income(eur(applied), eur(declared))
    assert income.deviation_percent == Decimal(percent)
    if needs_reason:
        with pytest.raises(FailedPrecondition) as refused:
            income.require_explained()
        assert refused.value.reason == "INCOME_UNEXPLAINED"
        assert refused.value.metadata == {
            "applied": f"{Decimal(applied):.2f} EUR", "declared": f"{Decimal(declared):.2f} EUR"
        }  # fmt: skip
        with pytest.raises(FailedPrecondition):
            Income(eur(applied), eur(declared), reason=" ").require_explained()
    Income(eur(applied), eur(declared), reason="A new job since.").require_explained()
    assert income.relied_on == min(eur(applied), eur(declared), key=lambda each: each.amount)


@given(amounts, amounts, st.none() | amounts)
def test_risk_never_goes_by_more_than_was_declared_without_a_reason(
    applied: Decimal, declared: Decimal, verified: Decimal | None
) -> None:
    income = Income(eur(applied), eur(declared), None if verified is None else eur(verified))
    low, high = sorted((applied, declared))
    try:
        income.require_explained()
    except FailedPrecondition:
        return
    assert income.relied_on is not None and income.relied_on.amount <= low
    assert high * (100 - TOLERANCE_PERCENT - Decimal("0.05")) <= low * 100


def test_a_verified_income_counts_and_a_higher_one_needs_a_reason() -> None:
    lower = Income(eur(3000), eur(2900), eur(2500))
    lower.require_explained()
    assert lower.relied_on == eur(2500)
    higher = Income(eur(3000), eur(2900), eur(3400))
    with pytest.raises(FailedPrecondition):
        higher.require_explained()
    explained = Income(eur(3000), eur(2900), eur(3400), "Payslips of the last year.")
    explained.require_explained()
    assert explained.relied_on == eur(3400)


def test_figures_in_two_currencies_cannot_be_compared_and_need_a_reason() -> None:
    income = Income(eur(3000), Money(Decimal(2900), "CHF"))
    assert (income.deviation_percent, income.relied_on) == (None, eur(3000))
    with pytest.raises(FailedPrecondition):
        income.require_explained()
    with pytest.raises(InvalidArgument) as refused:
        Income(eur(3000), None, Money(Decimal(2900), "CHF")).require_explained()
    assert refused.value.reason == "WRONG_CURRENCY"


def test_what_was_declared_once_is_compared_with_nothing() -> None:
    for income, relied_on in ((Income(eur(3000), None), eur(3000)), (Income(None, eur(10)), eur(10))):
        income.require_explained()
        assert (income.deviation_percent, income.relied_on) == (None, relied_on)
    assert Income(None, None).relied_on is None
