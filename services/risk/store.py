"""Reports in PostgreSQL, and the unit of work of the service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Select,
    Text,
    func,
    or_,
    select,
    update,
    values,
)

from services.risk import deadline_store
from services.risk.bureau_store import BureauFiles
from services.risk.connection_store import KnownCustomers
from services.risk.evidence_store import CollateralFiles, IncomeFiles
from services.risk.model import Report
from services.risk.outcome_store import OutcomeChecks
from services.risk.ports import ReportFilter
from services.risk.rules_store import RuleSets
from services.risk.tables import UNRECORDED, reports
from services.runtime.stores import postgres
from services.runtime.stores.paging import MAX_SIZE, Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.tables import runtime_tables
from services.runtime.stores.unit_of_work import EventWriter


@dataclass(frozen=True)
class Due:
    """A report that is to be indexed at its revision; `forgotten` when the customer was erased."""

    report: Report
    revision: int
    forgotten: bool


_keys = runtime_tables(MetaData()).data_keys.c
_LONGEST_DUE = Keyset((reports.c.notice_due_time, reports.c.application_id))
_OWED_FIRST = Keyset((reports.c.answer_due_time, reports.c.application_id))
_LATEST_FIRST = Keyset((reports.c.latest_time, reports.c.application_id), descending=True)


class Reports(Mapped[Report]):
    """The reports."""

    table = reports
    key = "application_id"
    absent = "application {} is not submitted"
    subject, record_class = "customer_id", "risk"
    personal = (
        "reason", "overrides.reason", "overrides.settle_reason", "refusals.review.grounds",
        "refusals.review.explanation", "refusals.posting.postal_service", "refusals.posting.evidence",
        "figures.income_evidence.evidence.statement_numbers",
    )  # fmt: skip
    derived = (
        "facility_type",
        "score",
        "rating",
        "latest_time",
        "words",
        *deadline_store.COLUMNS,
    )
    unaudited = ("revision", "indexed_revision", "learn_time")

    def derive(self, aggregate: Report) -> dict[str, Any]:
        """What reports are searched by, and when their notices are looked after."""
        return {**_searched(aggregate), **deadline_store.derived(aggregate)}

    def search(self, wanted: ReportFilter, page: Page) -> PageResult[Report]:
        """The reports that fit, latest assessment first; one that is not assessed counts from its submission."""
        found = _LATEST_FIRST.read(self._uow.connection, _filtered(wanted), page, self.list_name(wanted))
        return found.map(self.loaded)

    def list_name(self, wanted: ReportFilter) -> str:
        """The list of these reports, for the tokens of its pages."""
        return f"reports:{wanted}"

    def some(self, ids: Sequence[str]) -> list[Report]:
        """The reports with these ids, in their order; those that are not there are left out."""
        rows = self._uow.connection.execute(select(reports).where(reports.c.application_id.in_(ids))).mappings()
        found = {row["application_id"]: self.loaded(dict(row)) for row in rows}
        return [found[each] for each in ids if each in found]

    def due(self, limit: int) -> list[Due]:
        """So many at most of the reports whose revision is not the one that is indexed."""
        return self._due(select(reports).where(reports.c.revision != reports.c.indexed_revision), limit)

    def after(self, application_id: str, limit: int) -> list[Due]:
        """So many at most of all reports, after this one."""
        return self._due(select(reports).where(reports.c.application_id > application_id), limit)

    def indexed(self, due: Sequence[Due]) -> None:
        """Notes that these revisions are indexed; one that changed meanwhile stays due."""
        rows = [(each.report.application_id, each.revision) for each in due]
        done = values(Column("id", Text), Column("at", Integer), name="done").data(rows)
        mine = reports.c.application_id == done.c.id, reports.c.indexed_revision < done.c.at
        self._uow.connection.execute(update(reports).where(*mine).values(indexed_revision=done.c.at))

    def reindex(self, customer_id: str) -> None:
        """Has every report of a customer be looked at anew by what indexes them."""
        # The trigger takes it for a change.
        change = update(reports).where(reports.c.customer_id == customer_id).values(customer_id=customer_id)
        self._uow.connection.execute(change)

    def claim_notice(self, now: datetime, until: datetime) -> str | None:
        """The application whose notice waits longest, which no one else gets until then; None when none does."""
        due = select(reports.c.application_id).where(reports.c.notice_check_time <= now)
        first = due.order_by(reports.c.notice_check_time).limit(1).with_for_update(skip_locked=True)
        mine = reports.c.application_id == first.scalar_subquery()
        taken = update(reports).where(mine).values(notice_check_time=until).returning(reports.c.application_id)
        found: str | None = self._uow.connection.scalar(taken)
        return found

    def owed_to(self, customer_id: str) -> list[Report]:
        """The reports of a customer whose notice is not delivered, or whose review is not answered, for a change."""
        owed = or_(reports.c.notice_due_time.is_not(None), reports.c.review_time.is_not(None))
        theirs = reports.c.customer_id == customer_id, owed
        query = select(reports).where(*theirs).order_by(reports.c.application_id).with_for_update()
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]

    def without_refusal(self) -> str | None:
        """An application that was rejected before refusals were recorded; None when there is none."""
        found: str | None = self._uow.connection.scalar(select(reports.c.application_id).where(UNRECORDED).limit(1))
        return found

    def late_notices(self, now: datetime) -> int:
        """How many notices are not delivered and past their time."""
        query = select(func.count()).select_from(reports).where(reports.c.notice_due_time < now)
        return int(self._uow.connection.scalar(query) or 0)

    def undelivered(self, due_before: datetime | None, now: datetime, page: Page) -> PageResult[Report]:
        """The reports whose notice is not delivered and due before then, or now; the longest due first."""
        query = select(reports).where(reports.c.notice_due_time < (due_before or now))
        # The pages of one list have one name, and `now` is another at each.
        name = f"undelivered:{due_before.isoformat() if due_before else ''}"
        found = _LONGEST_DUE.read(self._uow.connection, query, page, name)
        return found.map(self.loaded)

    def to_review(self, page: Page) -> PageResult[Report]:
        """The reports with a refusal whose review waits, by when its answer is owed: what is overdue at the head."""
        query = select(reports).where(reports.c.review_time.is_not(None), reports.c.answer_due_time.is_not(None))
        return _OWED_FIRST.read(self._uow.connection, query, page, "reviews by answer").map(self.loaded)

    def _due(self, query: Select[Any], limit: int) -> list[Due]:
        rows = self._uow.connection.execute(query.order_by(reports.c.application_id).limit(limit)).mappings().all()
        gone = self._forgotten({row["customer_id"] for row in rows})
        return [Due(self.loaded(dict(row)), row["revision"], row["customer_id"] in gone) for row in rows]

    def _forgotten(self, customers: set[str]) -> set[str]:
        """Those whose data key is destroyed, or has a time at which it will be."""
        ending = or_(_keys.expire_time.is_not(None), _keys.wrapped.is_(None))
        query = select(_keys.subject).where(_keys.subject.in_(customers), ending).distinct()
        return set(self._uow.connection.scalars(query))

    def latest_assessed(self, most: int) -> Iterator[Report]:
        """The reports that were assessed, the latest first, at most so many; read in parts."""
        page = Page(MAX_SIZE)
        query, read = select(reports).where(reports.c.assessment.is_not(None)), 0
        while read < most:
            found = _LATEST_FIRST.read(self._uow.connection, query, page, "reports of a simulation")
            yield from map(self.loaded, found.items[: most - read])
            read += len(found.items)
            if not found.next_token:
                return
            page = Page(MAX_SIZE, found.next_token)


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.reports = Reports(self)
        self.rule_sets = RuleSets(self)
        self.bureau_files = BureauFiles(self)
        self.deadlines = deadline_store.Deadlines(self)
        self.known_customers = KnownCustomers(self)
        self.income_files = IncomeFiles(self)
        self.collateral_files = CollateralFiles(self)
        self.outcome_checks = OutcomeChecks(self)


def words(report: Report) -> str:
    """The text by which a report is found: what it is for, and its reasons; nothing personal."""
    reasons = () if report.assessment is None else report.assessment.reasons
    said = [f"{reason.code} {reason.description}" for reason in reasons]
    return " ".join([report.figures.facility_type, *said])


def latest(report: Report) -> datetime:
    """When a report was assessed; when it was submitted, as long as it is not."""
    return report.submit_time if report.assessment is None else report.assessment.assess_time


def _searched(report: Report) -> dict[str, Any]:
    assessment = report.assessment
    rating = None if assessment is None else assessment.known_rating
    return {
        "facility_type": report.figures.facility_type,
        "score": None if assessment is None else assessment.known_score,
        "rating": rating and rating.name,
        "latest_time": latest(report),
        "words": f"{report.application_id} {report.customer_id} {words(report)}".lower(),
    }


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
