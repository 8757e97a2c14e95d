"""Resets of lost second factors: one administrator asks, another one decides. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from services.auth.model import Account
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, PermissionDenied

# A person who lost their factor cannot work; what is not looked at by then is asked for anew.
RESET_LIFETIME = timedelta(days=1)


class FactorResetStatus(Enum):
    """Where a reset stands."""

    PENDING = auto()
    APPROVED = auto()
    REJECTED = auto()


@dataclass
class FactorReset(Aggregate):
    """The wish of one administrator that a member of staff enrols anew. `requested_by` and `decided_by` are persons."""

    reset_id: str
    account_id: str
    requested_by: str
    request_time: datetime
    expire_time: datetime
    status: FactorResetStatus = FactorResetStatus.PENDING
    decided_by: str = ""
    decide_time: datetime | None = None

    @classmethod
    def request(cls, reset_id: str, account: Account, by: str, at: datetime) -> "FactorReset":
        """Asks for it; PermissionDenied for an account of the caller's own.

        FailedPrecondition before it was joined, or while it is disabled.
        """
        if by == account.holder_id:
            raise PermissionDenied("no person resets their own second factor")
        account.check_enabled()
        if account.join_time is None:
            raise FailedPrecondition("the person has not joined", reason="WRONG_STATUS")
        return cls(reset_id, account.account_id, by, at, at + RESET_LIFETIME)

    def conclude(self, account: Account, approve: bool, by: str, at: datetime) -> None:
        """Closes the reset.

        PermissionDenied MAKER_CHECKER for the person who asked, or whom it is for; FailedPrecondition WRONG_STATUS.
        """
        if by in (self.requested_by, account.holder_id):
            raise PermissionDenied("another administrator has to decide", reason="MAKER_CHECKER")
        if self.status is not FactorResetStatus.PENDING or at >= self.expire_time or not account.is_staff:
            raise FailedPrecondition("the reset is not open", reason="WRONG_STATUS")
        self.decided_by, self.decide_time = by, at
        self.status = FactorResetStatus.APPROVED if approve else FactorResetStatus.REJECTED

    def replace(self, by: str, at: datetime) -> None:
        """Closes a reset in whose place another one comes."""
        self.status, self.decided_by, self.decide_time = FactorResetStatus.REJECTED, by, at
