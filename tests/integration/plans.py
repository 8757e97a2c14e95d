"""How PostgreSQL would run what a service asks: every statement of the tests, planned as if its tables were large.

A plan with no index to begin from reads a whole table, however many rows it has grown to. With sequential scans
switched off, one that is left over says that no index serves; so does an index that is read from end to end.
"""

import json
from collections.abc import Iterator, Set
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import event

from services.runtime.stores.postgres import Postgres

# Few rows for ever: a service has that many shards, replicas, keys or clients, or one for each day.
_SMALL = {
    "outbox_shard", "outbox_relay", "signing_keys", "clients", "daily_runs", "pipeline", "pipeline_spans",
    "alembic_version", "outcome_checks",
}  # fmt: skip
# What waits, and is gone soon.
_PASSING = {"outbox", "parked", "pipeline_changes", "figure_changes", "reminders"}
# Indexes of what is going on, which is little of what there was.
_PARTIAL = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
_PLANNED = ("SELECT", "UPDATE", "DELETE", "WITH")


class Asked(NamedTuple):
    """A statement with the parameters that it was first seen with."""

    text: str
    parameters: Any


class Recorder:
    """Notes each statement of a service once in a run, and says which of them scan what grows."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._new: dict[str, list[Asked]] = {}

    def listen(self, database: Postgres) -> None:
        """Notes what the database is asked from here on."""
        event.listen(database.engine, "before_cursor_execute", self._note)

    def scans(self, connection: "psycopg.Connection[Any]") -> list[str]:
        """What is wrong with the plans of what the database of the connection was asked since the last time."""
        asked = self._new.pop(connection.info.dbname, [])
        connection.execute("SET enable_seqscan = off")
        partial = {name for (name,) in connection.execute(_PARTIAL)}
        return [f"{wrong}: {each.text}" for each in asked for wrong in _wrong(_plan(connection, each), partial)]

    def _note(self, _connection: Any, cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        # What tests look up by themselves is in no transaction of the store.
        if cursor.connection.work is None:
            return
        if text.lstrip().upper().startswith(_PLANNED) and text not in self._known:
            self._known.add(text)
            self._new.setdefault(cursor.connection.info.dbname, []).append(Asked(text, parameters))


def _plan(connection: "psycopg.Connection[Any]", asked: Asked) -> dict[str, Any]:
    row = connection.execute(f"EXPLAIN (FORMAT JSON) {asked.text}".encode(), asked.parameters or None).fetchone()
    assert row is not None
    found: dict[str, Any] = (row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"]
    return found


def _wrong(plan: dict[str, Any], partial: Set[str], *, limited: bool = False) -> Iterator[str]:
    kind, table = plan["Node Type"], plan.get("Relation Name", "")
    if table not in _SMALL | _PASSING:
        if kind == "Seq Scan":
            yield f"reads all of {table}, for want of an index"
        elif "Index Name" in plan and "Index Cond" not in plan and not limited and plan["Index Name"] not in partial:
            yield f"reads an index from end to end, {plan['Index Name']}"
    limited = kind == "Limit" or (limited and kind in ("LockRows", "Result", "Incremental Sort"))
    for below in plan.get("Plans", ()):
        yield from _wrong(below, partial, limited=limited)
