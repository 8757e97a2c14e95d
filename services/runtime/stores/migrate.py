"""`python -m services.runtime.stores.migrate <service>...`: brings the databases of the named services up to date.

Settings: LOANFLOW_MIGRATE_HOST, LOANFLOW_MIGRATE_PORT, LOANFLOW_MIGRATE_TLS_AUTHORITY_FILE,
LOANFLOW_MIGRATE_SECRETS_FOLDER (with a file `postgres-<service>-owner` for each password). A service's database has its
name; the role is `<service>_owner`, to which its tables belong: the service's own could otherwise do anything to them.
The versions are in services/<name>/migrations/versions.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.operations.ops import MigrationScript
from sqlalchemy import Connection, Engine, MetaData, text

from services.runtime import settings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.tls import TlsSettings

_HERE = Path(__file__).resolve().parent
_SERVICES = _HERE.parents[1]
# Two that migrate at once: the second waits, then finds nothing to do.
_LOCK = 6_021_937


@dataclass(frozen=True)
class MigrateSettings:
    """Where the database server is, and the folder of the passwords."""

    host: str
    port: int
    secrets_folder: Path
    tls: TlsSettings


@dataclass(frozen=True)
class _Environment:
    migrate: MigrateSettings


def upgrade(engine: Engine, versions: Path) -> None:
    """Applies every version in the folder that the database does not have yet."""
    with transactional(engine).connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        try:
            command.upgrade(configuration(connection, versions), "head")
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.commit()


def transactional(engine: Engine) -> Engine:
    """The engine, its connections in transactions as Alembic has them."""
    return engine.execution_options(isolation_level="READ COMMITTED")


def revise(connection: Connection, versions: Path, tables: MetaData, message: str) -> Path | None:
    """Writes the version that brings a database with every version to these tables; None when it has them already.

    Alembic sees neither check constraints nor a change in an index's WHERE: those are added by hand.
    """
    config = configuration(connection, versions)
    attributes: dict[str, Any] = config.attributes
    attributes["tables"] = tables
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    number = f"{len(list(versions.glob('[0-9]*.py'))) + 1:04}"
    script = command.revision(
        config, message, autogenerate=True, rev_id=number, process_revision_directives=_drop_if_empty
    )
    # No version: an empty list.
    return None if script is None or isinstance(script, list) else Path(script.path)


def _drop_if_empty(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    operations = directives[0].upgrade_ops
    if operations is None or operations.is_empty():
        directives.clear()


def configuration(connection: Connection, versions: Path) -> Config:
    """What Alembic needs to know of a database and its versions."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migration_env"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    return config


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.stores.migrate", description="Migrates.")
    parser.add_argument("service", nargs="+", help="a service that keeps its state in PostgreSQL")
    names: list[str] = parser.parse_args(arguments).service
    where = settings.load(_Environment).migrate
    for name in names:
        versions = _SERVICES / name / "migrations" / "versions"
        if not versions.is_dir():
            parser.error(f"{name} has no migrations")
        password, owner = where.secrets_folder / f"postgres-{name}-owner", f"{name}_owner"
        database = Postgres(PostgresSettings(where.host, where.port, name, owner, password, where.tls, pool_size=1))
        try:
            upgrade(database.engine, versions)
        finally:
            database.close()
        print(f"{name}: up to date")


if __name__ == "__main__":
    main()
