"""What every PostgreSQL service's first migration creates besides its own tables. Frozen: changes are new functions."""

from typing import Protocol

_STATEMENTS = (
    """CREATE TABLE outbox (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        event_id TEXT NOT NULL,
        shard SMALLINT NOT NULL,
        aggregate_type TEXT NOT NULL,
        aggregate_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        headers JSONB NOT NULL,
        payload BYTEA NOT NULL,
        create_time TIMESTAMPTZ NOT NULL
    )""",
    "CREATE INDEX outbox_shard_position ON outbox (shard, position)",
    # Rows come and go; without this the planner's and vacuum's picture of the table is always late.
    "ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000)",
    """CREATE TABLE outbox_shard (
        shard SMALLINT PRIMARY KEY,
        owner TEXT NOT NULL DEFAULT '',
        lease_end_time TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
    "INSERT INTO outbox_shard (shard) SELECT generate_series(0, 11)",
    "CREATE TABLE outbox_relay (owner TEXT PRIMARY KEY, lease_end_time TIMESTAMPTZ NOT NULL)",
    """CREATE TABLE inbox (
        event_id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        receive_time TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX inbox_receive_time ON inbox (receive_time)",
    """CREATE TABLE inbox_position (
        source TEXT NOT NULL,
        aggregate TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (source, aggregate)
    )""",
    """CREATE TABLE parked (
        event_id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        aggregate TEXT NOT NULL,
        version INTEGER NOT NULL,
        key TEXT NOT NULL,
        topic TEXT NOT NULL,
        dead BOOLEAN NOT NULL,
        headers JSONB NOT NULL,
        value BYTEA NOT NULL,
        park_time TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX parked_aggregate ON parked (source, aggregate, version)",
    "CREATE INDEX parked_key ON parked (key)",
    """CREATE TABLE audit (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        create_time TIMESTAMPTZ NOT NULL DEFAULT now(),
        actor TEXT NOT NULL,
        method TEXT NOT NULL,
        aggregate_type TEXT NOT NULL,
        aggregate_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        before JSONB,
        after JSONB NOT NULL,
        why TEXT NOT NULL DEFAULT '',
        correlation_id TEXT NOT NULL
    )""",
    "CREATE INDEX audit_aggregate ON audit (aggregate_id, aggregate_type)",
    """CREATE TABLE idempotency (
        subject TEXT NOT NULL,
        method TEXT NOT NULL,
        key TEXT NOT NULL,
        request_hash BYTEA NOT NULL,
        response BYTEA NOT NULL,
        create_time TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (subject, method, key)
    )""",
    "CREATE INDEX idempotency_create_time ON idempotency (create_time)",
)


class Operations(Protocol):
    """What is used of `alembic.op`."""

    def execute(self, sqltext: str) -> None:
        """Runs one statement."""
        ...


def create_runtime_tables(op: Operations) -> None:
    """Creates the runtime's tables and the rows of the shards; `op` is `alembic.op`."""
    for statement in _STATEMENTS:
        op.execute(statement)


def record_what_parked_events_follow(op: Operations) -> None:
    """Adds to each parked event the version that it waits for; those of before wait for the one just before theirs."""
    op.execute("ALTER TABLE parked ADD COLUMN follows INTEGER NOT NULL DEFAULT 0")
    op.execute("UPDATE parked SET follows = version - 1")


def create_data_keys(op: Operations) -> None:
    """Creates the table of data keys; what was written before it stays as it is until it is written again."""
    op.execute(
        """CREATE TABLE data_keys (
            key_id TEXT PRIMARY KEY,
            subject TEXT NOT NULL,
            record_class TEXT NOT NULL,
            wrapped TEXT,
            hold TEXT NOT NULL DEFAULT '',
            create_time TIMESTAMPTZ NOT NULL DEFAULT now(),
            expire_time TIMESTAMPTZ,
            destroy_time TIMESTAMPTZ,
            UNIQUE (subject, record_class)
        )"""
    )
    op.execute("CREATE INDEX data_keys_expire_time ON data_keys (expire_time) WHERE wrapped IS NOT NULL")


_CHAIN = (
    """CREATE TABLE audit_chain (
        sequence BIGINT PRIMARY KEY,
        position BIGINT NOT NULL UNIQUE,
        digest BYTEA NOT NULL,
        link BYTEA NOT NULL,
        chain_time TIMESTAMPTZ NOT NULL,
        signature BYTEA NOT NULL,
        settled BIGINT NOT NULL
    )""",
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$""",
    # Against a mistake of those who have every right; the service itself has none of these, see below.
    *(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()"
        for table in ("audit", "audit_chain")
    ),
    # The service's role has the name of its database; the tables belong to the role that migrates.
    """DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database()) THEN
            EXECUTE format('REVOKE ALL ON audit, audit_chain FROM %I', current_database());
            EXECUTE format('GRANT SELECT, INSERT ON audit, audit_chain TO %I', current_database());
        END IF;
    END $$""",
)


def chain_audit(op: Operations) -> None:
    """Adds the chain of the audit rows, and makes both append-only: no role but their owner may undo it."""
    for statement in _CHAIN:
        op.execute(statement)


_ARCHIVE = (
    """CREATE TABLE outbox_archive (
        position BIGINT NOT NULL,
        event_id TEXT NOT NULL,
        shard SMALLINT NOT NULL,
        aggregate_type TEXT NOT NULL,
        aggregate_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        headers JSONB NOT NULL,
        payload BYTEA NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        archive_time TIMESTAMPTZ NOT NULL DEFAULT now()
    ) PARTITION BY RANGE (archive_time)""",
    "CREATE INDEX outbox_archive_position ON outbox_archive (position)",
    # With the rights of its owner: what writes the archive needs none to make and drop tables. A new partition is made
    # beside the table and attached, which waits for no reader; one that is being read, as by a backup, is dropped the
    # next time.
    """CREATE FUNCTION keep_outbox_archive(kept INTERVAL) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
        today DATE := (now() AT TIME ZONE 'UTC')::date;
        day DATE;
        part TEXT;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('outbox_archive', 0));
        FOR ahead IN 0..3 LOOP
            day := today + ahead;
            part := 'outbox_archive_' || to_char(day, 'YYYYMMDD');
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE outbox_archive INCLUDING DEFAULTS)', part);
                EXECUTE format('ALTER TABLE outbox_archive ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                    part, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
            END IF;
        END LOOP;
        PERFORM set_config('lock_timeout', '200ms', true);
        FOR part IN
            SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'outbox_archive'::regclass
            AND to_date(right(relname, 8), 'YYYYMMDD') + 1 <= ((now() - kept) AT TIME ZONE 'UTC')::date
        LOOP
            BEGIN
                EXECUTE format('DROP TABLE %I', part);
            EXCEPTION WHEN lock_not_available THEN
                NULL;
            END;
        END LOOP;
    END $$""",
    """CREATE TABLE outbox_state (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        update_time TIMESTAMPTZ NOT NULL DEFAULT now()
    )""",
)


def archive_published_events(op: Operations) -> None:
    """Adds the archive of published events, a partition a day, and what the outbox notes of itself."""
    for statement in _ARCHIVE:
        op.execute(statement)


def widen_received_versions(op: Operations) -> None:
    """Makes room above the versions of received events for their incarnation; those that are there are of the first."""
    op.execute("ALTER TABLE inbox_position ALTER COLUMN version TYPE BIGINT")
    op.execute("ALTER TABLE parked ALTER COLUMN version TYPE BIGINT, ALTER COLUMN follows TYPE BIGINT")


def index_audit(op: Operations) -> None:
    """Adds the indexes by which the audit trail is searched; writers wait while they are made."""
    op.execute("CREATE INDEX audit_time ON audit (create_time, position)")
    op.execute("CREATE INDEX audit_actor ON audit (actor, create_time, position)")
    op.execute("CREATE INDEX audit_method ON audit (method, create_time, position)")
    op.execute("CREATE INDEX audit_correlation ON audit (correlation_id)")
