"""Dataclasses as messages and back, and what is refused where a pair is declared."""

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

from services.runtime.errors import InvalidArgument
from services.runtime.messages import OTHERS, In, Members, Mismatch, Out, Outs
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
    return [
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"tests.messages.{name}"))
        for name in ("Tin", "Price")
    ]


Tin, Price = _schema()
PaintColour = SimpleNamespace(DESCRIPTOR=Tin.DESCRIPTOR.fields_by_name["colour"].enum_type)


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


@dataclass
class Shelf:
    coat: Coat


@dataclass(slots=True)
class Plain:
    amount: str
    currency: str = "EUR"


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


TIN_OUT = Out(PaintTin, Tin)
TIN_IN = In(Tin, PaintTin, unset={"internal"})


def test_everything_survives_the_way_there_and_back() -> None:
    message = TIN_OUT(TIN)
    assert (message.colour, message.price.amount, message.made_on) == (2, "12.50", "2030-01-31")
    assert TIN_IN(message) == TIN


def test_absent_stays_absent() -> None:
    tin = PaintTin("t1", Colour.RED, Money.zero("EUR"), Decimal(1), date(2030, 1, 1))
    message = TIN_OUT(tin)
    assert not message.HasField("open_time")
    assert TIN_IN(message) == tin


def test_an_empty_message_that_is_there_stays_there() -> None:
    message = Out(PaintTin, Tin, given={"price": Price})(TIN, price=Price())
    assert message.HasField("price")


def test_given_values_override_and_complete() -> None:
    assert Out(PaintTin, Tin, given={"tin_id": str})(TIN, tin_id="other").tin_id == "other"
    assert In(Tin, PaintTin, given={"internal"})(TIN_OUT(TIN), internal=7).internal == 7


def test_exactly_what_was_declared_is_given() -> None:
    with pytest.raises(TypeError, match=r"given are \['note'\], and declared \[\]"):
        TIN_OUT(TIN, note="x")
    with pytest.raises(TypeError, match=r"given are \[\], and declared \['internal'\]"):
        In(Tin, PaintTin, given={"internal"})(TIN_OUT(TIN))


def test_a_part_is_filled_from_the_same_message_and_fills_it() -> None:
    read = In(Price, Shelf, parts={"coat"})(Price(currency="EUR", amount="2"))
    assert read == Shelf(Coat("EUR", Decimal(2)))
    assert Out(Shelf, Price, parts={"coat"})(read) == Price(currency="EUR", amount="2")


def test_the_usual_stands_for_what_the_message_does_not_say() -> None:
    read = In(Price, Plain, usual={"currency"})
    assert read(Price(amount="2")).currency == "EUR"
    assert read(Price(amount="2", currency="USD")).currency == "USD"


def test_one_of_several_is_chosen_by_the_class() -> None:
    outs = Outs(Out(Coat, Price), TIN_OUT)
    assert outs(TIN) == TIN_OUT(TIN)
    assert outs(Coat("EUR", Decimal(1))) == Price(currency="EUR", amount="1")


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
    message = TIN_OUT(TIN)
    for name, value in changes.items():
        message.ClearField(name)
        message.MergeFrom(Tin(**{name: value}))
    with pytest.raises(InvalidArgument) as raised:
        TIN_IN(message)
    assert [violation.field for violation in raised.value.violations] == [field_name]


def _without(cls: type, *names: str, **changed: Any) -> type:
    """The class with fields left out, renamed to nothing or of another type."""
    kept = [
        (each.name, changed.get(each.name, each.type)) for each in dataclasses.fields(cls) if each.name not in names
    ]
    return dataclasses.make_dataclass(cls.__name__, kept)


class Fewer(Enum):
    RED = 1


class More(Enum):
    RED = 1
    DARK_BLUE = 2
    GREEN = 3


@dataclass
class HalfCoat:
    currency: str


class WithMethod(Shelf):
    currency: str

    def amount(self) -> str:
        return "2"


