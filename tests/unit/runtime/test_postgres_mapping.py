"""What a declaration of a stored aggregate gives, and what is refused at import."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.runtime.aggregate import Aggregate
from services.runtime.stores.postgres_mapping import Mapped

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Colour(Enum):
    RED = auto()
    BLUE = auto()


@dataclass(frozen=True)
class Part:
    weight: Decimal
    colour: Colour


@dataclass
class Thing(Aggregate):
    thing_id: str
    colour: Colour
    make_time: datetime
    parts: tuple[Part, ...] = ()
    main: Part | None = None
    second_colour: Colour | None = None
    tags: frozenset[Colour] = frozenset()
    notes: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.parts)


def columns(**changed: Column[Any] | None) -> Table:
    made: dict[str, Column[Any] | None] = {
        "thing_id": Column("thing_id", Text, primary_key=True),
        "colour": Column("colour", Text, nullable=False),
        "make_time": Column("make_time", DateTime(timezone=True), nullable=False),
        "parts": Column("parts", JSONB, nullable=False),
        "main": Column("main", JSONB(none_as_null=True)),
        "second_colour": Column("second_colour", Text),
        "tags": Column("tags", ARRAY(Text), nullable=False),
        "size": Column("size", Integer, nullable=False),
        "seal": Column("seal", Text),
        "version": Column("version", Integer, nullable=False),
    }
    return Table("things", MetaData(), *(column for column in (made | changed).values() if column is not None))


def mapped(shape: Table, **given: Any) -> type[Mapped[Thing]]:
    names = {"derived": ("size",), "unaudited": ("seal",), "apart": ("notes",)} | given

    class Things(Mapped[Thing]):
        table = shape
        key = names.get("key", "thing_id")
        derived, unaudited, apart = names["derived"], names["unaudited"], names["apart"]

    return Things


def store(kind: type[Mapped[Thing]]) -> Mapped[Thing]:
    # Rows are made without a transaction.
    return kind(None)  # type: ignore[arg-type]


FULL = Thing(
    "1", Colour.RED, NOW, (Part(Decimal("1.50"), Colour.BLUE),), Part(Decimal(2), Colour.RED), Colour.BLUE,
    frozenset(Colour),
)  # fmt: skip
ROW = {
    "thing_id": "1",
    "colour": "RED",
    "make_time": NOW,
    "parts": [{"weight": "1.50", "colour": "BLUE"}],
    "main": {"weight": "2", "colour": "RED"},
    "second_colour": "BLUE",
    "tags": ["BLUE", "RED"],
    "size": 1,
}


def test_an_aggregate_becomes_its_columns_and_back() -> None:
    things = store(mapped(columns()))
    assert things.to_row(FULL) == ROW
    assert things.from_row(ROW | {"version": 3, "seal": "x"}) == FULL


def test_what_is_not_there_is_null_and_back() -> None:
    things, bare = store(mapped(columns())), Thing("2", Colour.BLUE, NOW)
    row = things.to_row(bare)
    assert (row["main"], row["second_colour"], row["parts"], row["tags"]) == (None, None, [], [])
    assert things.from_row(row) == bare


def test_a_derivation_gives_just_its_columns() -> None:
    class Things(Mapped[Thing]):
        table, key = columns(), "thing_id"
        derived, unaudited, apart = ("size",), ("seal",), ("notes",)

        def derive(self, aggregate: Thing) -> dict[str, Any]:
            return {"height": 1}

    with pytest.raises(TypeError, match=r"Things.derive gives \['height'\], not \['size'\]"):
        store(Things).to_row(FULL)


@pytest.mark.parametrize(
    ("shape", "given", "message"),
    [
        ({}, {"apart": ()}, "Thing.notes is no column of things: add the column, or name it in apart"),
        ({"main": None}, {}, "Thing.main is no column of things"),
        ({}, {"unaudited": ()}, "column seal of things is no attribute of Thing: name it in derived or unaudited"),
        ({"extra": Column("extra", Text)}, {}, "column extra of things is no attribute of Thing"),
        ({}, {"derived": ("size", "colour")}, "Thing.colour is a column that is given otherwise: name it in apart"),
        ({}, {"apart": ("notes", "memo")}, "apart names memo, which Thing lacks"),
        ({}, {"derived": ("size", "girth")}, "things has no column girth"),
        ({}, {"key": "id"}, "things has no column id"),
        ({"colour": Column("colour", Text)}, {}, "Thing.colour has a column that may be NULL"),
        ({"main": Column("main", JSONB, nullable=False)}, {}, "Thing.main may be None, but its column not NULL"),
        ({"make_time": Column("make_time", Text, nullable=False)}, {}, "Thing.make_time is of <class 'datetime"),
        ({"thing_id": Column("thing_id", Integer, primary_key=True)}, {}, "Thing.thing_id is of <class 'str'>"),
    ],
)
def test_what_is_neither_mapped_nor_named_is_refused_at_import(
    shape: dict[str, Column[Any] | None], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=r"test_postgres_mapping\.py: Things: ") as refused:
        mapped(columns(**shape), **given)
    assert message in str(refused.value)
