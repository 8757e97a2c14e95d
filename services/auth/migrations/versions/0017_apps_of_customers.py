"""Apps that act for customers: where they send customers back to, consents, codes, and their sessions."""

from alembic import op

revision = "0017"
down_revision = "0016"

_STATEMENTS = (
    "ALTER TABLE clients ADD COLUMN redirect_uris TEXT[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE clients ADD COLUMN post_logout_redirect_uris TEXT[] NOT NULL DEFAULT '{}'",
    "ALTER TABLE clients ADD COLUMN public_client BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE sessions ADD COLUMN client_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN consent_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN scopes TEXT[] NOT NULL DEFAULT '{}'",
    "CREATE INDEX sessions_consent ON sessions (consent_id) WHERE end_time IS NULL AND consent_id <> ''",
    """CREATE TABLE consents (
        consent_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        client_id TEXT NOT NULL REFERENCES clients,
        scopes TEXT[] NOT NULL,
        grant_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        withdraw_time TIMESTAMPTZ,
        version INTEGER NOT NULL
    )""",
    "CREATE UNIQUE INDEX consents_standing ON consents (account_id, client_id) WHERE withdraw_time IS NULL",
    "CREATE INDEX consents_grant_time ON consents (account_id, grant_time, consent_id)",
    """CREATE TABLE authorization_codes (
        code_id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts,
        client_id TEXT NOT NULL REFERENCES clients,
        consent_id TEXT NOT NULL REFERENCES consents,
        scopes TEXT[] NOT NULL,
        methods TEXT[] NOT NULL,
        create_time TIMESTAMPTZ NOT NULL,
        expire_time TIMESTAMPTZ NOT NULL,
        use_time TIMESTAMPTZ,
        session_id TEXT NOT NULL DEFAULT '',
        version INTEGER NOT NULL,
        code_hash TEXT NOT NULL UNIQUE,
        redirect_uri TEXT NOT NULL,
        nonce TEXT NOT NULL,
        code_challenge TEXT NOT NULL
    )""",
    "CREATE INDEX authorization_codes_expire_time ON authorization_codes (expire_time)",
    "CREATE INDEX authorization_codes_account_id ON authorization_codes (account_id)",
)


def upgrade() -> None:
    """Adds them."""
    for statement in _STATEMENTS:
        op.execute(statement)
