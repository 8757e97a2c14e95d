"""The few statements by which every aggregate and every row of the runtime is written, compiled once for each shape.

SQLAlchemy compiles them, and its types convert the values; what is left out is its way of running a statement, which
takes longer than PostgreSQL does. A shape is a table and the names of the columns.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Dialect,
    Integer,
    Table,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.compiler import SQLCompiler

from services.runtime.stores.postgres_pipeline import Statement

Row = Mapping[str, Any]
# From a row to the parameters of a statement, in their order.
Values = Callable[[Row], tuple[Any, ...]]
# For what waits ($1, $2 …), and for what the driver's cursor runs (%s).
_DIALECT: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_CURSOR_DIALECT: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
# What an update says that found no row: no number, and so an error.
_GONE = " rows have this key"
# Parameters that no column has for its name.
_KEY, _NEW = "the key", "new "
_ONE = literal_column("1", Integer)


def selection(table: Table, key: str, *, lock: bool) -> str:
    """The text that reads the row whose `key` is %s, for a change or not."""
    return _selection(table, key, lock)


def selection_of_several(table: Table, key: str) -> str:
    """The text that reads the rows whose `key` is in the array %s, for a change; it locks them in their order."""
    return _selection_of_several(table, key)


def insertion(table: Table, row: Row) -> Statement:
    """Adds a row."""
    text, values = _insertion(table, tuple(row), (), ())
    return Statement(text, values(row))


def upsertion(table: Table, row: Row, key: Sequence[str], changed: Sequence[str]) -> Statement:
    """Adds a row, or writes `changed` of it over the one that has its `key`."""
    text, values = _insertion(table, tuple(row), tuple(key), tuple(changed))
    return Statement(text, values(row))


def change(table: Table, changed: Row, key: str, value: str) -> Statement:
    """Changes the one row with this key; it fails, see `is_gone`, when there is none."""
    text, values = _change(table, tuple(changed), key)
    return Statement(text, values({**{_NEW + name: each for name, each in changed.items()}, _KEY: value}))


def is_gone(error: BaseException | None) -> bool:
    """Whether it is the failure of a `change` without its row."""
    return getattr(error, "sqlstate", None) == "22P02" and _GONE in str(error)


@lru_cache(1024)
def _selection(table: Table, key: str, lock: bool) -> str:
    query = select(table).where(table.c[key] == bindparam(_KEY))
    return str((query.with_for_update() if lock else query).compile(dialect=_CURSOR_DIALECT))


@lru_cache(1024)
def _selection_of_several(table: Table, key: str) -> str:
    query = select(table).where(table.c[key] == any_(bindparam(_KEY, type_=ARRAY(Text)))).order_by(table.c[key])
    return str(query.with_for_update().compile(dialect=_CURSOR_DIALECT))


@lru_cache(1024)
def _insertion(
    table: Table, names: tuple[str, ...], key: tuple[str, ...], changed: tuple[str, ...]
) -> tuple[str, Values]:
    values = {name: bindparam(name, type_=table.c[name].type) for name in names}
    if not key:
        return _compiled(insert(table).inline().values(values))
    made = upsert(table).inline().values(values)
    if not changed:
        return _compiled(made.on_conflict_do_nothing(index_elements=key))
    return _compiled(
        made.on_conflict_do_update(index_elements=key, set_={name: made.excluded[name] for name in changed})
    )


@lru_cache(1024)
def _change(table: Table, names: tuple[str, ...], key: str) -> tuple[str, Values]:
    # Parameters of the columns' own names are SQLAlchemy's.
    values = {name: bindparam(_NEW + name, type_=table.c[name].type) for name in names}
    changed = update(table).where(table.c[key] == bindparam(_KEY, type_=table.c[key].type)).values(values)
    rows = changed.returning(_ONE.label("row")).cte("changed")
    # The number of rows is not looked at before COMMIT, which is sent along: so the server itself must fail.
    count = func.count(rows.c.row)
    gone = cast(cast(count, Text).concat(literal_column(f"'{_GONE}'")), Integer)
    return _compiled(select(case((count == _ONE, _ONE), else_=gone)))


def _compiled(statement: ClauseElement) -> tuple[str, Values]:
    compiled = statement.compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    places = tuple(compiled.positiontup)
    processors = [compiled.binds[place].type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for place in places]
    if not any(processors):
        return str(compiled), lambda row: tuple([row[place] for place in places])

    def values(row: Row) -> tuple[Any, ...]:
        return tuple(
            [
                row[place] if process is None else process(row[place])
                for place, process in zip(places, processors, strict=True)
            ]
        )

    return str(compiled), values
