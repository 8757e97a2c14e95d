"""A service's database in PostgreSQL: two roles, the database, what each may do there, and its tables.

Tables belong to `<service>_owner`, which no one signs in as: the bootstrap's own log-in becomes it. The service's role
reads and writes rows; of the audit trail it may read and add rows, and can give itself no more. Everything may be there
already, of an earlier version that still runs beside; only what is missing is made.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event, text

from services.bootstrap.settings import RowStoreSettings
from services.runtime.stores import migrate
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings

Connection = psycopg.Connection[Any]
MAINTENANCE = "postgres"
_OLDEST = 16
# In a service's database, as its owner. What it has no row for, such as TRUNCATE, the service cannot do.
GRANTS = (
    "GRANT CONNECT ON DATABASE {service} TO {service}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {service}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service}",
)
# Passwords are OpenBao's to change, and it may become no role whose password it changes.
ROTATES = "GRANT {service} TO {rotator} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"
_SERVICES = Path(__file__).resolve().parents[1]


def owner(service: str) -> str:
    """The role that a service's tables belong to."""
    return f"{service}_owner"


def database(settings: RowStoreSettings, service: str) -> Iterator[str]:
    """Makes roles and database; yields a line for each thing that was missing. psycopg.Error."""
    names = {"service": sql.Identifier(service), "owner": sql.Identifier(owner(service))}
    names |= {"rotator": sql.Identifier(settings.rotator)}
    with connect(settings, MAINTENANCE) as connection:
        if not _has_role(connection, service):
            # Known to no one: OpenBao sets its first one.
            password = sql.Literal(secrets.token_hex(32))
            _run(connection, "CREATE ROLE {service} LOGIN PASSWORD {password}", **names, password=password)
            yield f"made the role {service}"
        if not _has_role(connection, owner(service)):
            connection.execute("SET createrole_self_grant = 'set, inherit'")
            _run(connection, "CREATE ROLE {owner} NOLOGIN", **names)
            yield f"made the role {owner(service)}"
        if _has_role(connection, settings.rotator) and not _rotates(connection, settings.rotator, service):
            _run(connection, ROTATES, **names)
            yield f"let {settings.rotator} change the password of {service}"
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (service,)).fetchone()
        if not found:
            _run(connection, "CREATE DATABASE {service} OWNER {owner}", **names)
            yield f"made the database {service}"
    with connect(settings, service) as connection:
        _run(connection, "SET ROLE {owner}", **names)
        if not _is_closed(connection, service):
            _run(connection, "REVOKE ALL ON DATABASE {service} FROM PUBLIC", **names)
            for each in GRANTS:
                _run(connection, each, **names)
            yield f"closed the database {service} to all but its service"


def tables(settings: RowStoreSettings, service: str) -> Iterator[str]:
    """Brings the tables to their newest version; yields from which to which. sqlalchemy.exc.DBAPIError."""
    where = PostgresSettings(
        settings.host, settings.port, service, settings.user, settings.password_file, settings.tls, pool_size=1
    )
    opened = Postgres(where)
    role = f'SET ROLE "{owner(service)}"'
    event.listen(opened.engine, "connect", lambda connection, _record: connection.execute(role))
    try:
        before = _version(opened.engine)
        migrate.upgrade(opened.engine, _SERVICES / service / "migrations" / "versions")
        if (after := _version(opened.engine)) != before:
            yield f"migrated the tables from {before or 'nothing'} to {after}"
    finally:
        opened.close()


def lacking(settings: RowStoreSettings, service: str) -> Iterator[str]:
    """What the platform still has to provide for all this; a sentence each. psycopg.Error when there is no log-in."""
    with connect(settings, MAINTENANCE) as connection:
        version = connection.info.server_version // 10_000
        if version < _OLDEST:
            yield f"PostgreSQL {_OLDEST} or newer is needed, and this is {version}"
        user = settings.user
        found = connection.execute("SELECT rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", (user,))
        for may, attribute in zip(found.fetchone() or (), ("CREATEROLE", "CREATEDB"), strict=True):
            if not may:
                yield f"the role {user} lacks {attribute}: ALTER ROLE {user} {attribute}"
        for role in (service, owner(service)):
            if _has_role(connection, role) and not _administers(connection, role):
                yield f"the role {role} is there, made by another: GRANT {role} TO {user} WITH ADMIN TRUE, SET TRUE"


@contextmanager
def connect(settings: RowStoreSettings, name: str) -> Iterator[Connection]:
    """A connection to a database, each statement by itself."""
    tls = settings.tls
    encryption: dict[str, Any] = (
        {} if tls.plaintext else {"sslmode": "verify-full", "sslrootcert": str(tls.authority_file)}
    )
    connection = psycopg.connect(
        host=settings.host, port=settings.port, user=settings.user, password=settings.password_file.read_text().strip(),
        dbname=name, autocommit=True, connect_timeout=5, **encryption,
    )  # fmt: skip
    with connection:
        yield connection


def _run(connection: Connection, statement: str, **names: sql.Composable) -> None:
    connection.execute(sql.SQL(statement).format(**names))


def _has_role(connection: Connection, name: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone())


def _administers(connection: Connection, role: str) -> bool:
    query = "SELECT pg_has_role(current_user, %s, 'MEMBER WITH ADMIN OPTION')"
    return bool((connection.execute(query, (role,)).fetchone() or (False,))[0])


def _rotates(connection: Connection, rotator: str, role: str) -> bool:
    query = "SELECT pg_has_role(%s, %s, 'MEMBER WITH ADMIN OPTION')"
    return bool((connection.execute(query, (rotator, role)).fetchone() or (False,))[0])


def _is_closed(connection: Connection, service: str) -> bool:
    """Whether the last of the grants is made: then all are."""
    query = """SELECT 1 FROM pg_default_acl, aclexplode(defaclacl) AS given
        WHERE defaclrole = current_user::regrole AND given.grantee = %s::regrole"""
    return bool(connection.execute(query, (service,)).fetchone())


def _version(engine: Engine) -> str:
    """The newest migration that was applied; empty before the first."""
    with migrate.transactional(engine).connect() as connection:
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
