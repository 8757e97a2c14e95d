"""Accounts: who may sign in. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from services.auth.sign_ins import SEVERAL, AttemptKind, Attempts
from services.runtime.aggregate import Aggregate
from services.runtime.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    Unauthenticated,
)


def normal(email: str) -> str:
    """The e-mail address as accounts are found by it: case does not matter."""
    return email.strip().lower()


def by_address(email: str) -> Attempts:
    """Under which name failed sign-ins with an address are counted."""
    return Attempts(AttemptKind.ADDRESS, normal(email))


def email_taken() -> AlreadyExists:
    """The refusal of an address that an account has."""
    return AlreadyExists("an account with this e-mail address exists", reason="EMAIL_TAKEN")


class Role(Enum):
    """What a member of staff may be trusted with; no role implies another."""

    OFFICER = auto()
    MANAGER = auto()
    RISK_MGR = auto()
    INTERNAL = auto()
    CREDIT_HEAD = auto()
    ADMIN = auto()


# The roles with a duty (the option of that name): to decide on a stage of an application, or to say who decides.
WITH_DUTY = frozenset(Role)


def compatible(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles, of which one has a duty at most; InvalidArgument ROLES_INCOMPATIBLE.

    Otherwise one person alone could take a loan through two stages, or make themselves the one who does.
    """
    found = sorted(role.name for role in roles & WITH_DUTY)
    if len(found) > 1:
        wrong = f"{' and '.join(found)} may not be in one hand"
        raise InvalidArgument.field("roles", wrong, reason="ROLES_INCOMPATIBLE")
    return roles


class AccountKind(Enum):
    """Whose account it is, as the token's claim `kind` says it."""

    CUSTOMER = "customer"
    STAFF = "staff"


class AccountDisableReason(Enum):
    """Why an account is disabled."""

    LEFT = auto()
    COMPROMISED = auto()
    MISUSE = auto()
    REQUESTED = auto()
    OTHER = auto()


class ChangeReason(Enum):
    """Why something is changed, in words of the audit trail that are no person's; those of RFC 6749 §5.2, too."""

    FIRST_ADMINISTRATORS = "first administrators"
    REFRESH_REFUSED = "refresh token refused"
    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_SCOPE = "invalid_scope"


FIXED_WHYS = frozenset(each.value for each in ChangeReason)


