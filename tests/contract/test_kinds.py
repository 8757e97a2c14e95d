"""Every field of the contract that holds one of the known things says so; every text of a request is a reviewed one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from buf.validate import validate_pb2
from loanflow.options.v1 import kind_pb2
from services.kinds.forms import normal
from tests.contract.test_descriptors import FILES, METHODS

KIND: Any = kind_pb2.kind
COUNTRY: Any = kind_pb2.kind_country
RULES: Any = validate_pb2.field

# By their names: which kind a field has, if it is a text. There are no kinds yet for the last; who adds the first such
# field adds the kind to proto/loanflow/options/v1/kind.proto and its normal form to services/kinds.
NAMED = {
    r"e_?mail|.*_e?mail|.*email_address": "KIND_EMAIL",
    r"(full|first|last|maiden|given|family|middle|birth|holder|person|borrower|.*holder)_name": "KIND_PERSON_NAME",
    r"phone|mobile|fax|.*_(phone|mobile|fax)|(phone|mobile|fax)_number": "KIND_PHONE",
    r"iban|.*_iban": "KIND_IBAN",
    r"currency|.*_currency|currency_code": "KIND_CURRENCY",
    r"country|.*_country|country_.*|nationality|citizenship": "KIND_COUNTRY",
    r"national_id|.*_national_id|identity_number": "KIND_NATIONAL_ID",
    r"date|.*_date|.*_date_(from|to)|date_of_birth|birthday": "KIND_DATE",
    r"name|.*project_name|file_name|street|city|employer|reference|query": "KIND_LINE",
    r"comment|notes?|description|purpose|conditions": "KIND_TEXT",
    r"language|locale|.*_language|.*_locale|time_?zone|.*_time_?zone|tax_.*|.*_tax_(id|number)|vat_.*|registration_number":
        "a kind of its own",
}  # fmt: skip
# Texts of the contract's own making, not of a person's.
OF_OURS = {
    "loanflow.application.v1.ApplicationSubmitted.project_name": "an event",
    "loanflow.risk.v1.ScoreReason.description": "a text of the scorecard",
}
# What a request has besides ids and things of a kind, and why it is none.
PLAIN = {
    "amount": "a decimal by its pattern",
    "annual_rate_percent": "a decimal by its pattern",
    "code": "six digits by its pattern",
    "event_type": "a name of an event by its pattern",
    "facility_type": "a code by its pattern",
    "holiday_calendar": "a code by its pattern; the arithmetic knows the calendars",
    "page_token": "an opaque token",
    "password": "a secret, compared byte by byte",
    "postal_code": "letters and digits by its pattern",
    "refresh_token": "an opaque token",
    "sha256": "hexadecimal digits by its pattern",
}


def _messages() -> Iterator[Descriptor]:
    waiting = [each for file in FILES for each in file.message_types_by_name.values()]
    while waiting:
        message = waiting.pop()
        yield message
        waiting += message.nested_types


def _texts(message: Descriptor) -> Iterator[FieldDescriptor]:
    yield from (field for field in message.fields if field.type == FieldDescriptor.TYPE_STRING)


def _kind(field: FieldDescriptor) -> str:
    return kind_pb2.Kind.Name(field.GetOptions().Extensions[KIND])


def _wanted(field: FieldDescriptor) -> str:
    return next((kind for pattern, kind in NAMED.items() if re.fullmatch(pattern, field.name)), "")


ALL = {field.full_name: field for message in _messages() for field in _texts(message)}


def _in_requests() -> dict[str, FieldDescriptor]:
    found: dict[str, FieldDescriptor] = {}
    waiting, seen = [method.input_type for method in METHODS], set()
    while waiting:
        message = waiting.pop()
        if message.full_name in seen or not message.full_name.startswith("loanflow."):
            continue
        seen.add(message.full_name)
        found |= {field.full_name: field for field in _texts(message)}
        waiting += [field.message_type for field in message.fields if field.message_type is not None]
    return found


def test_a_field_of_a_known_name_has_its_kind() -> None:
    wrong = [
        f"{name}: by its name it is {_wanted(field)}, and the contract says {_kind(field)}: add"
        f" [(loanflow.options.v1.kind) = {_wanted(field)}]"
        for name, field in ALL.items()
        if _wanted(field) not in ("", _kind(field)) and name not in OF_OURS
    ]
    assert not wrong, "\n".join(wrong)


def test_a_text_of_a_request_has_a_kind_or_is_a_reviewed_one() -> None:
    wrong = [
        f"{name}: a text that comes in has a kind (loanflow.options.v1.kind), or its name stands in PLAIN with a reason"
        for name, field in _in_requests().items()
        if _kind(field) == "KIND_UNSPECIFIED"
        and not field.GetOptions().Extensions[RULES].string.uuid
        and field.name not in PLAIN
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_reviewed_that_is_not_there() -> None:
    plain = {field.name for field in _in_requests().values() if _kind(field) == "KIND_UNSPECIFIED"}
    assert set(PLAIN) <= plain, f"gone from the contract: {sorted(set(PLAIN) - plain)}"
    assert set(OF_OURS) <= set(ALL)


def test_a_national_id_names_the_country_beside_it() -> None:
    for name, field in ALL.items():
        beside = field.GetOptions().Extensions[COUNTRY]
        assert bool(beside) == (_kind(field) == "KIND_NATIONAL_ID"), name
        message = field.containing_type
        assert not beside or (message and _kind(message.fields_by_name[beside]) == "KIND_COUNTRY"), name


@pytest.mark.parametrize("kind", [each for each in kind_pb2.Kind.DESCRIPTOR.values if each.number])
def test_every_kind_has_a_normal_form_and_a_field(kind: Any) -> None:
    examples = {
        "EMAIL": "ada@example.org", "PERSON_NAME": "Ada Lovelace", "PHONE": "+4915112345678", "CURRENCY": "EUR",
        "IBAN": "DE89370400440532013000", "COUNTRY": "DE", "NATIONAL_ID": "L01X00T47", "DATE": "2027-01-31",
        "LINE": "A line", "TEXT": "Some\ntext",
    }  # fmt: skip
    example = examples[kind.name.removeprefix("KIND_")]
    assert normal(kind.number, example, "DE") == example
    assert kind.name in {_kind(field) for field in ALL.values()}
