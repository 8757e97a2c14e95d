"""Events as Avro: protobuf messages by the generated schemas, framed for a Confluent-compatible registry.

The record's full name is its subject. A frame is a zero byte, the schema's id in four bytes, and the Avro body.
"""

import importlib
import io
import json
import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

import fastavro
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from loanflow.options.v1 import event_pb2
from services.runtime.events.registry import Registry, Undecodable, schema_text
from services.runtime.money import minor_unit

M = TypeVar("M", bound=Message)
_HEAD = struct.Struct(">bI")
_MONEY, _TIMESTAMP = "loanflow.types.v1.Money", "google.protobuf.Timestamp"


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
