"""The test's own contract, compiled once; an aggregate of its own on either database, and topics for its events."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from sqlalchemy import text

from services.runtime import context
from services.runtime.events.kafka import KafkaSettings, dead_letters, retries
from stack import pki
from stack.layout import Layout
from stack.servers import openbao
from tests.bases import own_base
from tests.integration.conftest import FreshMongo, FreshPostgres
from tests.integration.runtime import contract
from tests.integration.runtime.bao import Bao
from tests.integration.runtime.things import (
    VERSIONS,
    Backend,
    MongoThings,
    MongoUnit,
    PostgresUnit,
    TestOutbox,
    event_class,
    occasion,
)
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module with the servicer; its contract exists only from here on."""
    contract.compile_into(tmp_path_factory.mktemp("contract"))
    from tests.integration.runtime import shelf as module

    return module


@pytest.fixture(params=["postgres", "mongo"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Things on PostgreSQL, then the same test on MongoDB."""
    outbox = TestOutbox(event_class())
    if request.param == "postgres":
        fresh_postgres: FreshPostgres = request.getfixturevalue("fresh_postgres")
        postgres = fresh_postgres(VERSIONS)

        def rows(table: str) -> list[dict[str, object]]:
            with postgres.engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]

        return Backend(postgres, outbox, lambda: PostgresUnit(postgres, outbox), rows)
    fresh_mongo: FreshMongo = request.getfixturevalue("fresh_mongo")
    mongo = fresh_mongo()
    mongo.prepare(MongoThings.collection)
    return Backend(mongo, outbox, lambda: MongoUnit(mongo, outbox), lambda name: list(mongo._collection(name).find()))


@pytest.fixture
def staff_call() -> Iterator[None]:
    """The test runs as a call by a member of staff."""
    with context.bind(occasion()):
        yield


@pytest.fixture
def topics(kafka: KafkaSettings, backend: Backend) -> Iterator[str]:
    """The topics of the backend's event and of a service that listens to it, whose name this is."""
    package = backend.outbox.topic
    listener = f"{package.partition('.')[0]}listener"
    names = [package, dead_letters(listener), retries(listener)]
    with made(kafka, names):
        yield listener


def make(kafka: KafkaSettings, topics: list[str]) -> AdminClient:
    """Makes topics, and returns when the broker has them."""
    admin = AdminClient(kafka.client())
    for future in admin.create_topics([NewTopic(name, 3, 1) for name in topics]).values():
        future.result(PATIENCE_SECONDS)
    until(lambda: set(topics) <= admin.list_topics(timeout=PATIENCE_SECONDS).topics.keys())
    return admin


@contextmanager
def made(kafka: KafkaSettings, topics: list[str]) -> Iterator[None]:
    """The topics are there."""
    admin = make(kafka, topics)
    yield
    for future in admin.delete_topics(topics).values():
        future.result(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """An OpenBao for all tests of this folder."""
    with own_base() as base:
        layout = Layout(base, tmp_path_factory.mktemp("openbao"))
        pki.ensure(layout.pki)
        openbao.prepare(layout)
        made = Bao(layout)
        made.start()
        yield made
        made.kill()
