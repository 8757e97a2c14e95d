"""What the services' databases hold, read as an administrator would: tables and columns are looked up, not imported."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from pymongo import MongoClient

Json = dict[str, Any]
# By the name of a service.
Postgres = Callable[[str], AbstractContextManager[psycopg.Connection[Any]]]
Mongo = Callable[[str], AbstractContextManager[MongoClient[Json]]]
_PORTION = 2000
# An aggregate that publishes has both, and its id is its primary key.
_AGGREGATES = """
    SELECT versions.table_name, keys.column_name FROM information_schema.columns AS versions
        JOIN information_schema.columns AS listeners USING (table_schema, table_name)
        JOIN information_schema.table_constraints AS constraints USING (table_schema, table_name)
        JOIN information_schema.key_column_usage AS keys USING (table_schema, table_name, constraint_name)
    WHERE table_schema = 'public' AND versions.column_name = 'version' AND listeners.column_name = 'listener_versions'
        AND constraint_type = 'PRIMARY KEY'
"""


def rows(connection: psycopg.Connection[Any], question: str | sql.Composed) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, in portions; all questions within one snapshot when the transaction is one."""
    with connection.cursor("auditor") as cursor:
        cursor.itersize = _PORTION
        cursor.execute(question)
        yield from cursor


def records(connection: psycopg.Connection[Any], question: str) -> Iterator[Json]:
    """Like `rows`, by the names of columns."""
    with connection.cursor("auditor", row_factory=dict_row) as cursor:
        cursor.itersize = _PORTION
        cursor.execute(question)
        yield from cursor


def aggregates(service: str, connection: psycopg.Connection[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of `aggregates` of a service on PostgreSQL."""
    for table, key in connection.execute(_AGGREGATES).fetchall():
        text = sql.SQL("SELECT {0}, version FROM {1} ORDER BY {0}").format(sql.Identifier(key), sql.Identifier(table))
        for aggregate_id, version in rows(connection, text):
            yield service, table, aggregate_id, version


def documents(service: str, database: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of `aggregates` of a service on MongoDB."""
    for name in database.list_collection_names():
        for each in database[name].find({}, ["version", "listener_versions"]):
            if "listener_versions" in each:
                yield service, name, str(each["_id"]), each["version"]


def cents(amount: Json) -> str:
    """An amount as text, its zeros at the end left out, with its currency."""
    return f"{Decimal(amount['amount']).normalize():f} {amount['currency']}"
