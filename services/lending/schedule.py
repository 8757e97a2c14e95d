"""The schedule: one row for each instalment, to the cent, the last one taking what rounding left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any

from services.lending.errors import LendingError
from services.lending.plan import FeePayment, Period, Plan
from services.lending.rounding import PRECISION, to_multiple
from services.lending.terms import LoanTerms, Method

_ZERO = Decimal(0)
# How often at most the level instalment is moved towards the last one.
_EVENINGS = 3


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
    """The rows of a loan by due date. `principal` is what the instalments repay, `paid_out` what the customer gets.

    `level` is what stays the same: the instalment, or the principal part where that is level.
    """

    start: date
    currency: str
    principal: Decimal
    paid_out: Decimal
    rows: tuple[Instalment, ...]
    plan: Plan
    level: Decimal

    @cached_property
    def elapsed(self) -> tuple[tuple[date, Decimal], ...]:
        """The start and each due date after it, with the part of a year that interest runs until then."""
        found = [(self.start, _ZERO)]
        with localcontext(PRECISION):
            for period in self.plan.periods():
                found.append((period.due, found[-1][1] + period.fraction))
        return tuple(found)

    @cached_property
    def total_interest(self) -> Decimal:
        """All interest over the loan's term."""
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
        periods, rates, debt = _start(plan)
        broken = len(periods) - plan.instalments  # a broken period of its own is not counted as an instalment
        level, parts = debt.repay(rates)
        fee = plan.fee_amount if plan.fee_payment is FeePayment.APART else _ZERO
        balance = plan.financed
        rows = _down_payment(plan)
        if not _amortises(debt, parts):
            raise _not_amortising(plan, parts[debt.interest_only][1])
        for number, (period, (principal, interest)) in enumerate(zip(periods, parts, strict=True), 1 - broken):
            balance -= principal
            rows.append(_row(plan, number, period.due, principal, interest, fee if number == 1 else _ZERO, balance))
        return Schedule(plan.start, plan.currency, plan.financed, plan.paid_out, tuple(rows), plan, level)


@dataclass(frozen=True, slots=True)
class Debt:
    """A balance that is to be repaid over periods by a plan's method; flat interest is on `base`.

    The first `interest_only` periods repay nothing, and the balloon is left to the last. `accrued` interest is part of
    what the first period asks for, besides that of its rate.
    """

    plan: Plan
    balance: Decimal
    base: Decimal
    interest_only: int = 0
    accrued: Decimal = _ZERO

    def repay(self, rates: Sequence[Decimal]) -> tuple[Decimal, list[tuple[Decimal, Decimal]]]:
        """The level amount over periods of these rates, and (principal, interest) of each.

        An annuity's last instalment takes what rounding left. Where that is more than half a unit for each instalment,
        the level one moves by a share of it, as long as this brings the two nearer: three instalments of 500 at 7 % are
        168.62, 168.62 and 168.61, not twice 168.61 and 168.64.
        """
        level = self.level(rates)
        parts = self.spread(rates, level)
        level_alone = self.plan.method is Method.ANNUITY and not self.interest_only and not self.plan.balloon_amount
        if not level_alone or not parts[0][0]:
            return level, parts
        count, smallest = len(rates), self.plan.smallest
        for _ in range(_EVENINGS):
            left = sum(parts[-1]) - level
            if abs(left) <= count // 2 * smallest:
                break
            share = (left / count).quantize(smallest, self.plan.rounding.value)
            evened = to_multiple(level + share, self.plan.multiple, smallest, self.plan.rounding)
            if evened == level:
                break
            nearer = self.spread(rates, evened)
            if abs(sum(nearer[-1]) - evened) >= abs(left):
                break
            level, parts = evened, nearer
        return level, parts

    def level(self, rates: Sequence[Decimal]) -> Decimal:
        """The level amount over periods of these rates, rounded as the plan says."""
        plan, rates, balloon = self.plan, rates[self.interest_only :], min(self.plan.balloon_amount, self.balance)
        if plan.method is Method.ANNUITY:
            if not self.interest_only:
                rates = [rates[0] + self.accrued / self.balance, *rates[1:]]
            level = level_instalment(self.balance, rates, balloon)
        elif plan.levels_total:
            smallest, mode = plan.smallest, plan.rounding.value
            interest = sum(((self.base * rate).quantize(smallest, mode) for rate in rates), self.accrued)
            level = (self.balance - balloon + interest) / len(rates)
        else:
            level = (self.balance - balloon) / len(rates)
        return to_multiple(level, plan.multiple, plan.smallest, plan.rounding)

    def spread(self, rates: Sequence[Decimal], level: Decimal) -> list[tuple[Decimal, Decimal]]:
        """(principal, interest) of each period; the last takes what is left."""
        plan, balance, floor = self.plan, self.balance, min(self.plan.balloon_amount, self.balance)
        flat, levels_total, last = plan.method is Method.FLAT, plan.levels_total, len(rates) - 1
        smallest, mode = plan.smallest, plan.rounding.value
        parts = []
        for index, rate in enumerate(rates):
            interest = ((self.base if flat else balance) * rate + (_ZERO if index else self.accrued)).quantize(
                smallest, mode
            )
            if index == last:
                principal = balance
            elif index < self.interest_only:
                principal = _ZERO
            else:
                principal = min(max(level - interest if levels_total else level, _ZERO), balance - floor)
            balance -= principal
            parts.append((principal, interest))
        return parts


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
        _, rates, debt = _start(plan)
        return debt.level(rates)


def _start(plan: Plan) -> tuple[list[Period], list[Decimal], "Debt"]:
    """The periods, the rate of each, and what is owed at the start."""
    periods = plan.periods()
    rates = [plan.annual_rate_percent / 100 * period.fraction for period in periods]
    return (
        periods,
        rates,
        Debt(plan, plan.financed, plan.financed, len(periods) - plan.instalments + plan.interest_only),
    )


def _amortises(debt: Debt, parts: Sequence[tuple[Decimal, Decimal]]) -> bool:
    """Whether an instalment before the last repays principal, or costs nothing until then."""
    repaying = parts[debt.interest_only :]
    principal, interest = repaying[0]
    return len(repaying) == 1 or principal > 0 or interest <= 0


def _repays(plan: Plan) -> bool:
    _, rates, debt = _start(plan)
    return _amortises(debt, debt.repay(rates)[1])


def _not_amortising(plan: Plan, interest: Decimal) -> LendingError:
    """The error names the input without which the plan would repay; where none is, it is the rate."""
    without: dict[str, dict[str, Any]] = {
        "instalment_multiple": {"instalment_multiple": None},
        plan.balloon_input: {"balloon": _ZERO, "balloon_percent": _ZERO},
    }
    at_fault = next(
        (name for name, change in without.items() if _repays(replace(plan, **change))), "annual_rate_percent"
    )
    return LendingError(at_fault, "leaves no instalment that repays principal", str(interest))


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
