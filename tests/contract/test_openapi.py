"""The OpenAPI document: the golden file, a valid document, the REST table, and examples that fit their schemas."""

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from google.protobuf import json_format, message_factory
from google.rpc.code_pb2 import Code
from openapi_spec_validator import OpenAPIV31SpecValidator

from envoy.door import takes
from envoy.edge import read_rpcs
from envoy.replies import ANY_REFUSAL, ANYTHING_ELSE, OVERLOADED, REPLIES
from proto.plugins.openapi.document import finish, openapi
from proto.plugins.openapi.errors import Refusal, of_comment
from proto.plugins.openapi.examples import sample
from services.catalog import SERVICES
from services.runtime.errors import InvalidArgument
from services.runtime.serving.interceptors.validation import validate
from stack import folders
from tests.contract.compiled import contract_of
from tests.contract.conftest import GEN
from tests.contract.findings import findings, same
from tests.e2e.contract_calls import rpcs

Json = dict[str, Any]
DOCUMENT = "gen/openapi.yaml:1"
EXAMPLE_ID = "0c8f9a52-6f0e-4b1d-9a57-2f7d0f6f3c11"
GOLDEN = Path(__file__).parent / "golden"
DEMO = (GOLDEN / "openapi.proto").read_text()


@pytest.fixture(scope="module")
def document() -> Json:
    found: Json = yaml.load((GEN / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            yield verb.upper(), path, operation


def test_gives_the_golden_file(tmp_path: Path) -> None:
    contract = contract_of(DEMO, tmp_path)
    draft = json.loads((GOLDEN / "openapi.draft.json").read_text())
    assert finish(contract, draft) == yaml.load((GOLDEN / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    findings(contract.errors)


def test_the_generator_drafts_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{folders.go_programs()}{os.pathsep}{os.environ['PATH']}")
    assert openapi(contract_of(DEMO, tmp_path)) == {"openapi.yaml": (GOLDEN / "openapi.yaml").read_text()}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  //\n  // Parts:\n  // - title (string): its title.\n  // - file (image/png): the file.\n", "",
         "demo.v1.DemoService/Upload: takes a body that is no JSON: say in the comment of its field what"),
        (", image/png", "", "demo.v1.DemoService/Download: answers bytes: name their media types in the comment of"),
    ],
    ids=["parts", "media type"],
)  # fmt: skip
def test_refuses_files_of_which_nothing_is_said(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in DEMO
    contract = contract_of(DEMO.replace(old, new), tmp_path)
    finish(contract, json.loads((GOLDEN / "openapi.draft.json").read_text()))
    (error,) = contract.errors
    assert message in error
    assert error.startswith("proto/demo.proto:")


def test_reads_reasons_off_a_comment() -> None:
    comment = "Does it.\nErrors: - NOT_FOUND: none. - INVALID_ARGUMENT A_REASON, B_REASON: two of them.\nFor all."
    assert of_comment(comment) == [
        Refusal("NOT_FOUND", "NOT_FOUND", "none."),
        Refusal("INVALID_ARGUMENT", "A_REASON", "two of them."),
        Refusal("INVALID_ARGUMENT", "B_REASON", "two of them."),
    ]


def test_a_reason_has_the_status_that_the_edge_gives_it() -> None:
    replies = (*REPLIES, OVERLOADED, ANY_REFUSAL, ANYTHING_ELSE)
    given = {(reply.reason, reply.http) for reply in replies}
    said = {(reply.reason, Refusal(Code.Name(reply.code), reply.reason).http) for reply in replies}
    wrong = [f"envoy/replies.py:1: {reason} is {status} there" for reason, status in sorted(said - given)]
    findings(wrong, "give it the status of its code, or name it in EDGE of proto/plugins/openapi/errors.py")


def test_is_valid(document: Json) -> None:
    assert document["openapi"] == "3.1.0"
    invalid = [
        f"{DOCUMENT}: {each.json_path}: {each.message}" for each in OpenAPIV31SpecValidator(document).iter_errors()
    ]
    findings(invalid, "mend proto/plugins/openapi")


def public() -> Iterator[Json]:
    """The entries of the access table that are open to somebody over REST; the others are the mesh's own affair."""
    for entry in json.loads((GEN / "access.json").read_text()).values():
        if entry["public"] or entry["roles"] or entry["owner"] or entry["scopes"]:
            yield entry


def test_has_what_of_the_rest_table_is_not_for_the_mesh_alone(document: Json) -> None:
    rest = {(binding["verb"], binding["path"]) for entry in public() for binding in entry["http"]}
    same([(verb, path) for verb, path, _ in operations(document)], rest, DOCUMENT, "make gen", "make gen")
    tags = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    named = {service.proto_service.rpartition(".")[2] for service in SERVICES}
    same(tags, named, DOCUMENT, "none of its operations is public", "services/catalog.py lacks it")


def test_says_who_may_call(document: Json) -> None:
    entries = {(binding["verb"], binding["path"]): entry for entry in public() for binding in entry["http"]}
    for verb, path, operation in operations(document):
        entry = entries[verb, path]
        assert operation["security"] == ([] if entry["public"] else [{"bearer": []}]), path
        assert operation.get("x-scopes", []) == entry["scopes"], path
        keys = [each["$ref"] for each in operation.get("parameters", []) if "$ref" in each]
        wanted = [] if entry["idempotency"] == "NONE" else [entry["idempotency"]]
        assert [key.rpartition("_")[2] for key in keys] == wanted, path


def test_everything_is_described(document: Json) -> None:
    bare = [
        f"{verb} {path}" for verb, path, each in operations(document) if not each["summary"] or not each["description"]
    ]
    for verb, path, operation in operations(document):
        named = [each for each in operation.get("parameters", []) if "name" in each]
        bare += [f"{verb} {path} {each['name']}" for each in named if not each["description"]]
        bare += [f"{verb} {path} {status}" for status, each in operation["responses"].items()
                 if "$ref" not in each and not each["description"]]  # fmt: skip
    for name, schema in document["components"]["schemas"].items():
        bare += [name] if not schema.get("description") else []
        bare += [
            f"{name}.{field}" for field, each in schema.get("properties", {}).items() if not each.get("description")
        ]
    findings([f"{DOCUMENT}: {each}" for each in bare], "has no description: comment it in the proto")


def test_fields_are_named_as_on_the_wire(document: Json) -> None:
    parameters = [each for *_, operation in operations(document) for each in operation.get("parameters", [])]
    described = yaml.dump([parameters, document["components"]["schemas"]])
    unlike = sorted(set(re.findall(r"`[a-z]+_[a-z_]+`", described)))
    findings(
        [f"{DOCUMENT}: {name} is not named as on the wire" for name in unlike], "mend on_the_wire of the generator"
    )


def test_examples_fit_their_schemas(document: Json) -> None:
    formats = jsonschema.FormatChecker()
    wrong = []
    for verb, path, operation in operations(document):
        for body in (operation.get("requestBody", {}), operation["responses"].get("200", {})):
            media = body.get("content", {}).get("application/json", {})
            if "example" in media:
                schema = {**media["schema"], "components": document["components"]}
                validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
                wrong += [
                    f"{verb} {path} {each.json_path}: {each.message}"
                    for each in validator.iter_errors(media["example"])
                ]
    findings([f"{DOCUMENT}: {each}" for each in wrong], "say in the field's comment: such as `...`")


def bodies(document: Json) -> Iterator[tuple[str, Json, Json, Callable[[Json], dict[str, str]]]]:
    """Each JSON body: its operation, schema and example, and a judge of the fields of such a body.

    Not those that a service takes byte for byte, since another party defines them.
    """
    bindings = {(each.verb, each.path): rpc for rpc in rpcs() for each in rpc.bindings}
    for verb, path, operation in operations(document):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if media and "example" in media:
            schema = document["components"]["schemas"].get(media["schema"].get("$ref", "").rpartition("/")[2])
            named = {name: _named(name) for name in re.findall(r"\{(\w+)\}", path)}
            request = message_factory.GetMessageClass(bindings[verb, path].method.input_type)
            judge = partial(_refused, request, named)
            yield f"{verb} {path}", schema or media["schema"], media["example"], judge


def _named(field: str) -> str:
    """What a path has in the place of a field."""
    if field == "event_type":
        return "payment.overdue"
    return "1" if "number" in field else "2026-12-01" if field.endswith("_version") else EXAMPLE_ID


def _refused(request: Any, named: Json, body: Json) -> dict[str, str]:
    try:
        validate(json_format.ParseDict(body | named, request()))
    except InvalidArgument as error:
        return {each.field: each.description for each in error.violations}
    return {}


def test_what_must_be_given_is_what_the_rules_refuse_the_lack_of(document: Json) -> None:
    for name, schema, example, judge in bodies(document):
        lacking = set()
        for field in schema.get("properties", {}):
            without = {key: value for key, value in example.items() if key != field}
            lacking |= {field} if re.sub("([A-Z])", r"_\1", field).lower() in judge(without) else set()
        assert lacking == set(schema.get("required", ())), name


def test_bodies_that_are_no_json(document: Json) -> None:
    for entry in public():
        for binding in entry["http"]:
            operation = document["paths"][binding["path"]][binding["verb"].lower()]
            if entry["upload"]:
                (form,) = operation["requestBody"]["content"].values()
                assert list(operation["requestBody"]["content"]) == ["multipart/form-data"]
                assert form["schema"]["properties"]["file"]["format"] == "binary"
                assert form["encoding"]["file"]["contentType"]
    text = json.dumps(document)
    assert "google.api.HttpBody" not in text


def test_a_body_that_the_edge_may_refuse_for_its_type_says_so(document: Json) -> None:
    for binding, kind in ((each, takes(rpc, each)) for rpc in read_rpcs(GEN / "access.json") for each in rpc.http):
        operation = document["paths"].get(binding["path"], {}).get(binding["verb"].lower(), {})
        if "requestBody" in operation and kind != "any":
            # RFC 6749 knows no other status than 400.
            assert ("415" in operation["responses"]) == (kind != "oauth"), binding


@pytest.mark.parametrize(
    ("description", "schema", "expected"),
    [
        ("How often, such as `DAILY`.", "Often", "OFTEN_DAILY"),
        ("How often. Not said: WEEKLY; else as given.", "Often", "OFTEN_WEEKLY"),
        ("How often.", "Often", "OFTEN_DAILY"),
        ("What it costs, such as `12.50`.", "Price", {"currency": "Some text", "amount": "12.50"}),
        ("What it costs.", "Price", {"currency": "Some text", "amount": "Some text"}),
    ],
)
def test_an_example_is_what_the_fields_comment_gives(description: str, schema: str, expected: Any) -> None:
    text = {"type": "string"}
    schemas = {
        "Often": {"type": "string", "enum": ["OFTEN_UNSPECIFIED", "OFTEN_DAILY", "OFTEN_WEEKLY"]},
        "Price": {"type": "object", "properties": {"currency": text, "amount": text}},
    }
    field = {"$ref": f"#/components/schemas/{schema}", "description": description}
    assert sample(schemas, field) == expected
