"""The use cases of refusals: the notice of each is made, stored, sent and followed."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from services.papers import Lender, Unprintable, language_of
from services.risk.bureau import Outcome
from services.risk.events import BureauPurpose
from services.risk.handlers import App
from services.risk.metrics import UNDELIVERED_NOTICES
from services.risk.model import Report
from services.risk.ports import Customers, DeliveryState, Notices
from services.risk.refusal_notice import document
from services.risk.refusal_review import ReviewOutcome
from services.risk.refusals import NoticePosting, Refusal, RefusalNoticeStatus, StoredNotice
from services.runtime import ids
from services.runtime.context import caller
from services.runtime.files.storing import kept
from services.runtime.stores.paging import Page, PageResult

log = structlog.get_logger(__name__)
# So long one replica has a notice in hand, and so long its delivery is not asked for again.
LEASE = timedelta(seconds=10)


class Files(Protocol):
    """The file store; services.runtime.files.sealed.SealedFiles."""

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Stores the chunks, about a subject; errors.NotFound once they are erased."""
        ...

    def stream(self, key: str, sha256: str) -> Iterator[bytes]:
        """The content with that hash in chunks; errors.NotFound, and errors.DataLoss when it is another."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...


@dataclass(frozen=True)
class DecideReview:
    """A person says whether a refusal stands, and why, in words for the customer."""

    application_id: str
    outcome: ReviewOutcome
    explanation: str


@dataclass(frozen=True)
class RecordPosting:
    """The notice was posted on that day, by whom it is carried, and what proves it."""

    application_id: str
    post_date: date
    postal_service: str
    evidence: str


@dataclass(frozen=True)
class Refusals:
    """What can be done about them; beside `App`, whose stores and peers they use."""

    app: App
    customers: Customers
    notices: Notices
    files: Files
    lender: Lender

    def of(self, application_id: str) -> Report:
        """Reads the report with its refusals, also one from before they were recorded."""
        report = self.app.read(application_id)
        return self.app.recover_refusal(application_id) if report.lacks_refusal else report

    def file(self, application_id: str, number: int) -> Iterator[bytes]:
        """The notice of a refusal as it was stored; of the latest for 0."""
        notice = self.of(application_id).refusal(number).made()
        return self.files.stream(notice.key, notice.sha256)

    def undelivered(self, due_before: datetime | None, page: Page) -> PageResult[Report]:
        """Lists the reports whose notice is not delivered and due by a time, or now; the longest due first."""
        with self.app.begin() as uow:
            return uow.reports.undelivered(due_before, self.app.clock.now(), page)

    def resend(self, application_id: str) -> Report:
        """Sends the notice of the latest refusal again."""
        self.of(application_id)
        with self.app.begin() as uow:
            report = uow.reports.get(application_id)
            report.resend_notice(self.app.clock.now())
            uow.commit()
        return report

    def record_posting(self, command: RecordPosting) -> Report:
        """Takes that the notice of the latest refusal was posted."""
        self.of(command.application_id)
        with self.app.begin() as uow:
            report = uow.reports.get(command.application_id)
            how = command.post_date, command.postal_service, command.evidence
            report.post_notice(NoticePosting(*how, caller().holder, self.app.clock.now()))
            uow.commit()
        return report

    def to_review(self, page: Page) -> PageResult[Report]:
        """Lists the reports with a refusal whose review waits, by when its answer is owed."""
        with self.app.begin() as uow:
            return uow.reports.to_review(page)

    def request_review(self, application_id: str, grounds: str) -> Report:
        """Takes the customer's wish to have the latest refusal reviewed."""
        self.of(application_id)
        with self.app.begin() as uow:
            report = uow.reports.get(application_id)
            law = self.app.law(report.figures.facility_type)
            report.request_review(grounds, law, self.app.clock.now())
            uow.commit()
        return report

    def decide_review(self, command: DecideReview) -> Report:
        """Takes what a person who had no part in the refusal says of it."""
        with self.app.begin() as uow:
            report = uow.reports.get(command.application_id)
            report.decide_review(command.outcome, command.explanation, caller().holder, self.app.clock.now())
            uow.commit()
        return report

    def carry_on(self) -> bool:
        """Makes the notice, or follows its delivery, that is due longest, or records a refusal; False when none is."""
        now = self.app.clock.now()
        with self.app.begin() as uow:
            application_id = uow.reports.claim_notice(now, now + LEASE)
            unrecorded = None if application_id else uow.reports.without_refusal()
            UNDELIVERED_NOTICES.set(uow.reports.late_notices(now))
            uow.commit()
        if application_id is None:
            return unrecorded is not None and self.app.recover_refusal(unrecorded) is not None
        report = self.app.read(application_id)
        refusal = report.refusal(0)
        if refusal.notice_status is RefusalNoticeStatus.DUE:
            self._make(report, refusal)
        elif refusal.notice_status in (RefusalNoticeStatus.ISSUED, RefusalNoticeStatus.DELIVERED):
            self._follow(report, refusal)
        return True

    def _make(self, report: Report, refusal: Refusal) -> None:
        party = self.customers.party(report.customer_id)
        if not party.full_name:
            self._settle(report, refusal, RefusalNoticeStatus.VOID)
            return
        law, outcome = self.app.law(report.figures.facility_type), self._outcome(refusal, report)
        language = language_of(law.language, party.language, self.lender.language)
        try:
            content = document(report, refusal, party, law, self.lender, outcome, language).pdf()
        except Unprintable as error:
            # It stays due, and so among those that staff sees as late.
            log.error("notice_unprintable", application_id=report.application_id, cause=str(error))
            return
        notice = StoredNotice(f"{report.application_id}/refusal-{ids.new_id()}", hashlib.sha256(content).hexdigest())
        self.files.upload(notice.key, report.customer_id, [content], "application/pdf")
        with kept(self.files, notice.key), self.app.begin() as uow:
            uow.reports.get(report.application_id).issue_notice(notice, self.app.clock.now())
            uow.commit()

    def _outcome(self, refusal: Refusal, report: Report) -> Outcome | None:
        """What a bureau said, where the refusal rests on that."""
        if not refusal.on_bureau:
            return None
        with self.app.begin() as uow:
            asked = uow.bureau_files.read(report.application_id).inquiry(BureauPurpose.ASSESSMENT)
        return None if asked is None else asked.outcome

    def _follow(self, report: Report, refusal: Refusal) -> None:
        assert refusal.issue_time is not None, "what is issued has a time"
        found = self.notices.delivery(report.customer_id, report.application_id, refusal.issue_time)
        if found.state is DeliveryState.DELIVERED:
            self._settle(report, refusal, RefusalNoticeStatus.DELIVERED, found.deliver_time)
        elif found.state is DeliveryState.FAILED:
            self._settle(report, refusal, RefusalNoticeStatus.FAILED)
        elif refusal.notice_status is RefusalNoticeStatus.DELIVERED:
            # It came back, and another channel has it before it; or the customer is erased, and nothing is known of it.
            status = RefusalNoticeStatus.ISSUED if self._is_there(report) else RefusalNoticeStatus.DELIVERED
            self._settle(report, refusal, status, refusal.deliver_time if status is refusal.notice_status else None)
        elif not self._is_there(report):
            # What was on its way to a customer who is erased is dropped, and never reported.
            self._settle(report, refusal, RefusalNoticeStatus.VOID)

    def _is_there(self, report: Report) -> bool:
        return bool(self.customers.party(report.customer_id).full_name)

    def _settle(
        self, report: Report, seen: Refusal, status: RefusalNoticeStatus, deliver_time: datetime | None = None
    ) -> None:
        with self.app.begin() as uow:
            changed = uow.reports.get(report.application_id)
            if not changed.settle_notice(seen, status, self.app.clock.now(), deliver_time):
                return  # it was sent again meanwhile
            uow.commit()
        log.info("refusal_notice", application_id=report.application_id, status=status.name)
