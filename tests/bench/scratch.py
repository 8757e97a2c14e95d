"""Databases of a part's own on the running servers, gone with its block, so that the platform's stay as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from services.bootstrap import documents
from services.runtime.stores.migrate import upgrade
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.wrapping import FileWrapping
from stack.layout import Layout
from stack.servers import postgres

_HOST = "127.0.0.1"
_SERVICES = Path(__file__).resolve().parents[2] / "services"
Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def connected(layout: Layout) -> Iterator[Connection]:
    """An empty database on PostgreSQL, by a plain connection."""
    with _named(layout) as name, postgres.admin(layout, name) as connection:
        yield connection


@contextmanager
def migrated(layout: Layout, service: str) -> Iterator[Postgres]:
    """A database on PostgreSQL with the tables of a service."""
    with _named(layout) as name:
        port, secret = layout.ports.of("postgres"), layout.secret_file("postgres-admin")
        settings = PostgresSettings(_HOST, port, name, postgres.ADMIN, secret, postgres.tls(layout))
        database = Postgres(settings, wrapping(layout))
        try:
            upgrade(database.engine, _SERVICES / service / "migrations" / "versions")
            # Sessions in which tables were changed have forgotten what the driver prepared.
            database.close()
            yield database
        finally:
            database.close()


@contextmanager
def collections(layout: Layout) -> Iterator[Mongo]:
    """An empty database behind the MongoDB API."""
    name, port, secret = _name(), layout.ports.of("mongo"), layout.secret_file("mongo-admin")
    settings = MongoSettings(
        _HOST, port, name, postgres.tls(layout), "admin", secret, login_database="admin", retry_writes=False
    )
    database = Mongo(settings, wrapping(layout))
    documents.make_trail(database.trail)
    try:
        yield database
    finally:
        for each in (database.database, database.trail):
            database.client.drop_database(each.name)
        database.close()


def wrapping(layout: Layout) -> FileWrapping:
    """By which the data keys of such databases are wrapped."""
    return FileWrapping(layout.secret_file("sealing-bench"))


@contextmanager
def _named(layout: Layout) -> Iterator[str]:
    name = _name()
    with postgres.admin(layout) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield name
    finally:
        with postgres.admin(layout) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _name() -> str:
    return f"bench_{uuid4().hex[:12]}"
