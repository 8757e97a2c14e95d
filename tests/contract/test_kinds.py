"""Every text of the contract says what it is; what is forgotten is refused with file, line and remedy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from loanflow.options.v1 import kind_pb2
from proto.plugins.kinds import PLAIN, kindless
from services.kinds.forms import normal
from tests.contract.compiled import contract_of
from tests.contract.findings import findings
from tests.contract.test_descriptors import FILES

KIND: Any = kind_pb2.kind
DEMO = (Path(__file__).parent / "golden" / "kinds.proto").read_text()


def _texts() -> Iterator[FieldDescriptor]:
    waiting: list[Descriptor] = [each for file in FILES for each in file.message_types_by_name.values()]
    while waiting:
        message = waiting.pop()
        yield from (field for field in message.fields if field.type == FieldDescriptor.TYPE_STRING)
        waiting += message.nested_types


# Every text of the contract, by its full name.
ALL = {field.full_name: field for field in _texts()}


def test_a_contract_that_says_all_is_taken(tmp_path: Path) -> None:
    contract = contract_of(DEMO, tmp_path)
    kindless(contract)
    findings(contract.errors)


MISTAKES = [
    ("email", "string email = 1 [(loanflow.options.v1.kind) = KIND_EMAIL]", "string email = 1",
     "is KIND_EMAIL by its name: add [(loanflow.options.v1.kind) = KIND_EMAIL], or name it otherwise"),
    ("work_email", "string colour", "string work_email", "is KIND_EMAIL by its name"),
    ("pay_iban", "string colour", "string pay_iban", "is KIND_IBAN by its name"),
    ("last_name", "string colour", "string last_name", "is KIND_PERSON_NAME by its name"),
    ("mobile_number", "string colour", "string mobile_number", "is KIND_PHONE by its name"),
    ("fee_currency", "string colour", "string fee_currency", "is KIND_CURRENCY by its name"),
    ("country_of_birth", "string colour", "string country_of_birth", "is KIND_COUNTRY by its name"),
    ("date_of_birth", "string colour", "string date_of_birth", "is KIND_DATE by its name"),
    ("preferred_language", "string colour", "string preferred_language", "is KIND_LANGUAGE by its name"),
    ("time_zone", "string colour", "string time_zone", "is KIND_TIME_ZONE by its name"),
    ("language", "string colour", "string language", "is KIND_LANGUAGE by its name"),
    ("tax_number", "string colour", "string tax_number", "is by its name a thing that has no kind yet"),
    ("remark", "string remark = 4 [(loanflow.options.v1.kind) = KIND_TEXT]", "string remark = 4",
     "is a text that comes in, and says not what it is: add [(loanflow.options.v1.kind) = KIND_LINE]"),
    ("national_id", ", (loanflow.options.v1.kind_country) = \"land\"", "", "a national id or register"),
    ("national_id", "kind_country) = \"land\"", "kind_country) = \"email\"", "a national id or register"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "old", "new", "message"), MISTAKES, ids=[each[0] for each in MISTAKES])
def test_a_text_that_says_not_what_it_is(field: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in DEMO
    text = DEMO.replace(old, new, 1)
    contract = contract_of(text, tmp_path)
    kindless(contract)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if f"string {field} =" in each)
    (error,) = contract.errors
    assert error.startswith(f"proto/demo.proto:{line}: demo.v1.") and f".{field}: {message}" in error


def test_nothing_is_plain_that_is_not_there() -> None:
    assert {field.name for field in ALL.values()} >= PLAIN


@pytest.mark.parametrize("kind", [each for each in kind_pb2.Kind.DESCRIPTOR.values if each.number])
def test_every_kind_has_a_normal_form_and_a_field(kind: Any) -> None:
    examples = {
        "EMAIL": "ada@example.org", "PERSON_NAME": "Ada Lovelace", "PHONE": "+4915112345678", "CURRENCY": "EUR",
        "IBAN": "DE89370400440532013000", "COUNTRY": "DE", "NATIONAL_ID": "L01X00T47", "DATE": "2027-01-31",
        "LINE": "A line", "TEXT": "Some\ntext", "TIME_ZONE": "Europe/Dublin", "LEI": "529900T8BM49AURSDO55",
        "REGISTRATION_NUMBER": "Stuttgart HRB 201434", "LANGUAGE": "de",
    }  # fmt: skip
    example = examples[kind.name.removeprefix("KIND_")]
    assert normal(kind.number, example, "DE") == example
    assert kind.number in {field.GetOptions().Extensions[KIND] for field in ALL.values()}
