"""KYC approvals, signatures and loan accounts in PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.activation.model import Account
from services.activation.signature import KycApproval, Signature
from services.runtime import errors
from services.runtime.stores import postgres
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter

metadata = MetaData(naming_convention=NAMING)

kyc_approvals = Table(
    "kyc_approvals",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("kyc_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

signatures = Table(
    "signatures",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("terms_hash", Text, nullable=False),
    Column("sign_time", DateTime(timezone=True), nullable=False),
    Column("next_try_time", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Index("signatures_opening", "next_try_time", postgresql_where=text("next_try_time IS NOT NULL")),
)

accounts = Table(
    "accounts",
    metadata,
    Column("loan_id", Text, primary_key=True),
    Column("application_id", Text, ForeignKey(signatures.c.application_id), unique=True, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("terms_hash", Text, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("principal_balance", JSONB, nullable=False),
    Column("total_paid", JSONB, nullable=False),
    Column("disbursement", JSONB, nullable=False),
    Column("activate_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    Column("next_try_time", DateTime(timezone=True)),
    Column("close_time", DateTime(timezone=True)),
    Column("facility_type", Text, nullable=False, server_default=""),
    Column("approved_kyc_version", Integer, nullable=False, server_default="0"),
    Column("cancellation", JSONB),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("accounts_payout", "next_try_time", postgresql_where=text("next_try_time IS NOT NULL")),
)


class KycApprovals(Mapped[KycApproval]):
    """What KYC approved, by application."""

    table = kyc_approvals
    key = "application_id"
    what = "KYC approval of application"


class Signatures(Mapped[Signature]):
    """The signed agreements."""

    table = signatures
    key = "application_id"
    what = "signed agreement of application"
    subject, record_class = "customer_id", "loan"

    def next_opening(self, now: datetime) -> Signature | None:
        """A signature whose account is due to be opened; for a change, and no other replica's."""
        query = (
            select(signatures).where(signatures.c.next_try_time <= now).order_by(signatures.c.next_try_time).limit(1)
        )
        row = self._uow.connection.execute(query.with_for_update(skip_locked=True)).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))


class Accounts(Mapped[Account]):
    """The loan accounts."""

    table = accounts
    key = "loan_id"
    what = "loan"
    subject, record_class = "customer_id", "loan"

    def read(self, loan_id: str) -> Account:
        """The account to look at; errors.NotFound."""
        found = self.find(loan_id)
        if found is None:
            raise errors.NotFound(f"loan {loan_id} does not exist")
        return found

    def of_application(self, application_id: str) -> Account | None:
        """The account of an application, to look at."""
        query = select(accounts).where(accounts.c.application_id == application_id)
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return None if row is None else self.loaded(dict(row))

    def next_payout(self, now: datetime) -> Account | None:
        """An account whose payout, or a new attempt of it, is due at the bank; for a change, and no other replica's."""
        query = select(accounts).where(accounts.c.next_try_time <= now).order_by(accounts.c.next_try_time).limit(1)
        row = self._uow.connection.execute(query.with_for_update(skip_locked=True)).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service; `due` looks for what a change has made due, once it is kept."""

    def __init__(self, database: Postgres, outbox: EventWriter, due: Callable[[], None] = lambda: None) -> None:
        super().__init__(database, outbox)
        self._due = due
        self.kyc_approvals = KycApprovals(self)
        self.signatures = Signatures(self)
        self.accounts = Accounts(self)

    def commit(self, why: str = "") -> None:
        """As that of every service, then has `due` look."""
        self.transaction.after_commit(self._due)
        super().commit(why)
