"""The schedule: one row for each instalment, to the cent, the last one taking what rounding left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property

from services.lending.errors import LendingError
from services.lending.plan import FeePayment, FlatLevel, Period, Plan
from services.lending.rounding import PRECISION, to_multiple
from services.lending.terms import LoanTerms, Method

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row: what falls due when, and the principal still owed once it is paid. total = principal + interest + fee.

    Numbers start at 1; number 0 is a down payment on the start date or a broken period's interest.
    """

    number: int
    due_date: date
    principal: Decimal
    interest: Decimal
    fee: Decimal
    total: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Schedule:
    """The rows of a loan by due date. `principal` is what the instalments repay, `paid_out` what the customer gets."""

    start: date
    currency: str
    principal: Decimal
    paid_out: Decimal
    rows: tuple[Instalment, ...]

    @cached_property
    def total_interest(self) -> Decimal:
        """All interest over the life of the loan."""
        return sum((row.interest for row in self.rows), _ZERO)

    @cached_property
    def total_paid(self) -> Decimal:
        """All that falls due: principal, interest and fees."""
        return sum((row.total for row in self.rows), _ZERO)


def loan_schedule(terms: LoanTerms, start: date) -> Schedule:
    """The schedule of everyday terms for a loan that is paid out on `start`."""
    return build(Plan.of(terms, start))


def build(plan: Plan) -> Schedule:
    """The schedule of a plan; LendingError at a rate at which no instalment amortises."""
    with localcontext(PRECISION):
        periods = plan.periods()
        broken = len(periods) - plan.instalments  # a broken period of its own is not counted as an instalment
        level = _level(plan, periods[broken + plan.interest_only :])
        fee = plan.fee_amount if plan.fee_payment is FeePayment.APART else _ZERO
        balance, floor = plan.financed, plan.balloon_amount
        rows = _down_payment(plan)
        for number, period in enumerate(periods, 1 - broken):
            owed = plan.financed if plan.method is Method.FLAT else balance
            interest = _round(owed * _rate(plan, period), plan)
            if number == plan.instalments:
                principal = balance
            elif number <= plan.interest_only:
                principal = _ZERO
            else:
                principal = level - interest if _levels_total(plan) else level
                if number == plan.interest_only + 1:
                    _require_amortising(plan, principal, interest)
                principal = min(max(principal, _ZERO), balance - floor)
            balance -= principal
            rows.append(_row(plan, number, period.due, principal, interest, fee if number == 1 else _ZERO, balance))
        return Schedule(plan.start, plan.currency, plan.financed, plan.paid_out, tuple(rows))


def level_instalment(amount: Decimal, rates: Sequence[Decimal], balloon: Decimal = _ZERO) -> Decimal:
    """The unrounded level instalment that repays `amount` over periods of these rates and leaves `balloon` at the end.

    (P·Π(1+r) - B) / f with f₁ = 1 and fₖ = fₖ₋₁·(1+rₖ) + 1, which for equal rates is the closed annuity formula.
    """
    growth, weight = Decimal(1), _ZERO
    for rate in rates:
        factor = 1 + rate
        growth *= factor
        weight = weight * factor + 1
    return (amount * growth - balloon) / weight


def plan_instalment(plan: Plan) -> Decimal:
    """The level amount of a plan, rounded as the plan says: the annuity or flat instalment, or the level principal."""
    with localcontext(PRECISION):
        periods = plan.periods()
        return _level(plan, periods[len(periods) - plan.instalments + plan.interest_only :])


def _level(plan: Plan, periods: Sequence[Period]) -> Decimal:
    amount, balloon = plan.financed, plan.balloon_amount
    if plan.method is Method.ANNUITY:
        level = level_instalment(amount, [_rate(plan, period) for period in periods], balloon)
    elif _levels_total(plan):
        interest = sum((_round(amount * _rate(plan, period), plan) for period in periods), _ZERO)
        level = (amount - balloon + interest) / len(periods)
    else:
        level = (amount - balloon) / len(periods)
    return to_multiple(level, plan.multiple, plan.smallest, plan.rounding)


def _levels_total(plan: Plan) -> bool:
    return plan.method is Method.ANNUITY or (plan.method is Method.FLAT and plan.flat_level is FlatLevel.INSTALMENT)


def _rate(plan: Plan, period: Period) -> Decimal:
    return plan.annual_rate_percent / 100 * period.fraction


def _round(amount: Decimal, plan: Plan) -> Decimal:
    return amount.quantize(plan.smallest, plan.rounding.value)


def _require_amortising(plan: Plan, principal: Decimal, interest: Decimal) -> None:
    if principal <= 0 and interest > 0:
        raise LendingError("annual_rate_percent", "leaves no instalment that repays principal", str(interest))


def _down_payment(plan: Plan) -> list[Instalment]:
    if not plan.down_payment:
        return []
    zero = _ZERO.quantize(plan.smallest)
    return [Instalment(0, plan.start, plan.down_payment, zero, zero, plan.down_payment, plan.financed)]


def _row(
    plan: Plan, number: int, due: date, principal: Decimal, interest: Decimal, fee: Decimal, balance: Decimal
) -> Instalment:
    smallest = plan.smallest
    principal, fee = principal.quantize(smallest), fee.quantize(smallest)
    return Instalment(number, due, principal, interest, fee, principal + interest + fee, balance.quantize(smallest))
