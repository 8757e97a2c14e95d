"""The payout of a loan: where it stands, how often it was tried, why it failed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from services.runtime.money import Money


class DisbursementStatus(Enum):
    """Where a payout stands."""

    INITIATED = auto()
    COMPLETED = auto()
    FAILED = auto()
    CANCELLED = auto()


class DisbursementFailure(Enum):
    """Why a payout failed."""

    REFUSED = auto()
    ACCOUNT_INVALID = auto()
    BANK_UNREACHABLE = auto()
    DETAILS_CHANGED = auto()
    NOT_ALLOWED = auto()


NOT_SENT, SENT_UNKNOWN = 0, -1


@dataclass(frozen=True)
class Disbursement:
    """The payout. `attempts` counts the orders given to the bank, `tries` how often the present one was sent to it,
    `refusals` the orders of which the bank said for sure that they will not be paid.

    `sent_version` is the version of the customer's details on which the present order was sent; NOT_SENT when it was
    not, SENT_UNKNOWN for those begun before it was kept. `disputed_reference` is the bank's own of a payment that it
    reported after it had said that the order will not be paid, or a second one for the same order: never to be seen.
    """

    disbursement_id: str
    status: DisbursementStatus
    amount: Money
    attempts: int
    initiate_time: datetime
    tries: int = 0
    refusals: int = 0
    bank_reference: str = ""
    failure: DisbursementFailure | None = None
    complete_time: datetime | None = None
    sent_version: int = SENT_UNKNOWN
    disputed_reference: str = ""

    @property
    def order_key(self) -> str:
        """The idempotency key under which the bank knows the present order, however often it is sent.

        It changes only once the bank said for sure that the order will not be paid: one that could not be reached may
        have taken the order all the same, and must know it again.
        """
        return f"{self.disbursement_id}/{self.refusals}"

    @property
    def is_final(self) -> bool:
        """Whether it is decided for good."""
        return self.status in (DisbursementStatus.COMPLETED, DisbursementStatus.CANCELLED)

    @property
    def in_doubt(self) -> bool:
        """Whether the present order may be at the bank, which has not said yet what became of it."""
        return not self.is_final and self.sent_version != NOT_SENT

    def sent(self, kyc_version: int) -> "Disbursement":
        """The same, with its order on the way to the bank."""
        return replace(self, sent_version=kyc_version)

    def never_paid(self) -> "Disbursement":
        """The same, with the next order's key: the bank said for sure that the present one will not be paid."""
        return replace(self, refusals=self.refusals + 1, sent_version=NOT_SENT)
