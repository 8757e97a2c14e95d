"""The normal form of each kind that the contract knows."""

from collections.abc import Callable, Mapping

from loanflow.options.v1 import kind_pb2
from services.kinds import codes, contacts, registers, texts

# What depends on a country is not here.
_FORMS: Mapping[int, Callable[[str], str]] = {
    kind_pb2.KIND_EMAIL: contacts.email,
    kind_pb2.KIND_PERSON_NAME: texts.person_name,
    kind_pb2.KIND_PHONE: contacts.phone,
    kind_pb2.KIND_IBAN: codes.iban,
    kind_pb2.KIND_CURRENCY: codes.currency,
    kind_pb2.KIND_COUNTRY: codes.country,
    kind_pb2.KIND_DATE: codes.civil_date,
    kind_pb2.KIND_TIME_ZONE: codes.time_zone,
    kind_pb2.KIND_LEI: codes.lei,
    kind_pb2.KIND_LANGUAGE: codes.language,
    kind_pb2.KIND_LINE: texts.line,
    kind_pb2.KIND_TEXT: texts.lines,
}
_FORMS_OF_COUNTRY: Mapping[int, Callable[[str, str], str]] = {
    kind_pb2.KIND_NATIONAL_ID: codes.national_id,
    kind_pb2.KIND_REGISTRATION_NUMBER: registers.registration_number,
}


def normal(kind: int, text: str, country: str = "") -> str:
    """The text in the normal form of its kind; NotOfKind when it is no such thing. `country` is whose number it is."""
    if kind in _FORMS_OF_COUNTRY:
        return _FORMS_OF_COUNTRY[kind](text, country)
    return _FORMS[kind](text)
