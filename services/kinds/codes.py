"""Codes and numbers that a standard defines: accounts, currencies, countries, dates, national identity numbers."""

import re
from datetime import date
from functools import cache
from zoneinfo import available_timezones

import pycountry
from babel import localedata
from stdnum import exceptions, get_cc_module
from stdnum import iban as iban_number
from stdnum import lei as lei_number

from services.currencies import DECIMALS
from services.kinds.errors import NotOfKind
from services.kinds.texts import spaced

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Letters of a code; of what has none the locale data have three.
_ISO_639_1 = 2
# ISO 7064 MOD 97-10 makes these alone; 00, 01 and 99 have the same remainder as 97, 98 and 02.
_IBAN = re.compile(r"[A-Z]{2}(0[2-9]|[1-8][0-9]|9[0-8])[A-Z0-9]{8,30}")

# The personal numbers that have check digits: their form, which differs from the numbers of documents, and
# python-stdnum's module for them. Where both are the same length the form leaves out what could be either.
_PERSONAL_NUMBERS = {
    "BE": (r"\d{11}", "nn"),
    "BG": (r"\d{10}", "egn"),
    "BR": (r"\d{11}", "cpf"),
    "CN": (r"\d{17}[\dX]", "ric"),
    "CZ": (r"\d{10}", "rc"),
    "EE": (r"\d{11}", "ik"),
    "ES": (r"\d{8}[A-Z]|[XYZ]\d{7}[A-Z]", "nif"),
    "FI": (r"\d{6}[-A-FU-Y]\d{3}[0-9A-Y]", "hetu"),
    "HR": (r"\d{11}", "oib"),
    "IS": (r"\d{10}", "kennitala"),
    "IT": (r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]", "codicefiscale"),
    "KR": (r"\d{6}-?\d{7}", "rrn"),
    "LT": (r"\d{11}", "asmens"),
    "NL": (r"\d{9}", "bsn"),
    "NO": (r"\d{11}", "fodselsnummer"),
    "PL": (r"\d{11}", "pesel"),
    "PT": (r"\d{9}[A-Z0-9]{2}\d", "cc"),
    "RO": (r"\d{13}", "cnp"),
    "SE": (r"(\d{2})?\d{6}-?\d{4}", "personnummer"),
    "SI": (r"\d{13}", "emso"),
    "SK": (r"\d{10}", "rc"),
    "TH": (r"\d{13}", "pin"),
    "TR": (r"\d{11}", "tckimlik"),
    "ZA": (r"\d{13}", "idnr"),
}


def iban(text: str) -> str:
    """An IBAN in electronic form: capitals, no spaces. The country's own checks inside it are left to its banks."""
    compact = re.sub("[ -]", "", spaced(text)).upper()
    if not _IBAN.fullmatch(compact):
        raise NotOfKind("must be an IBAN: two letters, check digits from 02 to 98, then letters and digits")
    try:
        return str(iban_number.validate(compact, check_country=False))
    except exceptions.InvalidChecksum:
        raise NotOfKind("has wrong check digits") from None
    except exceptions.InvalidComponent:
        raise NotOfKind(f"must be an IBAN: ISO 13616 has none of {compact[:2]}") from None
    except exceptions.ValidationError:
        raise NotOfKind(f"must be an IBAN: those of {compact[:2]} have another length or structure") from None


def lei(text: str) -> str:
    """A legal entity identifier of ISO 17442 in capitals, without spaces."""
    compact = re.sub("[ -]", "", spaced(text)).upper()
    try:
        return str(lei_number.validate(compact))
    except exceptions.InvalidChecksum:
        raise NotOfKind("has wrong check digits") from None
    except exceptions.ValidationError:
        raise NotOfKind("must be an LEI: 18 letters and digits, then two check digits") from None


def currency(text: str) -> str:
    """A currency in which amounts can be owed."""
    if text not in DECIMALS:
        raise NotOfKind("must be a currency of ISO 4217 that has a minor unit, such as EUR")
    return text


def country(text: str) -> str:
    """A country by its two capitals."""
    if not text.isupper() or pycountry.countries.get(alpha_2=text) is None:
        raise NotOfKind("must be a country of ISO 3166-1 in two capitals, such as DE")
    return text


def civil_date(text: str) -> str:
    """A date of the calendar; what is not even written as one the field's pattern refuses."""
    if _DATE.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            raise NotOfKind("must be a date of the calendar", "IMPOSSIBLE_DATE") from None
    return text


def time_zone(text: str) -> str:
    """A place whose time is known, by its name in the IANA database."""
    if text not in _zones():
        raise NotOfKind("must be a time zone of the IANA database, such as Europe/Dublin")
    return text


@cache
def _zones() -> set[str]:
    return available_timezones()


def language(text: str) -> str:
    """A language by its two letters of ISO 639-1, in small letters as BCP 47 writes them (RFC 5646, 2.1.1)."""
    tag = text.lower()
    if tag not in _languages():
        raise NotOfKind("must be a language by its two letters of ISO 639-1, such as de")
    return tag


@cache
def _languages() -> frozenset[str]:
    return frozenset(each for each in localedata.locale_identifiers() if len(each) == _ISO_639_1)


def national_id(text: str, of_country: str) -> str:
    """The number of a national identity document; a personal number of that country has right check digits."""
    number = spaced(text).replace(" ", "").upper()
    if sum(each.isalnum() for each in number) < 4:
        raise NotOfKind("must have at least 4 letters or digits")
    form, name = _PERSONAL_NUMBERS.get(of_country, ("", ""))
    module = get_cc_module(of_country.lower(), name) if name else None
    if module is not None and re.fullmatch(form, number, re.ASCII) and not module.is_valid(number):
        raise NotOfKind(f"must be right in its check digits, as personal numbers of {of_country} are")
    return number
