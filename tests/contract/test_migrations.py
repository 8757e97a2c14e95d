"""Migrations against the tables of the code: one head for each service, and not a thing that either has alone."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Connection, Index, Table, Text, UniqueConstraint, text

from services.bootstrap import rows
from services.runtime.stores.migrate import revise, transactional
from stack.layout import Layout
from stack.migration import NAMES, declared, migrated, source, throw_away, versions
from stack.servers import postgres
from tests.bases import own_base
from tests.contract.conftest import ROOT
from tests.contract.schema import differences


@pytest.fixture(scope="module")
def server() -> Iterator[Layout]:
    """A PostgreSQL of its own, with the databases of all services."""
    with own_base() as base, throw_away(base) as layout:
        yield layout


@pytest.fixture
def customers(server: Layout) -> Iterator[Connection]:
    """The migrated database of a service whose table has one of each: columns, a key, a unique and a check."""
    with migrated(server, "customer") as database, transactional(database.engine).connect() as connection:
        yield connection


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_head(name: str) -> None:
    heads = _heads(versions(name))
    assert len(heads) == 1, (
        f"services/{name}/migrations/versions: the heads {', '.join(heads)} stand side by side: "
        "give one of them the other as its down_revision"
    )


def _heads(folder: Path) -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / "runtime" / "stores" / "migration_env"))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "os")
    return sorted(ScriptDirectory.from_config(config).get_heads())


@pytest.mark.parametrize("name", NAMES)
def test_the_migrations_make_the_tables_of_the_code(name: str, server: Layout) -> None:
    with migrated(server, name) as database, transactional(database.engine).connect() as connection:
        found = differences(connection, declared(name), source(name), name)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", NAMES)
def test_autogenerate_finds_nothing(name: str, server: Layout) -> None:
    with migrated(server, name) as database, transactional(database.engine).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, declared(name))
    assert not found, f"services/{name}/{source(name).name}:1: make migration SERVICE={name} would add {found}"


@pytest.mark.parametrize(
    "statement",
    [
        *("UPDATE {} SET version = 0", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {} CASCADE"),
        *(
            "ALTER TABLE {} DISABLE TRIGGER ALL",
            "ALTER TABLE {} ADD COLUMN note TEXT",
            "DROP TRIGGER append_only ON {}",
        ),
        *("GRANT ALL ON {} TO CURRENT_USER; UPDATE {} SET version = 0", "DROP SCHEMA public CASCADE"),
        *("CREATE TRIGGER skip BEFORE INSERT ON {} EXECUTE FUNCTION refuse_change()", "SET ROLE {owner}"),
        "CREATE RULE skip AS ON INSERT TO {} DO INSTEAD NOTHING",
    ],
)
@pytest.mark.parametrize("table", ["audit", "audit_chain"])
def test_a_service_can_only_add_to_its_audit_trail(table: str, statement: str, server: Layout) -> None:
    with migrated(server, "risk"), _as_service(server, "risk") as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() is not None
        with pytest.raises(psycopg.errors.Error) as refused:
            connection.execute(statement.format(table, table, owner=rows.owner("risk")).replace("version", _ANY[table]))
    assert isinstance(refused.value, psycopg.errors.InsufficientPrivilege), f"{statement}: {refused.value}"


_ANY = {"audit": "version", "audit_chain": "settled"}


@pytest.mark.parametrize("name", NAMES)
def test_a_service_may_read_and_write_rows_of_its_own_tables(name: str, server: Layout) -> None:
    rights = "SELECT relname, {} FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    kinds = ("SELECT", "INSERT", "UPDATE", "DELETE")
    asked = ", ".join(f"has_table_privilege(current_user, oid, '{kind}')" for kind in kinds)
    with migrated(server, name), _as_service(server, name) as connection:
        found = {table: tuple(rest) for table, *rest in connection.execute(rights.format(asked))}
    append, every = (True, True, False, False), (True,) * 4
    wrong = {
        table: held
        for table, held in found.items()
        if table != "alembic_version" and held != (append if table in _ANY else every)
    }
    assert not wrong, (
        f"services/{name}/migrations/versions: {kinds} of {name} are {wrong}: grant or revoke what is wrong"
    )


@contextmanager
def _as_service(server: Layout, name: str) -> Iterator[postgres.Connection]:
    with psycopg.connect(
        host="127.0.0.1", port=server.ports.of("postgres"), user=name, dbname=name, autocommit=True,
        password=server.secret(f"postgres-{name}"), sslmode="verify-full", sslrootcert=str(server.pki / "ca.pem"),
    ) as connection:  # fmt: skip
        yield connection


def _column(table: Table) -> None:
    table.append_column(Column("nickname", Text))


def _index(table: Table) -> None:
    Index("customers_phone", table.c.phone, postgresql_where=text("phone IS NOT NULL"))


def _unique(table: Table) -> None:
    table.append_constraint(UniqueConstraint(table.c.phone))


def _check(table: Table) -> None:
    table.append_constraint(CheckConstraint("kyc_version >= 0", name="customers_counted"))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (_column, "column nickname"),
        (_index, "index customers_phone"),
        (_unique, "constraint customers_phone_key"),
        (_check, "constraint customers_counted"),
    ],
)
def test_what_no_migration_makes_is_named(change: Callable[[Table], None], what: str, customers: Connection) -> None:
    tables = declared("customer")
    change(tables.tables["customers"])
    (found,) = differences(customers, tables, source("customer"), "customer")
    assert found.startswith("services/customer/store.py:")
    assert f": customers: {what} (" in found
    assert found.endswith(f"is made by no migration: make migration SERVICE=customer NAME={what.split()[1]}")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("ALTER TABLE customers ADD COLUMN nickname TEXT", "column nickname"),
        ("CREATE INDEX customers_phone ON customers (phone) WHERE phone IS NOT NULL", "index customers_phone"),
        ("ALTER TABLE customers ADD CONSTRAINT customers_phone_key UNIQUE (phone)", "constraint customers_phone_key"),
        ("ALTER TABLE customers ADD CONSTRAINT counted CHECK (kyc_version >= 0)", "constraint counted"),
        ("ALTER TABLE audit ADD FOREIGN KEY (actor) REFERENCES customers", "constraint audit_actor_fkey"),
    ],
)
def test_what_the_code_does_not_declare_is_named(change: str, what: str, customers: Connection) -> None:
    customers.execute(text(change))
    (found,) = differences(customers, declared("customer"), source("customer"), "customer")
    assert found.startswith("services/customer/store.py:")
    assert f": {what} (" in found
    assert found.endswith("is made by a migration and not declared: declare it, or drop it")


def test_a_type_a_default_and_a_null_are_distinguished(customers: Connection) -> None:
    tables = declared("customer")
    columns = tables.tables["customers"].c
    columns.kyc_version.server_default, columns.phone.nullable, columns.email.type = None, False, Text(collation="C")
    tables.tables["customers"].c.update_time.type = Text()
    found = differences(customers, tables, source("customer"), "customer")
    assert [each.split(" is ")[0].split(": column ")[1] for each in found] == ["kyc_version", "phone", "update_time"]


def test_a_migration_is_written_from_the_tables(customers: Connection, tmp_path: Path) -> None:
    folder = shutil.copytree(versions("customer"), tmp_path / "versions")
    latest = max(path.name for path in folder.glob("[0-9]*.py"))[:4]
    tables = declared("customer")
    assert revise(customers, folder, tables, "nothing") is None
    _column(tables.tables["customers"])
    _index(tables.tables["customers"])
    written = revise(customers, folder, tables, "nickname")
    assert written is not None
    assert written.name == f"{int(latest) + 1:04}_nickname.py"
    made = written.read_text()
    assert f"down_revision = '{latest}'" in made
    assert "op.add_column('customers', sa.Column('nickname', sa.Text(), nullable=True))" in made
    assert "op.create_index('customers_phone', 'customers', ['phone']" in made
    assert "drop" not in made
