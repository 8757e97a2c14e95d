"""What one commit writes, together or not at all; the same on both databases."""

import threading
from collections.abc import Callable

import pytest

from services.runtime import context, errors
from tests.integration.runtime.things import Backend, Thing, occasion

pytestmark = pytest.mark.usefixtures("staff_call")


def test_a_commit_writes_state_audit_and_events(backend: Backend) -> None:
    thing = backend.create("one")
    backend.rename(thing.thing_id, "two", why="better")
    first, second = sorted(backend.rows("outbox"), key=lambda row: int(row["version"]))
    assert (first["version"], second["version"]) == (1, 2)
    assert first["topic"] == backend.outbox.topic
    assert second["key"] == thing.thing_id
    assert second["headers"]["ce_type"] == "thing.renamed"
    assert second["headers"]["ce_actor"] == "staff:s1"
    assert second["headers"]["ce_correlationid"] == "corr-1"
    created, renamed = sorted(backend.rows("audit"), key=lambda row: int(row["version"]))
    assert created["before"] is None
    assert (renamed["before"], renamed["after"], renamed["why"]) == ({"name": "one"}, {"name": "two"}, "better")
    assert (renamed["actor"], renamed["method"], renamed["correlation_id"]) == ("staff:s1", "/test.v1.S/Do", "corr-1")
    assert (renamed["aggregate_type"], renamed["aggregate_id"]) == ("Thing", thing.thing_id)


def test_events_of_one_commit_have_consecutive_versions(backend: Backend) -> None:
    with backend.begin() as uow:
        thing = Thing.new("a")
        thing.rename("b")
        thing.rename("c")
        uow.things.add(thing)
        uow.commit()
    assert sorted(row["version"] for row in backend.rows("outbox")) == [1, 2, 3]
    assert thing.version == 3


def test_without_commit_nothing_is_left(backend: Backend) -> None:
    with backend.begin() as uow:
        uow.things.add(Thing.new("a"))
    thing = backend.create("b")
    with pytest.raises(ZeroDivisionError), backend.begin() as uow:
        uow.things.get(thing.thing_id).rename("c")
        raise ZeroDivisionError
    assert backend.name(thing.thing_id) == "b"
    assert len(backend.rows("outbox")) == len(backend.rows("audit")) == len(backend.rows("things")) == 1


def test_nothing_changed_writes_nothing(backend: Backend) -> None:
    thing = backend.create("a")
    with backend.begin() as uow:
        uow.things.get(thing.thing_id)
        uow.commit()
    assert len(backend.rows("audit")) == 1


def test_a_taken_unique_value_is_refused_whole(backend: Backend) -> None:
    backend.create("a")
    with pytest.raises(errors.AlreadyExists):
        backend.create("a")
    assert len(backend.rows("outbox")) == len(backend.rows("audit")) == 1


def test_an_unknown_id_is_not_found(backend: Backend) -> None:
    with backend.begin() as uow:
        assert uow.things.find("unknown") is None
        with pytest.raises(errors.NotFound, match="thing unknown"):
            uow.things.get("unknown")


def test_an_outer_transaction_holds_all_that_happens_in_it(backend: Backend) -> None:
    with pytest.raises(ZeroDivisionError), backend.store.transaction():
        backend.create("a")
        backend.store.idempotency.save("s", "m", "k", b"hash", b"answer")
        raise ZeroDivisionError
    assert (
        backend.rows("things") == backend.rows("audit") == backend.rows("outbox") == backend.rows("idempotency") == []
    )
    assert not backend.outbox.woken.is_set()
    with backend.store.transaction():
        backend.create("a")
        backend.store.idempotency.save("s", "m", "k", b"hash", b"answer")
        assert not backend.outbox.woken.is_set()
    assert backend.outbox.woken.is_set()
    assert len(backend.rows("things")) == len(backend.rows("audit")) == len(backend.rows("outbox")) == 1
    with backend.store.transaction():
        assert backend.store.idempotency.find("s", "m", "k") == (b"hash", b"answer")
        assert backend.store.idempotency.find("s", "m", "other") is None
    with pytest.raises(errors.Aborted), backend.store.transaction():
        backend.store.idempotency.save("s", "m", "k", b"hash", b"another")


def test_two_calls_with_one_key_have_one_effect(backend: Backend) -> None:
    outcomes: list[bytes] = []

    def call(name: str) -> None:
        with context.bind(occasion()):
            while True:
                try:
                    with backend.store.transaction():
                        known = backend.store.idempotency.find("s", "m", "k")
                        if known is None:
                            backend.create(name)
                            backend.store.idempotency.save("s", "m", "k", b"h", name.encode())
                        outcomes.append(known[1] if known else name.encode())
                    return
                except errors.Aborted:
                    continue

    _together([lambda: call("x"), lambda: call("y"), lambda: call("z")])
    assert len(backend.rows("things")) == 1
    assert len(set(outcomes)) == 1


def test_whether_a_commit_within_another_succeeded_is_known_after_a_flush(backend: Backend) -> None:
    thing = backend.create("a")
    with pytest.raises(errors.AlreadyExists), backend.begin() as whole:
        backend.create("a")
        whole.flush()
        raise ZeroDivisionError
    with backend.begin() as whole:
        backend.rename(thing.thing_id, "b")
        whole.flush()
        assert backend.name(thing.thing_id) == "b"
        whole.commit()
    assert backend.name(thing.thing_id) == "b"


def test_contended_changes_all_count(backend: Backend) -> None:
    thing = backend.create("0")

    def work() -> None:
        with context.bind(occasion()):
            for _ in range(5):
                _until_no_conflict(lambda: _increment(backend, thing.thing_id))

    _together([work] * 4)
    assert backend.name(thing.thing_id) == "20"
    assert sorted(row["version"] for row in backend.rows("outbox")) == list(range(1, 22))


def test_what_several_ensure_at_once_is_made_once(backend: Backend) -> None:
    def ensure() -> None:
        with backend.begin() as uow:
            thing = uow.things.ensure(Thing("one", "0"))
            thing.rename(str(int(thing.name) + 1))
            uow.commit()

    def work() -> None:
        with context.bind(occasion()):
            _until_no_conflict(ensure)

    _together([work] * 6)
    assert backend.name("one") == "6"
    assert sorted(row["version"] for row in backend.rows("outbox")) == list(range(1, 7))


def _increment(backend: Backend, thing_id: str) -> None:
    with backend.begin() as uow:
        thing = uow.things.get(thing_id)
        thing.rename(str(int(thing.name) + 1))
        uow.commit()


def _until_no_conflict(work: Callable[[], None]) -> None:
    while True:
        try:
            work()
            return
        except errors.Aborted:
            continue


def _together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
