"""What ten million rows of audit cost: in one table, and in partitions of a month of which the oldest go to an archive.

In a scratch database of the running PostgreSQL, with tables of the shape that the services keep. They are unlogged, so
that filling them takes no more of the disk than what is measured: the statements afterwards.
"""

import time
from typing import Any

from stack.layout import Layout
from tests.bench.scratch import Connection, connected

MONTHS = 10
_COLUMNS = """position BIGINT GENERATED ALWAYS AS IDENTITY, create_time TIMESTAMPTZ NOT NULL, actor TEXT NOT NULL,
  method TEXT NOT NULL, aggregate_type TEXT NOT NULL, aggregate_id TEXT NOT NULL, version INTEGER NOT NULL,
  after JSONB NOT NULL, correlation_id TEXT NOT NULL"""
_ROWS = """INSERT INTO {table} (create_time, actor, method, aggregate_type, aggregate_id, version, after,
    correlation_id)
  SELECT timestamptz '2026-01-01' + n * interval '{seconds} seconds', 'customer:' || n % 10000,
    '/loanflow.application.v1.ApplicationService/CreateApplication', 'Application', md5((n / 4)::text), n % 4 + 1,
    '{{"status": "DRAFT", "amount": {{"currency": "EUR", "amount": "12000.00"}}}}', md5(n::text)
  FROM generate_series({first}, {last}) AS n"""
_SIZE = """SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE '{table}%'"""
_BATCH, _REPEATS = 300, 40


def volume(layout: Layout, rows: int) -> dict[str, Any]:
    """Milliseconds of a batch, of a read and of giving up the oldest month, and bytes for each row, in both shapes."""
    with connected(layout) as connection:
        # The months are as long as each other; the last has room for the batches of the measurement.
        seconds = MONTHS * 30 * 86_400 // rows or 1
        found: dict[str, Any] = {"rows": rows, "months": MONTHS}
        for name in ("one table", "partitions"):
            table = name.replace(" ", "_")
            _make(connection, table, partitioned=name == "partitions")
            begun = time.monotonic()
            connection.execute(_ROWS.format(table=table, seconds=seconds, first=0, last=rows - 1).encode())
            connection.execute(f"CREATE INDEX ON {table} (aggregate_id, aggregate_type)".encode())
            connection.execute(f"ANALYZE {table}".encode())
            filled = time.monotonic() - begun
            size = _one(connection, _SIZE.format(table=table))
            found[name] = {"seconds_to_fill": round(filled, 1), "bytes_per_row": round(float(size or 0) / rows)}
            found[name] |= _statements(connection, table, rows, seconds)
            found[name]["giving_up_the_oldest_month_ms"] = _archive(connection, table, rows)
            connection.execute(f"DROP TABLE {table} CASCADE".encode())
        return found


def _make(connection: Connection, table: str, *, partitioned: bool) -> None:
    if not partitioned:
        connection.execute(f"CREATE UNLOGGED TABLE {table} ({_COLUMNS})".encode())
        return
    connection.execute(f"CREATE TABLE {table} ({_COLUMNS}) PARTITION BY RANGE (create_time)".encode())
    for month in range(MONTHS + 1):
        limits = [f"(timestamptz '2026-01-01' + interval '{30 * each} days')" for each in (month, month + 1)]
        bounds = [_one(connection, f"SELECT {each}::text") for each in limits]
        connection.execute(
            f"CREATE UNLOGGED TABLE {table}_{month} PARTITION OF {table} "
            f"FOR VALUES FROM ('{bounds[0]}') TO ('{bounds[1]}')".encode()
        )


def _statements(connection: Connection, table: str, rows: int, seconds: int) -> dict[str, float]:
    insert, read = [], []
    for step in range(_REPEATS):
        first = rows + step * _BATCH
        # All of them at the end of the time, where new rows come.
        newest = _ROWS.replace("n * interval", f"least(n, {rows - 1}) * interval")
        text = newest.format(table=table, seconds=seconds, first=first, last=first + _BATCH - 1)
        insert.append(_milliseconds(connection, text))
        wanted = step * (rows // _REPEATS) // 4
        text = f"SELECT * FROM {table} WHERE aggregate_id = md5('{wanted}') AND aggregate_type = 'Application'"
        read.append(_milliseconds(connection, text))
    middle = _REPEATS // 2
    return {f"insert_of_{_BATCH}_ms": sorted(insert)[middle], "read_of_an_aggregate_ms": sorted(read)[middle]}


def _archive(connection: Connection, table: str, rows: int) -> float:
    if table == "partitions":
        return _milliseconds(connection, f"ALTER TABLE {table} DETACH PARTITION {table}_0; DROP TABLE {table}_0")
    month = "timestamptz '2026-01-01' + interval '30 days'"
    return _milliseconds(connection, f"DELETE FROM {table} WHERE create_time < {month}")


def _milliseconds(connection: Connection, text: str) -> float:
    begun = time.perf_counter()
    connection.execute(text.encode())
    return round((time.perf_counter() - begun) * 1000, 2)


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
