"""The tables of the auth service; migrations/ creates them."""

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()

_TIME = DateTime(timezone=True)

# email_index is the blind index; it, the sealed columns and password_hash are NULL once the account is erased.
accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("update_time", _TIME, nullable=False),
    Column("password_time", _TIME, nullable=False),
    Column("erase_time", _TIME),
    Column("version", Integer, nullable=False),
    Column("email_index", Text),
    Column("email", Text),
    Column("full_name", Text),
    Column("password_hash", Text),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("end_time", _TIME),
    Column("end_reason", Text),
    Column("version", Integer, nullable=False),
)

# Every token of every session: those that were used up tell a thief from a stranger.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("generation", Integer, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("address_index", Text, primary_key=True),
    Column("last_time", _TIME, nullable=False),
    Column("count", Integer, nullable=False),
    Column("lock_end_time", _TIME),
    Column("version", Integer, nullable=False),
)

clients = Table(
    "clients",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("revoke_time", _TIME),
    Column("version", Integer, nullable=False),
    Column("secret_hash", Text, nullable=False),
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
