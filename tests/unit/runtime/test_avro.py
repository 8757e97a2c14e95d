"""Every event of every contract survives the way through Avro, whatever its fields hold."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

import loanflow
from loanflow.types.v1 import money_pb2
from services.runtime.events.avro import Codec, event_classes, event_option
from services.runtime.events.registry import Undecodable
from tests.fakes.registry import FakeRegistry

_TEXTS = {"amount": "1250.50", "currency": "EUR"}
SERVICES = sorted(
    {
        root.name
        for path in loanflow.__path__
        for root in Path(path).iterdir()
        if (root / "v1" / f"{root.name}_events_pb2.py").exists()
    }
)
EVENTS = [kind for service in SERVICES for kind in event_classes(service)]


def fill(message: Any) -> None:
    """Gives every field a value that is not its default."""
    for field in message.DESCRIPTOR.fields:
        for value in _values(field):
            if field.message_type is not None:
                target = getattr(message, field.name)
                _fill_message(target.add() if field.is_repeated else target, field.message_type.full_name)
            elif field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)


def _fill_message(target: Any, kind: str) -> None:
    if kind == "google.protobuf.Timestamp":
        target.FromMicroseconds(1_795_000_000_123_456)
    else:
        fill(target)


def _values(field: Any) -> list[Any]:
    if field.message_type is not None:
        return [None, None] if field.is_repeated else [None]
    if field.enum_type is not None:
        one: Any = field.enum_type.values[-1].number
    elif field.cpp_type == field.CPPTYPE_STRING:
        one = b"\x00\xff" if field.type == field.TYPE_BYTES else _text(field.name)
    elif field.cpp_type == field.CPPTYPE_BOOL:
        one = True
    else:
        one = 7
    return [one, one] if field.is_repeated else [one]


def _text(name: str) -> str:
    return _TEXTS.get(name) or ("2027-01-31" if name.endswith("_date") else f"{name} ü")


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.DESCRIPTOR.full_name)
def test_every_event_comes_back_as_it_was(kind: type[Message]) -> None:
    codec = Codec(FakeRegistry())
    message = kind()
    fill(message)
    assert codec.decode(codec.encode(message), kind) == message
    assert codec.decode(codec.encode(kind()), kind) == kind()


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.DESCRIPTOR.full_name)
def test_every_event_has_a_type_and_a_key_that_is_a_text_field(kind: type[Message]) -> None:
    option = event_option(kind.DESCRIPTOR)
    assert "." in option.type
    field = kind.DESCRIPTOR.fields_by_name[option.key]
    assert field.type == field.TYPE_STRING


@pytest.mark.parametrize("frame", [b"", b"\x00", b"\x01\x00\x00\x00\x01x", b"\x00\x00\x00\x00\x01"])
def test_rubbish_is_undecodable(frame: bytes) -> None:
    registry = FakeRegistry()
    registry.id_of(EVENTS[0].DESCRIPTOR.full_name)
    with pytest.raises(Undecodable):
        Codec(registry).decode(frame, EVENTS[0])


def test_a_message_that_is_no_event_has_no_schema() -> None:
    with pytest.raises(LookupError):
        Codec(FakeRegistry()).encode(money_pb2.Money())
