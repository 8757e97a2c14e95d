"""What a declaration of an aggregate in MongoDB gives; test_postgres_mapping.py has what both refuse."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

import pytest

from services.runtime.aggregate import Aggregate
from services.runtime.stores.mapping import JSON
from services.runtime.stores.mongo_mapping import Mapped
from services.runtime.stores.mongo_schema import Collection, Field, index

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Colour(Enum):
    RED = auto()
    BLUE = auto()


@dataclass
class Thing(Aggregate):
    thing_id: str
    colour: Colour
    make_time: datetime
    paint_time: datetime
    tags: tuple[Colour, ...] = ()


FIELDS = (
    Field("thing_id", str),
    Field("colour", str),
    Field("make_time", datetime),
    Field("paint_time", JSON),
    Field("tags", JSON, default=["BLUE"]),
)
THING = Thing("1", Colour.RED, NOW, NOW, (Colour.RED,))
ROW = {"thing_id": "1", "colour": "RED", "make_time": NOW, "paint_time": NOW.isoformat(), "tags": ["RED"]}


def things(*fields: Field) -> Mapped[Thing]:
    class Things(Mapped[Thing]):
        collection, key = Collection("things", fields), "thing_id"

    # Rows are made without a transaction.
    return Things(None)  # type: ignore[arg-type]


def test_an_aggregate_becomes_its_fields_and_back() -> None:
    assert things(*FIELDS).to_row(THING) == ROW
    assert things(*FIELDS).from_row({"_id": "1", "revision": 2, "version": 3, **ROW}) == THING


def test_a_document_of_an_earlier_release_has_the_default() -> None:
    older = {name: value for name, value in ROW.items() if name != "tags"}
    assert things(*FIELDS).from_row(older).tags == (Colour.BLUE,)
    with pytest.raises(KeyError, match="colour"):
        things(*FIELDS).from_row({name: value for name, value in ROW.items() if name != "colour"})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (FIELDS[:-1], "Thing.tags is no field of things: add the field, or name it in apart"),
        ((*FIELDS, Field("seal", str)), "field seal of things is no attribute of Thing: name it in derived"),
        ((*FIELDS[:-1], Field("tags", JSON, nullable=True)), "Thing.tags has a field that may be NULL"),
        ((*FIELDS[:-1], Field("tags", str)), "Thing.tags is of tuple"),
        (FIELDS[1:], "things has no field thing_id"),
    ],
)
def test_what_is_neither_mapped_nor_named_is_refused_at_import(fields: tuple[Field, ...], message: str) -> None:
    with pytest.raises(TypeError, match=r"^tests/unit/runtime/test_mongo_mapping\.py: Things: ") as refused:
        things(*fields)
    assert message in str(refused.value)


@pytest.mark.parametrize("name", ["_id", "revision", "version"])
def test_a_field_takes_no_name_of_the_runtimes_own(name: str) -> None:
    """Each save would count it up, and nothing would say so."""
    with pytest.raises(TypeError, match=f"things has a field {name}, which the runtime keeps there itself"):
        Collection("things", (*FIELDS, Field(name, int)))


def test_an_index_says_its_order_and_options() -> None:
    made: dict[str, Any] = index("customer_id", "-create_time", unique=True).document
    assert (list(made["key"].items()), made["unique"]) == ([("customer_id", 1), ("create_time", -1)], True)
