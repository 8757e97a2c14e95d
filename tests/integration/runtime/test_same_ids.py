"""Two sources give the same id to events of theirs: each is handled once, and neither takes the other's row."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox, Outcome
from services.runtime.events.provenance import publisher_of
from services.runtime.retry import on_conflict
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.ports import Arrival, Identity, OutboxRow
from services.runtime.stores.postgres import Postgres
from tests.integration.runtime.listening import Listener
from tests.integration.runtime.test_consumer import made
from tests.integration.runtime.things import Backend, PlainCodec, event_class

pytestmark = pytest.mark.usefixtures("staff_call")
OTHER = event_class("thing.borrowed")


def read(row: OutboxRow, **headers: str) -> Event:
    return Event.read(row.topic, row.key, {**row.headers, **headers}, row.payload)


def borrowed(row: OutboxRow) -> Event:
    """An event of another source that has the id, and all else, of this one."""
    topic = OTHER.DESCRIPTOR.file.package
    return read(replace(row, topic=topic), ce_source=publisher_of(topic), ce_type="thing.borrowed")


class Case:
    """A service that listens to both."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.listener = backend, Listener()
        handlers = dict.fromkeys((backend.outbox.event, OTHER), self.listener.handle)
        self.inbox = Inbox("listener", backend.store, PlainCodec(), handlers)

    def receive(self, *events: Event) -> list[Outcome]:
        """What becomes of them, in one transaction."""
        found: list[tuple[Outcome, list[Identity]]] = []
        self.inbox.receive_all(events, found)
        return [outcome for outcome, _ in found]

    def handled(self) -> list[tuple[str, int]]:
        return [(meta.source, meta.aggregate_version) for meta in self.listener.metas]

    def recorded(self, table: str = "inbox") -> set[tuple[str, str]]:
        """The rows' names and sources."""
        return {(str(row.get("_id", row.get("event_id"))), row["source"]) for row in self.backend.rows(table)}

    def write(self, table: str, row: dict[str, Any]) -> None:
        """Writes a row as the version before did."""
        store = self.backend.store
        if isinstance(store, Postgres):
            with store.engine.begin() as connection:
                connection.execute(insert(getattr(store.tables, table)).values(row))
        else:
            assert isinstance(store, Mongo)
            store.database[table].insert_one({"_id": row["event_id"], **row})


@pytest.fixture
def case(backend: Backend) -> Case:
    return Case(backend)


def test_both_are_handled_once_however_they_come(case: Case) -> None:
    for genuine_first, batch in itertools.product((True, False), (1, 2, 4)):
        (row,) = made(case.backend, f"{genuine_first} {batch}")
        pair = [read(row), borrowed(row)] if genuine_first else [borrowed(row), read(row)]
        twice = [*pair, *pair]
        outcomes = [each for start in range(0, 4, batch) for each in case.receive(*twice[start : start + batch])]
        assert outcomes == [Outcome.APPLIED, Outcome.APPLIED, Outcome.STALE, Outcome.STALE]
        assert case.handled()[-2:] == [(event.meta.source, 1) for event in pair]
        # One of them under the id alone, where a replica of the version before looks: without a forger, the genuine.
        recorded = {name for name, _ in case.recorded() if row.event_id in name}
        assert row.event_id in recorded and len(recorded) == 2
    assert len(case.handled()) == 12


def test_both_are_parked_and_each_goes_on_by_its_own_gap(case: Case) -> None:
    one, two = made(case.backend, "1", "2")
    genuine, forged = read(two), replace(borrowed(two), value=b"")
    for event in (forged, genuine, genuine, forged):
        assert case.receive(event) == [Outcome.PARKED]
    # Parked once more, as one is that cannot be handled yet.
    with case.backend.store.transaction():
        case.backend.store.inbox.park(genuine.parked(1, dead=False))
    assert len(case.recorded("parked")) == 2 and case.inbox.parked_count() == 2
    for event in (forged, genuine):
        kept = case.inbox.copy(event.identity)
        assert kept is not None and (kept.identity, kept.topic, kept.value) == (
            event.identity, event.topic, event.value,
        )  # fmt: skip
    assert case.inbox.runnable() == []
    # What waits under the same key, of whatever source, is tried once more, too.
    for first, event, also in ((borrowed(one), forged, [genuine.identity]), (read(one), genuine, [])):
        assert case.inbox.receive(first) == (Outcome.APPLIED, [event.identity, *also])
        assert case.inbox.runnable() == [event.identity]
        assert case.receive(event) == [Outcome.APPLIED]
    assert case.recorded("parked") == set()
    assert case.handled() == [(forged.meta.source, each) for each in (1, 2)] + [
        (genuine.meta.source, each) for each in (1, 2)
    ]


