"""The tables of the auth service; migrations/ creates them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.auth.account_tables import metadata

_TIME = DateTime(timezone=True)

# email_index and personnel_index are blind indexes. They, the sealed columns and the hashes are NULL in an account that
# is erased.
accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("first_account_id", Text),
    Column("kind", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("update_time", _TIME, nullable=False),
    Column("password_time", _TIME, nullable=False),
    Column("erase_time", _TIME),
    Column("epoch", Integer, nullable=False, server_default=text("1")),
    Column("version", Integer, nullable=False),
    Column("email_index", Text),
    Column("email", Text),
    Column("full_name", Text),
    Column("password_hash", Text),
    Column("personnel_index", Text),
    Column("personnel_number", Text),
    Column("invitation_hash", Text),
    Column("invitation_expire_time", _TIME),
    Column("join_time", _TIME),
    Column("disable_time", _TIME),
    Column("disable_reason", Text),
    UniqueConstraint("email_index", name="accounts_email"),
    Index("accounts_kind", "kind"),
    Index("accounts_first_account_id", "first_account_id"),
    Index("accounts_personnel_index", "personnel_index"),
    Index("accounts_invitation_hash", "invitation_hash"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(accounts.c.account_id), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("rotate_time", _TIME),
    # How its holder was authenticated, by RFC 8176; empty in sessions of before.
    Column("methods", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("create_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("end_time", _TIME),
    Column("end_reason", Text),
    # Of an app that acts for the holder; empty for their own.
    Column("client_id", Text, nullable=False, server_default=text("''")),
    Column("consent_id", Text, nullable=False, server_default=text("''")),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("version", Integer, nullable=False),
    Index("sessions_consent", "consent_id", postgresql_where=text("end_time IS NULL AND consent_id <> ''")),
    # Sealed; NULL where it is unknown, and in sessions of before.
    Column("device", Text),
    Column("network", Text),
    Index("sessions_running", "account_id", postgresql_where=text("end_time IS NULL")),
    Index("sessions_expire_time", "expire_time"),
)

# Every token of every session: a used one that comes again is a stolen one.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("session_id", Text, ForeignKey(sessions.c.session_id, ondelete="CASCADE"), nullable=False),
    Column("generation", Integer, nullable=False),
    UniqueConstraint("session_id", "generation"),
)

role_grants = Table(
    "role_grants",
    metadata,
    Column("grant_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(accounts.c.account_id), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("request_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decide_time", _TIME),
    Column("version", Integer, nullable=False),
    # One account has one grant that waits.
    Index("role_grants_pending", "account_id", unique=True, postgresql_where=text("status = 'PENDING'")),
    Index("role_grants_request_time", "request_time", "grant_id", postgresql_where=text("status = 'PENDING'")),
)

# totp_secret is sealed, and NULL like recovery_hashes where there is none.
second_factors = Table(
    "second_factors",
    metadata,
    Column("account_id", Text, ForeignKey(accounts.c.account_id), primary_key=True),
    Column("totp_time", _TIME),
    Column("totp_step", BigInteger, nullable=False),
    Column("passkeys", JSONB, nullable=False),
    Column("recovery_time", _TIME),
    Column("recovery_left", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("totp_secret", Text),
    Column("recovery_hashes", ARRAY(Text)),
)

factor_resets = Table(
    "factor_resets",
    metadata,
    Column("reset_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(accounts.c.account_id), nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("request_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decide_time", _TIME),
    Column("version", Integer, nullable=False),
    # One account has one reset that waits.
    Index("factor_resets_pending", "account_id", unique=True, postgresql_where=text("status = 'PENDING'")),
    Index("factor_resets_request_time", "request_time", "reset_id", postgresql_where=text("status = 'PENDING'")),
)

sign_in_challenges = Table(
    "sign_in_challenges",
    metadata,
    Column("challenge_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(accounts.c.account_id), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("use_time", _TIME),
    Column("version", Integer, nullable=False),
    Column("token_hash", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("totp_secret", Text),
    # The known device from which the password came; NULL for another one.
    Column("device_id", Text),
    UniqueConstraint("token_hash"),
    Index("sign_in_challenges_expire_time", "expire_time"),
    Index("sign_in_challenges_account_id", "account_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("address_index", Text, primary_key=True),
    Column("last_time", _TIME, nullable=False),
    Column("count", Integer, nullable=False),
    Column("lock_end_time", _TIME),
    Column("version", Integer, nullable=False),
    Index("sign_in_failures_last_time", "last_time"),
)

clients = Table(
    "clients",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # Given up for scopes: empty, until a release without it runs everywhere.
    Column("roles", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("networks", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("requests_per_minute", Integer, nullable=False, server_default=text("60")),
    Column("create_time", _TIME, nullable=False),
    Column("revoke_time", _TIME),
    Column("version", Integer, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("jwks", Text, nullable=False, server_default=text("''")),
    Column("certificate_thumbprints", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("redirect_uris", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("post_logout_redirect_uris", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("public_client", Boolean, nullable=False, server_default=text("false")),
    # A revoked client gives its name up.
    Index("clients_name", "name", unique=True, postgresql_where=text("revoke_time IS NULL")),
)

# Assertions that clients have used up, until they are good for nothing anyway.
client_assertions = Table(
    "client_assertions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("expire_time", _TIME, nullable=False),
    Index("client_assertions_expire_time", "expire_time"),
)

# What customers let apps do; one that stands for each customer and app.
consents = Table(
    "consents",
    metadata,
    Column("consent_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(accounts.c.account_id), nullable=False),
    Column("client_id", Text, ForeignKey(clients.c.client_id), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("grant_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("withdraw_time", _TIME),
    Column("version", Integer, nullable=False),
    Index("consents_standing", "account_id", "client_id", unique=True, postgresql_where=text("withdraw_time IS NULL")),
    Index("consents_grant_time", "account_id", "grant_time", "consent_id"),
)

# Codes that apps turn into tokens, kept a while longer: one that comes twice ends what it gave.
authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(accounts.c.account_id), nullable=False),
    Column("client_id", Text, ForeignKey(clients.c.client_id), nullable=False),
    Column("consent_id", Text, ForeignKey(consents.c.consent_id), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("methods", ARRAY(Text), nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("use_time", _TIME),
    Column("session_id", Text, nullable=False, server_default=text("''")),
    Column("version", Integer, nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("code_challenge", Text, nullable=False),
    UniqueConstraint("code_hash"),
    Index("authorization_codes_expire_time", "expire_time"),
    Index("authorization_codes_account_id", "account_id"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("public_jwk", Text, nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("retire_time", _TIME),
    Column("version", Integer, nullable=False),
    Column("private_jwk", Text),
)

# Access tokens that ended before their time, until the last of them would have expired: of a session or an account.
revocations = Table(
    "revocations",
    metadata,
    Column("name", Text, primary_key=True),
    Column("below", Integer, nullable=False),
    Column("revoke_time", _TIME, nullable=False),
    Index("revocations_revoke_time", "revoke_time"),
)
