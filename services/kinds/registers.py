"""Numbers of legal entities in the registers of their countries: forms, and check digits where there are any.

Most are what python-stdnum knows; a register without check digits has the form that its registrar publishes. In a
country that is not here any number is taken that has a digit.
"""

import re
from collections.abc import Mapping

from stdnum import exceptions, get_cc_module

from services.kinds.errors import NotOfKind
from services.kinds.texts import spaced

# python-stdnum's module of the number that a country's register gives, or that it is found by.
_CHECKED = {
    "AT": "businessid",
    "AU": "acn",
    "BE": "vat",
    "BR": "cnpj",
    "CH": "uid",
    "CZ": "dic",
    "DE": "handelsregisternummer",
    "DK": "cvr",
    "EE": "registrikood",
    "ES": "cif",
    "FI": "ytunnus",
    "FR": "siren",
    "HR": "oib",
    "IT": "iva",
    "NO": "orgnr",
    "PT": "nif",
    "SE": "orgnr",
}
# Companies House, the Companies Registration Office, Kamer van Koophandel, RCS, Krajowy Rejestr Sadowy.
_FORMS: Mapping[str, str] = {
    "GB": r"[0-9]{8}|[A-Z]{2}[0-9]{6}",
    "IE": r"[0-9]{1,6}",
    "LU": r"[A-Z][0-9]{1,6}",
    "NL": r"[0-9]{8}",
    "PL": r"[0-9]{10}",
}
# Where words are part of the number, such as its court, or a small letter: they are kept as python-stdnum writes them.
_AS_WRITTEN = {"AT", "DE"}


def registration_number(text: str, of_country: str) -> str:
    """The number of a legal entity in the register of that country, in its normal form."""
    written = " ".join(spaced(text).split())
    compact = written if of_country in _AS_WRITTEN else re.sub("[ .-]", "", written).upper()
    if of_country in _CHECKED:
        return _checked(compact, of_country)
    if not re.fullmatch(_FORMS.get(of_country, r"(?=.*[0-9])[0-9A-Z/]{1,30}"), compact):
        raise NotOfKind(f"must be a number of the register of {of_country}")
    return compact


def _checked(number: str, of_country: str) -> str:
    module = get_cc_module(of_country.lower(), _CHECKED[of_country])
    if module is None:
        raise LookupError(f"python-stdnum has no {_CHECKED[of_country]} of {of_country}")
    try:
        return str(module.validate(number))
    except exceptions.InvalidChecksum:
        raise NotOfKind("has wrong check digits") from None
    except exceptions.ValidationError:
        raise NotOfKind(f"must be a number of the register of {of_country}") from None
