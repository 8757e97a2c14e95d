"""Reviews in PostgreSQL."""

from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.kyc.events import KycRejectionReason
from services.kyc.model import InformationRequest, Review, ReviewStatus, Screening, Verification
from services.kyc.ports import QueueFilter
from services.runtime.money import Money
from services.runtime.stores import postgres
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter, Row

T = TypeVar("T")
metadata = MetaData(naming_convention=NAMING)

reviews = Table(
    "reviews",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("submit_time", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("assign_time", DateTime(timezone=True)),
    Column("verification", JSONB(none_as_null=True)),
    Column("screening", JSONB(none_as_null=True)),
    Column("project_validated", Boolean, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("rejection_reason", Text),
    Column("reason", Text, nullable=False),
    Column("decide_time", DateTime(timezone=True)),
    Column("applied_income", JSONB(none_as_null=True)),
    Column("information_requests", JSONB, nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False),
    # Only what waits is ever listed; what has ended stays out of the index.
    Index(
        "reviews_queue",
        "submit_time",
        "application_id",
        postgresql_where=text("status IN ('PENDING', 'ASSIGNED', 'VERIFIED')"),
    ),
    Index("reviews_in_hand", "officer_id", postgresql_where=text("status = 'ASSIGNED'")),
)

# Columns that hold the attribute of the same name as it is.
_SAME = (
    "application_id", "customer_id", "submit_time", "officer_id", "assign_time", "project_validated", "decided_by",
    "reason", "decide_time",
)  # fmt: skip
_OLDEST_FIRST = Keyset((reviews.c.submit_time, reviews.c.application_id))


class Reviews(postgres.Repository[Review]):
    """The reviews."""

    table = reviews
    key = "application_id"
    absent = "application {} is not submitted"

    def to_row(self, aggregate: Review) -> dict[str, Any]:
        """The columns of a review."""
        return {
            **{name: getattr(aggregate, name) for name in _SAME},
            "status": aggregate.status.name,
            "verification": to_plain(aggregate.verification),
            "screening": to_plain(aggregate.screening),
            "rejection_reason": to_plain(aggregate.rejection_reason),
            "applied_income": to_plain(aggregate.applied_income),
            "information_requests": to_plain(aggregate.information_requests),
        }

    def from_row(self, row: Row) -> Review:
        """The review of a row."""
        return Review(
            **{name: row[name] for name in _SAME},
            status=ReviewStatus[row["status"]],
            verification=_optional(Verification, row["verification"]),
            screening=_optional(Screening, row["screening"]),
            rejection_reason=_optional(KycRejectionReason, row["rejection_reason"]),
            applied_income=_optional(Money, row["applied_income"]),
            information_requests=from_plain(tuple[InformationRequest, ...], row["information_requests"]),
        )

    def queue(self, wanted: QueueFilter, page: Page) -> PageResult[Review]:
        """The reviews that pass the filter, oldest submission first."""
        query = select(reviews).where(reviews.c.status.in_([status.name for status in wanted.statuses]))
        if wanted.officer_id:
            query = query.where(reviews.c.officer_id == wanted.officer_id)
        return _OLDEST_FIRST.read(self._uow.connection, query, page, f"queue:{wanted}").map(self.loaded)

    def workload(self) -> dict[str, int]:
        """How many reviews each officer has in hand; whoever has none is not in it."""
        in_hand = reviews.c.status == ReviewStatus.ASSIGNED.name
        query = select(reviews.c.officer_id, func.count()).where(in_hand).group_by(reviews.c.officer_id)
        return {row[0]: row[1] for row in self._uow.connection.execute(query)}


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.reviews = Reviews(self)


def _optional(kind: type[T], data: Any) -> T | None:
    return None if data is None else from_plain(kind, data)
