"""The real parts of the test stack, and databases that belong to one test alone.

`python -m stack.testrun` has the stack up already; for a run by hand the parts are started here, and stay up for the
next run until `python -m stack --base 18000 down`. Its base port: $LOANFLOW_TEST_BASE, 18000.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from services.bootstrap import documents
from services.runtime.events.kafka import KafkaSettings
from services.runtime.ids import new_id
from services.runtime.stores.migrate import upgrade
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.wrapping import FileWrapping
from services.runtime.tls import TlsSettings
from stack import pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from stack.servers import postgres as postgres_server
from tests.fakes.postgres_proxy import PostgresProxy
from tests.integration.plans import Recorder
from tests.sealed import clear_in_mongo, clear_in_postgres

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
FreshPostgres = Callable[..., Postgres]
FreshMongo = Callable[[], Mongo]
# What a call sends, by round trip, once it has been made so often that every statement is prepared.
Trips = Callable[[Callable[[], object], int], list[list[str]]]
CountedPostgres = Callable[[str], tuple[Postgres, Trips]]


@pytest.fixture(scope="session")
def layout() -> Layout:
    """The test stack, its parts running: ports by `layout.ports.of("redis")`, secrets by `layout.secret_file(...)`."""
    base = int(os.environ.get("LOANFLOW_TEST_BASE", "18000"))
    found = Layout.of(base)
    if not _answers(found.ports.of("registry")):
        command = [sys.executable, "-m", "stack", "--base", str(base), "up", "--only", "parts"]
        subprocess.run(command, check=True, cwd=ROOT)
    return found


@pytest.fixture(scope="session")
def search_engine(layout: Layout) -> None:
    """The search engine of the test stack, started for the first test that asks for it."""
    if not _answers(layout.ports.of("search")):
        command = [sys.executable, "-m", "stack", "--base", str(layout.base), "up", "--only", "search"]
        subprocess.run(command, check=True, cwd=ROOT)


@pytest.fixture(scope="session")
def templates(layout: Layout) -> Iterator[Callable[[Path], str]]:
    """Migrated databases, one for each folder of versions, from which those of the tests are copied."""
    made: dict[Path, str] = {}

    def template(versions: Path) -> str:
        if versions not in made:
            name = _create(layout, "template0")
            database = Postgres(_postgres(layout, name))
            upgrade(database.engine, versions)
            database.close()
            made[versions] = name
        return made[versions]

    yield template
    for name in made.values():
        _drop(layout, name)


@pytest.fixture(scope="session")
def plans() -> Recorder:
    """What the services of this run asked their databases."""
    return Recorder()


@pytest.fixture(scope="session")
def wrapping(layout: Layout) -> FileWrapping:
    """By which the data keys of all databases of this run are wrapped."""
    return FileWrapping(layout.secret_file("sealing-test"))


@pytest.fixture
def fresh_postgres(
    layout: Layout, templates: Callable[[Path], str], plans: Recorder, wrapping: FileWrapping
) -> Iterator[FreshPostgres]:
    """`fresh_postgres("kyc")` is an empty database with the service's tables; a folder of versions serves as well."""
    made: list[tuple[str, Postgres]] = []
    services: dict[str, str] = {}

    def fresh(service: str | Path) -> Postgres:
        versions = service if isinstance(service, Path) else ROOT / "services" / service / "migrations" / "versions"
        name = _create(layout, templates(versions))
        made.append((name, Postgres(_postgres(layout, name), wrapping)))
        if not isinstance(service, Path):
            services[name] = service
            plans.listen(made[-1][1])
        return made[-1][1]

    yield fresh
    wrong = []
    for name, database in made:
        if name in services:
            with database.engine.connect() as opened:
                wrong += clear_in_postgres(opened, services[name])
        database.close()
        with postgres_server.admin(layout, name) as connection:
            wrong += plans.scans(connection)
        _drop(layout, name)
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def counted_postgres(
    layout: Layout, fresh_postgres: FreshPostgres, wrapping: FileWrapping
) -> Iterator[CountedPostgres]:
    """`counted_postgres("kyc")` is like `fresh_postgres`, and returns what is sent to it."""
    made: list[Postgres] = []
    target, secured = (HOST, layout.ports.of("postgres")), postgres_server.tls(layout).context()
    with PostgresProxy(target, secured).serving() as proxy:

        def counted(service: str) -> tuple[Postgres, Trips]:
            settings = fresh_postgres(service)._settings
            made.append(Postgres(replace(settings, port=proxy.port, tls=TlsSettings(plaintext=True)), wrapping))
            return made[-1], proxy.trips

        yield counted
        for database in made:
            database.close()


@pytest.fixture
def fresh_mongo(layout: Layout, wrapping: FileWrapping) -> Iterator[FreshMongo]:
    """`fresh_mongo()` is an empty database with the runtime's collections."""
    made: list[Mongo] = []

    def fresh() -> Mongo:
        name = _name()
        secret = layout.secret_file("mongo-admin")
        settings = MongoSettings(
            HOST,
            layout.ports.of("mongo"),
            name,
            postgres_server.tls(layout),
            "admin",
            secret,
            pool_size=10,
            login_database="admin",
            retry_writes=False,
        )
        made.append(Mongo(settings, wrapping))
        made[-1].prepare()
        documents.make_trail(made[-1].trail)
        return made[-1]

    yield fresh
    wrong = []
    for database in made:
        wrong += clear_in_mongo(database.database)
        client: MongoClient[dict[str, object]] = database.client
        for each in (database.database, database.trail):
            client.drop_database(each.name)
        database.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="session")
def kafka(layout: Layout) -> KafkaSettings:
    """The broker, under the identity of the deploy step, which makes the topics of tests and may do all on them."""
    return kafka_server.client(layout, pki.DEPLOY)


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 0.5).close()
    except OSError:
        return False
    return True


def _name() -> str:
    return f"test_{new_id().replace('-', '')[:16]}"


def _postgres(layout: Layout, database: str) -> PostgresSettings:
    secret = layout.secret_file("postgres-admin")
    port, tls = layout.ports.of("postgres"), postgres_server.tls(layout)
    return PostgresSettings(HOST, port, database, postgres_server.ADMIN, secret, tls, pool_size=12)


def _create(layout: Layout, template: str) -> str:
    name = _name()
    with postgres_server.admin(layout) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return name


def _drop(layout: Layout, name: str) -> None:
    with postgres_server.admin(layout) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
