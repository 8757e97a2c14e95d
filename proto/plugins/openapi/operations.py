"""Operations: who may call, the idempotency key, files in and out, and what may be refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, MethodDescriptorProto

from proto.plugins.access import ACCESS, HTTP, HTTP_BODY, KEY, VERBS, roles
from proto.plugins.contract import FILE_SERVICES, MESSAGE_FIELDS, SERVICE_METHODS, Contract, MessageAt, Options, Place
from proto.plugins.openapi import fields
from proto.plugins.openapi.errors import Errors, Refusal, of_comment
from proto.plugins.openapi.schemas import REFERENCE, clean, on_the_wire, text
from proto.plugins.scopes import scopes_of

Json = dict[str, Any]

BEARER = "bearer"
REQUIRED = "IDEMPOTENCY_KEY_REQUIRED"
_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255, "examples": [
    "6a4c1f0e-8f0b-4d7e-9a8e-0d3f6c2b7e55"]}}  # fmt: skip
KEY_PARAMETERS: Json = {
    "IDEMPOTENCY_KEY_OPTIONAL": _KEY
    | {"description": "The same key with the same request gives the first answer again, and has no second effect."},
    REQUIRED: _KEY | {"required": True, "description": "Must be given: with the same key nothing happens twice."},
}
# The edge refuses what it cannot read before it looks for anything else.
UNREADABLE = (Refusal("INVALID_ARGUMENT", "REQUEST_MALFORMED"), Refusal("INVALID_ARGUMENT", "HEADERS_TOO_LARGE"))
FORM = "application/x-www-form-urlencoded"
# What a service takes byte for byte: any form, and a list whose signature it checks.
_ANYTHING: Json = {kind: {"schema": {"type": "object"}} for kind in (FORM, "multipart/form-data")}
_LIST: Json = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}
# One line of a `Parts:` list: `- file (application/pdf, image/png): the receipt.`
PART = re.compile(r"(?:^|\s)- (\w+) \(([^)]+)\): ")
ERRORS = re.compile(r"\s*\bErrors:.*?(?=\n\n|\Z)", re.DOTALL)
MEDIA_TYPE = re.compile(r"\b(?:application|image|text|multipart)/[a-z0-9.+-]*[a-z0-9]")


@dataclass(frozen=True)
class Rpc:
    """A method, with its options by name and its REST bindings as (verb, path)."""

    name: str
    place: Place
    method: MethodDescriptorProto
    options: Options
    bindings: tuple[tuple[str, str], ...]

    @property
    def access(self) -> Options:
        """The access option."""
        found: Options = self.options.get(ACCESS, {})
        return found

    @property
    def internal(self) -> bool:
        """Whether only services of the mesh may call it."""
        return not any(self.access.get(key) for key in ("public", "staff", "roles", "owner", "scopes"))


def rpcs(contract: Contract) -> Iterator[Rpc]:
    """Every method that has a REST binding."""
    for file in contract.own:
        for s, service in enumerate(file.service):
            for m, method in enumerate(service.method):
                options = contract.options(method.options)
                bindings = tuple(_bindings(options.get(HTTP, {})))
                place = Place(file, (FILE_SERVICES, s, SERVICE_METHODS, m))
                yield Rpc(f"{file.package}.{service.name}/{method.name}", place, method, options, bindings)


def _bindings(rule: Options) -> Iterator[tuple[str, str]]:
    yield from ((verb, rule[verb]) for verb in VERBS if verb in rule)
    for more in rule.get("additional_bindings", []):
        yield from _bindings(more)


def finish(contract: Contract, rpc: Rpc, verb: str, operation: Json, errors: Errors) -> None:
    """Changes the drafted operation of one binding in place."""
    request = contract.messages[rpc.method.input_type.lstrip(".")]
    # The responses say what may be refused.
    operation["description"] = ERRORS.sub("", text(operation.get("description", ""))).strip()
    for parameter in operation.get("parameters", []):
        clean(parameter["schema"])
        parameter["schema"].pop("description", None)
        parameter["description"] = on_the_wire(text(parameter.get("description", "")))
    operation["security"] = [] if rpc.access.get("public") else [{BEARER: []}]
    operation["x-roles"] = roles(contract, rpc.access)
    if scopes := scopes_of(contract, rpc.access):
        operation["x-scopes"] = scopes
    if KEY in rpc.options:
        operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{rpc.options[KEY]}"})
    _take(contract, rpc, request, operation)
    answer = _answer(contract, rpc, operation["responses"]["200"])
    comment = of_comment(contract.comment(rpc.place))
    refusals = errors.responses(comment, _general(rpc, verb, operation))
    refusals = errors.of_oauth(refusals) if _is_oauth(rpc, operation) else refusals
    if "text/html" in answer["content"]:
        refusals = errors.of_pages(refusals)
    operation["responses"] = {"200": answer} | refusals


def _is_oauth(rpc: Rpc, operation: Json) -> bool:
    """Whether it is an endpoint of OAuth2 that takes a form."""
    there = any(path.startswith("/oauth2/") for _, path in rpc.bindings)
    return there and FORM in operation.get("requestBody", {}).get("content", {})


def _take(contract: Contract, rpc: Rpc, request: MessageAt, operation: Json) -> None:
    """The body: JSON as drafted, or the parts of a form."""
    body = operation.get("requestBody")
    if body is None:
        return
    body.pop("description", None)
    raw = _raw(request)
    if raw is None:
        schema = body["content"]["application/json"]["schema"]
        clean(schema)
        fields.describe(contract, request, schema)
        fields.demand(contract, request, schema)
        return
    index, field = raw
    if field.name != "form" and not rpc.method.client_streaming:
        body["required"] = field.name != "body"
        body["content"] = _ANYTHING if field.name == "body" else _LIST
        return
    comment = contract.comment(request.place.child(MESSAGE_FIELDS, index))
    parts = PART.split(comment)
    if len(parts) == 1:
        contract.refuse(rpc.place, rpc.name, "takes a body that is no JSON: say in the comment of its field what its"
                        " parts are, as `Parts:` and `- name (type): what it is`")  # fmt: skip
    form: Json = {"type": "object", "properties": {}}
    encoding: Json = {}
    for name, kind, what in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        form["properties"][name] = _part(kind) | {"description": what.strip()}
        if MEDIA_TYPE.search(kind):
            encoding[name] = {"contentType": kind}
    if rpc.method.client_streaming:
        form["required"] = list(form["properties"])
    kind = "multipart/form-data" if rpc.method.client_streaming else FORM
    body["required"] = True
    body["content"] = {kind: {"schema": form} | ({"encoding": encoding} if encoding else {})}


def _part(kind: str) -> Json:
    if MEDIA_TYPE.search(kind):
        return {"type": "string", "format": "binary"}
    if "." in kind:
        return {"$ref": REFERENCE + kind}
    return {"type": "string"} | ({"format": kind} if kind != "string" else {})


def _answer(contract: Contract, rpc: Rpc, drafted: Json) -> Json:
    """The answer, described by its message; bytes with the media types that their field's comment names."""
    message = contract.messages[rpc.method.output_type.lstrip(".")]
    description = contract.comment(message.place)
    raw = _raw(message)
    if raw is None:
        if rpc.method.server_streaming:
            description += "\nOne JSON object on each line, for as long as the stream goes on."
        return {"description": description, "content": drafted["content"]}
    index, field = raw
    kinds = MEDIA_TYPE.findall(contract.comment(message.place.child(MESSAGE_FIELDS, index)))
    if not kinds:
        contract.refuse(rpc.place, rpc.name, f"answers bytes: name their media types in the comment of {field.name}")
    return {"description": description, "content": {kind: {"schema": _bytes(kind)} for kind in kinds}}


