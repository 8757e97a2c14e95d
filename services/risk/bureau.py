"""What a credit bureau is asked about the applicant: their consent, and each inquiry until it is settled; pure.

A bureau charges for every report, and other lenders see that it was asked: so an inquiry is recorded before it is sent,
sent under one reference, and never sent again while it is not known what came of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from services.risk.bureau_record import BureauAnswer, BureauFinding, BureauRecord, BureauScore, BureauSource
from services.risk.events import (
    BureauPurpose,
    ConsentChannel,
    RiskBureauConsentGiven,
    RiskBureauConsentWithdrawn,
    RiskBureauInquirySettled,
)
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money


class BureauInquiryStatus(Enum):
    """How far an inquiry is."""

    ORDERED = auto()
    SENT = auto()
    SETTLED = auto()


S = BureauInquiryStatus
# For so long an assessment waits for a bureau that does not answer.
PATIENCE = timedelta(minutes=10)
# What was sent is looked up so long after it at the earliest: a bureau that takes its time is done with it by then.
LOOKED_UP_AFTER = timedelta(seconds=30)
# An outcome that stayed unknown is looked up every hour for so long: what was pulled is charged for.
LOOKED_UP_EVERY, LOOKED_UP_FOR = timedelta(hours=1), timedelta(days=5)


@dataclass(frozen=True)
class BureauConsent:
    """That the customer lets the lender ask; `withdraw_time` is None while it stands."""

    consent_version: str
    channel: ConsentChannel
    give_time: datetime
    withdraw_time: datetime | None = None


@dataclass(frozen=True)
class StoredAnswer:
    """The answer as it came: the key of its file, and the hash of its content, in hex."""

    key: str
    sha256: str


@dataclass(frozen=True)
class Outcome:
    """What came of an inquiry, with what the bureau charges and where its answer is stored, if there is one."""

    answer: BureauAnswer
    cost: Money | None = None
    faulty_field: str = ""
    bureau_report_id: str = ""
    record: BureauRecord | None = None
    score: BureauScore | None = None
    source: BureauSource | None = None
    stored: StoredAnswer | None = None


@dataclass(frozen=True)
class BureauInquiry:
    """One question; `look_time` is when something is to be done about it next, None when nothing is.

    `awaited` while an assessment, the first or one that is made anew, waits for it.
    """

    purpose: BureauPurpose
    inquiry_reference: str
    order_time: datetime
    status: BureauInquiryStatus = S.ORDERED
    send_time: datetime | None = None
    send_count: int = 0
    look_time: datetime | None = None
    settle_time: datetime | None = None
    outcome: Outcome | None = None
    awaited: bool = True

    @property
    def answer(self) -> BureauAnswer | None:
        """What came of it; None until it is settled."""
        return None if self.outcome is None else self.outcome.answer

    @property
    def answer_sha256(self) -> str:
        """The hash of the answer; empty until it came."""
        return "" if self.outcome is None or self.outcome.stored is None else self.outcome.stored.sha256

    @property
    def is_open(self) -> bool:
        """Whether its outcome may still be learnt: it was sent, and what came of it is not known."""
        return self.status is S.SENT or self.answer is BureauAnswer.UNKNOWN

    def is_late(self, at: datetime) -> bool:
        """Whether an assessment does not wait for it any longer."""
        return at >= self.order_time + PATIENCE

    def sent(self, at: datetime) -> "BureauInquiry":
        """On its way; whatever happens from here on, it is looked up before it is sent again."""
        return replace(
            self, status=S.SENT, send_time=at, send_count=self.send_count + 1, look_time=at + LOOKED_UP_AFTER
        )

    def untaken(self, look: datetime) -> "BureauInquiry":
        """Not taken by the bureau, as that itself says: it can be sent again."""
        return replace(self, status=S.ORDERED, look_time=look)

    def concluded(self, outcome: Outcome, at: datetime) -> "BureauInquiry":
        """With what came of it. The assessment is made next: the first, or anew where one was made without."""
        return replace(self, status=S.SETTLED, outcome=outcome, settle_time=at, look_time=at, awaited=True)

    def looked_up(self, at: datetime) -> "BureauInquiry":
        """Looked up in vain, to be looked up again; not any more when it is too long ago."""
        if self.status is S.SENT:
            return replace(self, look_time=at + LOOKED_UP_AFTER)
        later = at + LOOKED_UP_EVERY
        return replace(self, look_time=later if later <= self.order_time + LOOKED_UP_FOR else None)

    def done(self, at: datetime) -> "BureauInquiry":
        """With the assessment made that waited for it. While its outcome is unknown it is looked up further."""
        return replace(self, awaited=False, look_time=at + LOOKED_UP_EVERY if self.is_open else None)


@dataclass
class BureauFile(Aggregate):
    """What a bureau is asked about the applicant of one application: at most once for each purpose."""

    application_id: str
    customer_id: str
    consent: BureauConsent | None = None
    inquiries: tuple[BureauInquiry, ...] = ()

    @property
    def has_consent(self) -> bool:
        """Whether a consent was given, and stands."""
        return self.consent is not None and self.consent.withdraw_time is None

    @property
    def finding(self) -> BureauFinding:
        """What an assessment knows by now."""
        asked = self.inquiry(BureauPurpose.ASSESSMENT)
        outcome = None if asked is None else asked.outcome
        if outcome is None:
            return BureauFinding(BureauAnswer.NO_CONSENT if asked is None else BureauAnswer.UNKNOWN)
        score = None if outcome.score is None else outcome.score.score
        return BureauFinding(outcome.answer, outcome.record, score, outcome.source)

    def inquiry(self, purpose: BureauPurpose) -> BureauInquiry | None:
        """The inquiry for a purpose, if there is one."""
        return next((each for each in self.inquiries if each.purpose is purpose), None)

    def asked(self, reference: str) -> BureauInquiry:
        """The inquiry of that reference."""
        return next(each for each in self.inquiries if each.inquiry_reference == reference)

    @property
    def due(self) -> BureauInquiry | None:
        """The inquiry about which something is to be done first; None when nothing is."""
        waiting = [each for each in self.inquiries if each.look_time is not None]
        return min(waiting, key=lambda each: each.look_time or each.order_time, default=None)

    def give_consent(self, version: str, present: str, channel: ConsentChannel, at: datetime) -> None:
        """Takes the customer's consent to the present text; one that stands stays as it is."""
        if version != present:
            text = f"the text is of version {present} by now"
            raise FailedPrecondition(text, reason="CONSENT_CHANGED", metadata={"consent_version": present})
        self._require_unasked()
        if self.has_consent and self.consent is not None and self.consent.consent_version == version:
            return
        self.consent = BureauConsent(version, channel, at)
        self._emit(RiskBureauConsentGiven(self.application_id, self.customer_id, version, channel, at))

    def withdraw_consent(self, at: datetime) -> None:
        """Takes it back; what is ordered and was not sent yet is not sent any more."""
        if self.consent is None or not self.has_consent:
            raise FailedPrecondition("no consent stands", reason="WRONG_STATUS")
        waiting = [each for each in self.inquiries if each.status is S.ORDERED]
        if len(waiting) < len(self.inquiries):
            raise _asked_already()
        self.consent = replace(self.consent, withdraw_time=at)
        self._emit(RiskBureauConsentWithdrawn(self.application_id, self.customer_id, at))
        for each in waiting:
            self.conclude(each.inquiry_reference, Outcome(BureauAnswer.NO_CONSENT), at)

    def order(self, purpose: BureauPurpose, reference: str, at: datetime) -> BureauInquiry | None:
        """The inquiry for a purpose: the one that is there, or a new one; None where there is no consent to it."""
        found = self.inquiry(purpose)
        if found is None and self.has_consent:
            found = BureauInquiry(purpose, reference, at, look_time=at)
            self.inquiries = (*self.inquiries, found)
        return found

    def send(self, reference: str, at: datetime) -> bool:
        """Notes that an inquiry goes out now; False when it must not: it is out already, or is settled."""
        inquiry = self.asked(reference)
        if inquiry.status is not S.ORDERED or not self.has_consent:
            return False
        return self._change(inquiry.sent(at))

    def untaken(self, reference: str, look: datetime, at: datetime) -> bool:
        """Notes that the bureau has not taken an inquiry, as it says itself; it may go out again from `look` on."""
        inquiry = self.asked(reference)
        if inquiry.answer is BureauAnswer.UNKNOWN:
            # The assessment was made without it: it is not asked for any more.
            return self.conclude(reference, Outcome(BureauAnswer.UNREACHABLE), at)
        return inquiry.status is S.SENT and self._change(inquiry.untaken(look))

    def looked_up(self, reference: str, at: datetime) -> bool:
        """Notes that an inquiry was looked up, and nothing was learnt."""
        inquiry = self.asked(reference)
        return inquiry.is_open and self._change(inquiry.looked_up(at))

    def conclude(self, reference: str, outcome: Outcome, at: datetime) -> bool:
        """Takes what came of an inquiry; False for one whose outcome is known, which stays as it is."""
        inquiry = self.asked(reference)
        if inquiry.status is S.SETTLED and (not inquiry.is_open or outcome.answer is BureauAnswer.UNKNOWN):
            return False
        ids = self.application_id, self.customer_id
        self._emit(RiskBureauInquirySettled(*ids, inquiry.purpose, outcome.answer, at))
        return self._change(inquiry.concluded(outcome, at))

    def assessed(self, reference: str, at: datetime) -> bool:
        """Notes that the assessment is made that waited for an inquiry, or that none is to be made any more."""
        return self._change(self.asked(reference).done(at))

    def _require_unasked(self) -> None:
        if self.inquiries:
            raise _asked_already()

    def _change(self, changed: BureauInquiry) -> bool:
        reference = changed.inquiry_reference
        self.inquiries = tuple(changed if each.inquiry_reference == reference else each for each in self.inquiries)
        return True


def _asked_already() -> FailedPrecondition:
    return FailedPrecondition("the bureau was asked already", reason="WRONG_STATUS")
