"""What the dashboard says beyond counts, kept by event; and its sums by month and over all: no look adds up days.

Triggers, not the service: while a version of it is replaced, the one before writes, and adds up, too.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

_SUMS = "standing, amount, left_count, left_seconds"
_KEY = "span, day, status, currency"
# In each of these statuses somebody is waited for; the rest are drafts, loans that run, and ends.
_WAITING = """('SUBMITTED', 'KYC_REVIEW', 'INFORMATION_REQUESTED', 'KYC_APPROVED', 'RISK_ASSESSED', 'RISK_APPROVED',
    'OFFER_SENT', 'OFFER_ACCEPTED', 'INTERNAL_APPROVED', 'MANAGEMENT_APPROVED', 'FINAL_APPROVED',
    'AGREEMENT_GENERATED', 'AGREEMENT_SIGNED', 'ACTIVE')"""
_SPANS = """(VALUES ('ALL', DATE '1970-01-01'), ('MONTH', date_trunc('month', r.day)::date))
    AS spans (span, first_day)"""
# Four buckets each time that a duration doubles: seconds up to 2 ^ (bucket / 4).
_BUCKET = "CASE WHEN {0} <= 1 THEN 0 ELSE ceil(4 * log(2, {0})) END::int"


def _add(rows: str) -> str:
    """Adds rows to the sums over months and all, in one order, so that two never wait for each other."""
    changes = ", ".join(f"{name} = pipeline_spans.{name} + excluded.{name}" for name in _SUMS.split(", "))
    return f"""INSERT INTO pipeline_spans ({_KEY}, {_SUMS}, left_longest)
        SELECT spans.span, spans.first_day, r.status, r.currency, sum(r.standing), sum(r.amount), sum(r.left_count),
            sum(r.left_seconds), max(r.left_longest)
        FROM {rows} r CROSS JOIN LATERAL {_SPANS}
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT ({_KEY}) DO UPDATE SET {changes},
            left_longest = greatest(excluded.left_longest, pipeline_spans.left_longest)
        """  # noqa: S608 constants of this file alone


_DIFFERENCES = """(SELECT a.day, a.status, a.currency, a.standing - b.standing AS standing,
        a.amount - b.amount AS amount, a.left_count - b.left_count AS left_count,
        a.left_seconds - b.left_seconds AS left_seconds, a.left_longest
    FROM after_change a JOIN before_change b USING (day, status, currency))"""
_MOVES = """SELECT application_id, from_status, to_status, time,
        lag(time) OVER (PARTITION BY application_id ORDER BY number) AS since
    FROM timeline WHERE from_status <> to_status OR number = 1"""
_STATEMENTS = (
    "LOCK TABLE applications, timeline, pipeline IN SHARE ROW EXCLUSIVE MODE",
    """CREATE TABLE pipeline_spans (
        span TEXT NOT NULL, day DATE NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
        standing BIGINT NOT NULL DEFAULT 0, amount NUMERIC NOT NULL DEFAULT 0, left_count BIGINT NOT NULL DEFAULT 0,
        left_seconds NUMERIC NOT NULL DEFAULT 0, left_longest NUMERIC NOT NULL DEFAULT 0,
        PRIMARY KEY (span, day, status, currency)
    )""",
    _add("pipeline"),
    """CREATE FUNCTION lock_pipeline_spans() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('pipeline_spans'));
            RETURN NULL;
        END $$""",
    f"""CREATE FUNCTION span_pipeline_made() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {_add("made")};
            RETURN NULL;
        END $$""",
    f"""CREATE FUNCTION span_pipeline_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {_add(_DIFFERENCES)};
            RETURN NULL;
        END $$""",
    """CREATE TRIGGER spans_locked BEFORE INSERT ON pipeline
        FOR EACH STATEMENT EXECUTE FUNCTION lock_pipeline_spans()""",
    """CREATE TRIGGER spans_made AFTER INSERT ON pipeline REFERENCING NEW TABLE AS made
        FOR EACH STATEMENT EXECUTE FUNCTION span_pipeline_made()""",
    """CREATE TRIGGER spans_changed AFTER UPDATE ON pipeline REFERENCING OLD TABLE AS before_change
        NEW TABLE AS after_change FOR EACH STATEMENT EXECUTE FUNCTION span_pipeline_changed()""",
    """CREATE TABLE figures (
        span TEXT NOT NULL, day DATE NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, part TEXT NOT NULL,
        count BIGINT NOT NULL, PRIMARY KEY (span, day, kind, name, part)
    )""",
    """CREATE TABLE figure_changes (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        day DATE NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, part TEXT NOT NULL, count BIGINT NOT NULL
    )""",
    f"""INSERT INTO figure_changes (day, kind, name, part, count)
        WITH moves AS ({_MOVES}), known AS (
            SELECT (a.create_time AT TIME ZONE 'UTC')::date AS day, m.*,
                greatest(extract(epoch FROM m.time - m.since), 0) AS seconds
            FROM moves m JOIN applications a USING (application_id) WHERE m.since IS NOT NULL
        )
        SELECT day, 'MOVED', from_status, to_status, count(*) FROM known GROUP BY 1, 3, 4
        UNION ALL
        SELECT day, 'STAYED', from_status, ({_BUCKET.format("seconds")})::text, count(*) FROM known GROUP BY 1, 3, 4
        UNION ALL
        SELECT (max_time AT TIME ZONE 'UTC')::date, 'WAITING', status, '', count(*) FROM (
            SELECT a.status, (SELECT max(m.time) FROM moves m WHERE m.application_id = a.application_id) AS max_time
            FROM applications a WHERE a.status IN {_WAITING}
        ) standing WHERE max_time IS NOT NULL GROUP BY 1, 3""",  # noqa: S608 constants of this file alone
    f"""CREATE OR REPLACE FUNCTION note_left() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            since TIMESTAMPTZ;
            seconds NUMERIC;
            made DATE;
            currency TEXT;
        BEGIN
            SELECT time INTO since FROM timeline
            WHERE application_id = NEW.application_id AND number < NEW.number
                AND (from_status <> to_status OR number = 1)
            ORDER BY number DESC LIMIT 1;
            IF FOUND THEN
                seconds := extract(epoch FROM NEW.time - since);
                SELECT (create_time AT TIME ZONE 'UTC')::date, amount ->> 'currency' INTO made, currency
                FROM applications WHERE application_id = NEW.application_id;
                INSERT INTO pipeline_changes (day, status, currency, left_count, left_seconds, left_longest)
                VALUES (made, NEW.from_status, currency, 1, seconds, seconds);
                INSERT INTO figure_changes (day, kind, name, part, count)
                SELECT day, kind, name, part, count FROM (VALUES
                    (made, 'MOVED', NEW.from_status, NEW.to_status, 1),
                    (made, 'STAYED', NEW.from_status, ({_BUCKET.format("seconds")})::text, 1),
                    ((since AT TIME ZONE 'UTC')::date, 'WAITING', NEW.from_status, '', -1),
                    ((NEW.time AT TIME ZONE 'UTC')::date, 'WAITING', NEW.to_status, '', 1)
                ) AS noted (day, kind, name, part, count)
                WHERE kind <> 'WAITING' OR name IN {_WAITING};
            END IF;
            RETURN NULL;
        END $$""",  # noqa: S608 constants of this file alone
)


def upgrade() -> None:
    """Counts, then has the database count on."""
    for statement in _STATEMENTS:
        op.execute(statement)
