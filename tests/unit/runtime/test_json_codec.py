"""Objects as JSON data and back."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any

from services.runtime.money import Money
from services.runtime.stores.json_codec import from_plain, to_plain


class Colour(Enum):
    RED = "#f00"


class Place(IntEnum):
    FIRST = 0


@dataclass(frozen=True)
class Part:
    price: Money
    colour: Colour | None = None


@dataclass
class Whole:
    parts: tuple[Part, ...]
    made_on: date
    open_time: datetime | None = None
    rates: dict[str, Decimal] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    counts: dict[Colour, int] = field(default_factory=dict)
    notes: Any = None
    places: tuple[Place, ...] = ()


WHOLE = Whole(
    (Part(Money(Decimal("5"), "EUR"), Colour.RED), Part(Money.zero("JPY"))),
    date(2030, 1, 31),
    datetime(2030, 1, 31, 12, tzinfo=UTC),
    {"a": Decimal("1E+3")},
    frozenset(("y", "x")),
    {Colour.RED: 1},
    {"free": [1, None]},
    (Place.FIRST,),
)


def test_everything_survives_json() -> None:
    assert from_plain(Whole, json.loads(json.dumps(to_plain(WHOLE)))) == WHOLE


def test_the_data_is_readable() -> None:
    plain = to_plain(WHOLE)
    assert plain["parts"][0] == {"price": {"amount": "5.00", "currency": "EUR"}, "colour": "RED"}
    assert (plain["made_on"], plain["rates"], plain["tags"]) == ("2030-01-31", {"a": "1000"}, ["x", "y"])


def test_fields_added_later_take_their_defaults() -> None:
    assert from_plain(Whole, {"parts": [], "made_on": "2030-01-31"}) == Whole((), date(2030, 1, 31))
