"""What the use cases need: of other services, and of the store."""

from dataclasses import dataclass
from typing import Protocol

from services.kyc.model import ReviewStatus


class Officers(Protocol):
    """The auth service, as far as a review needs it."""

    def all(self) -> tuple[str, ...]:
        """Names the accounts of all officers."""
        ...


class Customers(Protocol):
    """The customer service, as far as a review needs it."""

    def full_name(self, customer_id: str) -> str:
        """Tells the customer's name as in his identity document."""
        ...


@dataclass(frozen=True)
class QueueFilter:
    """Which reviews a queue shows: those in one of the statuses, and of one officer unless `officer_id` is empty."""

    statuses: tuple[ReviewStatus, ...]
    officer_id: str = ""
