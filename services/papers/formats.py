"""How amounts, rates and dates are written: the same way in every document."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import pycountry

from services.lending.rounding import unit_of


def amount(value: Decimal, currency: str) -> str:
    """An amount in a table that names its currency, with its decimals: 15,000.00, or 1,500,000 for yen."""
    return f"{value.quantize(unit_of(currency)):,f}"


def money(value: Decimal, currency: str) -> str:
    """An amount with its currency: 15,000.00 EUR."""
    return f"{amount(value, currency)} {currency}"


def percent(value: Decimal) -> str:
    """A rate as it was agreed: 7.25 %."""
    return f"{value:f} %"


def day(value: date) -> str:
    """A civil date, ISO 8601: 2030-06-15, which no country reads otherwise."""
    return value.isoformat()


def moment(value: datetime) -> str:
    """A time with its offset, to the second: 2030-06-15T12:00:00+00:00."""
    return value.isoformat(timespec="seconds")


def address(street: str, postal_code: str, city: str, country: str) -> tuple[str, ...]:
    """An address line by line, what is missing left out; the country, an ISO 3166-1 alpha-2 code, by its name."""
    found = pycountry.countries.get(alpha_2=country)
    lines = (street, f"{postal_code} {city}".strip(), found.name if found else country)
    return tuple(line for line in lines if line)


def words(value: Enum) -> str:
    """A name of the contract in small letters: half yearly."""
    return value.name.replace("_", " ").lower()
