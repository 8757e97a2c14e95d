"""Reviews, screening cases, who is screened again, and officers, in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from services.kyc.cases import UNRESOLVED, ScreeningCase, ScreeningCaseStatus
from services.kyc.due_diligence import DueDiligenceStatus
from services.kyc.model import Review
from services.kyc.monitoring import MonitoredCustomer
from services.kyc.officers import OfficerProfile
from services.kyc.ports import CaseFilter, QueueFilter, QueueOrder
from services.kyc.screening import Listing
from services.kyc.status import OPEN
from services.kyc.tables import monitored_customers, officers, reviews, screening_cases
from services.runtime.stores import postgres
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.unit_of_work import EventWriter

_ORDERS = {
    QueueOrder.AGE: Keyset((reviews.c.submit_time, reviews.c.application_id)),
    QueueOrder.RISK: Keyset((reviews.c.risk_rank, reviews.c.submit_time, reviews.c.application_id)),
    QueueOrder.DUE: Keyset((reviews.c.due_time, reviews.c.application_id)),
}
_RENEWALS = Keyset((reviews.c.renewal_due_time, reviews.c.application_id))
_CASES_DUE_FIRST = Keyset((screening_cases.c.due_time, screening_cases.c.case_id))
# ScreeningCase.awaits_due_diligence and renews_due_diligence; of a customer with nothing open nobody wants it.
_AWAITS_DUE_DILIGENCE: ColumnElement[bool] = and_(
    screening_cases.c.status == ScreeningCaseStatus.CONFIRMED.name,
    screening_cases.c.listing != Listing.SANCTION.name,
    or_(
        func.coalesce(screening_cases.c.due_diligence["status"].astext, "") != DueDiligenceStatus.APPROVED.name,
        screening_cases.c.due_diligence_renewal.is_not(None),
    ),
    exists().where(monitored_customers.c.customer_id == screening_cases.c.customer_id, monitored_customers.c.is_open),
)


class Reviews(Mapped[Review]):
    """The reviews."""

    table = reviews
    key = "application_id"
    absent = "application {} is not submitted"
    derived = ("risk_rank", "renewal_due_time", "renewal_tell_time")
    subject, record_class = "customer_id", "kyc"
    personal = (
        "reason", "verification.notes", "verification.income.reason", "screening.matched_entries",
        "screening.hits.entry_number", "screening.hits.listed_name", "screening.hits.screened_name",
        "screening.hits.screened_birth_date", "screening.hits.screened_country",
        "screening.hits.parts.given", "screening.hits.parts.listed",
        "parties.screening.matched_entries", "parties.screening.hits.entry_number",
        "parties.screening.hits.listed_name", "parties.screening.hits.screened_name",
        "parties.screening.hits.screened_birth_date", "parties.screening.hits.screened_country",
        "parties.screening.hits.parts.given", "parties.screening.hits.parts.listed",
        "information_requests.message", "information_requests.answer",
    )  # fmt: skip

    def queue(self, wanted: QueueFilter, page: Page) -> PageResult[Review]:
        """The reviews that pass the filter, in its order."""
        query = select(reviews).where(reviews.c.status.in_([status.name for status in wanted.statuses]))
        if wanted.officer_id:
            query = query.where(reviews.c.officer_id == wanted.officer_id)
        if wanted.escalated:
            query = query.where(reviews.c.escalate_time.is_not(None))
        if wanted.renewal:
            query = query.where(reviews.c.renewal_due_time.is_not(None))
        elif wanted.order is not QueueOrder.AGE:
            query = query.where(reviews.c.due_time.is_not(None))
        order = _RENEWALS if wanted.renewal else _ORDERS[wanted.order]
        return order.read(self._uow.connection, query, page, f"queue:{wanted}").map(self.loaded)

    def workload(self) -> dict[str, int]:
        """How many reviews that have not ended each officer has; officers without any are left out."""
        in_hand = reviews.c.status.in_([status.name for status in OPEN]) & reviews.c.due_time.is_not(None)
        query = select(reviews.c.officer_id, func.count()).where(in_hand).group_by(reviews.c.officer_id)
        return {row[0]: row[1] for row in self._uow.connection.execute(query)}

    def late(self, now: datetime, most: int) -> Sequence[Review]:
        """Some that are due and not escalated, for a change; those that another transaction changes are left out."""
        query = select(reviews).where(reviews.c.due_time <= now, reviews.c.escalate_time.is_(None))
        query = query.order_by(reviews.c.due_time).limit(most).with_for_update(skip_locked=True)
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]

    def late_renewals(self, now: datetime, most: int) -> Sequence[Review]:
        """Some of which a new identity paper is late and nobody was told, for a change; see `late`."""
        query = select(reviews).where(reviews.c.renewal_tell_time <= now).order_by(reviews.c.renewal_tell_time)
        query = query.limit(most).with_for_update(skip_locked=True)
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]


class ScreeningCases(Mapped[ScreeningCase]):
    """The screening cases."""

    table = screening_cases
    key = "case_id"
    what = "case"
    derived = ("listing",)
    subject, record_class = "customer_id", "kyc"
    personal = (
        "note", "review_note", "hit.entry_number", "hit.listed_name", "hit.screened_name",
        "hit.screened_birth_date", "hit.screened_country",
        "hit.parts.given", "hit.parts.listed",
        "entry.number", "entry.names", "entry.birth_dates", "entry.countries", "entry.positions",
        "compared.full_name", "compared.birth_date", "compared.countries",
        "due_diligence.wealth_note", "due_diligence.funds_note", "due_diligence.review_note",
        "due_diligence_renewal.found.wealth_note", "due_diligence_renewal.found.funds_note",
        "due_diligence_renewal.found.review_note",
    )  # fmt: skip

    def of_customer(self, customer_id: str) -> Sequence[ScreeningCase]:
        """All of a customer, for a change."""
        of_them = screening_cases.c.customer_id == customer_id
        query = select(screening_cases).where(of_them).order_by(screening_cases.c.case_id).with_for_update()
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]

    def list(self, wanted: CaseFilter, page: Page) -> PageResult[ScreeningCase]:
        """The cases that pass the filter, the one that is due first at the head."""
        of_status = screening_cases.c.status.in_([status.name for status in wanted.statuses])
        query = select(screening_cases).where(or_(of_status, _AWAITS_DUE_DILIGENCE) if wanted.waiting else of_status)
        for column, value in (("officer_id", wanted.officer_id), ("customer_id", wanted.customer_id)):
            query = query.where(screening_cases.c[column] == value) if value else query
        return _CASES_DUE_FIRST.read(self._uow.connection, query, page, f"cases:{wanted}").map(self.loaded)

    def workload(self) -> dict[str, int]:
        """How many unresolved cases each officer has; officers without any are left out."""
        in_hand = screening_cases.c.status.in_([status.name for status in UNRESOLVED])
        officer = screening_cases.c.officer_id
        query = select(officer, func.count()).where(in_hand).group_by(officer)
        return {row[0]: row[1] for row in self._uow.connection.execute(query)}

    def late(self, now: datetime, most: int) -> Sequence[ScreeningCase]:
        """Some that are due and not escalated, for a change; those that another transaction changes are left out."""
        columns = screening_cases.c
        unresolved = columns.status.in_([status.name for status in UNRESOLVED])
        query = select(screening_cases).where(
            or_(unresolved, _AWAITS_DUE_DILIGENCE), columns.due_time <= now, columns.escalate_time.is_(None)
        )
        query = query.order_by(columns.due_time).limit(most).with_for_update(skip_locked=True)
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]


class MonitoredCustomers(Mapped[MonitoredCustomer]):
    """Who is screened again."""

    table = monitored_customers
    key = "customer_id"
    what = "customer"
    derived = ("is_open",)
    subject, record_class = "customer_id", "kyc"

    def due(self, list_version: str, after: str, most: int) -> list[str]:
        """Some customers, by their ids and behind that one, whose details or lists have changed."""
        columns = monitored_customers.c
        changed = or_(columns.changes != columns.screened_changes, columns.list_version != list_version)
        query = select(columns.customer_id).where(columns.is_open, changed, columns.customer_id > after)
        return list(self._uow.connection.scalars(query.order_by(columns.customer_id).limit(most)))

    def not_run(self, day: date, most: int) -> list[str]:
        """Some customers whose daily run of that business date, or a later one, is not done."""
        columns = monitored_customers.c
        waits = or_(columns.daily_date.is_(None), columns.daily_date < day)
        query = select(columns.customer_id).where(columns.is_open, waits)
        return list(self._uow.connection.scalars(query.order_by(columns.customer_id).limit(most)))


class OfficerProfiles(Mapped[OfficerProfile]):
    """What is known of officers."""

    table = officers
    key = "officer_id"

    def of(self, officer_ids: Iterable[str]) -> Mapping[str, OfficerProfile]:
        """By the ids of their accounts, as far as anything is known."""
        query = select(officers).where(officers.c.officer_id.in_(list(officer_ids)))
        rows = self._uow.connection.execute(query).mappings().all()
        return {row["officer_id"]: self.loaded(dict(row)) for row in rows}


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.reviews = Reviews(self)
        self.cases = ScreeningCases(self)
        self.monitored = MonitoredCustomers(self)
        self.officers = OfficerProfiles(self)
