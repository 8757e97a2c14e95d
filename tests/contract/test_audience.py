"""What staff writes has a reader that the contract names, and what customers read gives no hint of a suspicion."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from buf.validate import validate_pb2
from loanflow.options.v1 import audience_pb2
from services.runtime.context import CallerKind
from services.runtime.serving.interceptors.audience import readers
from tests.contract.conftest import ROOT
from tests.contract.findings import findings
from tests.contract.protos import at
from tests.contract.test_descriptors import ACCESS, EVENT_MESSAGES, METHODS, _path

# Any: protoc's own stubs type extensions as descriptors.
RULES: Any = validate_pb2.field
AUDIENCE: Any = audience_pb2.audience
STAFF_ROLES = {"OFFICER", "MANAGER", "RISK_MGR", "INTERNAL", "CREDIT_HEAD", "ADMIN"}
# A text this long is written, not typed off.
WRITTEN = 100
# What staff may send that is no message to a person: reviewed, each with what it is.
NOT_WRITTEN = {
    "query": "words that a search looks for",
    "page_token": "given by the page before",
    "refresh_token": "given at sign-in",
    "email": "an address",
    "password": "a secret",
    "current_password": "a secret",
    "new_password": "a secret",
    "full_name": "a name",
    "project.name": "the applicant's, of their own project",
    "project.description": "the applicant's, of their own project",
    "purpose": "the applicant's own",
}
# Texts in events are names and codes; each was looked at by a person, because every customer may be notified of it.
EVENT_TEXTS = re.compile(
    r"(_id|_ids|_by|_deciders|_date|_hash|_percent|_version|_codes|_fields|_frequency|sha256|currency|amount|facility_type|"
    r"project_name|holidays|calendar|reference|filed_by|paper_language)$"
)
HINTS = re.compile(
    r"sanction|fraud|crim|launder|terror|suspic|suspect|watch|black ?list|police|embargo|compliance", re.I
)


def is_note(field: FieldDescriptor) -> bool:
    """Whether the text is kept from customers."""
    return CallerKind.END_USER not in readers(field)


def texts(message: Descriptor, path: str = "", seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
    """Every string of a message with its path, on every depth."""
    for field in message.fields:
        inner = field.message_type
        if inner is not None and inner.full_name not in seen and not inner.full_name.startswith("google."):
            yield from texts(inner, f"{path}{field.name}.", seen | {inner.full_name})
        elif field.type == FieldDescriptor.TYPE_STRING:
            yield path + field.name, field


def _maps(message: Descriptor, seen: frozenset[str] = frozenset()) -> Iterator[Descriptor]:
    for inner in {
        each.message_type.full_name: each.message_type for each in message.fields if each.message_type
    }.values():
        if inner.GetOptions().map_entry:
            yield inner
        elif inner.full_name not in seen:
            yield from _maps(inner, seen | {inner.full_name})


def is_written(field: Any) -> bool:
    rules = field.GetOptions().Extensions[RULES].string
    return bool(rules.max_len >= WRITTEN and not rules.pattern)


@pytest.mark.parametrize(
    "method", [each for each in METHODS if STAFF_ROLES & set(ACCESS[_path(each)]["roles"])], ids=_path
)
def test_whatever_staff_writes_says_who_reads_it(method: MethodDescriptor) -> None:
    untagged = [
        at(field)
        for path, field in texts(method.input_type)
        if is_written(field) and path not in NOT_WRITTEN and not field.GetOptions().Extensions[AUDIENCE]
    ]
    findings(untagged, "give it loanflow.options.v1.audience: a note for the file, or a text for the customer")


@pytest.mark.parametrize("message", EVENT_MESSAGES, ids=lambda message: str(message.full_name))
def test_no_event_carries_what_somebody_wrote(message: Descriptor) -> None:
    found = list(texts(message))
    notes = [at(field) for _, field in found if is_note(field)]
    findings(notes, "is a note of staff, and events go to everyone who subscribes: leave it out of the event")
    unknown = [at(field) for path, field in found if not EVENT_TEXTS.search(path)]
    findings(unknown, f"is it a code or a name? Then list it in EVENT_TEXTS of {__name__}; else leave it out")


def test_no_note_lies_in_a_map() -> None:
    """Where the server would not look for it."""
    maps = [each for method in METHODS for each in _maps(method.output_type)]
    notes = [at(field) for each in maps for _, field in texts(each) if is_note(field)]
    findings(notes, "is hidden by nothing where it is in a map: make it a list of messages")


def test_what_is_for_staff_is_personal_too() -> None:
    """The log masks what customers must not read as well."""
    marked = [field for method in METHODS for _, field in (*texts(method.input_type), *texts(method.output_type))]
    notes = [each for each in marked if is_note(each) and not each.name.endswith(("_id", "_by"))]
    findings([at(each) for each in notes if not each.GetOptions().debug_redact], "add [debug_redact = true]")
    assert len({each.full_name for each in marked if is_note(each)}) > 10


def test_no_word_that_customers_get_hints_at_a_suspicion() -> None:
    folder = ROOT / "services" / "notification" / "templates" / "en"
    said = json.loads((folder / "words.json").read_text())
    words = [(folder / "words.json", phrase) for phrases in said.values() for phrase in phrases.values()]
    lines = [(path, line) for path in sorted(folder.glob("*.txt")) for line in path.read_text().splitlines()]
    hinting = [f"{_line(path, text)}: {text!r}" for path, text in (*words, *lines) if HINTS.search(text)]
    findings(hinting, "hints at a suspicion, which the customer must not learn of: say it without")


def _line(path: Path, text: str) -> str:
    before = path.read_text().partition(text)[0]
    return f"{path.relative_to(ROOT)}:{before.count(chr(10)) + 1}"


def test_a_compliance_rejection_reads_like_any_other() -> None:
    words = json.loads((ROOT / "services" / "notification" / "templates" / "en" / "words.json").read_text())
    said = words["KycRejectionReason"]
    assert said["COMPLIANCE"] == said["OTHER"] == said["UNSPECIFIED"]
