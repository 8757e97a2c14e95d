"""Lists walked page by page, on both databases and in both directions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, delete, insert, select

from services.runtime.errors import InvalidArgument
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.mongo_paging import Keyset as MongoKeyset
from services.runtime.stores.paging import Page, PageResult, encode
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_paging import Keyset as PostgresKeyset
from tests.integration.conftest import FreshMongo, FreshPostgres
from tests.integration.runtime.things import VERSIONS

NAME = "entries"
START = datetime(2030, 1, 31, 23, 59, 59, 999_000, tzinfo=UTC)
ENTRIES = Table(
    "entries",
    MetaData(),
    Column("entry_id", Text, primary_key=True),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("number", Integer, nullable=False),
    Column("shelf", Text, nullable=False),
)


@dataclass(frozen=True)
class Entries:
    """Rows whose ids are letters; a page is shown as its ids, one after the other."""

    add: Callable[[list[dict[str, Any]]], object]
    remove: Callable[[str], object]
    read: Callable[[tuple[str, ...], bool, Page], PageResult[dict[str, Any]]]

    def put(self, shelf: str, **seconds: int) -> None:
        """Adds entries to a shelf, each so many seconds after the start, which is its number, too."""
        self.add(
            [
                {"entry_id": name, "time": START + timedelta(seconds=after), "number": after, "shelf": shelf}
                for name, after in seconds.items()
            ]
        )

    def page(
        self,
        size: int,
        token: str = "",
        *,
        by: tuple[str, ...] = ("time", "entry_id"),
        descending: bool = False,
    ) -> tuple[str, str]:
        """The ids on a page of shelf "a", and the next token."""
        result = self.read(by, descending, Page(size, token)).map(lambda row: str(row["entry_id"]))
        return "".join(result.items), result.next_token

    def pages(self, size: int, **order: Any) -> Iterable[str]:
        """The ids of one page after the other, to the last."""
        shown, token = self.page(size, **order)
        yield shown
        while token:
            shown, token = self.page(size, token, **order)
            yield shown


@pytest.fixture(params=["postgres", "mongo"])
def entries(request: pytest.FixtureRequest) -> Entries:
    """A shelf with b and c at the same time, a before them and d after, and another shelf that is never shown."""
    if request.param == "postgres":
        fresh_postgres: FreshPostgres = request.getfixturevalue("fresh_postgres")
        found = _on_postgres(fresh_postgres(VERSIONS))
    else:
        fresh_mongo: FreshMongo = request.getfixturevalue("fresh_mongo")
        found = _on_mongo(fresh_mongo())
    found.put("b", x=0, y=5, z=30)
    found.put("a", c=5, a=0, d=20, b=5)
    return found


def _on_postgres(database: Postgres) -> Entries:
    ENTRIES.metadata.create_all(database.engine)

    def execute(statement: Any) -> None:
        with database.transaction() as transaction:
            transaction.connection.execute(statement)

    def read(by: tuple[str, ...], descending: bool, page: Page) -> PageResult[dict[str, Any]]:
        keyset = PostgresKeyset(tuple(ENTRIES.c[column] for column in by), descending)
        with database.transaction() as transaction:
            return keyset.read(transaction.connection, select(ENTRIES).where(ENTRIES.c.shelf == "a"), page, NAME)

    return Entries(
        lambda rows: execute(insert(ENTRIES).values(rows)),
        lambda entry_id: execute(delete(ENTRIES).where(ENTRIES.c.entry_id == entry_id)),
        read,
    )


def _on_mongo(database: Mongo) -> Entries:
    documents = database.database[NAME]
    kinds = {"entry_id": str, "time": datetime, "number": int}

    def read(by: tuple[str, ...], descending: bool, page: Page) -> PageResult[dict[str, Any]]:
        keyset = MongoKeyset({field: kinds[field] for field in by}, descending)
        # An alternative of the query's own, which the page's must not displace.
        query = {"$or": [{"shelf": "a"}, {"shelf": "none"}]}
        with database.transaction() as transaction:
            return keyset.read(documents, transaction.session, query, page, NAME)

    return Entries(documents.insert_many, lambda entry_id: documents.delete_one({"entry_id": entry_id}), read)


@pytest.mark.parametrize(("descending", "order"), [(False, "abcd"), (True, "dcba")])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_pages_put_together_are_the_list(entries: Entries, size: int, descending: bool, order: str) -> None:
    expected = [order[start : start + size] for start in range(0, len(order), size)]
    assert list(entries.pages(size, descending=descending)) == expected


def test_a_list_without_a_row_is_one_empty_page(entries: Entries) -> None:
    for each in "abcd":
        entries.remove(each)
    assert entries.page(1) == ("", "")


@pytest.mark.parametrize(("descending", "order"), [(False, ["ac", "d"]), (True, ["dc", "a"])])
def test_one_column_is_enough_and_numbers_are_in_order_as_numbers(
    entries: Entries, descending: bool, order: list[str]
) -> None:
    entries.remove("b")
    assert list(entries.pages(2, by=("number",), descending=descending)) == order


def test_rows_that_come_between_two_pages_neither_repeat_nor_hide_others(entries: Entries) -> None:
    shown, token = entries.page(2)
    assert shown == "ab"
    # Before the place, at its very time on either side of it, and after it.
    entries.put("a", A=0, B=5, bb=5, e=40)
    assert entries.page(100, token) == ("bbcde", "")


def test_newest_first_what_comes_on_top_moves_nothing(entries: Entries) -> None:
    shown, token = entries.page(1, descending=True)
    assert shown == "d"
    entries.put("a", e=40)
    assert entries.page(2, token, descending=True)[0] == "cb"


def test_the_row_that_a_token_points_at_may_go(entries: Entries) -> None:
    _, token = entries.page(2)
    entries.remove("b")
    assert entries.page(2, token) == ("cd", "")


@pytest.mark.parametrize(
    ("name", "position"),
    [("others", [START, "a"]), (NAME, [START]), (NAME, [START, "a", "b"]), (NAME, ["yesterday", "a"])],
)
def test_a_token_of_another_list_is_refused(entries: Entries, name: str, position: list[Any]) -> None:
    with pytest.raises(InvalidArgument) as raised:
        entries.page(2, encode(name, position))
    assert raised.value.reason == "INVALID_PAGE_TOKEN"
