"""Applications and their timelines in PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.application.figures import Figures
from services.application.figures import tables as figure_tables
from services.application.model import Application
from services.application.pipeline import Pipeline, tables
from services.application.ports import LoanFilter
from services.application.status import MOVES, ONGOING, Action
from services.application.timeline import Entry
from services.runtime.stores import postgres
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

metadata = MetaData(naming_convention=NAMING)

_NEWEST = text("create_time DESC"), text("application_id DESC")

applications = Table(
    "applications",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("facility_type", Text, nullable=False),
    Column("amount", JSONB, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    Column("update_time", DateTime(timezone=True), nullable=False),
    Column("submit_time", DateTime(timezone=True)),
    Column("activation_authorized", Boolean, nullable=False),
    Column("withdrawal_requested", Boolean, nullable=False, server_default=false()),
    Column("loan_id", Text, nullable=False),
    Column("agreed_terms", JSONB(none_as_null=True)),
    Column("principal_balance", JSONB(none_as_null=True)),
    Column("parties", JSONB, nullable=False, server_default="[]"),
    Column("taken", JSONB, nullable=False, server_default="{}"),
    Column("entry_count", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("applications_newest", *_NEWEST),
    Index("applications_customer", "customer_id", *_NEWEST),
    # By the customers who are parties of it.
    Index("applications_parties", "parties", postgresql_using="gin", postgresql_ops={"parties": "jsonb_path_ops"}),
    Index("applications_status", "status", _NEWEST[0]),
)

timeline = Table(
    "timeline",
    metadata,
    Column("application_id", Text, ForeignKey(applications.c.application_id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("service", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("from_status", Text, nullable=False),
    Column("to_status", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
)

sums, spans, changes = tables(metadata)
figures, figure_changes = figure_tables(metadata)

_NEWEST_FIRST = Keyset((applications.c.create_time, applications.c.application_id), descending=True)
_AS_WRITTEN = Keyset((timeline.c.number,))


class Applications(Mapped[Application]):
    """The applications; an application's new timeline lines are written with it."""

    table = applications
    key = "application_id"
    derived = ("facility_type", "amount")
    apart = ("entries",)
    subject, record_class = "customer_id", "application"
    personal = ("request.purpose", "request.project.name", "request.project.description")
    parts: ClassVar = {"timeline": ("why",)}

    def derive(self, aggregate: Application) -> dict[str, Any]:
        """What loans are filtered by and summed up."""
        return {"facility_type": aggregate.request.facility_type, "amount": to_plain(aggregate.request.amount)}

    def write(self, tracked: Tracked[Application], row: Row, changed: Row) -> None:
        """Writes the row and the lines that came with the change."""
        super().write(tracked, row, changed)
        for entry in tracked.aggregate.entries:
            line = {"application_id": row["application_id"], **vars(entry), **_names(entry)}
            self._uow.insert(timeline, self.sealed_part("timeline", tracked.aggregate, line))
        tracked.aggregate.entries.clear()

    def withdrawable(self, customer_id: str) -> list[Application]:
        """The customer's applications that can still be taken back, for a change."""
        statuses = [status.name for status in MOVES[Action.WITHDRAW].allowed_from]
        query = select(applications).where(
            applications.c.customer_id == customer_id,
            applications.c.status.in_(statuses),
            applications.c.activation_authorized.is_(False),
        )
        rows = self._uow.connection.execute(query.with_for_update()).mappings().all()
        return [self.tracked(dict(row)) for row in rows]

    def page(self, loans: LoanFilter, page: Page) -> PageResult[Application]:
        """The applications that pass the filter, newest first."""
        found = _NEWEST_FIRST.read(self._uow.connection, _filtered(loans), page, f"applications:{loans}")
        return found.map(self.loaded)

    def with_party(self, customer_id: str, page: Page) -> PageResult[Application]:
        """The applications that a customer is a party of, newest first."""
        query = select(applications).where(applications.c.parties.contains([{"customer_id": customer_id}]))
        found = _NEWEST_FIRST.read(self._uow.connection, query, page, f"participations:{customer_id}")
        return found.map(self.loaded)

    def binding(self, customer_ids: Sequence[str], page: Page) -> PageResult[Application]:
        """The applications that were handed in, have not ended, and bind any of these customers, newest first."""
        sought = sorted(customer_ids)
        named = (applications.c.parties.contains([{"customer_id": each}]) for each in sought)
        query = select(applications).where(
            applications.c.status.in_([status.name for status in ONGOING]),
            or_(applications.c.customer_id.in_(sought), *named),
        )
        found = _NEWEST_FIRST.read(self._uow.connection, query, page, f"commitments:{sought}")
        return found.map(self.loaded)

    def timeline(self, application_id: str, page: Page) -> PageResult[Entry]:
        """The lines of one application, in the order in which they were written."""
        query = select(timeline).where(timeline.c.application_id == application_id)
        return _AS_WRITTEN.read(self._uow.connection, query, page, f"timeline:{application_id}").map(
            lambda row: _entry(self.opened_part("timeline", application_id, row))
        )


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.applications = Applications(self)

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline in numbers."""
        return Pipeline(self.connection, sums, spans, changes)

    @property
    def figures(self) -> Figures:
        """What happens in the pipeline, counted by event."""
        return Figures(self.connection, figures, figure_changes)


def _filtered(loans: LoanFilter) -> Select[Any]:
    query = select(applications)
    for column, value in (("customer_id", loans.customer_id), ("facility_type", loans.facility_type)):
        if value:
            query = query.where(applications.c[column] == value)
    if loans.status is not None:
        query = query.where(applications.c.status == loans.status.name)
    if loans.create_date_from is not None:
        query = query.where(applications.c.create_time >= datetime.combine(loans.create_date_from, time.min, UTC))
    if loans.create_date_to is not None:
        query = query.where(applications.c.create_time <= datetime.combine(loans.create_date_to, time.max, UTC))
    return query


def _entry(row: Row) -> Entry:
    return from_plain(Entry, {**row, "time": row["time"].isoformat()})


def _names(entry: Entry) -> dict[str, str]:
    return {"from_status": entry.from_status.name, "to_status": entry.to_status.name}
