"""The pipeline in numbers, and the triggers that keep it; what is there already is counted once.

Triggers, not the service: while a version of it is replaced, the one before writes, too.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_FIGURES = """
    standing BIGINT NOT NULL DEFAULT 0,
    amount NUMERIC NOT NULL DEFAULT 0,
    left_count BIGINT NOT NULL DEFAULT 0,
    left_seconds NUMERIC NOT NULL DEFAULT 0,
    left_longest NUMERIC NOT NULL DEFAULT 0
"""
_STATEMENTS = (
    # No other transaction writes between the count and the triggers.
    "LOCK TABLE applications, timeline IN SHARE ROW EXCLUSIVE MODE",
    f"""CREATE TABLE pipeline (
        day DATE NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL, {_FIGURES}, PRIMARY KEY (day, status, currency)
    )""",
    f"""CREATE TABLE pipeline_changes (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        day DATE NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL, {_FIGURES}
    )""",
    """INSERT INTO pipeline (day, status, currency, standing, amount)
        SELECT (create_time AT TIME ZONE 'UTC')::date, status, amount ->> 'currency', count(*),
            sum((amount ->> 'amount')::numeric)
        FROM applications GROUP BY 1, 2, 3""",
    """WITH moves AS (
            SELECT application_id, from_status,
                extract(epoch FROM time - lag(time) OVER (PARTITION BY application_id ORDER BY number)) AS seconds
            FROM timeline WHERE from_status <> to_status OR number = 1
        )
        INSERT INTO pipeline (day, status, currency, left_count, left_seconds, left_longest)
        SELECT (a.create_time AT TIME ZONE 'UTC')::date, m.from_status, a.amount ->> 'currency', count(*),
            sum(m.seconds), max(m.seconds)
        FROM moves m JOIN applications a USING (application_id) WHERE m.seconds IS NOT NULL GROUP BY 1, 2, 3
        ON CONFLICT (day, status, currency) DO UPDATE SET left_count = excluded.left_count,
            left_seconds = excluded.left_seconds, left_longest = excluded.left_longest""",
    """CREATE FUNCTION note_pipeline() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                INSERT INTO pipeline_changes (day, status, currency, standing, amount)
                VALUES ((OLD.create_time AT TIME ZONE 'UTC')::date, OLD.status, OLD.amount ->> 'currency', -1,
                    -(OLD.amount ->> 'amount')::numeric);
            END IF;
            INSERT INTO pipeline_changes (day, status, currency, standing, amount)
            VALUES ((NEW.create_time AT TIME ZONE 'UTC')::date, NEW.status, NEW.amount ->> 'currency', 1,
                (NEW.amount ->> 'amount')::numeric);
            RETURN NULL;
        END $$""",
    """CREATE FUNCTION note_left() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            seconds NUMERIC;
        BEGIN
            SELECT extract(epoch FROM NEW.time - time) INTO seconds FROM timeline
            WHERE application_id = NEW.application_id AND number < NEW.number
                AND (from_status <> to_status OR number = 1)
            ORDER BY number DESC LIMIT 1;
            IF FOUND THEN
                INSERT INTO pipeline_changes (day, status, currency, left_count, left_seconds, left_longest)
                SELECT (create_time AT TIME ZONE 'UTC')::date, NEW.from_status, amount ->> 'currency', 1,
                    seconds, seconds
                FROM applications WHERE application_id = NEW.application_id;
            END IF;
            RETURN NULL;
        END $$""",
    """CREATE TRIGGER made AFTER INSERT ON applications
        FOR EACH ROW EXECUTE FUNCTION note_pipeline()""",
    """CREATE TRIGGER moved AFTER UPDATE OF status, amount ON applications
        FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.amount <> NEW.amount) EXECUTE FUNCTION note_pipeline()""",
    """CREATE TRIGGER left_stage AFTER INSERT ON timeline
        FOR EACH ROW WHEN (NEW.from_status <> NEW.to_status) EXECUTE FUNCTION note_left()""",
)


def upgrade() -> None:
    """Counts, then has the database count on."""
    for statement in _STATEMENTS:
        op.execute(statement)
