"""Rounding of money: to the currency's smallest unit or to a multiple, by a named mode. Never a float."""

import decimal
from decimal import Decimal
from enum import Enum
from functools import cache

from services.currencies import DECIMALS
from services.lending.errors import LendingError

# Rates and growth factors are carried with this many significant digits and only money is rounded.
PRECISION = decimal.Context(prec=40, rounding=decimal.ROUND_HALF_EVEN)


class Rounding(Enum):
    """How an amount between two units is rounded; the values are `decimal`'s names."""

    HALF_EVEN = decimal.ROUND_HALF_EVEN
    HALF_UP = decimal.ROUND_HALF_UP
    CEILING = decimal.ROUND_CEILING
    FLOOR = decimal.ROUND_FLOOR


def minor_units(currency: str) -> int:
    """How many decimals an amount of this ISO 4217 currency has; LendingError for what is no such currency."""
    if currency not in DECIMALS:
        raise LendingError("currency", "must be a currency of ISO 4217 that has a minor unit, such as EUR")
    return DECIMALS[currency]


@cache
def unit_of(currency: str) -> Decimal:
    """The smallest amount of a currency, such as 0.01."""
    return Decimal(1).scaleb(-minor_units(currency))


def to_multiple(amount: Decimal, multiple: Decimal, unit: Decimal, mode: Rounding) -> Decimal:
    """Rounds to a whole number of `multiple`, written with the decimals of `unit`."""
    return ((amount / multiple).to_integral_value(mode.value) * multiple).quantize(unit)


def require_amount(field: str, amount: Decimal, currency: str, *, positive: bool = False) -> None:
    """Refuses what is no amount of the currency: not finite, negative (or zero), too large, too many decimals."""
    if not amount.is_finite():
        raise LendingError(field, "must be a number")
    if amount < 0 or (positive and amount == 0):
        raise LendingError(field, "must be positive" if positive else "must not be negative", "0")
    if amount >= Decimal(10) ** 15:
        raise LendingError(field, "is too large", "999999999999999")
    if amount != amount.quantize(unit_of(currency), context=PRECISION):
        raise LendingError(field, f"has more decimals than {currency} has", str(minor_units(currency)))
