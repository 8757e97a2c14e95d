"""The generators against golden files, and what each refuses, with file, line and reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import pytest

from proto.plugins.access import access_table
from proto.plugins.avro import schemas
from proto.plugins.contract import Contract
from tests.contract.compiled import contract_of
from tests.contract.conftest import GEN
from tests.contract.findings import findings

GOLDEN = Path(__file__).parent / "golden"
DEMO = (GOLDEN / "demo.proto").read_text()


@pytest.mark.parametrize(
    ("generator", "name"), [(access_table, "access.json"), (schemas, "demo.v1.DemoDone.avsc")], ids=["access", "avro"]
)
def test_gives_the_golden_file(generator: Callable[[Contract], dict[str, str]], name: str, tmp_path: Path) -> None:
    contract = contract_of(DEMO, tmp_path)
    made = generator(contract)
    findings(contract.errors)
    assert list(made) == [name]
    assert made[name] == (GOLDEN / name).read_text()


REFUSALS = [
    ("access option", "option (loanflow.options.v1.access) = {public: true, rate_class: RATE_CLASS_SENSITIVE};", "",
     "demo.v1.DemoService/Open: has no option (loanflow.options.v1.access): say who may call it"),
    ("no caller", "{public: true, rate_class: RATE_CLASS_SENSITIVE}", "{rate_class: RATE_CLASS_SENSITIVE}",
     "demo.v1.DemoService/Open: its option (loanflow.options.v1.access) lets no one call it"),
    ("staff and public", "{public: true, rate_class", "{public: true, staff: true, rate_class",
     "demo.v1.DemoService/Open: is public and yet names staff, roles, scopes or an owner: decide for one"),
    ("staff and roles", "{roles: [ROLE_OFFICER", "{staff: true, roles: [ROLE_OFFICER",
     "demo.v1.DemoService/Change: is for all staff and yet names roles: decide for one"),
    ("owner", 'owner: {field: "document_id"}', 'owner: {field: "loan_id"}',
     "demo.v1.DemoService/Change: owner field 'loan_id' is not in demo.v1.GetRequest"),
    ("owner of a kind", 'owner: {field: "document_id"}', 'owner: {field: "mood"}',
     "demo.v1.DemoService/Change: owner field 'mood' is none that names its owner: application_id, customer_id,"),
    ("self", 'owner: {field: "document_id"}', "owner: {self: true}", "demo.v1.DemoService/Change: reaches only the "
     "caller's own by its option, and yet its request names document_id: name it as the owner"),
    ("listener", 'listeners: ["kyc"]', 'listeners: ["kyc", "billing"]',
     "demo.v1.DemoDone: listener 'billing' is not in services/catalog.py"),
    ("no listeners", ', listeners: ["kyc"]', "", "demo.v1.DemoDone: its event option names no listeners"),
    ("caller", '"kyc", "scheduler"', '"kyc", "billing"',
     "demo.v1.DemoService/Internal: caller 'billing' is not in services/catalog.py"),
    ("path", 'put: "/api/v1/demo/{document_id}"', 'get: "/api/v1/demo/{document_id}"',
     "demo.v1.DemoService/Change: GET /api/v1/demo/{document_id} is already taken by demo.v1.DemoService/Open"),
    ("event key", 'key: "demo_id"', 'key: "loan_id"', "demo.v1.DemoDone: event key 'loan_id' is not a field"),
    ("event type", "// GetResponse is empty.\nmessage GetResponse {}",
     'message GetResponse { string x = 1; option (loanflow.options.v1.event) = '
     '{type: "demo.done", key: "x", listeners: ["kyc"]}; }',
     "demo.v1.DemoDone: event type 'demo.done' is already declared by demo.v1.GetResponse"),
    ("float", "int32 visitors = 9", "double visitors = 9",
     "demo.v1.DemoDone.visitors: has a type that events do not carry"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "message"), REFUSALS, ids=[refusal[0] for refusal in REFUSALS])
def test_refuses_with_file_line_and_reason(what: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in DEMO
    text = DEMO.replace(old, new)
    contract = contract_of(text, tmp_path)
    access_table(contract)
    schemas(contract)
    (error,) = contract.errors
    place, _, reason = error.partition(": ")
    assert reason.startswith(message), what
    file, _, line = place.rpartition(":")
    assert file == "proto/demo.proto"
    element = message.split(":")[0].split("/")[-1].split(".")[-1]
    assert element in text.splitlines()[int(line) - 1]


def test_every_schema_parses_and_every_field_has_a_default() -> None:
    for path in sorted((GEN / "avro").glob("*.avsc")):
        schema = json.loads(path.read_text())
        parsed: Any = fastavro.parse_schema(schema)
        assert parsed["name"] == path.stem
        lacking = [f"gen/avro/{path.name}:1: {name}" for name in _without_default(schema)]
        findings(lacking, "has no default, so it may never come or go: proto/plugins/avro.py gives each field one")


def _without_default(schema: object) -> list[str]:
    if isinstance(schema, list):
        return [name for each in schema for name in _without_default(each)]
    if not isinstance(schema, dict):
        return []
    fields = schema.get("fields", [])
    missing = [field["name"] for field in fields if "default" not in field]
    return missing + [name for field in fields for name in _without_default(field["type"])]