@dataclass
class Account(Aggregate):
    """What a person signs in with, by e-mail address and password; a customer's account has the customer's id."""

    account_id: str
    kind: AccountKind
    email: str
    full_name: str
    password_hash: str
    roles: frozenset[Role]
    create_time: datetime
    update_time: datetime
    password_time: datetime
    erase_time: datetime | None = None
    # Counted up by whatever ends the access tokens that are out; each token names the number it was issued under.
    epoch: int = 1
    # Of a person's further accounts: their first one. Nothing else tells that two accounts are one person's.
    first_account_id: str | None = None
    # Staff alone: the lender's number of the person, and how they join, by a token of which a hash is kept.
    personnel_number: str = ""
    invitation_hash: str = ""
    invitation_expire_time: datetime | None = None
    join_time: datetime | None = None
    disable_time: datetime | None = None
    disable_reason: AccountDisableReason | None = None

    @classmethod
    def of_customer(cls, customer_id: str, email: str, password_hash: str, at: datetime) -> "Account":
        """Makes a customer's account; the name stays with the customer service."""
        return cls(customer_id, AccountKind.CUSTOMER, email, "", password_hash, frozenset(), at, at, at)

    @classmethod
    def of_staff(
        cls, account_id: str, first: str | None, email: str, full_name: str, personnel_number: str, at: datetime
    ) -> "Account":
        """Makes an account of a member of staff, who has no role yet and has to be invited; `first` is their first."""
        made = cls(account_id, AccountKind.STAFF, email, full_name, "", frozenset(), at, at, at)
        made.first_account_id, made.personnel_number = first, personnel_number
        return made

    @property
    def holder_id(self) -> str:
        """The person's id: that of their first account."""
        return self.first_account_id or self.account_id

    def check_not_joined(self) -> None:
        """FailedPrecondition WRONG_STATUS when the person has joined, or is not to."""
        if self.join_time is not None:
            raise FailedPrecondition("the person has joined", reason="WRONG_STATUS")
        self.check_enabled()

    def check_enabled(self) -> None:
        """FailedPrecondition WRONG_STATUS while the account is disabled."""
        if self.disable_time is not None:
            raise FailedPrecondition("the account is disabled", reason="WRONG_STATUS")

    def let_in(self, token_hash: str, lifetime: timedelta, at: datetime) -> None:
        """Invites the person: lets them in once, by a token; one of before is good for nothing any more."""
        self.invitation_hash, self.invitation_expire_time = token_hash, at + lifetime

    def shut_out(self, at: datetime) -> None:
        """Takes an open invitation back: its token is good for nothing any more."""
        self.invitation_hash, self.invitation_expire_time, self.update_time = "", None, at

    def accept_invitation(self, token_hash: str, password_hash: str, at: datetime) -> None:
        """Uses the invitation up, for a password of the person's own; Unauthenticated INVITATION_INVALID."""
        expire_time = self.invitation_expire_time
        if not self.is_staff or token_hash != self.invitation_hash or expire_time is None or at >= expire_time:
            raise Unauthenticated("the invitation is not valid", reason="INVITATION_INVALID")
        self.invitation_hash, self.invitation_expire_time, self.join_time = "", None, at
        self.set_password(password_hash, at)

    def start_anew(self, at: datetime) -> None:
        """Takes password and tokens away: the person is one who has not joined, and is to be invited."""
        self.password_hash, self.join_time = "", None
        self.epoch += 1
        self.shut_out(at)

    @property
    def is_staff(self) -> bool:
        """Whether it is the live account of a member of staff."""
        return self.kind is AccountKind.STAFF and self.erase_time is None

    def admits(self, methods: tuple[str, ...]) -> bool:
        """Whether one who was authenticated so may act by this account: staff need a second factor."""
        return self.disable_time is None and (not self.is_staff or SEVERAL in methods)

    def may_reset(self, has_factor: bool) -> bool:
        """Whether a forgotten password is reset by mail.

        Staff without a factor would have nothing but the mailbox between them and a thief, who would enrol their own.
        """
        able = self.erase_time is None and self.disable_time is None and bool(self.password_hash)
        return able and (has_factor or not self.is_staff)

    def disable(self, reason: AccountDisableReason, by: str, at: datetime) -> None:
        """Ends whatever the holder may do, until the account is enabled; roles and an open invitation are taken away.

        PermissionDenied for the account's own holder; FailedPrecondition WRONG_STATUS when it is disabled.
        """
        self._check_cared_for_by(by)
        self.check_enabled()
        self.disable_time, self.disable_reason, self.update_time = at, reason, at
        self.roles, self.invitation_hash, self.invitation_expire_time = frozenset(), "", None
        self.epoch += 1

    def enable(self, by: str, at: datetime) -> None:
        """Lets the holder sign in again, staff without any role.

        PermissionDenied for the account's own holder; FailedPrecondition WRONG_STATUS when it is not disabled.
        """
        self._check_cared_for_by(by)
        if self.disable_time is None:
            raise FailedPrecondition("the account is not disabled", reason="WRONG_STATUS")
        self.disable_time, self.disable_reason, self.update_time = None, None, at

    def _check_cared_for_by(self, by: str) -> None:
        if by == self.holder_id:
            raise PermissionDenied("no person disables or enables their own account")

    def claimed_roles(self) -> list[str]:
        """The roles as the account's access tokens name them."""
        return ["BEARER"] if self.kind is AccountKind.CUSTOMER else sorted(role.name for role in self.roles)

    def claimed_holder(self) -> dict[str, str]:
        """The claim by which its tokens name the person, where the account's id does not."""
        return {"holder": self.first_account_id} if self.first_account_id else {}

    def check_granted_by(self, by: str) -> None:
        """PermissionDenied for the account's own holder.

        No person gives themselves the power to decide, and the last administrator cannot lock all out.
        """
        if by == self.holder_id:
            raise PermissionDenied("no person changes their own roles")

    def set_roles(self, roles: frozenset[Role], beside: frozenset[Role], by: str, at: datetime) -> None:
        """Replaces the roles; none takes everything away. `beside` are those of the holder's other accounts.

        PermissionDenied for the account's own holder; InvalidArgument ROLES_INCOMPATIBLE.
        """
        self.check_granted_by(by)
        compatible(roles | beside)
        self.roles, self.update_time = roles, at
        self.epoch += 1

    def set_password(self, password_hash: str, at: datetime) -> None:
        """Replaces the password."""
        self.password_hash, self.password_time, self.update_time = password_hash, at, at

    def reset_password(self, password_hash: str, at: datetime) -> None:
        """Replaces a forgotten password; whatever is out under the one of before is worth nothing."""
        self.set_password(password_hash, at)
        self.epoch += 1

    def erase(self, at: datetime) -> None:
        """Forgets who it was; the account signs in no more. The id stays, for the audit trail."""
        self.email = self.full_name = self.password_hash = self.personnel_number = self.invitation_hash = ""
        self.invitation_expire_time = None
        self.roles, self.update_time, self.erase_time = frozenset(), at, at
        self.epoch += 1
