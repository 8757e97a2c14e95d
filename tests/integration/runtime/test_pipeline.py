"""Statements that wait and go out together: what fails among them fails as it would have alone, and undoes the same."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from services.runtime import errors
from services.runtime.stores import postgres_pipeline
from services.runtime.stores.postgres import Postgres, PostgresTransaction, UnitOfWork
from services.runtime.stores.postgres_pipeline import Kind, Statement, kind_of
from services.runtime.stores.postgres_statements import change, insertion
from tests.integration.conftest import FreshPostgres
from tests.integration.runtime.things import VERSIONS, PostgresThings

_THINGS = PostgresThings.table


@pytest.fixture
def postgres(fresh_postgres: FreshPostgres) -> Postgres:
    return fresh_postgres(VERSIONS)


def _thing(name: str, thing_id: str = "") -> Statement:
    return insertion(_THINGS, {"thing_id": thing_id or name, "name": name, "version": 1})


def _names(postgres: Postgres) -> list[str]:
    with postgres.engine.connect() as connection:
        return list(connection.scalars(text("SELECT name FROM things ORDER BY name")))


Trouble = Callable[[Postgres, Connection, ExitStack], object]


def _ended(other: Postgres, connection: Connection, _end: ExitStack) -> None:
    pid = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.engine.connect() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def _locked_out(other: Postgres, connection: Connection, end: ExitStack) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
    holder = end.enter_context(other.transaction())
    holder.connection.execute(text("LOCK TABLE things IN ROW EXCLUSIVE MODE"))


def _hurried(_other: Postgres, connection: Connection, _end: ExitStack) -> None:
    connection.execute(text("SET LOCAL statement_timeout = '50ms'"))


@pytest.mark.parametrize(
    ("before", "waiting", "expected"),
    [
        (None, [_thing("b"), _thing("a")], errors.AlreadyExists),
        (None, [_thing("b"), change(_THINGS, {"name": "c"}, "thing_id", "unknown")], errors.Aborted),
        (_locked_out, [_thing("b"), Statement("LOCK TABLE things IN EXCLUSIVE MODE")], errors.Aborted),
        (_hurried, [_thing("b"), Statement("SELECT pg_sleep(5)")], errors.DeadlineExceeded),
        (_ended, [_thing("b")], errors.Unavailable),
    ],
    ids=["taken", "gone", "locked", "slow", "lost"],
)
def test_what_fails_at_the_commit_is_raised_there_and_leaves_nothing(
    postgres: Postgres,
    before: Trouble | None,
    waiting: Sequence[Statement],
    expected: type[errors.Error],
) -> None:
    _write(postgres, _thing("a"))
    other = Postgres(postgres._settings)
    with ExitStack() as end, pytest.raises(expected) as raised, postgres.transaction() as transaction:
        end.callback(other.close)
        if before:
            before(other, transaction.connection, end)
        for statement in waiting:
            transaction.work.add(statement)
    if expected is errors.AlreadyExists:
        assert raised.value.metadata == {"constraint": "things_pkey"}
    assert _names(postgres) == ["a"]


def _write(postgres: Postgres, *statements: Statement) -> None:
    with postgres.transaction() as transaction:
        for statement in statements:
            transaction.work.add(statement)


def test_what_failed_among_others_can_be_sent_again_on_the_same_connection(postgres: Postgres) -> None:
    """The server skips what follows a failure; whatever it skipped must not be believed to be prepared."""
    _write(postgres, _thing("taken"))
    query = text("SELECT name FROM things WHERE name = :name")
    for number in range(12):
        with pytest.raises(errors.AlreadyExists), postgres.transaction() as transaction:
            transaction.work.add(_thing("taken"))
            transaction.work.add(Statement(f"UPDATE things SET version = {number}"))
            transaction.connection.execute(query, {"name": "taken"})
        with postgres.transaction() as transaction:
            transaction.work.add(Statement(f"UPDATE things SET version = {number}"))
            assert transaction.connection.execute(query, {"name": "taken"}).scalars().all() == ["taken"]
    assert postgres.engine.pool.checkedin() == 1  # type: ignore[attr-defined]


def test_a_refusal_keeps_the_statements_that_are_prepared(postgres: Postgres) -> None:
    def prepared() -> int:
        with postgres.transaction() as transaction:
            return int(transaction.connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) or 0)

    for number in range(8):
        _write(postgres, _thing(str(number)))
    known = prepared()
    with pytest.raises(ZeroDivisionError), postgres.transaction() as transaction:
        transaction.connection.execute(text("SELECT name FROM things FOR UPDATE")).all()
        raise ZeroDivisionError
    assert prepared() >= known > 0


def test_a_connection_keeps_so_many_statements_and_no_more(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_pipeline, "_MOST_PREPARED", 4)
    for number in range(12):
        _write(postgres, Statement(f"UPDATE things SET version = {number}"), _thing(str(number)))
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept%'"
    with postgres.transaction() as transaction:
        assert int(transaction.connection.scalar(text(kept)) or 0) <= 6
    assert len(_names(postgres)) == 12


def test_a_session_that_lost_its_statements_is_replaced(postgres: Postgres) -> None:
    _write(postgres, _thing("a"))
    with postgres.transaction() as transaction:
        transaction.connection.execute(text("DEALLOCATE ALL"))
    with pytest.raises(errors.Aborted):
        _write(postgres, _thing("b"))
    _write(postgres, _thing("b"))
    assert _names(postgres) == ["a", "b"]


def test_what_a_joined_unit_of_work_wrote_at_once_goes_with_it(postgres: Postgres) -> None:
    with postgres.transaction() as transaction:
        transaction.work.add(_thing("outer"))
        with pytest.raises(ZeroDivisionError), UnitOfWork(postgres, None) as uow:
            uow.insert(_THINGS, {"thing_id": "waits", "name": "waits", "version": 1})
            uow.connection.execute(_THINGS.insert().values(thing_id="at once", name="at once", version=1))
            uow.insert(_THINGS, {"thing_id": "waits too", "name": "waits too", "version": 1})
            raise ZeroDivisionError
        transaction.work.add(_thing("after"))
    assert _names(postgres) == ["after", "outer"]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * FROM things", Kind.READ),
        ("\n select 1", Kind.READ),
        ("SELECT name FROM things WHERE name = 'a' FOR UPDATE SKIP LOCKED", Kind.HOLD),
        ("SELECT name FROM things FOR NO KEY UPDATE", Kind.HOLD),
        ("SELECT name FROM things FOR\nSHARE", Kind.HOLD),
        ("SELECT pg_advisory_xact_lock(1)", Kind.HOLD),
        ("SELECT nextval('a')", Kind.HOLD),
        ("WITH x AS (DELETE FROM things RETURNING 1) SELECT * FROM x", Kind.WRITE),
        ("INSERT INTO things SELECT * FROM things", Kind.WRITE),
        ("SET LOCAL lock_timeout = 1", Kind.WRITE),
        ("COMMIT", Kind.WRITE),
    ],
)
def test_what_needs_a_transaction_gets_one(query: str, kind: Kind) -> None:
    assert kind_of(query) is kind


# A program: writes that wait, writes at once, reads, blocks that end well, are refused, or fail in the database.
_STEP = st.deferred(
    lambda: st.one_of(
        st.tuples(st.just("wait"), st.just(())),
        st.tuples(st.just("write"), st.just(())),
        st.tuples(st.just("read"), st.just(())),
        st.tuples(st.sampled_from(["nested", "refused", "failed", "joined", "joined refused"]), _PROGRAM),
    )
)
_PROGRAM: Any = st.lists(_STEP, max_size=4)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=_PROGRAM)
def test_blocks_undo_what_they_should_and_nothing_else(postgres: Postgres, program: Any) -> None:
    with postgres.transaction() as transaction:
        transaction.connection.execute(text("DELETE FROM things"))
    numbers = iter(range(1000))
    with postgres.transaction() as transaction:
        expected = _run(postgres, transaction, program, numbers)
        assert _seen(transaction) == sorted(expected)
    assert _names(postgres) == sorted(expected)


def _run(postgres: Postgres, transaction: PostgresTransaction, program: Any, numbers: Iterator[int]) -> list[str]:
    """Runs the program; the names of the things that must be there after it."""
    made: list[str] = []
    for what, inner in program:
        name = f"{next(numbers):03}"
        if what == "wait":
            transaction.work.add(_thing(name))
            made.append(name)
        elif what == "write":
            transaction.connection.execute(_THINGS.insert().values(thing_id=name, name=name, version=1))
            made.append(name)
        elif what == "read":
            transaction.connection.execute(text("SELECT name FROM things")).all()
        elif what == "failed":
            with pytest.raises(errors.AlreadyExists), postgres.transaction():
                _run(postgres, transaction, inner, numbers)
                transaction.work.add(_thing(name))
                transaction.work.add(_thing(name))
        else:
            block = postgres.joined if what.startswith("joined") else postgres.transaction
            with suppress(ZeroDivisionError), block():
                kept = _run(postgres, transaction, inner, numbers)
                if what.endswith("refused"):
                    raise ZeroDivisionError
                made += kept
    return made


def _seen(transaction: PostgresTransaction) -> list[str]:
    return sorted(transaction.connection.scalars(text("SELECT name FROM things")))
