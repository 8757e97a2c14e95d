"""A payment as the loan holds it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto

from services.lending.transactions import Effect, Parts
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money


class PaymentStatus(Enum):
    """Whether a payment counts."""

    RECEIVED = auto()
    VERIFIED = auto()
    REJECTED = auto()
    REVERSED = auto()
    WITHDRAWN = auto()
    SUPERSEDED = auto()


class RejectionReason(Enum):
    """Why a proof is not accepted, as the customer is notified of it."""

    UNSPECIFIED = auto()
    UNREADABLE = auto()
    NO_RECEIPT = auto()
    MISMATCH = auto()
    NOT_ARRIVED = auto()
    DUPLICATE = auto()
    OTHER = auto()
    INFECTED = auto()


class ReversalReason(Enum):
    """Why a payment counts no more, as the customer is notified of it."""

    UNSPECIFIED = auto()
    RETURNED = auto()
    NOT_ARRIVED = auto()
    DUPLICATE = auto()
    WRONG_ENTRY = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Proof:
    """The receipt of a payment; `object_key` is where the file is. Until it is `scanned` it is in quarantine."""

    object_key: str
    content_type: str
    sha256: str
    size_bytes: int
    upload_time: datetime
    scanned: bool = True

    def check_scanned(self) -> None:
        """Refuses PROOF_QUARANTINED what no virus scanner has looked at."""
        if not self.scanned:
            raise FailedPrecondition("no virus scanner has looked at the receipt yet", reason="PROOF_QUARANTINED")


@dataclass(frozen=True)
class Allocation:
    """What a payment is used for; interest below zero is given back, for earlier payments had taken it in advance."""

    penalty: Money
    fee: Money
    interest: Money
    principal: Money

    @classmethod
    def of(cls, parts: Parts, currency: str) -> "Allocation":
        """The parts as money."""
        return cls(*(Money(part, currency) for part in (parts.penalty, parts.fee, parts.interest, parts.principal)))


@dataclass(frozen=True)
class Payment:
    """Money that the customer says to have paid; `effect` is what more than is due does.

    `idempotency_key` is the one under which it was recorded; `end_time` is when it was withdrawn or superseded.
    `reason` is an officer's note for the file; the customer reads `rejection_reason` and `reversal_reason`.
    """

    payment_id: str
    status: PaymentStatus
    amount: Money
    value_date: date
    reference: str
    idempotency_key: str
    receive_time: datetime
    effect: Effect = Effect.NEXT_INSTALMENTS
    proof: Proof | None = None
    decided_by: str = ""
    reason: str = ""
    reversed_by: str = ""
    decide_time: datetime | None = None
    reverse_time: datetime | None = None
    end_time: datetime | None = None
    rejection_reason: RejectionReason = RejectionReason.UNSPECIFIED
    reversal_reason: ReversalReason = ReversalReason.UNSPECIFIED

    def verified(self, by: str, at: datetime) -> "Payment":
        """The payment whose proof an officer accepted."""
        return replace(self, status=PaymentStatus.VERIFIED, decided_by=by, decide_time=at)

    def rejected(self, reason: str, public: RejectionReason, by: str, at: datetime) -> "Payment":
        """The payment whose proof an officer did not accept."""
        rejected = replace(self, status=PaymentStatus.REJECTED, reason=reason, rejection_reason=public)
        return replace(rejected, decided_by=by, decide_time=at)

    def reversed(self, reason: str, public: ReversalReason, by: str, at: datetime) -> "Payment":
        """The payment that an officer took back."""
        undone = replace(self, status=PaymentStatus.REVERSED, reason=reason, reversal_reason=public)
        return replace(undone, reversed_by=by, reverse_time=at)
