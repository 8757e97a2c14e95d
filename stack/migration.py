"""`python -m stack.migration <service> <what>`: writes the migration that the tables of a service still need.

The service's migrations are applied in a PostgreSQL that is started for it and thrown away, and Alembic compares what
they made with the tables in the code.
"""

import argparse
import importlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import MetaData

from services.bootstrap import rows
from services.catalog import SERVICES, Storage
from services.runtime.stores.migrate import revise, transactional, upgrade
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.tables import runtime_tables
from stack import pki, programs
from stack.layout import Layout
from stack.servers import postgres

NAMES = [service.name for service in SERVICES if service.storage is Storage.POSTGRES]
# Not shared: a stack of one part.
_BASE = 30000
_PATIENCE_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[1]


def versions(name: str) -> Path:
    """The folder of a service's migrations."""
    return _ROOT / "services" / name / "migrations" / "versions"


def source(name: str) -> Path:
    """The file that declares a service's tables."""
    folder = _ROOT / "services" / name
    return next(path for path in (folder / "tables.py", folder / "store.py") if path.exists())


def declared(name: str) -> MetaData:
    """The tables of a service in the code, the runtime's among them; a copy, free to be changed."""
    tables: MetaData = importlib.import_module(f"services.{name}.{source(name).stem}").metadata
    whole = MetaData(naming_convention=tables.naming_convention)
    for table in tables.sorted_tables:
        table.to_metadata(whole)
    runtime_tables(whole)
    return whole


@contextmanager
def throw_away(base: int = _BASE) -> Iterator[Layout]:
    """A PostgreSQL of its own with the empty databases of all services, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="loanflow-") as folder:
        layout = Layout(base, Path(folder))
        layout.state.chmod(0o755)
        pki.ensure(layout.pki)
        postgres.prepare(layout)
        with _running(postgres.command(layout)):
            _await(layout)
            postgres.settle(layout)
            yield layout


@contextmanager
def migrated(server: Layout, name: str) -> Iterator[Postgres]:
    """A service's database on that server, with every migration applied."""
    password, owner = server.secret_file(f"postgres-{name}-owner"), rows.owner(name)
    port = server.ports.of("postgres")
    database = Postgres(PostgresSettings("127.0.0.1", port, name, owner, password, postgres.tls(server), pool_size=1))
    try:
        upgrade(database.engine, versions(name))
        yield database
    finally:
        database.close()


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
            # At once: nothing of it is kept.
            process.send_signal(signal.SIGQUIT)


def _await(layout: Layout) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            postgres.ready(layout)
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when no migration is needed."""
    parser = argparse.ArgumentParser(prog="python -m stack.migration", description="Writes a migration.")
    parser.add_argument("service", choices=NAMES)
    parser.add_argument("what", help="what it changes, such as applied_income")
    given = parser.parse_args(arguments)
    with (
        throw_away() as server,
        migrated(server, given.service) as database,
        transactional(database.engine).connect() as connection,
    ):
        written = revise(connection, versions(given.service), declared(given.service), given.what)
    if written is None:
        print(f"{source(given.service).relative_to(_ROOT)}: its migrations make these tables already", file=sys.stderr)
        return 1
    subprocess.run([programs.python(), "-m", "ruff", "format", "--quiet", str(written)], check=True)
    print(f"{written.relative_to(_ROOT)}: read it, and say in its docstring what for")
    return 0


if __name__ == "__main__":
    sys.exit(main())
