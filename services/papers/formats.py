"""How amounts, rates and dates are written: the same way in every document of a language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from unicodedata import bidirectional

import babel
import pycountry
from babel import dates, numbers

from services.lending.rounding import unit_of

# Of a language that several countries write differently, the usage that is meant.
_USAGE = {"en": "en_GB"}
RIGHT_TO_LEFT = frozenset({"ar"})
# First strong isolate, left-to-right isolate, and the end of either (Unicode Standard Annex 9, 2.5): keep together what
# is read in the other direction than the text around it.
_ISOLATE, _LEFT, _END = "\u2068", "\u2066", "\u2069"
# Letters that are written from right to left: Hebrew and its like, and Arabic.
_FROM_RIGHT = frozenset({"R", "AL"})
# Short where the month cannot be taken for the day.
_WIDTH = {"ar": "long"}


@dataclass(frozen=True)
class Amount:
    """An amount of a currency, ISO 4217; `bare` in a table that names its currency."""

    value: Decimal
    currency: str
    bare: bool = False


@dataclass(frozen=True)
class Percent:
    """A rate in percent."""

    value: Decimal


@dataclass(frozen=True)
class Word:
    """A word of the languages' texts by its key, such as `frequency.MONTHLY`."""

    key: str

    @classmethod
    def of(cls, value: Enum) -> "Word":
        """The word of an enum's value, whose key is the class's and the value's name."""
        return cls(f"{type(value).__name__}.{value.name}")


class Country(str):
    """A country as a line of an address, whose text is its English name; on a paper it has that of the language."""

    code: str

    def __new__(cls, code: str) -> "Country":
        """Of an ISO 3166-1 alpha-2 code."""
        made = super().__new__(cls, country(code))
        made.code = code
        return made


# What a document's place may be filled with; lines of an address, rows of a table and items of a list are tuples.
Value = Amount | Percent | Word | date | int | str | tuple[Any, ...]


def written(value: Value, language: str, words: Mapping[str, str]) -> Any:
    """The value as text of that language; of a tuple, a list of texts. KeyError for a word that is not there."""
    if isinstance(value, tuple):
        return [written(each, language, words) for each in value]
    if isinstance(value, Word):
        return words[value.key]
    if isinstance(value, Country):
        return country(value.code, language)
    if isinstance(value, Amount):
        return (amount if value.bare else money)(value.value, value.currency, language)
    if isinstance(value, Percent):
        return percent(value.value, language)
    if isinstance(value, datetime):
        return moment(value, language)
    return day(value, language) if isinstance(value, date) else str(value)


def plain(value: Value) -> Any:
    """The value for machines: decimals and dates as text, an amount with its currency."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, Amount):
        return {"amount": f"{value.value:f}", "currency": value.currency}
    if isinstance(value, date):
        return value.isoformat()
    simple: Mapping[type, Callable[[Any], Any]] = {Word: lambda it: it.key, Percent: lambda it: f"{it.value:f}"}
    return simple.get(type(value), lambda it: it)(value)


def amount(value: Decimal, currency: str, language: str = "en") -> str:
    """An amount in a table that names its currency, with its decimals: 15,000.00, or 1,500,000 for yen."""
    exact = value.quantize(unit_of(currency))
    decimals = -int(exact.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(numbers.format_decimal(exact, format=pattern, locale=_locale(language)))


def money(value: Decimal, currency: str, language: str = "en") -> str:
    """An amount with its currency: 15,000.00 EUR."""
    return f"{amount(value, currency, language)} {currency}"


def number(value: Decimal, language: str = "en") -> str:
    """A number with the decimals that it has, and no groups: 7.25."""
    decimals = max(0, -int(value.as_tuple().exponent))
    pattern = "0" + ("." + "0" * decimals if decimals else "")
    return str(numbers.format_decimal(value, format=pattern, locale=_locale(language)))


def percent(value: Decimal, language: str = "en") -> str:
    """A rate with the decimals that it is agreed with: 7.25 %, 12.00 %."""
    return f"{number(value, language)} %"


def day(value: date, language: str = "en") -> str:
    """A civil date: 15 Jun 2030 in English, 15.06.2030 in German."""
    return dates.format_date(value, format=_WIDTH.get(language, "medium"), locale=_locale(language))


def moment(value: datetime, language: str = "en") -> str:
    """A time to the second, with its offset: 15 Jun 2030, 12:00:00 +0000."""
    date_, time = day(value.date(), language), f"{value:%H:%M:%S %z}"
    return f"{date_}، {_LEFT}{time}{_END}" if language in RIGHT_TO_LEFT else f"{date_}, {time}"


def address(street: str, postal_code: str, city: str, country_: str) -> tuple[str, ...]:
    """An address line by line, what is missing left out; the country, an ISO 3166-1 alpha-2 code, as a Country."""
    lines = (street, f"{postal_code} {city}".strip(), Country(country_))
    return tuple(line for line in lines if line)


def country(code: str, language: str = "en") -> str:
    """The name of a country, an ISO 3166-1 alpha-2 code, in a language; of a code that is none, the code."""
    found = pycountry.countries.get(alpha_2=code)
    return str(_locale(language).territories.get(code, found.name)) if found else code


def isolated(text: str, language: str) -> str:
    """A text that somebody else wrote, or a figure, as it can stand in a sentence of a language.

    In one that is read from right to left each is kept together, in the others what has letters of such a script.
    """
    apart = language in RIGHT_TO_LEFT or any(bidirectional(each) in _FROM_RIGHT for each in text)
    return f"{_ISOLATE}{text}{_END}" if apart and text else text


@cache
def _locale(language: str) -> babel.Locale:
    return babel.Locale.parse(_USAGE.get(language, language))
