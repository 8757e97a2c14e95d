"""Events as Avro: protobuf messages by the generated schemas, framed for a Confluent-compatible registry.

The record's full name is its subject. A frame is a zero byte, the schema's id in four bytes, and the Avro body.
"""

import base64
import importlib
import io
import json
import struct
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import fastavro
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

import loanflow
from loanflow.options.v1 import event_pb2
from services.runtime import errors
from services.runtime.calling.outside import Answer, Headers, OutsideHttp
from services.runtime.money import minor_unit
from services.runtime.tls import TlsSettings

M = TypeVar("M", bound=Message)
T = TypeVar("T", int, str)
_HEAD = struct.Struct(">bI")
_MOST_SCHEMA_ID = 2**31 - 1
_ANSWER_BYTES = 4 * 1024 * 1024
# What a registry answers to an id under which there is nothing, or can be nothing, with a code of its own.
_NO_SCHEMA, _UNKNOWN_SCHEMA = {400, 404, 422}, {40403, 400, 422}
_INCOMPATIBLE = 409
_MONEY, _TIMESTAMP = "loanflow.types.v1.Money", "google.protobuf.Timestamp"


@dataclass(frozen=True)
class RegistrySettings:
    """Where the schema registry's Confluent API is, such as https://127.0.0.1:8081, and the log-in to it."""

    url: str
    tls: TlsSettings
    user: str = ""
    password_file: Path | None = None

    def __post_init__(self) -> None:
        """ValueError when others could read or change what is asked."""
        self.tls.demand(self.url, user=self.user, password_file=self.password_file)

    @property
    def authorization(self) -> dict[bytes | str, bytes | str]:
        """The header of the log-in; none without a user."""
        if self.password_file is None:
            return {}
        login = f"{self.user}:{self.password_file.read_text().strip()}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}


class Undecodable(ValueError):
    """The bytes are no event of this kind; trying again will not help."""


class Incompatible(ValueError):
    """The registry refuses a schema that earlier readers or writers would not understand."""


class Registry:
    """Asks the schema registry for ids and schemas, each once. Never registers on the way.

    Only its own error says that it has no schema: a proxy's 404 is no reason to give an event up.
    Ours, not confluent_kafka.schema_registry, which bounds neither time nor size of an answer (20 s instead of 2,
    60 MB read whole), takes `{}` for a schema, and costs 17 MB; with an id known, both look in a dictionary.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._url = settings.url.rstrip("/")
        self._authorization = settings.authorization
        self._http = OutsideHttp("the schema registry", 5.0, _ANSWER_BYTES, settings.tls.context())
        self._lock = threading.Lock()
        self._ids: dict[str, int] = {}
        self._schemas: dict[int, Any] = {}

    def id_of(self, name: str) -> int:
        """The id under which the schema of message `name` is registered; errors.Unavailable when it is not known."""
        with self._lock:
            if name not in self._ids:
                answer = self._ask("POST", f"/subjects/{name}", _registrable(name))
                if answer.status == 404:
                    raise errors.Unavailable(f"the schema registry does not know {name} as it is now")
                self._ids[name] = _told(answer, "id", int)
            return self._ids[name]

    def schema(self, schema_id: int) -> Any:
        """The writer's schema with this id; Undecodable when the registry has none."""
        with self._lock:
            if schema_id not in self._schemas:
                if schema_id > _MOST_SCHEMA_ID:
                    raise Undecodable("no schema has such an id")
                answer = self._ask("GET", f"/schemas/ids/{schema_id}")
                if answer.status in _NO_SCHEMA and _object(answer).get("error_code") in _UNKNOWN_SCHEMA:
                    raise Undecodable("the schema registry knows no such schema")
                self._schemas[schema_id] = _schema(_told(answer, "schema", str))
            return self._schemas[schema_id]

    def demand_compatibility(self) -> None:
        """Has the registry refuse every schema that is not compatible with all earlier ones, both ways."""
        _told(self._ask("PUT", "/config", {"compatibility": "FULL_TRANSITIVE"}), "compatibility", str)

    def register(self, name: str) -> int:
        """Registers the schema of message `name` and returns its id; Incompatible when the registry refuses it."""
        answer = self._ask("POST", f"/subjects/{name}/versions", _registrable(name))
        if answer.status == _INCOMPATIBLE:
            raise Incompatible(f"{name}: {_object(answer).get('message', 'not compatible with its earlier versions')}")
        return _told(answer, "id", int)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Answer:
        content = json.dumps(body).encode() if body else b""
        headers: Headers = {
            "Host": self._url.partition("//")[2].partition("/")[0],
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **self._authorization,
        }
        return self._http.call(method, self._url + path, headers, content)


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise errors.Unavailable("the schema registry's answer is no JSON") from error
    if not isinstance(found, dict):
        raise errors.Unavailable("the schema registry's answer is no object")
    return found


def _told(answer: Answer, name: str, kind: type[T]) -> T:
    if answer.status != 200:
        raise errors.Unavailable(f"the schema registry answers {answer.status}")
    value = _object(answer).get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise errors.Unavailable(f"the schema registry's answer lacks a proper {name}")
    return value


def _schema(text: str) -> Any:
    try:
        return fastavro.parse_schema(json.loads(text))
    except (ValueError, RecursionError, fastavro.schema.SchemaParseException, fastavro.schema.UnknownType) as error:
        raise errors.Unavailable("the schema registry's answer is no schema") from error


