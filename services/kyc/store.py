"""Reviews in PostgreSQL."""

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

from services.kyc.model import Review, ReviewStatus
from services.kyc.ports import QueueFilter
from services.runtime.stores import postgres
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter

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
    Column("listener_versions", JSONB),
    # What waits for an officer, in whichever status; what has ended stays out of the index.
    Index(
        "reviews_queue",
        "submit_time",
        "application_id",
        postgresql_where=text("status IN ('PENDING', 'ASSIGNED', 'VERIFIED')"),
    ),
    # Those in one status, what has ended and what waits for its customer among them.
    Index("reviews_status", "status", "submit_time", "application_id"),
    Index("reviews_in_hand", "officer_id", postgresql_where=text("status = 'ASSIGNED'")),
)

# The published lists that customers are screened against, the newest of each source whole.
sanctions_lists = Table(
    "sanctions_lists",
    metadata,
    Column("source", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("load_time", DateTime(timezone=True), nullable=False),
    Column("entry_count", Integer, nullable=False),
    Column("entries", JSONB, nullable=False),
)

_OLDEST_FIRST = Keyset((reviews.c.submit_time, reviews.c.application_id))


class Reviews(Mapped[Review]):
    """The reviews."""

    table = reviews
    key = "application_id"
    absent = "application {} is not submitted"
    subject, record_class = "customer_id", "kyc"
    personal = (
        "reason", "verification.notes", "verification.income.reason", "screening.matched_entries",
        "screening.hits.entry_number", "screening.hits.listed_name", "screening.hits.screened_name",
        "screening.hits.parts.given", "screening.hits.parts.listed",
        "information_requests.message", "information_requests.answer",
    )  # fmt: skip

    def queue(self, wanted: QueueFilter, page: Page) -> PageResult[Review]:
        """The reviews that pass the filter, oldest submission first."""
        query = select(reviews).where(reviews.c.status.in_([status.name for status in wanted.statuses]))
        if wanted.officer_id:
            query = query.where(reviews.c.officer_id == wanted.officer_id)
        return _OLDEST_FIRST.read(self._uow.connection, query, page, f"queue:{wanted}").map(self.loaded)

    def workload(self) -> dict[str, int]:
        """How many reviews each officer has in hand; officers without any are left out."""
        in_hand = reviews.c.status == ReviewStatus.ASSIGNED.name
        query = select(reviews.c.officer_id, func.count()).where(in_hand).group_by(reviews.c.officer_id)
        return {row[0]: row[1] for row in self._uow.connection.execute(query)}


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.reviews = Reviews(self)
