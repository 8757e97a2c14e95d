"""Discussions, their offers, and which applications have ended, in PostgreSQL."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Column,
    ColumnElement,
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

from services.discussion.model import Discussion, DiscussionStatus, Offer, OfferParty, OfferStatus
from services.lending import LoanCost, LoanTerms
from services.runtime.stores import postgres
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

metadata = MetaData(naming_convention=NAMING)

discussions = Table(
    "discussions",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("facility_type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("offer_count", Integer, nullable=False),
    Column("decline_reason", Text, nullable=False),
    Column("expire_time", DateTime(timezone=True)),
    Column("assessed", JSONB(none_as_null=True)),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("discussions_overdue", "expire_time", postgresql_where=text("status = 'OFFER_SENT'")),
)

offers = Table(
    "offers",
    metadata,
    Column("application_id", Text, ForeignKey(discussions.c.application_id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("terms_hash", Text, nullable=False),
    Column("cost", JSONB, nullable=False),
    Column("conditions", Text, nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Index("offers_one_live", "application_id", unique=True, postgresql_where=text("status = 'LIVE'")),
)

endings = Table("endings", metadata, Column("application_id", Text, primary_key=True))

# Beside the columns: the latest offer, which the audit trail shows and the table of offers keeps.
_LATEST = "latest"
_NEWEST_FIRST = Keyset((offers.c.version,), descending=True)


class Discussions(Mapped[Discussion]):
    """The discussions; each is loaded with its latest offer, and written with the offers that came or changed."""

    table = discussions
    key = "application_id"
    absent = "application {} is not released for discussion"
    derived = ("expire_time",)
    apart = (_LATEST, "unsaved")
    subject, record_class = "customer_id", "discussion"
    personal = ("decline_reason", f"{_LATEST}.conditions")
    parts: ClassVar = {"offers": ("conditions",)}

    def to_row(self, aggregate: Discussion) -> dict[str, Any]:
        """The columns of a discussion, and its latest offer."""
        return {**super().to_row(aggregate), _LATEST: to_plain(aggregate.latest)}

    def assemble(self, row: Row) -> dict[str, Any]:
        """The latest offer."""
        return {_LATEST: self.offered(row["application_id"], row["offer_count"]) if row["offer_count"] else None}

    def write(self, tracked: Tracked[Discussion], row: Row, changed: Row) -> None:
        """Writes the row and the offers that came or changed with it."""
        super().write(tracked, _columns(row), _columns(changed))
        for offer in tracked.aggregate.unsaved:
            values = {"application_id": row["application_id"], **_offer_values(offer)}
            sealed = self.sealed_part("offers", tracked.aggregate, values)
            self._uow.upsert(offers, sealed, ["application_id", "version"], ["status"])
        tracked.aggregate.unsaved.clear()

    def overdue(self, at: datetime, limit: int) -> list[str]:
        """The applications of discussions whose live offer's time is over, longest over first."""
        query = (
            select(discussions.c.application_id).where(*_overdue(at)).order_by(discussions.c.expire_time).limit(limit)
        )
        return list(self._uow.connection.scalars(query))

    def take_overdue(self, application_id: str, at: datetime) -> Discussion | None:
        """One of them, locked and tracked; None when it is not overdue any more, or another holds it."""
        query = select(discussions).where(discussions.c.application_id == application_id, *_overdue(at))
        row = self._uow.connection.execute(query.with_for_update(skip_locked=True)).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))

    def offers(self, application_id: str, page: Page) -> PageResult[Offer]:
        """The versions of the offer, newest first."""
        query = select(offers).where(offers.c.application_id == application_id)
        return _NEWEST_FIRST.read(self._uow.connection, query, page, f"offers:{application_id}").map(
            lambda row: _offer(self.opened_part("offers", application_id, row))
        )

    def offered(self, application_id: str, version: int) -> Offer | None:
        """One version of the offer; None when there is no such version."""
        query = select(offers).where(offers.c.application_id == application_id, offers.c.version == version)
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return None if row is None else _offer(self.opened_part("offers", application_id, dict(row)))


class Endings:
    """Applications that ended. Asking and recording hold the application until the transaction ends.

    Its end and its release are reported on topics that have no order between them, maybe to two replicas at once.
    """

    def __init__(self, uow: "UnitOfWork") -> None:
        self._uow = uow

    def has(self, application_id: str) -> bool:
        """Whether the application is known to have ended."""
        self._hold(application_id, with_next=True)
        query = select(endings.c.application_id).where(endings.c.application_id == application_id)
        return self._uow.connection.scalar(query) is not None

    def record(self, application_id: str) -> None:
        """Records that the application ended."""
        self._hold(application_id, with_next=False)
        self._uow.upsert(endings, {"application_id": application_id}, ["application_id"])

    def _hold(self, application_id: str, *, with_next: bool) -> None:
        self._uow.take_advisory_lock(f"application {application_id}", with_next=with_next)


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter | None) -> None:
        super().__init__(database, outbox)
        self.discussions = Discussions(self)
        self.endings = Endings(self)


def _columns(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != _LATEST}


def _offer_values(offer: Offer) -> dict[str, Any]:
    return {**to_plain(offer), "expire_time": offer.expire_time, "create_time": offer.create_time}


def _offer(row: Row) -> Offer:
    parsed: dict[str, Any] = {
        "status": OfferStatus[row["status"]],
        "party": OfferParty[row["party"]],
        "terms": from_plain(LoanTerms, row["terms"]),
        "cost": from_plain(LoanCost, row["cost"]),
    }
    return Offer(**{name: row[name] for name in row if name not in ("application_id", *parsed)}, **parsed)


def _overdue(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return discussions.c.status == DiscussionStatus.OFFER_SENT.name, discussions.c.expire_time <= at