class Codec:
    """Messages to frames and back."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def prepare(self, classes: list[type[Message]]) -> None:
        """Fetches the ids of these messages, so that encoding needs the registry no more; errors.Unavailable."""
        for each in classes:
            self._registry.id_of(each.DESCRIPTOR.full_name)

    def encode(self, message: Message) -> bytes:
        """The frame of an event."""
        name = message.DESCRIPTOR.full_name
        body = io.BytesIO()
        body.write(_HEAD.pack(0, self._registry.id_of(name)))
        fastavro.schemaless_writer(body, _parsed(name), _record(message, _dates(name)), strict=True)
        return body.getvalue()

    def decode(self, frame: bytes, kind: type[M]) -> M:
        """The event in a frame; Undecodable when it is none of this kind."""
        if len(frame) < _HEAD.size or frame[0] != 0:
            raise Undecodable("not a frame of the registry")
        writer = self._registry.schema(_HEAD.unpack_from(frame)[1])
        try:
            record = fastavro.schemaless_reader(
                io.BytesIO(frame[_HEAD.size :]), writer, _parsed(kind.DESCRIPTOR.full_name)
            )
        except Exception as error:  # fastavro raises whatever the bytes lead it to
            raise Undecodable(f"not a {kind.DESCRIPTOR.full_name}") from error
        message = kind()
        _fill(message, cast(dict[str, Any], record))
        return message


def event_option(descriptor: Any) -> Any:
    """The event option of a message: `type` and `key`; both are empty when the message is no event."""
    extension: Any = event_pb2.event
    return descriptor.GetOptions().Extensions[extension]


def event_classes(service: str) -> list[type[Message]]:
    """Every event that a service publishes, out of its contract."""
    module = importlib.import_module(f"loanflow.{service}.v1.{service}_events_pb2")
    found = module.DESCRIPTOR.message_types_by_name.values()
    return [message_factory.GetMessageClass(each) for each in found if event_option(each).type]


@cache
def schema_text(name: str) -> str:
    """The generated schema of an event message; LookupError when it has none."""
    for root in loanflow.__path__:
        path = Path(root).parent / "avro" / f"{name}.avsc"
        if path.is_file():
            return path.read_text()
    raise LookupError(f"{name} has no Avro schema: only messages with the event option have one")


def _registrable(name: str) -> dict[str, str]:
    return {"schemaType": "AVRO", "schema": json.dumps(json.loads(schema_text(name)))}


@cache
def _parsed(name: str) -> Any:
    return fastavro.parse_schema(json.loads(schema_text(name)))


@cache
def _dates(name: str) -> frozenset[tuple[str, str]]:
    """(record, field) of every string that the schema has as a date."""
    found: set[tuple[str, str]] = set()

    def walk(schema: Any, record: str = "", field: str = "") -> None:
        if isinstance(schema, list):
            for each in schema:
                walk(each, record, field)
        elif isinstance(schema, dict) and schema.get("logicalType") == "date":
            found.add((record, field))
        elif isinstance(schema, dict) and schema["type"] == "record":
            full = f"{schema['namespace']}.{schema['name']}"
            for each in schema["fields"]:
                walk(each["type"], full, each["name"])
        elif isinstance(schema, dict):
            walk(schema.get("items", schema["type"] if isinstance(schema["type"], dict) else None), record, field)

    walk(json.loads(schema_text(name)))
    return frozenset(found)


def _record(message: Message, dates: frozenset[tuple[str, str]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        is_date = (message.DESCRIPTOR.full_name, field.name) in dates
        if field.is_repeated:
            record[field.name] = [_value(each, field, is_date, dates) for each in value]
        elif field.has_presence and not message.HasField(field.name):
            record[field.name] = None
        else:
            record[field.name] = _value(value, field, is_date, dates)
    return record


def _value(value: Any, field: Any, is_date: bool, dates: frozenset[tuple[str, str]]) -> Any:
    if is_date:
        return date.fromisoformat(value) if value else None
    if field.enum_type is not None:
        return field.enum_type.values_by_number[value].name
    if field.message_type is None:
        return value
    if field.message_type.full_name == _TIMESTAMP:
        return value.ToDatetime(tzinfo=UTC)
    if field.message_type.full_name == _MONEY:
        return {"currency": value.currency, "amount": Decimal(value.amount or 0)}
    return _record(value, dates)


def _fill(message: Any, record: dict[str, Any]) -> None:
    for field in message.DESCRIPTOR.fields:
        value = record[field.name]
        if field.is_repeated:
            for each in value:
                if field.message_type is not None:
                    _fill_message(getattr(message, field.name).add(), field.message_type, each)
                else:
                    getattr(message, field.name).append(_scalar(field, each))
        elif value is None:
            continue
        elif field.message_type is not None:
            _fill_message(getattr(message, field.name), field.message_type, value)
        else:
            setattr(message, field.name, _scalar(field, value))


def _fill_message(target: Any, kind: Descriptor, value: Any) -> None:
    target.SetInParent()
    if kind.full_name == _TIMESTAMP:
        target.FromDatetime(value)
    elif kind.full_name == _MONEY:
        target.currency, target.amount = value["currency"], _amount(value["amount"], value["currency"])
    else:
        _fill(target, value)


def _scalar(field: Any, value: Any) -> Any:
    if field.enum_type is not None:
        return field.enum_type.values_by_name[value].number
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _amount(amount: Decimal, currency: str) -> str:
    """The amount with the currency's decimals; with more only where there are more."""
    usual = amount.quantize(minor_unit(currency))
    return format(usual if usual == amount else amount.normalize(), "f")
