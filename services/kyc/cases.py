"""Screening cases: each a hit that an officer resolves, some with a second person. Pure Python, no I/O, no clock.

What was resolved holds for as long as the customer's details and the entry of the list are the ones that were compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from services.kyc.due_diligence import (
    DueDiligence,
    DueDiligenceRenewal,
    DueDiligenceStatus,
    Sources,
    holds_no_more,
    is_to_be_renewed,
)
from services.kyc.events import KycCaseOverdue
from services.kyc.evidence import Evidence, Pin
from services.kyc.screening import Entry, Hit, HitOutcome, Listing, Subject
from services.runtime.aggregate import Aggregate
from services.runtime.errors import Aborted, FailedPrecondition, PermissionDenied

# From which likeness of the names on, out of 100, a second person has to agree that it is somebody else.
SECOND_PERSON_SCORE = 95
# How long a hit may wait for its resolution, and due diligence for its record and its approval.
CASE_ALLOWED = timedelta(days=1)
DUE_DILIGENCE_ALLOWED = timedelta(days=5)


class ScreeningCaseStatus(Enum):
    """Where a case stands; OPEN, PROPOSED and CONFIRMED stand in the way of an approval, the last unless accepted."""

    OPEN = auto()
    PROPOSED = auto()
    CLEARED = auto()
    CONFIRMED = auto()
    SUPERSEDED = auto()


S = ScreeningCaseStatus
UNRESOLVED = (S.OPEN, S.PROPOSED)


class ScreeningTrigger(Enum):
    """What made a screening run."""

    PERSON_CHANGED = auto()
    LIST_CHANGED = auto()
    VERIFICATION = auto()
    DAILY = auto()


class HitResolution(Enum):
    """What an officer found about a hit; all but TRUE_MATCH say that the customer is somebody else."""

    OTHER_BIRTH_DATE = auto()
    OTHER_COUNTRY = auto()
    OTHER_NAME = auto()
    OTHER_DOCUMENT_NUMBER = auto()
    OTHER_PERSON = auto()
    TRUE_MATCH = auto()


@dataclass(frozen=True)
class Resolution:
    """What an officer says about a hit; `document_id` is the document that shows it, empty for a true match."""

    resolution: HitResolution
    document_id: str
    note: str


@dataclass
class ScreeningCase(Aggregate):
    """A customer, and the entry of a list whom they may be."""

    case_id: str
    customer_id: str
    application_id: str
    trigger: ScreeningTrigger
    hit: Hit
    entry: Entry
    compared: Subject
    list_version: str
    officer_id: str
    open_time: datetime
    due_time: datetime
    status: ScreeningCaseStatus = S.OPEN
    escalate_time: datetime | None = None
    resolution: HitResolution | None = None
    note: str = ""
    evidence: Pin | None = None
    resolved_by: str = ""
    resolve_time: datetime | None = None
    reviewed_by: str = ""
    review_time: datetime | None = None
    review_note: str = ""
    due_diligence: DueDiligence | None = None
    due_diligence_renewal: DueDiligenceRenewal | None = None

    @property
    def listing(self) -> Listing:
        """Why the entry is on its list."""
        return self.entry.listing

    @property
    def is_exposed(self) -> bool:
        """Whether the customer is confirmed to be politically exposed, or close to who is."""
        return self.status is S.CONFIRMED and self.listing is not Listing.SANCTION

    @property
    def awaits_due_diligence(self) -> bool:
        """Whether it stands in the way only until due diligence is approved."""
        return self.is_exposed and not (self.due_diligence is not None and self.due_diligence.is_approved)

    @property
    def renews_due_diligence(self) -> bool:
        """Whether due diligence was approved, and is done again; what was approved holds meanwhile."""
        return self.is_exposed and self.due_diligence_renewal is not None

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.status in UNRESOLVED or self.awaits_due_diligence or self.renews_due_diligence

    @property
    def is_settled(self) -> bool:
        """Whether it stands in no one's way: the customer is somebody else, or may be one with due diligence."""
        return self.status is S.CLEARED or (self.is_exposed and not self.awaits_due_diligence)

    @property
    def settled_by(self) -> frozenset[str]:
        """Who had a part in what was found."""
        renewed = self.due_diligence_renewal.found if self.due_diligence_renewal is not None else None
        found = (each.persons for each in (self.due_diligence, renewed) if each is not None)
        return frozenset(filter(None, (self.resolved_by, self.reviewed_by))).union(*found)

    @property
    def needs_second_person(self) -> bool:
        """Whether one person alone does not clear it: the names are nearly the same, or the birth date confirms."""
        return self.hit.score >= SECOND_PERSON_SCORE or self.hit.outcome is HitOutcome.CONFIRMED

    def follow(self, running: Sequence[str], at: datetime) -> None:
        """Goes on with an application that runs when its own has ended: documents are handed in for that one."""
        if not self.waits or not running or self.application_id in running:
            return
        self.application_id = running[-1]
        if self.status not in UNRESOLVED:
            # Nobody was asked for due diligence while nothing ran.
            self.due_time, self.escalate_time = max(self.due_time, at + DUE_DILIGENCE_ALLOWED), None

    def check_assignable(self) -> None:
        """Refuses what is superseded."""
        self._require(S.OPEN, S.PROPOSED, S.CLEARED, S.CONFIRMED)

    def assign(self, officer_id: str, at: datetime) -> None:
        """Gives it to an officer, who looks at it anew, or does due diligence again where that is what is asked for."""
        self.check_assignable()
        if self.renews_due_diligence:
            self.officer_id = officer_id
            if self.escalate_time is not None:
                self.due_time, self.escalate_time = at + DUE_DILIGENCE_ALLOWED, None
            return
        if self.status not in UNRESOLVED or self.escalate_time is not None:
            self.due_time, self.escalate_time = at + CASE_ALLOWED, None
        self.officer_id = officer_id
        self._reopen()

    def require_outsider(self, by: str) -> None:
        """Refuses whom it is about."""
        if by == self.customer_id:
            raise PermissionDenied("whom a case is about has no part in it", reason="MAKER_CHECKER")

    def check_resolver(self, by: str) -> None:
        """Refuses anyone but the officer that it is assigned to, if any, and what is not open."""
        self._require(S.OPEN)
        if self.officer_id not in ("", by):
            raise PermissionDenied("the case is assigned to another officer", reason="NOT_ASSIGNED")

    def resolve(self, found: Resolution, evidence: Evidence, by: str, at: datetime) -> None:
        """Takes what the officer found; to clear it takes an accepted document, and a second person if it needs one."""
        self.check_resolver(by)
        is_match = found.resolution is HitResolution.TRUE_MATCH
        shown = None if is_match and not found.document_id else _accepted(evidence, found.document_id)
        self.officer_id, self.resolved_by, self.resolve_time = by, by, at
        self.resolution, self.note, self.evidence = found.resolution, found.note, shown
        cleared = S.PROPOSED if self.needs_second_person else S.CLEARED
        self.status = S.CONFIRMED if is_match else cleared
        if self.is_exposed:
            self.due_time, self.escalate_time = at + DUE_DILIGENCE_ALLOWED, None

    def review(self, agreed: bool, note: str, by: str, at: datetime) -> None:
        """The second person agrees that it is cleared, or gives it back."""
        self._require(S.PROPOSED)
        if by == self.resolved_by:
            raise PermissionDenied("who cleared it does not agree to it", reason="MAKER_CHECKER")
        if not agreed:
            self._reopen()
        self.reviewed_by, self.review_time, self.review_note = by, at, note
        self.status = S.CLEARED if agreed else S.OPEN

    def check_diligence(self, by: str) -> None:
        """Refuses a sanction, which no due diligence lifts, what is approved, and anyone but the assigned officer."""
        self._require(S.CONFIRMED)
        if self.is_settled and not self.renews_due_diligence:
            awaited = DueDiligenceStatus.RECORDED, DueDiligenceStatus.RETURNED
            raise FailedPrecondition.wrong_status("due diligence", DueDiligenceStatus.APPROVED, awaited)
        if not self.is_exposed:
            text = "the entry is a sanction: no due diligence lifts it"
            raise FailedPrecondition(text, reason="NOT_POLITICALLY_EXPOSED")
        if by != self.officer_id:
            raise PermissionDenied("the case is assigned to another officer", reason="NOT_ASSIGNED")

    def record_due_diligence(self, found: Sources, shown: Pin, by: str, at: datetime) -> None:
        """Takes what the officer found about the money of who is politically exposed, in place of what was before."""
        self.check_diligence(by)
        recorded = DueDiligence.record(found, shown, by, at)
        if self.due_diligence_renewal is not None:
            self.due_diligence_renewal = replace(self.due_diligence_renewal, found=recorded)
        else:
            self.due_diligence = recorded
        self.due_time, self.escalate_time = at + DUE_DILIGENCE_ALLOWED, None

    def review_due_diligence(
        self, agreed: bool, note: str, by: str, at: datetime, seen: datetime | None = None
    ) -> None:
        """A senior person approves of business with the customer, or gives back the due diligence of that time.

        One that was done again takes the place of the one before, also when it is given back: who went on with the
        customer by that approval does not any more.
        """
        self._require(S.CONFIRMED)
        renewal = self.due_diligence_renewal
        waiting = renewal.found if renewal is not None else self.due_diligence
        if waiting is None:
            raise FailedPrecondition.wrong_status("due diligence", "MISSING", (DueDiligenceStatus.RECORDED,))
        if by == self.resolved_by:
            raise PermissionDenied("who confirmed the hit does not approve of it", reason="MAKER_CHECKER")
        if seen not in (None, waiting.record_time):
            raise Aborted("the due diligence was recorded again")
        self.due_diligence, self.due_diligence_renewal = waiting.reviewed(agreed, note, by, at), None
        self.due_time, self.escalate_time = at + DUE_DILIGENCE_ALLOWED, None

    def renew_due_diligence(self, day: date, at: datetime) -> bool:
        """Has due diligence done again before the year is over for which it holds; whether that is new.

        What nobody renewed in time, or nobody was asked for, as nothing ran, holds no more: what was recorded by then
        waits for its approval as the first did.
        """
        hold = self.due_diligence.hold_time if self.is_exposed and self.due_diligence is not None else None
        if hold is None:
            return False
        asked = self.due_diligence_renewal
        if holds_no_more(hold, day):
            self.due_diligence, self.due_diligence_renewal = asked.found if asked is not None else None, None
        elif asked is None and is_to_be_renewed(hold, day):
            self.due_diligence_renewal = DueDiligenceRenewal(at)
        else:
            return False
        if asked is None:
            self.due_time, self.escalate_time = max(hold, at + DUE_DILIGENCE_ALLOWED), None
        return asked is None

    def supersede(self) -> None:
        """Ends what stands in the way, for it is no hit any more; what is cleared stays on file."""
        if self.status is not S.CLEARED:
            self.status = S.SUPERSEDED

    def escalate(self, at: datetime) -> bool:
        """Notes that it, or its due diligence, was not done in time, and has staff told; whether that is new."""
        is_late = self.waits and self.due_time <= at and self.escalate_time is None
        if is_late:
            self.escalate_time = at
            self._emit(KycCaseOverdue(self.case_id, self.customer_id, self.due_time, at))
        return is_late

    def _reopen(self) -> None:
        self.status, self.resolution, self.note, self.evidence = S.OPEN, None, "", None
        self.resolved_by, self.resolve_time = "", None
        self.reviewed_by, self.review_time, self.review_note = "", None, ""
        self.due_diligence = self.due_diligence_renewal = None

    def _require(self, *allowed: ScreeningCaseStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("case", self.status, allowed)


def _accepted(evidence: Evidence, document_id: str) -> Pin:
    pins = [pin for pin in evidence.documents if pin.document_id == document_id and pin.type not in evidence.lacking]
    if not pins:
        text = "a hit is cleared only by an accepted document of the application"
        raise FailedPrecondition(text, reason="EVIDENCE_MISSING", metadata={"document_id": document_id})
    return pins[0]
