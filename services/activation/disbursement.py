"""The payout of a loan: where it stands, how often it was tried, why it failed."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.runtime.money import Money


class DisbursementStatus(Enum):
    """Where a payout stands."""

    INITIATED = auto()
    COMPLETED = auto()
    FAILED = auto()


class DisbursementFailure(Enum):
    """Why a payout failed."""

    REFUSED = auto()
    ACCOUNT_INVALID = auto()
    BANK_UNREACHABLE = auto()
    DETAILS_CHANGED = auto()


@dataclass(frozen=True)
class Disbursement:
    """The payout. `attempts` counts the orders given to the bank, `tries` how often the present one was sent to it,
    `refusals` the orders that the bank did not take.
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

    @property
    def order_key(self) -> str:
        """The idempotency key under which the bank knows the present order, however often it is sent.

        It changes only after a refusal: a bank that could not be reached may have taken the order all the same, and
        must know it again.
        """
        return f"{self.disbursement_id}/{self.refusals}"
