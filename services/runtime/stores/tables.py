"""The runtime's tables in every PostgreSQL service: events out, events in, audit, idempotency, data keys.

They are created by `migrations.create_runtime_tables`; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

# The names that PostgreSQL gives to what a migration's SQL leaves unnamed.
NAMING = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
}


@dataclass(frozen=True)
class RuntimeTables:
    """The tables, by what they hold."""

    outbox: Table
    outbox_shard: Table
    outbox_relay: Table
    outbox_archive: Table
    outbox_state: Table
    inbox: Table
    inbox_position: Table
    parked: Table
    audit: Table
    audit_chain: Table
    idempotency: Table
    data_keys: Table


def runtime_tables(metadata: MetaData) -> RuntimeTables:
    """Adds the runtime's tables to a service's metadata."""
    return RuntimeTables(
        outbox=_outbox(metadata),
        outbox_shard=Table(
            "outbox_shard",
            metadata,
            Column("shard", SmallInteger, primary_key=True, autoincrement=False),
            Column("owner", Text, nullable=False, server_default=""),
            Column("lease_end_time", _TIME, nullable=False, server_default=func.now()),
        ),
        outbox_relay=Table(
            "outbox_relay",
            metadata,
            Column("owner", Text, primary_key=True),
            Column("lease_end_time", _TIME, nullable=False),
        ),
        outbox_archive=_outbox_archive(metadata),
        outbox_state=Table(
            "outbox_state",
            metadata,
            Column("name", Text, primary_key=True),
            Column("value", Text, nullable=False),
            Column("update_time", _TIME, nullable=False, server_default=func.now()),
        ),
        inbox=Table(
            "inbox",
            metadata,
            Column("event_id", Text, primary_key=True),
            Column("source", Text, nullable=False),
            Column("receive_time", _TIME, nullable=False, server_default=func.now()),
            Index("inbox_receive_time", "receive_time"),
        ),
        inbox_position=Table(
            "inbox_position",
            metadata,
            Column("source", Text, primary_key=True),
            Column("aggregate", Text, primary_key=True),
            Column("version", BigInteger, nullable=False),
        ),
        parked=_parked(metadata),
        audit=_audit(metadata),
        audit_chain=_audit_chain(metadata),
        idempotency=Table(
            "idempotency",
            metadata,
            Column("subject", Text, primary_key=True),
            Column("method", Text, primary_key=True),
            Column("key", Text, primary_key=True),
            Column("request_hash", LargeBinary, nullable=False),
            Column("response", LargeBinary, nullable=False),
            Column("create_time", _TIME, nullable=False, server_default=func.now()),
            Index("idempotency_create_time", "create_time"),
        ),
        data_keys=_data_keys(metadata),
    )


_TIME = DateTime(timezone=True)


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        *_event_columns(),
        Index("outbox_shard_position", "shard", "position"),
    )


def _outbox_archive(metadata: MetaData) -> Table:
    """What was published, a partition for each day; `keep_outbox_archive` makes and drops them."""
    return Table(
        "outbox_archive",
        metadata,
        Column("position", BigInteger, nullable=False),
        *_event_columns(),
        Column("archive_time", _TIME, nullable=False, server_default=func.now()),
        Index("outbox_archive_position", "position"),
        postgresql_partition_by="RANGE (archive_time)",
    )


def _event_columns() -> list[Column[Any]]:
    return [
        Column("event_id", Text, nullable=False),
        Column("shard", SmallInteger, nullable=False),
        Column("aggregate_type", Text, nullable=False),
        Column("aggregate_id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("create_time", _TIME, nullable=False),
    ]


def _parked(metadata: MetaData) -> Table:
    return Table(
        "parked",
        metadata,
        Column("event_id", Text, primary_key=True),
        Column("source", Text, nullable=False),
        Column("aggregate", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("key", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("dead", Boolean, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("value", LargeBinary, nullable=False),
        Column("park_time", _TIME, nullable=False, server_default=func.now()),
        Column("follows", BigInteger, nullable=False, server_default=text("0")),
        Index("parked_aggregate", "source", "aggregate", "version"),
        Index("parked_key", "key"),
    )


def _audit(metadata: MetaData) -> Table:
    return Table(
        "audit",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("create_time", _TIME, nullable=False, server_default=func.now()),
        Column("actor", Text, nullable=False),
        Column("method", Text, nullable=False),
        Column("aggregate_type", Text, nullable=False),
        Column("aggregate_id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("before", JSONB(none_as_null=True)),
        Column("after", JSONB, nullable=False),
        Column("why", Text, nullable=False, server_default=text("''")),
        Column("correlation_id", Text, nullable=False),
        Index("audit_aggregate", "aggregate_id", "aggregate_type"),
        # Newest first, of all or of one actor or method: see audit_search.py.
        Index("audit_time", "create_time", "position"),
        Index("audit_actor", "actor", "create_time", "position"),
        Index("audit_method", "method", "create_time", "position"),
        Index("audit_correlation", "correlation_id"),
    )


def _data_keys(metadata: MetaData) -> Table:
    return Table(
        "data_keys",
        metadata,
        Column("key_id", Text, primary_key=True),
        Column("subject", Text, nullable=False),
        Column("record_class", Text, nullable=False),
        # NULL once the key is destroyed.
        Column("wrapped", Text),
        # Why the key may not be destroyed yet; empty: it may.
        Column("hold", Text, nullable=False, server_default=text("''")),
        Column("create_time", _TIME, nullable=False, server_default=func.now()),
        Column("expire_time", _TIME),
        Column("destroy_time", _TIME),
        UniqueConstraint("subject", "record_class"),
        Index("data_keys_expire_time", "expire_time", postgresql_where=text("wrapped IS NOT NULL")),
    )


def _audit_chain(metadata: MetaData) -> Table:
    return Table(
        "audit_chain",
        metadata,
        Column("sequence", BigInteger, primary_key=True, autoincrement=False),
        Column("position", BigInteger, nullable=False, unique=True),
        Column("digest", LargeBinary, nullable=False),
        Column("link", LargeBinary, nullable=False),
        Column("chain_time", _TIME, nullable=False),
        Column("signature", LargeBinary, nullable=False),
        # Up to this position of `audit` nothing is left to chain, and nothing more will come.
        Column("settled", BigInteger, nullable=False),
    )
