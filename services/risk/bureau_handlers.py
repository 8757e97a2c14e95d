"""The use cases of a credit bureau: the customer consents, and what is ordered is asked, looked up and settled.

The order of things is what keeps an inquiry from being made twice, whatever dies in between: that it goes out is
committed first, then it goes out, then what came of it is committed. Found on its way, it is looked up, not sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from services.risk.bureau import BureauFile, BureauInquiry, BureauInquiryStatus, Outcome, StoredAnswer
from services.risk.bureau_consent import ConsentText, consent_text
from services.risk.bureau_orders import file_of, require_pending
from services.risk.bureau_record import BureauAnswer
from services.risk.events import ConsentChannel
from services.risk.handlers import App
from services.risk.metrics import count_inquiry
from services.risk.model import RiskStatus
from services.risk.ports import Bureau, BureauReply, BureauSubject, Customers, Untaken
from services.risk.refusal_handlers import Files
from services.runtime import ids
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable
from services.runtime.files.storing import kept
from services.runtime.money import Money

log = structlog.get_logger(__name__)
# So long one replica has an inquiry in hand: longer than a call to the bureau may take.
LEASE = timedelta(seconds=30)
# What could not be asked is asked again after this, and not before the bureau wants it.
ASKED_AGAIN_AFTER = timedelta(seconds=5)
_CHARGED = (
    BureauAnswer.HIT, BureauAnswer.NO_HIT, BureauAnswer.FROZEN, BureauAnswer.UNDER_REVIEW, BureauAnswer.UNREADABLE,
)  # fmt: skip


@dataclass(frozen=True)
class GiveConsent:
    """The customer agrees to a version of the text."""

    application_id: str
    consent_version: str
    channel: ConsentChannel


@dataclass(frozen=True)
class BureauConsents:
    """What the customer can do; beside `App`, whose stores it uses."""

    app: App

    def text(self) -> ConsentText:
        """The text that is asked for; empty where no bureau is connected."""
        return consent_text() if self.app.asks_bureau else ConsentText("", "")

    def read(self, application_id: str) -> BureauFile:
        """Reads the file; an empty one before there is anything in it."""
        report = self.app.read(application_id)
        with self.app.begin() as uow:
            found = uow.bureau_files.find(application_id)
        return BureauFile(application_id, report.customer_id) if found is None else found

    def give(self, command: GiveConsent) -> BureauFile:
        """Takes the consent."""
        if not self.app.asks_bureau:
            raise FailedPrecondition("no credit bureau is asked here", reason="BUREAU_NOT_CONNECTED")
        with self.app.begin() as uow:
            report = uow.reports.get(command.application_id)
            require_pending(report)
            file = file_of(uow, report)
            file.give_consent(command.consent_version, consent_text().version, command.channel, self.app.clock.now())
            uow.commit()
        return file

    def withdraw(self, application_id: str) -> BureauFile:
        """Takes it back."""
        with self.app.begin() as uow:
            file = file_of(uow, uow.reports.get(application_id))
            file.withdraw_consent(self.app.clock.now())
            uow.commit()
        return file


@dataclass(frozen=True)
class BureauInquiries:
    """What is done about what was ordered; `cost` is what the bureau charges for an answer."""

    app: App
    customers: Customers
    bureau: Bureau
    files: Files
    cost: Money | None = None

    def carry_on(self) -> bool:
        """Does what is due longest; False when nothing is."""
        now = self.app.clock.now()
        with self.app.begin() as uow:
            application_id = uow.bureau_files.claim(now, now + LEASE)
            uow.commit()
        if application_id is None:
            return False
        with self.app.begin() as uow:
            file = uow.bureau_files.read(application_id)
        if (inquiry := file.due) is not None:
            self._go_on(file, inquiry, now)
            self._assess(application_id, inquiry.inquiry_reference)
        return True

    def _go_on(self, file: BureauFile, inquiry: BureauInquiry, now: datetime) -> None:
        if inquiry.is_open:
            self._look_up(file, inquiry, now)
        elif inquiry.status is BureauInquiryStatus.ORDERED:
            self._ask(file, inquiry, now)

    def _ask(self, file: BureauFile, inquiry: BureauInquiry, now: datetime) -> None:
        reference = inquiry.inquiry_reference
        if self.app.read(file.application_id).status is not RiskStatus.PENDING:
            self._settle(file, reference, Outcome(BureauAnswer.NOT_NEEDED))
        elif inquiry.is_late(now):
            self._settle(file, reference, Outcome(BureauAnswer.UNREACHABLE))
        elif (subject := self.customers.subject(file.customer_id)) is None:
            self._settle(file, reference, Outcome(BureauAnswer.NOT_NEEDED))
        elif self._change(file, lambda each: each.send(reference, now)):
            self._pull(file, reference, subject)

    def _pull(self, file: BureauFile, reference: str, subject: BureauSubject) -> None:
        try:
            reply = self.bureau.pull(reference, subject)
        except Untaken as error:
            self._untaken(file, reference, timedelta(seconds=error.retry_after))
            log.warning("bureau_untaken", application_id=file.application_id, cause=error.message)
        except Unavailable as error:
            log.warning("bureau_unclear", application_id=file.application_id, cause=error.message)
            if not self.bureau.looks_up:
                self._settle(file, reference, Outcome(BureauAnswer.UNKNOWN))
        else:
            self._take(file, reference, reply)

    def _look_up(self, file: BureauFile, inquiry: BureauInquiry, now: datetime) -> None:
        reference, found = inquiry.inquiry_reference, None
        try:
            if known := self.bureau.looks_up:
                found = self.bureau.look_up(reference, self.customers.subject(file.customer_id))
        except Unavailable as error:
            log.warning("bureau_unclear", application_id=file.application_id, cause=error.message)
            known = False
        if found is not None:
            self._take(file, reference, found)
        elif known:
            self._untaken(file, reference, timedelta())
        elif inquiry.status is BureauInquiryStatus.SENT and (inquiry.is_late(now) or not self.bureau.looks_up):
            self._settle(file, reference, Outcome(BureauAnswer.UNKNOWN))
        else:
            self._change(file, lambda each: each.looked_up(reference, now))

    def _untaken(self, file: BureauFile, reference: str, wanted: timedelta) -> None:
        now = self.app.clock.now()
        look = now + max(wanted, ASKED_AGAIN_AFTER)
        self._change(file, lambda each: each.untaken(reference, look, now))

    def _take(self, file: BureauFile, reference: str, reply: BureauReply) -> None:
        """Stores an answer as it came, and settles the inquiry with what it says."""
        stored = StoredAnswer(f"{file.application_id}/bureau-{ids.new_id()}", sha256(reply.content).hexdigest())
        try:
            self.files.upload(stored.key, file.customer_id, [reply.content], "application/json")
        except NotFound:
            # They were erased meanwhile: nothing is kept about them any more.
            self._settle(file, reference, Outcome(BureauAnswer.NOT_NEEDED))
            return
        cost = self.cost if reply.answer in _CHARGED else None
        found = reply.faulty_field, reply.bureau_report_id, reply.record, reply.score, reply.source
        with kept(self.files, stored.key):
            if not self._settle(file, reference, Outcome(reply.answer, cost, *found, stored)):
                # Another replica was faster.
                self.files.delete(stored.key)

    def _settle(self, file: BureauFile, reference: str, outcome: Outcome) -> bool:
        now = self.app.clock.now()
        if not self._change(file, lambda each: each.conclude(reference, outcome, now)):
            return False
        count_inquiry(outcome.answer, outcome.cost)
        log.info(
            "bureau_inquiry", application_id=file.application_id, answer=outcome.answer.name,
            faulty_field=outcome.faulty_field,
        )  # fmt: skip
        return True

    def _change(self, file: BureauFile, change: Callable[[BureauFile], bool]) -> bool:
        """Commits a change of the file as it is now; False where it changes nothing."""
        with self.app.begin() as uow:
            changed = change(uow.bureau_files.get(file.application_id))
            uow.commit()
        return changed

    def _assess(self, application_id: str, reference: str) -> None:
        """Makes the assessment that waits for an inquiry that is settled: the first, or anew where that was in vain."""
        with self.app.begin() as uow:
            asked = uow.bureau_files.read(application_id).asked(reference)
        if asked.outcome is None or not asked.awaited:
            return
        exposure = self.app.exposure(application_id) if self.app.read(application_id).is_undecided else None
        with self.app.begin() as uow:
            report, file = uow.reports.get(application_id), uow.bureau_files.get(application_id)
            if exposure is not None and report.is_undecided and file.asked(reference).awaited:
                report.expose(exposure)
                report.learn(bureau=file.finding)
                report.update(*self.app.assessment(uow, report))
            # What was decided stays as it was decided on, and what another replica has assessed meanwhile as it is.
            file.assessed(reference, self.app.clock.now())
            uow.commit()
