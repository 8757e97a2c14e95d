"""What a schema of PostgreSQL holds, by its catalog, and how two of them differ.

Alembic's autogenerate sees neither checks nor primary keys, nor the WHERE of an index.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, MetaData, text

# (table, kind, name): definition
Schema = dict[tuple[str, str, str], str]

_ALEMBIC = "alembic_version"
_COLUMNS = """
    SELECT c.relname, 'column', a.attname, format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
           || CASE a.attidentity WHEN 'a' THEN ' IDENTITY ALWAYS' WHEN 'd' THEN ' IDENTITY' ELSE '' END
           || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = current_schema()::text::regnamespace
      AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
_CONSTRAINTS = """
    SELECT c.relname, 'constraint', o.conname, pg_get_constraintdef(o.oid, true)
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
    WHERE o.connamespace = current_schema()::text::regnamespace AND o.contype IN ('p', 'u', 'f', 'c', 'x')
"""
_INDEXES = """
    SELECT c.relname, 'index', i.relname, pg_get_indexdef(i.oid, 0, true)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
    WHERE i.relnamespace = current_schema()::text::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid AND o.contype IN ('p', 'u', 'x'))
"""


def differences(connection: Connection, tables: MetaData, declared_in: Path, name: str) -> list[str]:
    """Where the migrated database and the tables of the code differ: file, what, and what to do."""
    made = _read(connection)
    connection.execute(text("CREATE SCHEMA declared"))
    connection.execute(text("SET LOCAL search_path TO declared"))
    tables.create_all(connection, checkfirst=False)
    wanted = _read(connection)
    connection.rollback()
    return sorted(_differences(made, wanted, declared_in, name))


def _read(connection: Connection) -> Schema:
    rows = [row for query in (_COLUMNS, _CONSTRAINTS, _INDEXES) for row in connection.execute(text(query))]
    return {(table, kind, name): definition for table, kind, name, definition in rows if table != _ALEMBIC}


def _differences(made: Schema, wanted: Schema, declared_in: Path, name: str) -> Iterator[str]:
    for table, kind, what in made.keys() | wanted.keys():
        is_made, is_wanted = made.get((table, kind, what)), wanted.get((table, kind, what))
        if is_made == is_wanted:
            continue
        where = f"services/{name}/{declared_in.name}:{_line(declared_in, table)}: {table}: {kind} {what}"
        if is_made is None:
            yield f"{where} ({is_wanted}) is made by no migration: make migration SERVICE={name} NAME={what}"
        elif is_wanted is None:
            yield f"{where} ({is_made}) is made by a migration and not declared: declare it, or drop it"
        else:
            yield f"{where} is {is_wanted} here, and {is_made} by the migrations: declare what they make, or migrate"


def _line(path: Path, table: str) -> int:
    found = re.search(rf'Table\(\s*"{table}"', path.read_text())
    return path.read_text().count("\n", 0, found.start()) + 1 if found else 1
