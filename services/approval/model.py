"""An approval: three levels in order, never the same person twice. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.lending import LoanCost, LoanTerms
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, Internal, InvalidArgument, PermissionDenied


class ApprovalStatus(Enum):
    """Which level an approval waits for, or how it ended; in the order of the way."""

    READY = auto()
    PENDING_INTERNAL = auto()
    PENDING_MANAGEMENT = auto()
    PENDING_FINAL = auto()
    APPROVED = auto()
    REJECTED = auto()
    CLOSED = auto()


class ApprovalLevel(Enum):
    """The levels in their order."""

    INTERNAL = auto()
    MANAGEMENT = auto()
    FINAL = auto()


_S = ApprovalStatus
# From which status a level decides, and where its approval leads.
MOVES: dict[ApprovalLevel, tuple[ApprovalStatus, ApprovalStatus]] = {
    ApprovalLevel.INTERNAL: (_S.PENDING_INTERNAL, _S.PENDING_MANAGEMENT),
    ApprovalLevel.MANAGEMENT: (_S.PENDING_MANAGEMENT, _S.PENDING_FINAL),
    ApprovalLevel.FINAL: (_S.PENDING_FINAL, _S.APPROVED),
}
TERMINAL_STATUSES = frozenset({_S.APPROVED, _S.REJECTED, _S.CLOSED})


class RejectionReason(Enum):
    """Why a level rejects, as the customer is notified of it."""

    UNSPECIFIED = 0
    AFFORDABILITY = 1
    TERMS = 2
    COLLATERAL = 3
    PROJECT = 4
    INFORMATION = 5
    OTHER = 6


@dataclass(frozen=True)
class LevelDecision:
    """What one person decided at one level; `comment` is for the file, `rejection_reason` for the customer."""

    level: ApprovalLevel
    approved: bool
    decided_by: str
    comment: str
    decide_time: datetime
    rejection_reason: RejectionReason = RejectionReason.UNSPECIFIED


@dataclass(frozen=True)
class Accepted:
    """The offer that the customer accepted, as the discussion reports it."""

    application_id: str
    customer_id: str
    offered_by: str
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost


@dataclass(frozen=True)
class ApprovalInternalPassed:
    """The internal level approved."""

    application_id: str
    customer_id: str
    decided_by: str


@dataclass(frozen=True)
class ApprovalManagementPassed:
    """Management approved."""

    application_id: str
    customer_id: str
    decided_by: str


@dataclass(frozen=True)
class ApprovalFinalApproved:
    """The last level approved."""

    application_id: str
    customer_id: str
    decided_by: str
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost


@dataclass(frozen=True)
class ApprovalRejected:
    """One level rejected."""

    application_id: str
    customer_id: str
    decided_by: str
    level: ApprovalLevel
    rejection_reason: RejectionReason
    earlier_deciders: tuple[str, ...]
    reject_time: datetime


@dataclass
class Dossier(Aggregate):
    """What is known of an application from other services: who decided on it, and whether it has ended."""

    application_id: str
    kyc_deciders: tuple[str, ...] = ()
    risk_deciders: tuple[str, ...] = ()
    ended: bool = False

    @property
    def complete(self) -> bool:
        """True when everybody who decided before an offer is known."""
        return bool(self.kyc_deciders and self.risk_deciders)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Everybody who decided, by account id."""
        return (*self.kyc_deciders, *self.risk_deciders)


