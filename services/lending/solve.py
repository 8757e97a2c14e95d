"""Solves a level loan for instalment, principal, rate or term when the other three are given.

Periods are regular, and nothing is rounded but the result; amounts are to the currency's unit.
"""

from bisect import bisect_left
from decimal import Decimal, localcontext

from services.lending.errors import LendingError
from services.lending.rounding import PRECISION, Rounding, require_amount, unit_of

_MAX_PERIODS = 4000
_MAX_RATE_PERCENT = Decimal(100000)
_RATE_DECIMALS = Decimal("0.000001")


def solve_instalment(
    principal: Decimal, annual_rate_percent: Decimal, instalments: int, per_year: int = 12, currency: str = "EUR"
) -> Decimal:
    """The level instalment, half even."""
    require_amount("principal", principal, currency, positive=True)
    with localcontext(PRECISION):
        exact = principal / _annuity(_rate(annual_rate_percent, per_year), _count(instalments))
        return exact.quantize(unit_of(currency), Rounding.HALF_EVEN.value)


def solve_principal(
    instalment: Decimal, annual_rate_percent: Decimal, instalments: int, per_year: int = 12, currency: str = "EUR"
) -> Decimal:
    """The principal that such instalments repay, rounded down: a larger one they would not."""
    require_amount("instalment", instalment, currency, positive=True)
    with localcontext(PRECISION):
        exact = instalment * _annuity(_rate(annual_rate_percent, per_year), _count(instalments))
        return exact.quantize(unit_of(currency), Rounding.FLOOR.value)


def solve_term(
    principal: Decimal, instalment: Decimal, annual_rate_percent: Decimal, per_year: int = 12, currency: str = "EUR"
) -> int:
    """The least number of instalments whose level instalment is no more than this one: solve_instalment's inverse.

    The last one takes what rounding left, so that it may be some cents larger. LendingError when the interest is never
    covered.
    """
    require_amount("principal", principal, currency, positive=True)
    require_amount("instalment", instalment, currency, positive=True)
    with localcontext(PRECISION):
        interest = principal * _rate(annual_rate_percent, per_year)
        if instalment <= interest:
            least = (interest + unit_of(currency)).quantize(unit_of(currency), Rounding.FLOOR.value)
            raise LendingError("instalment", "does not cover the first period's interest", str(least))

    def enough(count: int) -> bool:
        return solve_instalment(principal, annual_rate_percent, count, per_year, currency) <= instalment

    found = bisect_left(range(1, _MAX_PERIODS + 1), True, key=enough) + 1
    if found > _MAX_PERIODS:
        raise LendingError("instalment", "repays too slowly", str(_MAX_PERIODS))
    return found


def solve_rate_percent(
    principal: Decimal, instalment: Decimal, instalments: int, per_year: int = 12, currency: str = "EUR"
) -> Decimal:
    """The nominal yearly rate in percent, to 6 decimals, at which so many instalments repay the principal.

    It is 0 for the instalment of a loan without interest, which rounding may have made too small for its share.
    """
    require_amount("principal", principal, currency, positive=True)
    require_amount("instalment", instalment, currency, positive=True)
    _rate(Decimal(0), per_year)
    with localcontext(PRECISION):
        least = solve_instalment(principal, Decimal(0), instalments, per_year, currency)
        if instalment < least:
            raise LendingError("instalment", "repays less than the principal", str(least))
        if instalment * instalments <= principal:
            return Decimal(0).quantize(_RATE_DECIMALS)
        low, high = Decimal(0), Decimal(1)
        while instalment * _annuity(high / 100 / per_year, instalments) > principal:
            low, high = high, high * 2
            if high > _MAX_RATE_PERCENT:
                raise LendingError("instalment", "needs a rate that no loan has", str(_MAX_RATE_PERCENT))
        while high - low > Decimal("1e-9"):
            middle = (low + high) / 2
            repays_more = instalment * _annuity(middle / 100 / per_year, instalments) > principal
            low, high = (middle, high) if repays_more else (low, middle)
        return ((low + high) / 2).quantize(_RATE_DECIMALS)


def _annuity(rate: Decimal, periods: int) -> Decimal:
    """The present value of 1 paid at the end of each period: (1 - (1+r)^-n) / r, or n at rate zero."""
    return (1 - (1 + rate) ** -periods) / rate if rate else Decimal(periods)


def _rate(annual_rate_percent: Decimal, per_year: int) -> Decimal:
    if not (annual_rate_percent.is_finite() and 0 <= annual_rate_percent <= _MAX_RATE_PERCENT):
        raise LendingError("annual_rate_percent", "is out of range", f"0..{_MAX_RATE_PERCENT}")
    if per_year < 1:
        raise LendingError("per_year", "must be at least 1", "1")
    return annual_rate_percent / 100 / per_year


def _count(instalments: int) -> int:
    if not 1 <= instalments <= _MAX_PERIODS:
        raise LendingError("instalments", "is out of range", f"1..{_MAX_PERIODS}")
    return instalments