REFUSED_OUT = [
    ("a field renamed", lambda: Out(_without(PaintTin, "note"), Tin),
     'note: PaintTin has no such attribute or property: rename or add it, or say given={"note": its type} or unset='),
    ("a method is no value", lambda: Out(WithMethod, Price), "amount: WithMethod has no such attribute or property"),
    ("another type", lambda: Out(_without(PaintTin, litres=int), Tin),
     "litres: is string in the message and int in the class: make them agree"),
    ("a truth as a number", lambda: Out(_without(PaintTin, tin_id=bool), Tin),
     "tin_id: is string in the message and bool"),
    ("a float as money", lambda: Out(_without(PaintTin, price=float), Tin),
     "price: is tests.messages.Price in the message"),
    ("a day as a time", lambda: Out(_without(PaintTin, open_time=date), Tin),
     "open_time: is google.protobuf.Timestamp"),
    ("one for many", lambda: Out(_without(PaintTin, tags=str), Tin), "tags: is repeated, and str is no collection"),
    ("a nested field missing", lambda: Out(_without(PaintTin, coats=tuple[HalfCoat, ...]), Tin),
     "coats.amount: HalfCoat has no such attribute or property"),
    ("a member too few", lambda: Out(_without(PaintTin, colour=Fewer), Tin),
     "colour: Fewer lacks DARK_BLUE of tests.messages.PaintColour: add it to the class"),
    ("a member too many", lambda: Out(_without(PaintTin, colour=More), Tin),
     "colour: tests.messages.PaintColour lacks GREEN of More: add PAINT_COLOUR_GREEN to the contract"),
    ("given what is no field", lambda: Out(PaintTin, Tin, given={"gone": str}), "gone: is named in given, but"),
    ("unset what is no field", lambda: Out(PaintTin, Tin, unset={"gone"}), "gone: is named in unset, but"),
    ("a given type", lambda: Out(PaintTin, Tin, given={"note": int}), "note: is string in the message and int"),
    ("a part without", lambda: Out(Shelf, Tin, parts={"coat"}), "tin_id: Shelf has no such attribute or property"),
    ("a part that is not", lambda: Out(Shelf, Price, parts={"roof"}), "roof: is named in parts, but"),
]  # fmt: skip
REFUSED_IN = [
    ("a field of the class renamed", lambda: In(Tin, _without(PaintTin, "note", "internal")),
     'note: PaintTin has no such field: rename or add it, or say ignored={"note"}'),
    ("no source", lambda: In(Tin, PaintTin), 'internal: tests.messages.Tin has no field for this one of PaintTin'),
    ("no source, whatever else the message has", lambda: In(Tin, PaintTin, ignored=OTHERS),
     "internal: tests.messages.Tin"),
    ("another type", lambda: In(Tin, _without(PaintTin, "internal", litres=int)), "litres: is string in the message"),
    ("a nested field missing", lambda: In(Tin, _without(PaintTin, "internal", coats=tuple[HalfCoat, ...])),
     'coats.amount: HalfCoat has no such field'),
    ("a member too few", lambda: In(Tin, _without(PaintTin, "internal", colour=Fewer)),
     "colour: Fewer lacks DARK_BLUE"),
    ("a member too many", lambda: In(Tin, _without(PaintTin, "internal", colour=More)), "lacks GREEN of More"),
    ("given what is no field", lambda: In(Tin, PaintTin, given={"internal", "gone"}), "gone: is named in given, but"),
    ("ignored what is no field", lambda: In(Tin, PaintTin, unset={"internal"}, ignored={"gone"}),
     "gone: is named in ignored, but"),
    ("a part's field without a source", lambda: In(Price, Delivery, parts={"tin"}),
     "tin.tin_id: tests.messages.Price has no"),
    ("an enum alone", lambda: Members(Fewer, PaintColour),
     "Members(Fewer, tests.messages.PaintColour): Fewer lacks DARK_BLUE"),
]  # fmt: skip


@dataclass
class Delivery:
    tin: PaintTin


@pytest.mark.parametrize(
    ("what", "declare", "said"), [*REFUSED_OUT, *REFUSED_IN], ids=[row[0] for row in (*REFUSED_OUT, *REFUSED_IN)]
)
def test_what_does_not_fit_is_said_where_it_is_declared(what: str, declare: Any, said: str) -> None:
    with pytest.raises(Mismatch) as raised:
        declare()
    assert said in str(raised.value), what
    line = declare.__code__.co_firstlineno
    assert str(raised.value).startswith(f"tests/unit/runtime/test_messages.py:{line}: ")


def test_every_misfit_is_said_at_once() -> None:
    with pytest.raises(Mismatch) as raised:
        Out(_without(PaintTin, "note", "tags"), Tin)
    assert [": tags: " in line or ": note: " in line for line in str(raised.value).splitlines()] == [True, True]


def test_named_exceptions_may_be_on_one_side_alone() -> None:
    out: Out[Any, Any] = Out(_without(PaintTin, colour=More), Tin, apart={"GREEN"})
    assert out(PaintTin(**{**vars(TIN), "colour": More.DARK_BLUE})).colour == 2
    assert Members(More, PaintColour, apart={"GREEN"}).get(0) is None
    assert Members(More, PaintColour, apart={"GREEN"}).member(2) is More.DARK_BLUE
