"""A payment as the loan holds it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from services.lending.transactions import Effect, Parts
from services.runtime.money import Money


class PaymentStatus(Enum):
    """Whether a payment counts."""

    RECEIVED = auto()
    VERIFIED = auto()
    REJECTED = auto()
    REVERSED = auto()


@dataclass(frozen=True)
class Proof:
    """The receipt of a payment; `object_key` is where the file is stored."""

    object_key: str
    content_type: str
    sha256: str
    size_bytes: int
    upload_time: datetime


@dataclass(frozen=True)
class Allocation:
    """What a payment was used for."""

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

    `idempotency_key` is the one under which it was recorded.
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
    allocation: Allocation | None = None
    decided_by: str = ""
    reason: str = ""
    reversed_by: str = ""
    decide_time: datetime | None = None
    reverse_time: datetime | None = None
