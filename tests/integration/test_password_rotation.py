"""A database password that OpenBao changes while a service works: no call fails, and the earlier one is void."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from services.runtime import errors
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.delivery import DATABASE_FILE, Delivery
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from stack.layout import Layout
from stack.servers import engines, openbao, postgres
from tests.waiting import until

SERVICE = "discussion"


@pytest.fixture
def delivery(layout: Layout, tmp_path: Path) -> Delivery:
    """The service's, into a folder of the test's own."""
    pair = layout.pki / SERVICE / "tls.pem", layout.pki / SERVICE / "tls.key"
    settings = OpenBaoSettings(
        openbao.url(layout), SERVICE, layout.pki / "ca.pem", *pair, delivers=("database",), secrets_folder=tmp_path
    )
    return Delivery(OpenBao(settings))


@pytest.fixture
def database(layout: Layout, delivery: Delivery, tmp_path: Path) -> Iterator[Postgres]:
    """The service's database, under its own role."""
    delivery.refresh()
    file, port = tmp_path / DATABASE_FILE, layout.ports.of("postgres")
    settings = PostgresSettings("127.0.0.1", port, SERVICE, SERVICE, file, postgres.tls(layout), pool_size=4)
    opened = Postgres(settings, refresh=delivery.refresh)
    yield opened
    opened.close()


def test_the_password_rotates_under_load_and_no_call_fails(layout: Layout, database: Postgres, tmp_path: Path) -> None:
    over, done, failures = threading.Event(), [0], list[str]()

    def work() -> None:
        while not over.is_set():
            try:
                with database.transaction() as transaction:
                    assert transaction.connection.scalar(text("SELECT current_user")) == SERVICE
                    if done[0] % 3 == 0:
                        # Its connection is no more: the next one is made under whatever password counts by then.
                        transaction.connection.invalidate()
            except errors.Unavailable as error:
                failures.append(repr(error.__cause__ or error))
            except Exception as error:
                failures.append(repr(error))
            done[0] += 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    file = tmp_path / DATABASE_FILE
    used = [file.read_text()]
    try:
        for _ in range(3):
            before = done[0]
            until(lambda: done[0] > before + 20, "work under load")  # noqa: B023 - called at once
            engines.rotate_password(layout, SERVICE)
            until(lambda: failures or file.read_text() != used[-1], "the delivery of the new password")
            used.append(file.read_text())
    finally:
        over.set()
        for each in threads:
            each.join()
    assert not failures
    assert len(set(used)) == 4
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        _connect(layout, used[-2])


def test_a_connection_that_is_open_outlives_the_password_of_its_log_in(layout: Layout, database: Postgres) -> None:
    with database.transaction() as transaction:
        engines.rotate_password(layout, SERVICE)
        assert transaction.connection.scalar(text("SELECT 1")) == 1


def test_a_password_that_is_refused_for_good_ends_as_unavailable(layout: Layout, tmp_path: Path) -> None:
    file = tmp_path / "wrong"
    file.write_text("wrong")
    port = layout.ports.of("postgres")
    wrong = Postgres(PostgresSettings("127.0.0.1", port, SERVICE, SERVICE, file, postgres.tls(layout)))
    with pytest.raises(errors.Unavailable):
        wrong.check()
    wrong.close()


@pytest.mark.parametrize("statement", ["SET ROLE discussion", "SELECT * FROM pg_authid"])
def test_the_role_that_rotates_is_none_of_those_that_it_rotates(layout: Layout, statement: str) -> None:
    with (
        _connect(layout, layout.secret(f"postgres-{postgres.ROTATOR}"), postgres.ROTATOR, "postgres") as connection,
        pytest.raises(psycopg.Error),
    ):
        connection.execute(statement.encode())


def _connect(
    layout: Layout, password: str, user: str = SERVICE, database: str = SERVICE
) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host="127.0.0.1", port=layout.ports.of("postgres"), user=user, dbname=database, password=password,
        sslmode="verify-full", sslrootcert=str(layout.pki / "ca.pem"),
    )  # fmt: skip
