"""Rounding of money: to the currency's smallest unit or to a multiple, by a named mode. Never a float."""

import decimal
from decimal import Decimal
from enum import Enum
from functools import cache

from services.lending.errors import LendingError

# Rates and growth factors are carried with this many significant digits and only money is rounded.
PRECISION = decimal.Context(prec=40, rounding=decimal.ROUND_HALF_EVEN)

# ISO 4217 minor units that are not two.
_MINOR_UNITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Rounding(Enum):
    """How an amount between two units is rounded; the values are `decimal`'s names."""

    HALF_EVEN = decimal.ROUND_HALF_EVEN
    HALF_UP = decimal.ROUND_HALF_UP
    CEILING = decimal.ROUND_CEILING
    FLOOR = decimal.ROUND_FLOOR


def minor_units(currency: str) -> int:
    """How many decimals an amount of this ISO 4217 currency has."""
    return _MINOR_UNITS.get(currency, 2)


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
