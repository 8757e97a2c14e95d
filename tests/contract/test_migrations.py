"""Migrations against the tables of the code: one head for each service, and nothing that autogenerate would add."""

import importlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from services.catalog import SERVICES, Storage
from services.runtime.stores.migrate import upgrade
from services.runtime.stores.postgres import Postgres, PostgresSettings
from services.runtime.stores.tables import runtime_tables
from stack.layout import Layout
from stack.servers import postgres
from tests.contract.conftest import ROOT
from tests.waiting import until

NAMES = [service.name for service in SERVICES if service.storage is Storage.POSTGRES]
# Keys, constraints and indexes are declared by the migrations: the code reads and writes columns.
MIGRATIONS_ALONE = {"remove_constraint", "remove_index", "remove_fk"}
# A stack of its own: nobody else has this base.
BASE = 31000


@pytest.fixture(scope="module")
def server() -> Iterator[Layout]:
    """A PostgreSQL of its own, with the databases of all services."""
    with tempfile.TemporaryDirectory(prefix="loanflow-") as folder:
        layout = Layout(BASE, Path(folder))
        layout.state.chmod(0o755)
        postgres.prepare(layout)
        with _running(postgres.command(layout)):
            until(lambda: _answers(layout))
            postgres.settle(layout)
            yield layout


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    # PostgreSQL refuses to be root.
    user, group = (postgres.user(), "nogroup") if os.geteuid() == 0 else (None, None)
    with subprocess.Popen(
        command, cwd="/", stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, user=user, group=group
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def _answers(layout: Layout) -> bool:
    try:
        postgres.ready(layout)
    except psycopg.OperationalError:
        return False
    return True


def versions(name: str) -> Path:
    return ROOT / "services" / name / "migrations" / "versions"


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_head(name: str) -> None:
    heads = _heads(versions(name))
    assert len(heads) == 1, (
        f"services/{name}/migrations/versions: the heads {', '.join(heads)} stand side by side: "
        "give one of them the other as its down_revision"
    )


def _heads(folder: Path) -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / "runtime" / "migration_env"))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "os")
    return sorted(ScriptDirectory.from_config(config).get_heads())


@pytest.mark.parametrize("name", NAMES)
def test_the_migrations_make_the_tables_of_the_code(name: str, server: Layout) -> None:
    module = next(m for m in ("tables", "store") if (ROOT / "services" / name / f"{m}.py").exists())
    metadata: MetaData = importlib.import_module(f"services.{name}.{module}").metadata
    whole = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(whole)
    runtime_tables(whole)
    password = server.secret_file(f"postgres-{name}")
    port = server.ports.of("postgres")
    database = Postgres(PostgresSettings("127.0.0.1", port, name, name, password, pool_size=1))
    try:
        upgrade(database.engine, versions(name))
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_server_default": False})
            found = compare_metadata(context, whole)
    finally:
        database.close()
    missing = [change for change in found if change[0] not in MIGRATIONS_ALONE]
    where = f"services/{name}/{module}.py:1: tables and migrations differ, write a migration"
    assert not missing, f"{where}: {missing}"
