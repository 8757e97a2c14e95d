"""Makes the tables of the PostgreSQL services large: rows of a few loans again and again, under ids of their own.

Whatever table keeps something of an application, a loan or a customer is filled, so that a service that comes later is
measured without a line here. An id of a copy follows from the id of the row that is copied and the number of the copy,
the same in every table, so that what belongs together stays together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from services.runtime.stores.data_keys import ALGORITHM
from stack.layout import Layout
from stack.servers import postgres

# The runtime's own: of no aggregate, or gone when they are done. What `audit` holds grows with what is audited.
_LEFT = {"outbox", "outbox_shard", "outbox_relay", "inbox", "inbox_position", "parked", "idempotency"}
_MOST_ROWS_FOR_EACH = 2
_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
# A seal is good at its own place alone: a copy reads as what is left of a person whose key was destroyed.
SEAL = rf"{ALGORITHM}\.[0-9A-Za-z_-]+\.[0-9A-Za-z_=-]+"
# What chooses the partition stays as it is.
_COLUMNS = """SELECT c.relname, a.attname,
  CASE WHEN EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partrelid = c.oid AND a.attnum = ANY(p.partattrs))
    THEN 'partition key' ELSE format_type(a.atttypid, -1) END,
  EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY(i.indkey)
    AND NOT EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attnum = ANY(i.indkey)
      AND o.attname LIKE '%id'))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> 'a' AND a.attgenerated = ''
  ORDER BY c.relname, a.attnum"""
_PARENTS = """SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"""
_UNSEALED = "regexp_replace({c}::text, {seal}, '', 'g')"
Connection = psycopg.Connection[tuple[str, ...]]


@dataclass(frozen=True)
class Sample:
    """The ids of what is copied: of applications, loans, customers."""

    ids: Sequence[str]
    applications: int


def grow(layout: Layout, sample: Sample, first: int, last: int) -> dict[str, int]:
    """Adds the copies `first` to `last` of the sample to every table; how many rows, by `service/table`."""
    found = {}
    for service in postgres.SERVICES:
        with postgres.admin(layout, service) as connection:
            # What is copied fits together already: no foreign key is looked up for it.
            connection.execute("SET session_replication_role = replica")
            for table, columns in _tables(connection).items():
                if count := _copy(connection, table, columns, sample, first, last):
                    found[f"{service}/{table}"] = count
            connection.execute("ANALYZE")
    return found


def _tables(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
    """The columns of each table: name, type, and whether they alone make rows different; what is referred to first."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for table, column, kind, unique in connection.execute(_COLUMNS):
        found.setdefault(table, []).append((column, kind, bool(unique)))
    children = {child for child, parent in connection.execute(_PARENTS) if child != parent}
    return {name: found[name] for name in sorted(found, key=lambda name: (name in children, name)) if name not in _LEFT}


def _copy(
    connection: Connection, table: str, columns: Sequence[tuple[str, str, bool]], sample: Sample, first: int, last: int
) -> int:
    ids = [name for name, kind, _ in columns if kind == "text" and name.endswith(("_id", "id"))]
    if not ids:
        return 0
    values = [_value(*column) for column in columns]
    belongs = sql.SQL(" OR ").join(sql.SQL("{} = ANY(%(ids)s)").format(sql.Identifier(name)) for name in ids)
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns)
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM (SELECT * FROM {table} WHERE {belongs}"
        " ORDER BY ctid LIMIT %(most)s) AS s CROSS JOIN generate_series(%(first)s::int, %(last)s::int) AS n"
        " ON CONFLICT DO NOTHING"
    ).format(table=sql.Identifier(table), names=names, values=sql.SQL(", ").join(values), belongs=belongs)
    most = _MOST_ROWS_FOR_EACH * sample.applications if table not in ("audit",) else sample.applications
    given = {"ids": list(sample.ids), "most": most, "first": first, "last": last}
    return connection.execute(statement, given).rowcount


def _value(name: str, kind: str, unique: bool) -> sql.Composable:
    column = sql.SQL("s.{}").format(sql.Identifier(name))
    if kind == "text":
        other = " || '~' || n" if unique else ""
        text = f"CASE WHEN {{c}} ~ {{uuid}} THEN md5({{c}} || n)::uuid::text ELSE {_UNSEALED}{other} END"
        return sql.SQL(text).format(c=column, uuid=sql.Literal(_UUID), seal=sql.Literal(SEAL))
    if kind in ("json", "jsonb"):
        return sql.SQL(f"{_UNSEALED}::{kind}").format(c=column, seal=sql.Literal(SEAL))
    if kind == "timestamp with time zone":
        # Spread over the time before, so that "newest first" has an order.
        return sql.SQL("{} - n * interval '7 seconds'").format(column)
    return column