def test_one_that_is_parked_beside_another_is_parked_once_when_that_one_has_gone(case: Case) -> None:
    one, two = made(case.backend, "1", "2")
    assert case.receive(borrowed(two)) == case.receive(read(two)) == [Outcome.PARKED]
    assert case.receive(borrowed(one), borrowed(two)) == [Outcome.APPLIED, Outcome.APPLIED]
    case.inbox.bury(read(two))
    [row] = case.backend.rows("parked")
    assert (row["source"], row["dead"]) == (case.backend.outbox.service, True)


def test_what_is_taken_back_of_one_is_not_taken_back_of_the_other(case: Case) -> None:
    one, two = made(case.backend, "1", "2")
    # Version 2 under the id of version 1: it is early, and what was recorded of it is taken back.
    early = borrowed(replace(two, headers={**two.headers, "ce_id": one.event_id}))
    assert case.receive(early, read(one)) == [Outcome.PARKED, Outcome.APPLIED]
    assert {source for _, source in case.recorded()} == {case.backend.outbox.service}
    # Else this would be a conflict.
    assert case.receive(read(one)) == [Outcome.STALE]
    assert len(case.handled()) == 1


def test_rows_of_before_are_known_by_their_source(case: Case) -> None:
    row, later = made(case.backend, "1", "2")
    genuine, parked = read(row), read(later).parked(1, dead=False)
    now = genuine.meta.time
    case.write("inbox", {"event_id": row.event_id, "source": genuine.meta.source, "receive_time": now})
    case.write("parked", {**asdict(parked), "park_time": now})
    # Nothing but the row says that it was handled.
    assert case.inbox.receive(genuine) == (Outcome.APPLIED, [parked.identity])
    assert case.handled() == []
    kept = case.inbox.copy(parked.identity)
    assert kept is not None and case.receive(kept) == [Outcome.APPLIED]
    assert case.recorded("parked") == set()
    # And nothing of another source's.
    assert case.receive(borrowed(row), borrowed(later)) == [Outcome.APPLIED, Outcome.APPLIED]
    assert case.handled() == [(genuine.meta.source, 2), (borrowed(row).meta.source, 1), (borrowed(row).meta.source, 2)]


def test_no_id_takes_the_second_name_of_another(case: Case) -> None:
    (row,) = made(case.backend, "a")
    genuine = read(row)
    spoof = f"{genuine.meta.source}\n{row.event_id}"
    with pytest.raises(Exception, match="lacks the headers"):
        read(row, ce_id=spoof)


def test_an_id_that_is_just_being_recorded_is_its_sources(backend: Backend) -> None:
    def take(source: str, event_id: str, then: Callable[[], object] = lambda: None) -> set[Identity]:
        with backend.store.transaction():
            known = backend.store.inbox.take([Arrival(event_id, source, "Thing/1", "key")])
            then()
        return known.new

    for event_id, source, new in (("e1", "kyc", set()), ("e2", "risk", {("risk", "e2")})):
        recorded = threading.Event()

        def hold(recorded: threading.Event = recorded) -> None:
            recorded.set()
            # So long its transaction stays open, for the other to meet it; without the meeting the result is the same.
            time.sleep(0.5)

        first = threading.Thread(target=take, args=("kyc", event_id, hold))
        first.start()
        assert recorded.wait(10)
        found = on_conflict(partial(take, source, event_id), attempts=20)
        first.join()
        assert found == new
    assert len(backend.rows("inbox")) == 3