def _bytes(kind: str) -> Json:
    return {"type": "object"} if kind == "application/json" else {"type": "string", "format": "binary"}


def _raw(message: MessageAt) -> tuple[int, FieldDescriptorProto] | None:
    """The field of bytes of a message that is no JSON."""
    return next(((i, field) for i, field in enumerate(message.proto.field) if field.type_name == HTTP_BODY), None)


def _general(rpc: Rpc, verb: str, operation: Json) -> Iterator[Refusal]:
    """What every operation of this kind may be refused for."""
    yield from UNREADABLE
    yield Refusal("RESOURCE_EXHAUSTED", "RATE_LIMITED")
    yield Refusal("RESOURCE_EXHAUSTED", "OVERLOADED")
    yield Refusal("INTERNAL", "INTERNAL")
    yield Refusal("UNAVAILABLE", "DEPENDENCY_UNAVAILABLE")
    yield Refusal("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")
    if not rpc.access.get("public"):
        yield Refusal("UNAUTHENTICATED", "UNAUTHENTICATED")
        yield Refusal("PERMISSION_DENIED", "ACCESS_DENIED")
    if rpc.access.get("owner", {}).get("field"):
        yield Refusal("PERMISSION_DENIED", "NOT_OWNER")
    if operation.get("parameters") or "requestBody" in operation:
        yield Refusal("INVALID_ARGUMENT", "INVALID_FIELD")
    if any(parameter.get("in") == "path" for parameter in operation.get("parameters", [])):
        yield Refusal("NOT_FOUND", "NOT_FOUND")
        yield Refusal("NOT_FOUND", "PATH_UNKNOWN")
    if "requestBody" in operation:
        yield Refusal("INVALID_ARGUMENT", "REQUEST_TOO_LARGE")
        # RFC 6749 knows no other status than 400.
        if not _is_oauth(rpc, operation):
            yield Refusal("INVALID_ARGUMENT", "MEDIA_TYPE_UNSUPPORTED")
        if "multipart/form-data" in operation["requestBody"]["content"]:
            yield Refusal("INVALID_ARGUMENT", "UPLOAD_TOO_SLOW")
    if verb != "get":
        yield Refusal("ABORTED", "CONFLICT")
    if KEY in rpc.options:
        yield Refusal("FAILED_PRECONDITION", "IDEMPOTENCY_KEY_REUSED")
