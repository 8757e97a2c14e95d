"""The normal form of each kind that the contract knows."""

from collections.abc import Callable, Mapping

from loanflow.options.v1 import kind_pb2
from services.kinds import codes, contacts, texts

# KIND_NATIONAL_ID is not here: its form depends on a country.
_FORMS: Mapping[int, Callable[[str], str]] = {
    kind_pb2.KIND_EMAIL: contacts.email,
    kind_pb2.KIND_PERSON_NAME: texts.person_name,
    kind_pb2.KIND_PHONE: contacts.phone,
    kind_pb2.KIND_IBAN: codes.iban,
    kind_pb2.KIND_CURRENCY: codes.currency,
    kind_pb2.KIND_COUNTRY: codes.country,
    kind_pb2.KIND_DATE: codes.civil_date,
    kind_pb2.KIND_TIME_ZONE: codes.time_zone,
    kind_pb2.KIND_LINE: texts.line,
    kind_pb2.KIND_TEXT: texts.lines,
}


def normal(kind: int, text: str, country: str = "") -> str:
    """The text in the normal form of its kind; NotOfKind when it is no such thing. `country` is a national id's."""
    if kind == kind_pb2.KIND_NATIONAL_ID:
        return codes.national_id(text, country)
    return _FORMS[kind](text)
