"""Calls made out of the contract alone: for any RPC a valid request, as REST or as gRPC, and what came of it."""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import grpc
import httpx
import protovalidate
from google.protobuf import message_factory
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from loanflow.options.v1 import kind_pb2
from proto.review.access import SHARING, Line, Route, read
from services.catalog import SERVICES, SHARED

ROOT = Path(__file__).resolve().parents[2]
# How long to wait for the first message of a stream that may have none.
STREAM_SECONDS = 1.0
CALL_SECONDS = 20.0
ID = "00000000-0000-4000-8000-000000000000"
TIMES = ("2090-01-01T00:00:00Z", "2020-01-01T00:00:00Z")
# One of these satisfies every rule for a text that the contract has; the first is what an absent field has.
TEXTS = (
    "", ID, "A text of some length.", "EUR", "100.00", "12", "2030-01-01", "PERSONAL", "a@example.com", "+491701234567",
    "DE89370400440532013000", "a" * 64, "123456", "DE", "10115", "A1B2C3", "a.b", "kyc",
)  # fmt: skip
UPLOAD, FORM = "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"
# What does less than nothing would: without a session's token, every session of the caller is signed out.
LEAST = {"refresh_token": "a token of no session"}
NUMBERS = (0, 1, 12, 100, 2026)
# What has a kind takes no other text.
KINDS = {
    "KIND_EMAIL": "a@example.com", "KIND_PERSON_NAME": "Ada Lovelace", "KIND_PHONE": "+491701234567",
    "KIND_IBAN": "DE89370400440532013000", "KIND_CURRENCY": "EUR", "KIND_COUNTRY": "DE",
    "KIND_NATIONAL_ID": "L01X00T47", "KIND_DATE": "2030-01-01",
    "KIND_TIME_ZONE": "Europe/Dublin", "KIND_LEI": "529900T8BM49AURSDO55",
    "KIND_REGISTRATION_NUMBER": "Stuttgart HRB 201434", "KIND_LANGUAGE": "de",
}  # fmt: skip
_STATUSES = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}


@dataclass(frozen=True)
class Outcome:
    """What came of a call: a gRPC code by name, and the reason where one was given."""

    code: str
    reason: str = ""

    @property
    def refusal(self) -> str:
        """The code with which the access rule refused it; empty when it let the call through."""
        by_rule = self.reason in ("", "ACCESS_DENIED", "UNAUTHENTICATED", "NOT_OWNER")
        return self.code if by_rule and self.code in _STATUSES.values() else ""


@dataclass(frozen=True)
class Rpc:
    """One RPC of the reviewed table of access."""

    path: str
    service: str
    public: bool
    roles: frozenset[str]
    owner_field: str
    owner_self: bool
    callers: frozenset[str]
    scopes: frozenset[str]
    bindings: tuple[Route, ...]
    method: Any

    @property
    def internal(self) -> bool:
        """Whether it has no route at the edge."""
        return not (self.public or self.roles or self.owner_field or self.owner_self or self.scopes)

    def request(self, known: Mapping[str, str]) -> Message:
        """A valid request, whose fields of these names have these values."""
        made: Message = message_factory.GetMessageClass(self.method.input_type)()
        for name in self.method.input_type.fields_by_name.keys() & known.keys():
            setattr(made, name, known[name])
        return _valid(made)

    def empty(self) -> Message:
        """A request without anything, which nearly all RPCs refuse after they have let it in."""
        made: Message = message_factory.GetMessageClass(self.method.input_type)()
        for name in self.method.input_type.fields_by_name.keys() & LEAST.keys():
            setattr(made, name, LEAST[name])
        return made


def _valid(message: Message) -> Message:
    """Changes one field after the other until no rule is broken."""
    tried: dict[str, int] = {}
    for _ in range(200):
        broken = [each.proto for each in protovalidate.collect_violations(message)]
        if not broken:
            return message
        steps = _steps(broken[0], message.DESCRIPTOR)
        place = str(steps)
        tried[place] = tried.get(place, -1) + 1
        _try(message, steps, tried[place])
    raise AssertionError(f"no candidate satisfies {message.DESCRIPTOR.full_name}: {broken[0]}")


def _steps(violation: Any, message: Any) -> list[Any]:
    """The way to the field at fault; a rule of a whole message is named after the field that it asks for."""
    asked_for = violation.rule_id.rpartition(".")[2]
    if violation.field is None:
        return [(asked_for, None)]
    for step in violation.field.elements:
        message = message and message.fields_by_name[step.field_name].message_type
    steps = [(step.field_name, step.subscript) for step in violation.field.elements]
    return [*steps, (asked_for, None)] if message and asked_for in message.fields_by_name else steps


