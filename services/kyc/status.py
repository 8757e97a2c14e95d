"""Where a review stands; pure."""

from enum import Enum, auto


class ReviewStatus(Enum):
    """Where a review stands; APPROVED, REJECTED and CLOSED are its ends."""

    PENDING = auto()
    ASSIGNED = auto()
    VERIFIED = auto()
    APPROVED = auto()
    REJECTED = auto()
    CLOSED = auto()
    INFORMATION_REQUESTED = auto()


# What has not ended.
OPEN = (ReviewStatus.PENDING, ReviewStatus.ASSIGNED, ReviewStatus.INFORMATION_REQUESTED, ReviewStatus.VERIFIED)
