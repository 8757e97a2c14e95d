"""That a loan is not wanted any more before its money is sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto


class CancelledBy(Enum):
    """Who does not want the money sent any more."""

    CUSTOMER = auto()
    STAFF = auto()


@dataclass(frozen=True)
class Cancellation:
    """Somebody wants the loan cancelled."""

    cancelled_by: CancelledBy
    request_time: datetime
