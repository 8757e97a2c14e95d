"""Second factors of staff, the challenges that ask for them, and how the holder of a session was authenticated."""

from alembic import op

revision = "0012"
down_revision = "0011"

_STATEMENTS = (
    # Sessions of staff that have no second factor here give no tokens any more.
    "ALTER TABLE sessions ADD COLUMN methods TEXT[] NOT NULL DEFAULT '{}'",
    """CREATE TABLE second_factors (
        account_id TEXT PRIMARY KEY REFERENCES accounts,
        totp_time TIMESTAMPTZ,
        totp_step BIGINT NOT NULL,
        passkeys JSONB NOT NULL,
        recovery_time TIMESTAMPTZ,
        recovery_left INTEGER NOT NULL,
        version INTEGER NOT NULL,
        totp_secret TEXT,
        recovery_hashes TEXT[]
    )""",
    """CREATE TABLE sign_in_challenges (
        challenge_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        purpose TEXT NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        failures INTEGER NOT NULL,
        use_time TIMESTAMPTZ,
        version INTEGER NOT NULL,
        token_hash TEXT NOT NULL,
        nonce TEXT NOT NULL,
        totp_secret TEXT,
        CONSTRAINT sign_in_challenges_token_hash_key UNIQUE (token_hash)
    )""",
    "CREATE INDEX sign_in_challenges_expire_time ON sign_in_challenges (expire_time)",
    "CREATE INDEX sign_in_challenges_account_id ON sign_in_challenges (account_id)",
)


def upgrade() -> None:
    """Adds them; staff enrol at their next sign-in."""
    for statement in _STATEMENTS:
        op.execute(statement)
