"""Walks the contract itself and names what was forgotten."""

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from buf.validate import validate_pb2
from loanflow.errors.v1 import reason_pb2
from loanflow.options.v1 import event_pb2
from services.catalog import SERVICES, SHARED
from tests.contract.conftest import GEN, ROOT
from tests.contract.findings import Named, findings, same
from tests.contract.protos import at

MAKE = "make gen, and commit it"
ACCESS: dict[str, Any] = Named(json.loads((GEN / "access.json").read_text()), "gen/access.json:1", MAKE)
# Any: protoc's own stubs type extensions as descriptors.
EVENT: Any = event_pb2.event
RULES: Any = validate_pb2.field
FILE = "google.api.HttpBody"
NO_RULES_NEEDED = {FieldDescriptor.TYPE_BOOL}


def _files() -> Iterator[FileDescriptor]:
    for path in sorted((GEN / "loanflow").rglob("*_pb2.py")):
        yield importlib.import_module(".".join(path.relative_to(GEN).with_suffix("").parts)).DESCRIPTOR


FILES = list(_files())
METHODS: list[MethodDescriptor] = [
    method for file in FILES for service in file.services_by_name.values() for method in service.methods
]
EVENT_MESSAGES = [
    message
    for file in FILES
    for message in file.message_types_by_name.values()
    if message.GetOptions().HasExtension(EVENT)
]


def _path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def _who(entry: dict[str, Any]) -> set[str]:
    customer = {"BEARER"} if entry["owner"] else set()
    public = {"PUBLIC"} if entry["public"] else set()
    return public | customer | set(entry["roles"]) | set(entry["scopes"]) or {"SYSTEM"}


def test_each_service_of_the_table_has_its_contract_and_no_other_has() -> None:
    found = {service.full_name for file in FILES for service in file.services_by_name.values()}
    wanted = {service.proto_service for service in SERVICES} | SHARED
    same(found, wanted, "services/catalog.py:1", "write its proto, or take it out of the table", "add it to the table")


def test_gen_is_of_these_protos() -> None:
    protos = {str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto" / "loanflow").rglob("*.proto")}
    same([file.name for file in FILES], protos, "gen/loanflow:1", MAKE, MAKE)
    same(ACCESS, map(_path, METHODS), "gen/access.json:1", MAKE, MAKE)
    schemas = {path.stem for path in (GEN / "avro").glob("*.avsc")}
    same(schemas, [message.full_name for message in EVENT_MESSAGES], "gen/avro:1", MAKE, MAKE)


@pytest.mark.parametrize("method", METHODS, ids=_path)
def test_rpc_has_route_unless_internal(method: MethodDescriptor) -> None:
    entry = ACCESS[_path(method)]
    name = at(method)
    assert entry["http"] or _who(entry) == {"SYSTEM"}, (
        f"{name}: the edge lets it through: give it a google.api.http route"
    )
    assert _who(entry) != {"SYSTEM"} or entry["callers"], f"{name}: is for the mesh alone: name its callers"


def test_comments_say_errors_and_who_may_call() -> None:
    silent = []
    for path in sorted((ROOT / "proto" / "loanflow").rglob("*_service.proto")):
        comment: list[str] = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if found := re.match(r"\s*rpc (\w+)", line):
                text = "\n".join(comment)
                if "Errors:" not in text or not re.search(r"^For ", text, re.MULTILINE):
                    silent.append(f"{path.relative_to(ROOT)}:{number}: {found.group(1)}")
            comment = [*comment, line.strip().removeprefix("//").strip()] if line.strip().startswith("//") else []
    findings(silent, "its comment needs the list `Errors:` and a line `For ...` that says who may call")


def _inputs(message: Descriptor, seen: frozenset[str] = frozenset()) -> Iterator[FieldDescriptor]:
    for field in message.fields:
        yield field
        inner = field.message_type
        if inner and inner.full_name.startswith("loanflow.") and inner.full_name not in seen:
            yield from _inputs(inner, seen | {inner.full_name})


def _takes_input(field: FieldDescriptor) -> bool:
    """Our own messages have rules inside; files are judged by what they hold."""
    if field.message_type:
        return not field.message_type.full_name.startswith("loanflow.") and field.message_type.full_name != FILE
    return field.type not in NO_RULES_NEEDED


@pytest.mark.parametrize("method", METHODS, ids=_path)
def test_input_fields_have_validation(method: MethodDescriptor) -> None:
    bare = [
        at(field)
        for field in _inputs(method.input_type)
        if _takes_input(field) and not field.GetOptions().HasExtension(RULES)
    ]
    findings(bare, "has no rule: add (buf.validate.field), such as string.max_len")


def test_events_carry_no_personal_data() -> None:
    personal = [
        at(field) for message in EVENT_MESSAGES for field in _inputs(message) if field.GetOptions().debug_redact
    ]
    findings(personal, "is personal, and events are kept for ever: leave it out of the event")


def test_envoy_can_render_every_error_detail() -> None:
    image = FileDescriptorSet.FromString((GEN / "loanflow.binpb").read_bytes())
    names = {file.name for file in image.file}
    assert "google/rpc/error_details.proto" in names
    assert not any(file.HasField("source_code_info") for file in image.file)


def test_reasons_are_unique_and_prefixed() -> None:
    assert all(name.startswith("REASON_") for name in reason_pb2.Reason.DESCRIPTOR.values_by_name)
