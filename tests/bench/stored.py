"""What the platform keeps and writes, as counters: bytes by store, commits, and flushes that are waited for."""

from collections.abc import Mapping
from pathlib import Path

from stack.servers import postgres
from tests.bench.platform import Platform

# PostgreSQL 18 counts the flushes of its log with all other input and output.
# What is written to be deleted again is not kept, and its files become smaller at a time of the server's own choice.
_KEPT = """SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('outbox', 'parked')"""
_COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
_MOVED, _FLUSHES = 180_000, "SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE object = 'wal'"


def stored(platform: Platform) -> dict[str, float]:
    """Counters of now; the difference of two is what came between."""
    found = {"postgres_bytes": 0.0, "postgres_commits": 0.0}
    for name in postgres.SERVICES:
        [(size,)], [(commits,)] = platform.sql(name, _KEPT), platform.sql(name, _COMMITS)
        found["postgres_bytes"] += float(size)
        found["postgres_commits"] += float(commits)
    [(wal,)] = platform.sql("postgres", "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
    [(version,)] = platform.sql("postgres", "SELECT current_setting('server_version_num')::int")
    [(flushes,)] = platform.sql("postgres", _FLUSHES if version >= _MOVED else "SELECT wal_sync FROM pg_stat_wal")
    found |= {"postgres_wal_bytes": float(wal), "postgres_flushes": float(flushes)}
    state = platform.layout.state
    found["kafka_bytes"] = _bytes(state / "kafka", "loanflow.*/*.log")
    found["mongo_bytes"] = _bytes(state / "mongo", "*")
    found["s3_bytes"] = _bytes(state / "s3", "*.dat")
    found["events"] = float(sum(platform.published().values()))
    return found


def between(before: Mapping[str, float], after: Mapping[str, float], count: int) -> dict[str, int]:
    """What came between two looks, for each of `count` things."""
    return {name: round((after[name] - before[name]) / count) for name in before}


def _bytes(folder: Path, pattern: str) -> float:
    """Of files as they lie on the disk, holes not counted."""
    found = 0
    for path in folder.rglob(pattern):
        try:
            found += path.stat().st_blocks * 512 if path.is_file() else 0
        except OSError:
            continue
    return float(found)
