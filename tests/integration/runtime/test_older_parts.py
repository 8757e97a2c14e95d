"""What earlier releases stored in clear beside an aggregate's own row is sealed in the tables as they are."""

from datetime import UTC, date, datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Table

from services.privacy import older_rows
from services.privacy.keepers import Keeper
from services.repayment.store import Loans
from services.repayment.tables import loans
from services.runtime.stores.encryption import FieldCipher, new_secret
from services.runtime.stores.sealing import Paths
from stack.layout import Layout
from stack.servers import postgres as postgres_server
from tests.integration.conftest import ROOT, FreshPostgres

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_OF_ITS_TYPE: dict[type, Any] = {str: "x", object: Jsonb({}), datetime: _MOMENT, date: _MOMENT.date()}
_CLEAR: dict[str, dict[str, Any]] = {
    "payments": {"payment": Jsonb({"reference": "rent of Ada", "reason": "", "amount": "1.00"})},
    "transactions": {"reason": "Ada asked for it"},
}


def added(admin: postgres_server.Connection, table: Table, given: dict[str, Any]) -> None:
    """Adds a row with these values, and any in the columns that need one."""
    needed = [each for each in table.columns if not each.nullable and each.server_default is None]
    row = {each.name: _OF_ITS_TYPE.get(each.type.python_type, 0) for each in needed} | given
    names, places = sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(sql.Placeholder() * len(row))
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table.name), names, places)
    admin.execute(query, [*row.values()])


def test_the_rows_of_a_loan_in_other_tables_are_sealed(fresh_postgres: FreshPostgres, layout: Layout) -> None:
    database = fresh_postgres(ROOT / "services" / "repayment" / "migrations" / "versions")
    with postgres_server.admin(layout, database._settings.database) as admin:
        # Rows alone are looked at, and not whether they fit each other.
        admin.execute("SET session_replication_role = replica")
        for loan in ("first", "second"):
            added(admin, loans, {"loan_id": loan, "application_id": loan, "customer_id": "ada"})
            for number, (table, clear) in enumerate(_CLEAR.items()):
                own = {"payment_id": f"{loan} {number}"} if table == "payments" else {"id": f"{loan} {number}"}
                added(admin, loans.metadata.tables[table], {"loan_id": loan, **own, **clear})
    keeper = Keeper("repayment", database, FieldCipher.of_secret(new_secret()))
    assert older_rows.seal(keeper)["sealed"] == {"loans": 2}
    with keeper.opened() as (_, places):
        (repository,) = (each.repository for each in places if isinstance(each.repository, Loans))
        for table, paths in Loans.parts.items():
            rows = repository.part_rows(table, "first")
            assert len(rows) == 1 and all(map(Paths(table, paths).all_sealed, rows)), rows
        assert repository.part_rows("payments", "second")[0]["payment"]["amount"] == "1.00"
        opened = repository.opened_part("transactions", "first", repository.part_rows("transactions", "first")[0])
        assert opened["reason"] == "Ada asked for it"
    assert older_rows.seal(keeper)["sealed"] == {}
