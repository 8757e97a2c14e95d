"""The tables of what reaches or knows the holder of an account: mails, tokens, devices; see migrations/."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

from services.runtime.stores.tables import NAMING

# All tables of the service; the others are in tables.py.
metadata = MetaData(naming_convention=NAMING)

_TIME = DateTime(timezone=True)

# One-time tokens that went out by mail.
mail_links = Table(
    "mail_links",
    metadata,
    Column("link_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("token_hash", Text, nullable=False),
    UniqueConstraint("token_hash"),
    Index("mail_links_account_id", "account_id"),
    Index("mail_links_expire_time", "expire_time"),
)

# Mails to holders of accounts that are due, or went out a moment ago: to an account, or to whichever has the address
# (a blind index). Neither an address nor a token is in here.
account_mails = Table(
    "account_mails",
    metadata,
    Column("mail_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account_id", Text),
    Column("address_index", Text),
    Column("create_time", _TIME, nullable=False),
    Column("due_time", _TIME, nullable=False),
    Column("finish_time", _TIME),
    UniqueConstraint("kind", "address_index"),
    Index("account_mails_due_time", "due_time", postgresql_where=text("finish_time IS NULL")),
    Index("account_mails_finish_time", "finish_time"),
    Index("account_mails_create_time", "create_time"),
)

# Registrations whose mailbox is not proved yet; what somebody typed in is sealed.
registrations = Table(
    "registrations",
    metadata,
    Column("registration_id", Text, primary_key=True),
    Column("create_time", _TIME, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("address_index", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    # Given up: the version before looks at it while this one is deployed.
    Column("network_index", Text, nullable=False, server_default=""),
    Index("registrations_address_index", "address_index", "create_time"),
    Index("registrations_password_hash", "address_index", "password_hash"),
    Index("registrations_expire_time", "expire_time"),
)

# The tokens by which each address (a blind index) can be proved now.
confirmation_tokens = Table(
    "confirmation_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("address_index", Text, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    Index("confirmation_tokens_address_index", "address_index"),
    Index("confirmation_tokens_expire_time", "expire_time"),
)

# Given up: those of the version before, one for each address.
registration_tokens = Table(
    "registration_tokens",
    metadata,
    Column("address_index", Text, primary_key=True),
    Column("token_hash", Text, nullable=False),
    Column("expire_time", _TIME, nullable=False),
    UniqueConstraint("token_hash"),
    Index("registration_tokens_expire_time", "expire_time"),
)

# Devices from which somebody has signed in to an account.
known_devices = Table(
    "known_devices",
    metadata,
    Column("device_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id"), nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("use_time", _TIME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("token_hash", Text, nullable=False),
    UniqueConstraint("token_hash"),
    Index("known_devices_account_id", "account_id", "use_time"),
    Index("known_devices_use_time", "use_time"),
)