@dataclass
class Approval(Aggregate):
    """The way of one accepted offer. `barred` are the accounts that had a part in the application before."""

    application_id: str
    customer_id: str
    status: ApprovalStatus
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    barred: tuple[str, ...]
    create_time: datetime
    update_time: datetime
    submitted_by: str = ""
    submit_time: datetime | None = None
    decisions: tuple[LevelDecision, ...] = ()

    @classmethod
    def open(cls, accepted: Accepted, dossier: Dossier, at: datetime) -> "Approval":
        """Makes the approval of an accepted offer whose earlier deciders are all known."""
        if accepted.terms.hash() != accepted.terms_hash:
            raise InvalidArgument.field("terms_hash", "is not the hash of the terms")
        if not dossier.complete:
            raise ValueError("the earlier deciders are not known yet")
        barred = tuple(dict.fromkeys((*dossier.deciders, accepted.offered_by)))
        return cls(
            accepted.application_id, accepted.customer_id, ApprovalStatus.READY, accepted.terms, accepted.terms_hash,
            accepted.cost, barred, at, at,
        )  # fmt: skip

    def submit(self, by: str, at: datetime) -> None:
        """Puts the accepted offer up for the first level."""
        if self.status is not ApprovalStatus.READY:
            raise FailedPrecondition.wrong_status("approval", self.status, [ApprovalStatus.READY])
        self.submitted_by, self.submit_time = by, at
        self._move(ApprovalStatus.PENDING_INTERNAL, at)

    def decide(self, decision: LevelDecision) -> None:
        """Approves or rejects at a level that is reached, by a person who had no part before."""
        self._require_reached(decision.level)
        self._require_other_person(decision.decided_by)
        earlier = self._parts
        if decision.level is ApprovalLevel.FINAL and decision.approved:
            self._require_accepted_terms()
        self.decisions = (*self.decisions, decision)
        if decision.approved:
            self._pass(decision)
        else:
            self._move(ApprovalStatus.REJECTED, decision.decide_time)
            ids, why = (self.application_id, self.customer_id), decision.rejection_reason
            at = decision.decide_time
            self._emit(ApprovalRejected(*ids, decision.decided_by, decision.level, why, earlier, at))

    def check_terms(self, accepted_hash: str) -> None:
        """Refuses terms that are not those that the customer accepted."""
        if self.terms_hash != accepted_hash:
            raise FailedPrecondition("the customer accepted other terms", reason="OFFER_OUTDATED")

    def end(self, at: datetime) -> None:
        """Closes it because the application ended elsewhere; one that has its own end keeps it."""
        if self.status not in TERMINAL_STATUSES:
            self._move(ApprovalStatus.CLOSED, at)

    def _pass(self, decision: LevelDecision) -> None:
        by = decision.decided_by
        self._move(MOVES[decision.level][1], decision.decide_time)
        if decision.level is ApprovalLevel.INTERNAL:
            self._emit(ApprovalInternalPassed(self.application_id, self.customer_id, by))
        elif decision.level is ApprovalLevel.MANAGEMENT:
            self._emit(ApprovalManagementPassed(self.application_id, self.customer_id, by))
        else:
            self._emit(
                ApprovalFinalApproved(self.application_id, self.customer_id, by, self.terms, self.terms_hash, self.cost)
            )

    def _require_accepted_terms(self) -> None:
        # What is approved must be what the customer accepted, whatever happened to the stored terms since.
        if self.terms.hash() != self.terms_hash:
            raise Internal(f"the terms of application {self.application_id} are not those that were accepted")

    def _require_reached(self, level: ApprovalLevel) -> None:
        needed = MOVES[level][0]
        if self.status.value < needed.value:
            raise FailedPrecondition(
                f"approval is {self.status.name}; level {level.name} decides only from {needed.name}",
                reason="LEVEL_NOT_REACHED",
                metadata={"status": self.status.name, "allowed_from": needed.name},
            )
        if self.status is not needed:
            raise FailedPrecondition.wrong_status("approval", self.status, [needed])

    @property
    def _parts(self) -> tuple[str, ...]:
        """Everybody who had a part so far."""
        return *self.barred, self.submitted_by, *(each.decided_by for each in self.decisions)

    def _require_other_person(self, by: str) -> None:
        if by in self._parts:
            raise PermissionDenied("you have had a part in this application before", reason="MAKER_CHECKER")

    def _move(self, status: ApprovalStatus, at: datetime) -> None:
        self.status, self.update_time = status, at
