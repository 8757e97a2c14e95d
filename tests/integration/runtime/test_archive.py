"""Published events are kept for some days, in the order of their publication, and then no longer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.runtime.stores.archive import Selection
from services.runtime.stores.mongo import MongoSettings
from services.runtime.stores.ports import OutboxRow
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.tls import TlsSettings
from tests.integration.runtime.things import Backend

pytestmark = pytest.mark.usefixtures("staff_call")
ALL = Selection()
only_postgres = pytest.mark.parametrize("backend", ["postgres"], indirect=True)


def waiting(backend: Backend) -> list[OutboxRow]:
    return backend.store.outbox.waiting(range(12), 1000)


def test_what_was_published_is_moved_as_it_was(backend: Backend) -> None:
    things = [backend.create(str(number)) for number in range(3)]
    backend.rename(things[0].thing_id, "again")
    rows = waiting(backend)
    backend.store.outbox.archive(rows[:3])
    assert len(backend.rows("outbox")) == 1
    assert len(backend.rows("outbox_archive")) == 3
    assert [vars(row) for row in backend.store.archive.read(ALL, "", 10)] == [vars(row) for row in rows]
    # As after a crash between the broker's acknowledgement and the move: no row is there twice.
    backend.store.outbox.archive(rows)
    assert not backend.rows("outbox")
    assert len(backend.store.archive.read(ALL, "", 10)) == len(backend.rows("outbox_archive")) == 4


def test_it_is_read_in_pieces_and_by_selection(backend: Backend) -> None:
    things = [backend.create(str(number)) for number in range(4)]
    for step in range(3):
        for thing in things:
            backend.rename(thing.thing_id, f"{thing.name}.{step}")
    rows = waiting(backend)
    backend.store.outbox.archive(rows[:11])
    archive, found, after = backend.store.archive, list[OutboxRow](), ""
    while piece := archive.read(ALL, after, 3):
        found += piece
        after = archive.place(piece[-1])
    assert [row.event_id for row in found] == [row.event_id for row in rows]
    mine = archive.read(Selection(aggregate_id=things[1].thing_id), "", 100)
    assert [(row.aggregate_id, row.version) for row in mine] == [(things[1].thing_id, each) for each in (1, 2, 3, 4)]
    middle = rows[8].create_time
    late, early = (archive.read(each, "", 100) for each in (Selection(since=middle), Selection(until=middle)))
    assert [row.event_id for row in (*early, *late)] == [row.event_id for row in rows]
    assert rows[8].event_id == late[0].event_id or late[0].create_time == middle


def test_a_place_is_kept_by_the_name_of_its_run(backend: Backend) -> None:
    archive = backend.store.archive
    for place in ("1", "2"):
        archive.note("one", place)
    archive.note("other", "7")
    archive.note("other", "")
    assert (archive.noted("one"), archive.noted("other")) == ("2", "")


def partitions(store: Postgres) -> list[str]:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'outbox_archive'::regclass ORDER BY 1"
    with store.engine.connect() as connection:
        return [*connection.scalars(text(query))]


def day(offset: int) -> str:
    return f"outbox_archive_{(datetime.now(UTC) + timedelta(days=offset)):%Y%m%d}"


def make_partition(store: Postgres, offset: int) -> None:
    begin = (datetime.now(UTC) + timedelta(days=offset)).date()
    with store.transaction() as transaction:
        transaction.connection.execute(text(
            f"CREATE TABLE {day(offset)} PARTITION OF outbox_archive"
            f" FOR VALUES FROM ('{begin} 00:00+00') TO ('{begin + timedelta(days=1)} 00:00+00')"
        ))  # fmt: skip


@only_postgres
def test_partitions_are_made_ahead_and_dropped_whole(backend: Backend) -> None:
    store: Any = backend.store
    store.tidy()
    assert partitions(store) == [day(offset) for offset in range(4)]
    for offset in (-30, -9, -8, -7, -1):
        make_partition(store, offset)
    store.tidy()
    # Whatever was published within the last seven days is there, to the second.
    assert partitions(store) == [day(offset) for offset in (-7, -1, 0, 1, 2, 3)]
    store.archive._days = 1
    store.tidy()
    assert partitions(store) == [day(offset) for offset in (-1, 0, 1, 2, 3)]


@only_postgres
def test_a_partition_that_is_being_read_is_dropped_later(backend: Backend) -> None:
    store: Any = backend.store
    make_partition(store, -30)
    backend.create("a")
    with store.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.execute(text("SELECT * FROM outbox_archive"))
        store.tidy()
        assert day(-30) in partitions(store)
        backend.store.outbox.archive(waiting(backend))
        reader.exec_driver_sql("ROLLBACK")
    store.tidy()
    assert day(-30) not in partitions(store)
    assert len(backend.rows("outbox_archive")) == 1


@only_postgres
def test_what_has_no_partition_gets_one(backend: Backend) -> None:
    store: Any = backend.store
    assert partitions(store) == []
    backend.create("a")
    store.outbox.archive(waiting(backend))
    assert day(0) in partitions(store)
    assert len(backend.rows("outbox_archive")) == 1


@pytest.mark.parametrize("backend", ["mongo"], indirect=True)
def test_a_document_says_when_it_goes(backend: Backend) -> None:
    backend.create("a")
    backend.store.outbox.archive(waiting(backend))
    (row,) = backend.rows("outbox_archive")
    assert abs(row["expire_time"] - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=5)
    store: Any = backend.store
    expiring = [each for each in store.database.outbox_archive.list_indexes() if "expireAfterSeconds" in each]
    assert [(dict(each["key"]), each["expireAfterSeconds"]) for each in expiring] == [({"expire_time": 1}, 0)]


def test_no_archive_at_all_is_refused() -> None:
    plain = TlsSettings(plaintext=True)
    with pytest.raises(ValueError, match="less than 1"):
        MongoSettings("h", 1, "d", plain, archive_days=0)
    with pytest.raises(ValueError, match="less than 1"):
        PostgresSettings("h", 1, "d", "u", Path("f"), plain, archive_days=0)
