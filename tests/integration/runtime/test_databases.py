"""What becomes of a database that goes away and comes back, and of tables that migrations made."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError, OperationalError

from services.runtime import errors
from services.runtime.stores.migrate import upgrade
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.mongo_schema import Collection, index
from services.runtime.stores.postgres import Postgres, UnitOfWork
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.tables import runtime_tables
from services.runtime.tls import TlsSettings
from tests.integration.conftest import FreshMongo, FreshPostgres
from tests.integration.runtime.things import VERSIONS


@pytest.fixture
def postgres(fresh_postgres: FreshPostgres) -> Postgres:
    return fresh_postgres(VERSIONS)


def _end_connections(postgres: Postgres) -> None:
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with postgres.transaction() as transaction:
        transaction.connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))


def test_the_migration_makes_the_tables_that_the_code_expects(postgres: Postgres) -> None:
    upgrade(postgres.engine, VERSIONS)
    metadata = MetaData()
    runtime_tables(metadata)
    with postgres.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [change[0] for change in found] == ["remove_table"]


def test_a_statement_that_fails_does_not_tell_its_values_to_the_log(postgres: Postgres) -> None:
    with pytest.raises(DBAPIError) as broken, postgres.transaction() as transaction:
        transaction.connection.execute(text("SELECT 1 / (length(:name) - 4)"), {"name": "Anna"})
    assert "division by zero" in str(broken.value) and "Anna" not in str(broken.value)


def test_idle_connections_that_the_server_closed_cost_no_call(postgres: Postgres) -> None:
    with postgres.engine.connect(), postgres.engine.connect(), postgres.engine.connect():
        pass
    _end_connections(postgres)
    time.sleep(1.1)
    for _ in range(4):
        postgres.check()


def test_a_connection_lost_in_use_is_unavailable_and_then_forgotten(postgres: Postgres) -> None:
    other = Postgres(postgres._settings)
    with pytest.raises(errors.Unavailable), postgres.transaction() as transaction:
        transaction.connection.execute(text("SELECT 1"))
        _end_connections(other)
        transaction.connection.execute(text("SELECT 1"))
    postgres.check()
    other.close()


def test_what_the_server_can_never_do_is_not_unavailable(postgres: Postgres) -> None:
    with postgres.transaction() as transaction:
        transaction.connection.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    noise = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(4_000))
    with pytest.raises(OperationalError), postgres.transaction() as transaction:
        transaction.connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": noise})


def test_lost_races_are_conflicts(postgres: Postgres) -> None:
    other = Postgres(postgres._settings)
    lock = text("LOCK TABLE things IN EXCLUSIVE MODE")
    with postgres.transaction() as mine, other.transaction() as theirs:
        mine.connection.execute(lock)
        theirs.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(errors.Aborted):
            theirs.connection.execute(lock)
    other.close()


def test_a_name_is_held_by_one_transaction_at_a_time(postgres: Postgres) -> None:
    other = Postgres(postgres._settings)
    with UnitOfWork(postgres, None) as mine:
        mine.take_advisory_lock("a name")
        mine.take_advisory_lock("a name")
        with UnitOfWork(other, None) as theirs:
            theirs.take_advisory_lock("another name")
            theirs.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(errors.Aborted):
                theirs.take_advisory_lock("a name")
    with UnitOfWork(other, None) as theirs:
        theirs.take_advisory_lock("a name")
    other.close()


def test_collections_are_made_by_several_replicas_at_once_and_again(fresh_mongo: FreshMongo) -> None:
    mongo, names = fresh_mongo(), (Collection("boxes"), Collection("lids", indexes=(index("size"),)))
    # One that an operator made, by which it is distinguished from a new one.
    mongo.database.create_collection("lids", capped=True, size=4096)
    with ThreadPoolExecutor(4) as pool:
        for made in [pool.submit(mongo.prepare, *names) for _ in range(4)]:
            made.result()
    mongo.prepare(*names)
    assert {each.name for each in names} <= set(mongo.database.list_collection_names())


def test_a_server_that_is_away_is_unavailable(postgres: Postgres, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("x")
    away = Postgres(replace(postgres._settings, port=1))
    with pytest.raises(errors.Unavailable):
        away.check()
    wrong = Postgres(PostgresSettings(**{**vars(postgres._settings), "password_file": secret}))
    with pytest.raises(errors.Unavailable):
        wrong.check()
    mongo = Mongo(MongoSettings("127.0.0.1", 1, "unknown", TlsSettings(plaintext=True)))
    with pytest.raises(errors.Unavailable):
        mongo.check()
    with pytest.raises(errors.Unavailable), mongo.transaction() as transaction:
        mongo.database.things.find_one({}, session=transaction.session)
    mongo.close()
