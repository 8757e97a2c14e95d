"""Grants of roles: one administrator asks, another one decides. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from services.auth.model import Account, Role, compatible
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, PermissionDenied

# What another administrator has not looked at by then has to be asked for anew.
GRANT_LIFETIME = timedelta(days=3)


class RoleGrantStatus(Enum):
    """Where a grant stands."""

    PENDING = auto()
    APPROVED = auto()
    REJECTED = auto()


@dataclass
class RoleGrant(Aggregate):
    """The roles that an account is to have in place of those of before, as one administrator wants it.

    `requested_by` and `decided_by` are persons, not accounts.
    """

    grant_id: str
    account_id: str
    roles: frozenset[Role]
    requested_by: str
    request_time: datetime
    expire_time: datetime
    status: RoleGrantStatus = RoleGrantStatus.PENDING
    decided_by: str = ""
    decide_time: datetime | None = None

    @classmethod
    def ask(
        cls, grant_id: str, account: Account, roles: frozenset[Role], beside: frozenset[Role], by: str, at: datetime
    ) -> "RoleGrant":
        """Asks for the roles; `beside` are those of the holder's other accounts.

        PermissionDenied for the caller's own account; InvalidArgument ROLES_INCOMPATIBLE.
        """
        account.check_granted_by(by)
        compatible(roles | beside)
        return cls(grant_id, account.account_id, roles, by, at, at + GRANT_LIFETIME)

    def decide(self, account: Account, approve: bool, beside: frozenset[Role], by: str, at: datetime) -> None:
        """Closes the grant, and gives the roles when it is approved; their tokens of before are worth nothing then.

        PermissionDenied MAKER_CHECKER for the person who asked, or whom it is for; FailedPrecondition WRONG_STATUS.
        """
        if by in (self.requested_by, account.holder_id):
            raise PermissionDenied("another administrator has to decide", reason="MAKER_CHECKER")
        if self.status is not RoleGrantStatus.PENDING or not account.is_staff:
            raise FailedPrecondition("the grant is not open", reason="WRONG_STATUS")
        if at >= self.expire_time:
            raise FailedPrecondition("the grant has expired", reason="WRONG_STATUS")
        self.decided_by, self.decide_time = by, at
        self.status = RoleGrantStatus.APPROVED if approve else RoleGrantStatus.REJECTED
        if approve:
            account.set_roles(self.roles, beside, by, at)

    def replace(self, by: str, at: datetime) -> None:
        """Closes a grant in whose place another one comes."""
        if self.status is RoleGrantStatus.PENDING:
            self.status, self.decided_by, self.decide_time = RoleGrantStatus.REJECTED, by, at
