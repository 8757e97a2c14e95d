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
from services.catalog import SERVICES
from tests.contract.conftest import GEN, ROOT

ACCESS: dict[str, Any] = json.loads((GEN / "access.json").read_text())
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
    return public | customer | set(entry["roles"]) or {"SYSTEM"}


def test_each_service_of_the_table_has_its_contract_and_no_other_has() -> None:
    found = {service.full_name for file in FILES for service in file.services_by_name.values()}
    assert found == {service.proto_service for service in SERVICES}


def test_gen_is_of_these_protos() -> None:
    protos = {str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto" / "loanflow").rglob("*.proto")}
    assert {file.name for file in FILES} == protos
    assert set(ACCESS) == {_path(method) for method in METHODS}
    assert {path.stem for path in (GEN / "avro").glob("*.avsc")} == {message.full_name for message in EVENT_MESSAGES}


@pytest.mark.parametrize("method", METHODS, ids=_path)
def test_rpc_has_route_unless_internal(method: MethodDescriptor) -> None:
    entry = ACCESS[_path(method)]
    assert entry["http"] or _who(entry) == {"SYSTEM"}, "what the edge lets through needs a google.api.http route"
    assert _who(entry) != {"SYSTEM"} or entry["callers"], "name the services that may call it"


def test_comments_say_errors_and_who_may_call() -> None:
    silent = []
    for path in sorted((ROOT / "proto" / "loanflow").rglob("*_service.proto")):
        comment: list[str] = []
        for line in path.read_text().splitlines():
            if found := re.match(r"\s*rpc (\w+)", line):
                text = "\n".join(comment)
                if "Errors:" not in text or not re.search(r"^For ", text, re.MULTILINE):
                    silent.append(f"{path.name}: {found.group(1)}")
            comment = [*comment, line.strip().removeprefix("//").strip()] if line.strip().startswith("//") else []
    assert silent == []


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
        field.full_name
        for field in _inputs(method.input_type)
        if _takes_input(field) and not field.GetOptions().HasExtension(RULES)
    ]
    assert bare == []


def test_events_carry_no_personal_data() -> None:
    personal = [
        field.full_name for message in EVENT_MESSAGES for field in _inputs(message) if field.GetOptions().debug_redact
    ]
    assert personal == []


def test_envoy_can_render_every_error_detail() -> None:
    image = FileDescriptorSet.FromString((GEN / "loanflow.binpb").read_bytes())
    names = {file.name for file in image.file}
    assert "google/rpc/error_details.proto" in names
    assert not any(file.HasField("source_code_info") for file in image.file)


def test_reasons_are_unique_and_prefixed() -> None:
    assert all(name.startswith("REASON_") for name in reason_pb2.Reason.DESCRIPTOR.values_by_name)
