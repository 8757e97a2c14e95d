"""Dataclasses as messages and back."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

from services.runtime.errors import InvalidArgument
from services.runtime.messages import from_message, to_message
from services.runtime.money import Money

F = descriptor_pb2.FieldDescriptorProto


def _schema() -> Any:
    """Message types built here, so that the test needs no contract."""
    file = descriptor_pb2.FileDescriptorProto(
        name="tests/messages.proto",
        package="tests.messages",
        syntax="proto3",
        dependency=["google/protobuf/timestamp.proto"],
    )
    colour = file.enum_type.add(name="PaintColour")
    for number, name in enumerate(("UNSPECIFIED", "RED", "DARK_BLUE")):
        colour.value.add(name=f"PAINT_COLOUR_{name}", number=number)
    price, tin = file.message_type.add(name="Price"), file.message_type.add(name="Tin")
    one, many = F.LABEL_OPTIONAL, F.LABEL_REPEATED
    price.field.add(name="currency", number=1, type=F.TYPE_STRING, label=one)
    price.field.add(name="amount", number=2, type=F.TYPE_STRING, label=one)
    tin.field.add(name="tin_id", number=1, type=F.TYPE_STRING, label=one)
    tin.field.add(name="colour", number=2, type=F.TYPE_ENUM, type_name=".tests.messages.PaintColour", label=one)
    tin.field.add(name="price", number=3, type=F.TYPE_MESSAGE, type_name=".tests.messages.Price", label=one)
    tin.field.add(name="litres", number=4, type=F.TYPE_STRING, label=one)
    tin.field.add(name="made_on", number=5, type=F.TYPE_STRING, label=one)
    tin.field.add(name="open_time", number=6, type=F.TYPE_MESSAGE, type_name=".google.protobuf.Timestamp", label=one)
    tin.field.add(name="coats", number=7, type=F.TYPE_MESSAGE, type_name=".tests.messages.Price", label=many)
    tin.field.add(name="tags", number=8, type=F.TYPE_STRING, label=many)
    tin.field.add(name="note", number=9, type=F.TYPE_STRING, label=one)
    pool = descriptor_pool.Default()
    assert timestamp_pb2.DESCRIPTOR.name in file.dependency
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tests.messages.Tin"))


Tin = _schema()


class Colour(Enum):
    RED = "red"
    DARK_BLUE = "dark blue"


@dataclass(frozen=True)
class Coat:
    currency: str
    amount: Decimal


@dataclass
class PaintTin:
    tin_id: str
    colour: Colour
    price: Money
    litres: Decimal
    made_on: date
    open_time: datetime | None = None
    coats: tuple[Coat, ...] = ()
    tags: list[str] = field(default_factory=list)
    note: str | None = None
    internal: int = 0


TIN = PaintTin(
    "t1",
    Colour.DARK_BLUE,
    Money(Decimal("12.5"), "EUR"),
    Decimal("0.750"),
    date(2030, 1, 31),
    datetime(2030, 2, 1, 8, tzinfo=UTC),
    (Coat("EUR", Decimal("1")), Coat("USD", Decimal("2"))),
    ["x", "y"],
    "matt",
)


def test_everything_survives_the_way_there_and_back() -> None:
    message = to_message(TIN, Tin)
    assert (message.colour, message.price.amount, message.made_on) == (2, "12.50", "2030-01-31")
    assert from_message(message, PaintTin) == TIN


def test_absent_stays_absent() -> None:
    tin = PaintTin("t1", Colour.RED, Money.zero("EUR"), Decimal(1), date(2030, 1, 1))
    message = to_message(tin, Tin)
    assert not message.HasField("open_time")
    assert from_message(message, PaintTin) == tin


def test_extra_values_override_and_complete() -> None:
    assert to_message(TIN, Tin, tin_id="other").tin_id == "other"
    assert from_message(to_message(TIN, Tin), PaintTin, internal=7).internal == 7


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"litres": "much"}, "litres"),
        ({"made_on": "2030-02-30"}, "made_on"),
        ({"colour": 0}, "colour"),
        ({"colour": 99}, "colour"),
        ({"price": {"currency": "EUR", "amount": "1.001"}}, "price"),
        ({"price": None}, "price"),
        ({"coats": [{"currency": "EUR", "amount": "x"}]}, "coats[0].amount"),
    ],
)
def test_what_is_no_value_is_named_by_its_field(changes: dict[str, Any], field_name: str) -> None:
    message = to_message(TIN, Tin)
    for name, value in changes.items():
        message.ClearField(name)
        message.MergeFrom(Tin(**{name: value}))
    with pytest.raises(InvalidArgument) as raised:
        from_message(message, PaintTin)
    assert [violation.field for violation in raised.value.violations] == [field_name]
