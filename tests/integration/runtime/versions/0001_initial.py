"""The table of the aggregate that the runtime's tests use, and the runtime's own tables."""

from alembic import op

from services.runtime.stores.migrations import (
    archive_published_events,
    chain_audit,
    create_data_keys,
    create_runtime_tables,
    index_audit,
    record_what_parked_events_follow,
    widen_received_versions,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE things (thing_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,"
        " listener_versions JSONB)"
    )
    create_runtime_tables(op)
    create_data_keys(op)
    record_what_parked_events_follow(op)
    chain_audit(op)
    archive_published_events(op)
    widen_received_versions(op)
    index_audit(op)