def _try(message: Any, steps: list[Any], attempt: int) -> None:
    (name, subscript), rest = steps[0], steps[1:]
    field = message.DESCRIPTOR.fields_by_name[name]
    if field.is_repeated:
        items = getattr(message, name)
        if field.message_type:
            item = items[subscript.value] if subscript is not None else items.add()
            return _try(item, rest, attempt) if rest else None
        if subscript is None:
            items.append(_candidate(field, 0))
        else:
            items[subscript.value] = _candidate(field, attempt + 1)
    elif field.message_type and field.message_type.full_name == "loanflow.types.v1.Money":
        getattr(message, name).MergeFrom(type(getattr(message, name))(currency="EUR", amount="100.00"))
    elif field.message_type and rest:
        _try(getattr(message, name), rest, attempt)
    elif field.message_type and field.message_type.full_name == "google.protobuf.Timestamp":
        getattr(message, name).FromJsonString(TIMES[attempt % len(TIMES)])
    elif field.message_type:
        getattr(message, name).SetInParent()
    else:
        setattr(message, name, _candidate(field, attempt + 1))
    return None


def _candidate(field: Any, attempt: int) -> Any:
    if field.enum_type:
        values = field.enum_type.values
        return values[min(attempt + 1, len(values) - 1)].number
    if field.cpp_type == field.CPPTYPE_BOOL:
        return bool(attempt % 2)
    kind = kind_pb2.Kind.Name(field.GetOptions().Extensions[kind_pb2.kind])
    if kind in KINDS:
        return KINDS[kind]
    candidates: tuple[Any, ...] = TEXTS if field.cpp_type == field.CPPTYPE_STRING else NUMBERS
    return candidates[attempt % len(candidates)]


@cache
def rpcs() -> tuple[Rpc, ...]:
    """Every RPC, with who may call it as it was reviewed: what is generated from the contract is what is tested."""
    return tuple(sorted(_rpcs({name: line for name, (_, line) in read(ROOT).items()}), key=lambda rpc: rpc.path))


def _rpcs(reviewed: Mapping[str, Line]) -> Iterator[Rpc]:
    for service in SERVICES:
        # Its own, and what each has beside it.
        for name in (service.proto_service, *sorted(SHARED)):
            package, _, kind = name.rpartition(".")
            short = package.split(".")[1]
            module = importlib.import_module(f"{package}.{short}_service_pb2")
            for method in module.DESCRIPTOR.services_by_name[kind].methods:
                line = reviewed[f"{short}.{method.name}"]
                yield _rpc(f"/{name}/{method.name}", service.name, line, method)


def _rpc(path: str, service: str, line: Line, method: Any) -> Rpc:
    field = "" if line.owner == "self" else line.owner.removesuffix(SHARING)
    return Rpc(
        path, service, line.public, line.roles, field, line.owner == "self", line.callers, line.scopes, line.routes,
        method,
    )  # fmt: skip


def by_grpc(channel: grpc.Channel, rpc: Rpc, request: Message, token: str) -> Outcome:
    """Calls it as gRPC; `token` may be empty."""
    kind = (
        f"{'stream' if rpc.method.client_streaming else 'unary'}_{'stream' if rpc.method.server_streaming else 'unary'}"
    )
    answer = message_factory.GetMessageClass(rpc.method.output_type)
    call: Any = getattr(channel, kind)(
        rpc.path, request_serializer=lambda made: made.SerializeToString(), response_deserializer=answer.FromString
    )
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    given = iter([request]) if rpc.method.client_streaming else request
    try:
        if rpc.method.server_streaming:
            stream = call(given, metadata=metadata, timeout=STREAM_SECONDS)
            next(stream, None)
            stream.cancel()
        else:
            call(given, metadata=metadata, timeout=CALL_SECONDS)
    except grpc.RpcError as error:
        return Outcome(error.code().name, _reason(error))
    return Outcome("OK")


def _reason(error: Any) -> str:
    status = rpc_status.from_call(error)
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info):
            return str(info.reason)
    return ""


def by_rest(client: httpx.Client, rpc: Rpc, request: Message, token: str) -> Iterator[Outcome]:
    """Calls it as REST, by each of its paths."""
    for binding in rpc.bindings:
        fields = MessageToDict(request)
        path = _path(binding.path, fields)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content: dict[str, Any] = {"json": fields}
        if binding.body not in ("", "*"):
            content = {"content": b"x"}
            form = (
                "multipart/form-data; boundary=x"
                if rpc.method.client_streaming
                else "application/x-www-form-urlencoded"
            )
            headers["content-type"] = form
        elif not binding.body:
            content = {"params": _flat(fields)}
        seconds = STREAM_SECONDS if rpc.method.server_streaming else CALL_SECONDS
        try:
            answer = client.request(binding.verb, path, headers=headers, timeout=seconds, **content)
        except httpx.ReadTimeout:
            yield Outcome("DEADLINE_EXCEEDED")
        else:
            yield Outcome(_STATUSES.get(answer.status_code, str(answer.status_code)), _reason_of(answer))


def _path(template: str, fields: dict[str, Any]) -> str:
    """The path with the fields that it names, which are taken out of the rest."""

    def taken(found: re.Match[str]) -> str:
        camel = re.sub(r"_(\w)", lambda letter: letter[1].upper(), found[1])
        return quote(str(fields.pop(camel, "none")), safe="")

    return re.sub(r"\{(\w+)\}", taken, template)


def _flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _reason_of(answer: httpx.Response) -> str:
    if answer.is_success or not answer.headers.get("content-type", "").startswith("application/json"):
        return ""
    details = answer.json().get("details", [])
    return str(next((detail["reason"] for detail in details if "reason" in detail), ""))
