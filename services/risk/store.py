"""Reports in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    case,
    column,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.risk.model import Report
from services.risk.ports import ReportFilter
from services.runtime.stores import postgres
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter

metadata = MetaData(naming_convention=NAMING)

_LATEST = text("latest_time DESC"), text("application_id DESC")

reports = Table(
    "reports",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("customer_id", Text, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("submit_time", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("earlier_deciders", ARRAY(Text), nullable=False),
    Column("assessment", JSONB(none_as_null=True)),
    Column("decided_by", Text, nullable=False),
    Column("rejection_reason", Text),
    Column("reason", Text, nullable=False),
    Column("decide_time", DateTime(timezone=True)),
    Column("offers", JSONB, nullable=False, server_default="[]"),
    Column("overrides", JSONB, nullable=False, server_default="[]"),
    # For the search alone: they repeat what stands in figures and assessment.
    Column("facility_type", Text, nullable=False),
    Column("score", Integer),
    Column("rating", Text),
    Column("latest_time", DateTime(timezone=True), nullable=False),
    Column("words", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Index("reports_latest", *_LATEST),
    Index("reports_status", "status", *_LATEST),
    Index("reports_facility_type", "facility_type", *_LATEST),
    Index("reports_rating", "rating", *_LATEST),
    Index("reports_score", "score"),
)

_LATEST_FIRST = Keyset((reports.c.latest_time, reports.c.application_id), descending=True)


class Reports(Mapped[Report]):
    """The reports."""

    table = reports
    key = "application_id"
    absent = "application {} is not submitted"
    subject, record_class = "customer_id", "risk"
    personal = ("reason", "overrides.reason", "overrides.settle_reason")
    derived = ("facility_type", "score", "rating", "latest_time", "words")

    def derive(self, aggregate: Report) -> dict[str, Any]:
        """What reports are searched by."""
        return _searched(aggregate)

    def search(self, wanted: ReportFilter, page: Page) -> PageResult[Report]:
        """The reports that fit, latest assessment first; one that is not assessed counts from its submission."""
        found = _LATEST_FIRST.read(self._uow.connection, _filtered(wanted), page, f"reports:{wanted}")
        return found.map(self.loaded)


class Scores:
    """The scores of all assessments, for what is measured of them."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    def since(self, at: datetime) -> list[tuple[str, str, str, int]]:
        """Application, role (champion, challenger), version of the table, and score, of what was assessed since."""
        kept = reports.c.assessment
        beside = kept["challenger"]
        query = select(
            reports.c.application_id, kept["scorecard_version"].astext, reports.c.score,
            beside["scorecard_version"].astext, beside["score"].astext,
        ).where(reports.c.score.is_not(None), reports.c.latest_time >= at)  # fmt: skip
        with self._database.transaction() as transaction:
            rows = transaction.connection.execute(query).all()
        champions = [(row[0], "champion", row[1], row[2]) for row in rows]
        return champions + [(row[0], "challenger", row[3], int(row[4])) for row in rows if row[3] is not None]


class Overridden:
    """The overrides of all reports, for what is counted of them."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    def since(self, at: datetime) -> tuple[int, list[tuple[str, str, str, str]]]:
        """Of the applications assessed since: how many are decided, and of each override what it overrides, what is to
        be decided, the coded reason, and its status.
        """
        since = reports.c.latest_time >= at
        decided = select(func.count()).select_from(reports).where(since, reports.c.decide_time.is_not(None))
        each = func.jsonb_array_elements(reports.c.overrides).table_valued(column("value", JSONB)).render_derived()
        value = each.c.value
        query = select(
            case((value["terms_hash"].astext == "", "recommendation"), else_="limit"), value["decision"].astext,
            value["override_reason"].astext, value["status"].astext,
        ).select_from(reports).join(each, true()).where(since)  # fmt: skip
        with self._database.transaction() as transaction:
            number = transaction.connection.execute(decided).scalar_one()
            rows = transaction.connection.execute(query).all()
        return number, [(row[0], row[1], row[2], row[3]) for row in rows]


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.reports = Reports(self)


def _searched(report: Report) -> dict[str, Any]:
    assessment, facility = report.assessment, report.figures.facility_type
    reasons = () if assessment is None else assessment.reasons
    words = [report.application_id, report.customer_id, facility]
    words += [f"{reason.code} {reason.description}" for reason in reasons]
    return {
        "facility_type": facility,
        "score": None if assessment is None else assessment.score,
        "rating": None if assessment is None else assessment.rating.name,
        "latest_time": _latest(report),
        "words": " ".join(words).lower(),
    }


def _latest(report: Report) -> datetime:
    return report.submit_time if report.assessment is None else report.assessment.assess_time


def _filtered(wanted: ReportFilter) -> Select[Any]:
    query = select(reports)
    for word in wanted.query.lower().split():
        query = query.where(reports.c.words.contains(word, autoescape=True))
    if wanted.status is not None:
        query = query.where(reports.c.status == wanted.status.name)
    if wanted.rating is not None:
        query = query.where(reports.c.rating == wanted.rating.name)
    if wanted.min_score is not None:
        query = query.where(reports.c.score >= wanted.min_score)
    if wanted.max_score is not None:
        query = query.where(reports.c.score <= wanted.max_score)
    if wanted.facility_type:
        query = query.where(reports.c.facility_type == wanted.facility_type)
    return query
