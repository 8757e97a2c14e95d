"""The tables of the repayment service; migrations/ creates them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.runtime.stores.tables import NAMING

metadata = MetaData(naming_convention=NAMING)

loans = Table(
    "loans",
    metadata,
    Column("loan_id", Text, primary_key=True),
    Column("application_id", Text, unique=True, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("rules", JSONB, nullable=False, server_default="{}"),
    Column("start_date", Date, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("close_time", DateTime(timezone=True)),
    Column("closures", Integer, nullable=False, server_default="0"),
    Column("withdrawal_right", JSONB(none_as_null=True)),
    Column("withdrawal", JSONB(none_as_null=True)),
    Column("overdue", JSONB, nullable=False),
    Column("reminded_until", Date),
    Column("next_run_date", Date),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("loans_next_run", "next_run_date", "loan_id", postgresql_where=text("next_run_date IS NOT NULL")),
)

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("loan_id", Text, ForeignKey(loans.c.loan_id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("receive_time", DateTime(timezone=True), nullable=False),
    Column("payment", JSONB, nullable=False),
    UniqueConstraint("loan_id", "idempotency_key"),
    Index("payments_number", "loan_id", "number", unique=True),
    # Few at any time: receipts that wait for the virus scanner.
    Index("payments_quarantined", "receive_time", postgresql_where=text("payment->'proof'->>'scanned' = 'false'")),
)

transactions = Table(
    "transactions",
    metadata,
    Column("loan_id", Text, ForeignKey(loans.c.loan_id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value_date", Date, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("reverses", Text, nullable=False),
    Column("instalment", Integer, nullable=False),
    Column("effect", Text, nullable=False, server_default="NEXT_INSTALMENTS"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("count", Integer, nullable=False, server_default="0"),
    UniqueConstraint("loan_id", "id"),
    Index("transactions_reversed_once", "loan_id", "reverses", unique=True, postgresql_where=text("reverses <> ''")),
)

daily_runs = Table(
    "daily_runs",
    metadata,
    Column("business_date", Text, primary_key=True),
    Column("start_time", DateTime(timezone=True), nullable=False),
    Column("complete_time", DateTime(timezone=True)),
    Column("failed", JSONB, nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("reminder_id", Text, primary_key=True),
    Column("position", BigInteger, Identity(), nullable=False),
    Column("reminder", JSONB, nullable=False),
)
