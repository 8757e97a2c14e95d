"""Accounts, sessions, failed sign-ins and partners' clients: the rules of signing in. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from services.runtime.aggregate import Aggregate
from services.runtime.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
)

# A refresh token that is not used for this long is dead; a session needs the password again after this long.
REFRESH_LIFETIME = timedelta(days=14)
SESSION_LIFETIME = timedelta(days=90)
# For so long the token before the latest gives the latest again.
ROTATION_GRACE = timedelta(seconds=10)

# So many attempts may fail before the first lock; each failure after that doubles the lock.
FREE_FAILURES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
# Failures are forgotten after this long without another.
FAILURES_KEPT = timedelta(days=1)


def normal(email: str) -> str:
    """The e-mail address as accounts are found by it: case does not matter."""
    return email.strip().lower()


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
        """FailedPrecondition WRONG_STATUS when the person has joined."""
        if self.join_time is not None:
            raise FailedPrecondition("the person has joined", reason="WRONG_STATUS")

    def let_in(self, token_hash: str, lifetime: timedelta, at: datetime) -> None:
        """Invites the person: lets them in once, by a token; one of before is good for nothing any more."""
        self.invitation_hash, self.invitation_expire_time = token_hash, at + lifetime

    def accept_invitation(self, token_hash: str, password_hash: str, at: datetime) -> None:
        """Uses the invitation up, for a password of the person's own; Unauthenticated INVITATION_INVALID."""
        expire_time = self.invitation_expire_time
        if not self.is_staff or token_hash != self.invitation_hash or expire_time is None or at >= expire_time:
            raise Unauthenticated("the invitation is not valid", reason="INVITATION_INVALID")
        self.invitation_hash, self.invitation_expire_time, self.join_time = "", None, at
        self.set_password(password_hash, at)

    @property
    def is_staff(self) -> bool:
        """Whether it is the live account of a member of staff."""
        return self.kind is AccountKind.STAFF and self.erase_time is None

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

    def give_up_address(self) -> None:
        """Checks that another customer may take the e-mail address; AlreadyExists EMAIL_TAKEN when it is staff's."""
        if self.kind is AccountKind.STAFF:
            raise AlreadyExists("an account with this e-mail address exists", reason="EMAIL_TAKEN")

    def erase(self, at: datetime) -> None:
        """Forgets who it was; the account signs in no more. The id stays, for the audit trail."""
        self.email = self.full_name = self.password_hash = self.personnel_number = self.invitation_hash = ""
        self.invitation_expire_time = None
        self.roles, self.update_time, self.erase_time = frozenset(), at, at
        self.epoch += 1


class SessionEnd(Enum):
    """Why a session ended before its time."""

    LOGGED_OUT = auto()
    TOKEN_REUSED = auto()
    ACCOUNT_REPLACED = auto()
    ACCOUNT_ERASED = auto()


@dataclass
class Session(Aggregate):
    """A family of refresh tokens: one sign-in, and every token that came of it. Only the latest is worth anything.

    `generation` counts the tokens; `token_hash` is the latest one's.
    """

    session_id: str
    account_id: str
    token_hash: str
    create_time: datetime
    expire_time: datetime
    generation: int = 1
    rotate_time: datetime | None = None
    end_time: datetime | None = None
    end_reason: SessionEnd | None = None

    @classmethod
    def begin(cls, session_id: str, account_id: str, token_hash: str, at: datetime) -> "Session":
        """Starts a session with its first token."""
        return cls(session_id, account_id, token_hash, at, at + REFRESH_LIFETIME)

    def rotate(self, generation: int, next_hash: str, at: datetime) -> bool:
        """Uses up the token of this generation for the next one. False when it was not good for that.

        A token that was used before is in two hands, one of them a thief's: the session ends. Just afterwards it gives
        the same next one again: two windows of a browser share a token, and an answer may be lost.
        """
        if not self.runs(at):
            return False
        if generation == self.generation - 1 and self.rotate_time and at - self.rotate_time < ROTATION_GRACE:
            return True
        if generation != self.generation:
            self.end(SessionEnd.TOKEN_REUSED, at)
            return False
        self.generation, self.token_hash, self.rotate_time = generation + 1, next_hash, at
        self.expire_time = min(at + REFRESH_LIFETIME, self.create_time + SESSION_LIFETIME)
        return True

    def end(self, reason: SessionEnd, at: datetime) -> bool:
        """Ends the session; False when it was over already."""
        if not self.runs(at):
            return False
        self.end_time, self.end_reason = at, reason
        return True

    def runs(self, at: datetime) -> bool:
        """Whether its latest token is worth anything."""
        return self.end_time is None and at < self.expire_time


@dataclass
class SignInFailures(Aggregate):
    """The failed attempts to sign in with an e-mail address, whether or not there is an account with it.

    Counting both alike, a lock does not reveal who is a customer. `address_index` is the blind index of the address.
    """

    address_index: str
    last_time: datetime
    count: int = 0
    lock_end_time: datetime | None = None

    def check(self, at: datetime) -> None:
        """ResourceExhausted ACCOUNT_LOCKED, with `retry_after_seconds`, while the address is locked."""
        if self.lock_end_time is None or at >= self.lock_end_time:
            return
        seconds = int((self.lock_end_time - at).total_seconds()) + 1
        raise ResourceExhausted(
            f"too many failed attempts; try again in {seconds} seconds",
            reason="ACCOUNT_LOCKED",
            metadata={"retry_after_seconds": str(seconds)},
            retry_after=seconds,
        )

    def add(self, at: datetime) -> None:
        """Counts a failed attempt, and locks the address when there were too many: each time for twice as long."""
        self.count = 1 if at - self.last_time > FAILURES_KEPT else self.count + 1
        self.last_time = at
        # Past this many doublings the longest lock is reached anyway.
        doublings = min(self.count - FREE_FAILURES, 16)
        self.lock_end_time = None if doublings < 0 else at + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)

    def clear(self) -> None:
        """Forgets the failures after a success."""
        self.count, self.lock_end_time = 0, None


@dataclass
class Client(Aggregate):
    """A partner's program that gets tokens by its secret, of which only a hash is kept."""

    client_id: str
    name: str
    roles: frozenset[Role]
    secret_hash: str
    create_time: datetime
    revoke_time: datetime | None = None

    @classmethod
    def of_partner(cls, client_id: str, name: str, roles: frozenset[Role], secret_hash: str, at: datetime) -> "Client":
        """Makes a client, which has no more power than a person."""
        return cls(client_id, name, compatible(roles), secret_hash, at)

    def revoke(self, at: datetime) -> None:
        """Forgets the secret, so that it proves nothing any more; NotFound for a client that is revoked."""
        if self.revoke_time is not None:
            raise NotFound(f"client {self.client_id} was revoked")
        self.secret_hash, self.revoke_time = "", at

    def claimed_roles(self) -> list[str]:
        """The roles as the client's access tokens name them."""
        return sorted(role.name for role in self.roles)
