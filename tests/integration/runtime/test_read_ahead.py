"""Aggregates that are read at once, before the events of a batch ask for them: right as if each was read by itself."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from services.runtime import errors
from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox
from services.runtime.events.read_ahead import ids_in
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from tests.integration.conftest import FreshPostgres
from tests.integration.runtime.things import VERSIONS, Backend, PlainCodec, PostgresUnit, TestOutbox, Thing, event_class

pytestmark = pytest.mark.usefixtures("staff_call")
Unit = Any


@pytest.fixture
def postgres(fresh_postgres: FreshPostgres) -> Postgres:
    return fresh_postgres(VERSIONS)


@pytest.fixture
def other(postgres: Postgres) -> Iterator[Postgres]:
    """Another replica, which waits for no lock."""
    found = Postgres(postgres._settings)
    yield found
    found.close()


@pytest.fixture
def outbox() -> TestOutbox:
    return TestOutbox(event_class())


@pytest.fixture
def selected(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The queries of things."""
    done: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        done.extend([statement] if statement.startswith("SELECT things.") else [])

    event.listen(Engine, "before_cursor_execute", executed)
    yield done
    event.remove(Engine, "before_cursor_execute", executed)


def test_what_changed_since_is_read_again(backend: Backend) -> None:
    there, absent = backend.create("as it was"), new_id()
    with backend.store.transaction():
        with backend.begin() as uow:
            uow.things.read_ahead([there.thing_id, absent])
            uow.commit()
        backend.rename(there.thing_id, "as it is")
        with backend.begin() as uow:
            uow.things.ensure(Thing(absent, "")).rename("new")
            uow.commit()
        assert (backend.name(there.thing_id), backend.name(absent)) == ("as it is", "new")
    assert (backend.name(there.thing_id), backend.name(absent)) == ("as it is", "new")


def test_nothing_is_read_ahead_of_another_transaction(backend: Backend) -> None:
    there = backend.create("as it was")
    with backend.begin() as uow:
        uow.things.read_ahead([there.thing_id])
        uow.commit()
    backend.rename(there.thing_id, "as it is")
    assert backend.name(there.thing_id) == "as it is"


def test_it_is_asked_for_once(postgres: Postgres, outbox: TestOutbox, selected: list[str]) -> None:
    with PostgresUnit(postgres, outbox) as uow:
        there, absent = Thing.new("there"), new_id()
        uow.things.add(there)
        uow.commit()
    with PostgresUnit(postgres, outbox) as uow:
        uow.things.read_ahead([there.thing_id, absent])
        assert uow.things.find(there.thing_id) == uow.things.get(there.thing_id)
        assert uow.things.find(absent) is None and uow.things.ensure(Thing(absent, "")).version == 0
        uow.things.read_ahead([])
    assert len(selected) == 1 and "FOR UPDATE" in selected[0]


def test_nobody_else_changes_or_makes_it_meanwhile(postgres: Postgres, other: Postgres, outbox: TestOutbox) -> None:
    with PostgresUnit(postgres, outbox) as uow:
        there, absent = Thing.new("there"), new_id()
        uow.things.add(there)
        uow.commit()
    with PostgresUnit(postgres, outbox) as mine:
        mine.things.read_ahead([there.thing_id, absent])
        with PostgresUnit(other, outbox) as theirs:
            theirs.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(errors.Aborted):
                theirs.things.get(there.thing_id)
        with PostgresUnit(other, outbox) as theirs:
            theirs.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(errors.Aborted):
                theirs.things.ensure(Thing(absent, ""))
        mine.things.ensure(Thing(absent, "")).rename("mine")
        mine.commit()
    with PostgresUnit(other, outbox) as theirs:
        assert theirs.things.ensure(Thing(absent, "")).name == "mine"


def test_what_a_statement_of_the_services_own_writes_is_read_again(postgres: Postgres, outbox: TestOutbox) -> None:
    with PostgresUnit(postgres, outbox) as uow:
        there = Thing.new("as it was")
        uow.things.add(there)
        uow.commit()
    with PostgresUnit(postgres, outbox) as uow:
        uow.things.read_ahead([there.thing_id])
        uow.connection.execute(text("UPDATE things SET name = 'as it is'"))
        assert uow.things.read(there.thing_id).name == "as it is"


def renamed(outbox: TestOutbox, thing_id: str, name: str, version: int) -> Event:
    headers = {
        "ce_id": new_id(), "ce_type": "thing.renamed", "ce_source": outbox.topic.partition(".")[0],
        "ce_subject": thing_id, "ce_time": "2030-06-15T12:00:00Z", "ce_aggregatetype": "Thing",
        "ce_aggregateid": thing_id, "ce_aggregateversion": str(version), "ce_actor": "staff:s1",
        "ce_correlationid": "corr-1",
    }  # fmt: skip
    message: Any = outbox.event(thing_id=thing_id, name=name)
    return Event.read(outbox.topic, thing_id, headers, message.SerializeToString())


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(which=st.lists(st.integers(0, 3), min_size=1, max_size=20), sizes=st.lists(st.integers(1, 7), min_size=1))
def test_batches_end_as_events_that_come_one_by_one(backend: Backend, which: list[int], sizes: list[int]) -> None:
    """Of things that are there and that an event makes, several of one thing in a batch and in different ones."""
    begun = [backend.create(new_id()) for _ in range(2)]
    names = {**{each.thing_id: [each.name] for each in begun}, new_id(): [], new_id(): []}
    ids, coming, versions = list(names), [], Counter[str]()
    for place in which:
        # No two things have one name.
        thing_id, name = ids[place], new_id()
        names[thing_id].append(name)
        versions[thing_id] += 1
        coming.append(renamed(backend.outbox, thing_id, name, versions[thing_id]))

    def rename(message: Any) -> None:
        with backend.begin() as uow:
            thing = uow.things.ensure(Thing(message.thing_id, ""))
            thing.rename(f"{thing.name} {message.name}".strip())
            uow.commit()

    def ahead(messages: Any) -> None:
        with backend.begin() as uow:
            uow.things.read_ahead(ids_in(messages, "thing_id"))
            uow.commit()

    inbox = Inbox("listener", backend.store, PlainCodec(), {backend.outbox.event: rename}, ahead)
    while coming:
        sizes = [*sizes[1:], sizes[0]]
        inbox.receive_all(coming[: sizes[0]], [])
        coming = coming[sizes[0] :]
    assert {each: backend.name(each) or "" for each in ids} == {each: " ".join(names[each]) for each in ids}
