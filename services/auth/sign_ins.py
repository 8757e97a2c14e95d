"""Sessions and failed sign-ins: the rules of signing in and staying so. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from services.auth.scopes import Scope
from services.runtime.aggregate import Aggregate
from services.runtime.errors import ResourceExhausted

# Authentication methods, RFC 8176: a password, several factors, a one-time code, a key bound to its hardware or not.
PASSWORD, SEVERAL, ONE_TIME, HARDWARE_KEY, SOFTWARE_KEY = "pwd", "mfa", "otp", "hwk", "swk"
# What tokens say about how sure it is who their holder is (`acr`): the levels of NIST SP 800-63B.
ONE_FACTOR, TWO_FACTORS = "aal1", "aal2"

# A refresh token that is not used for this long is dead; a session needs the password again after this long.
REFRESH_LIFETIME = timedelta(days=14)
SESSION_LIFETIME = timedelta(days=90)
# For so long the token before the latest gives the latest again.
ROTATION_GRACE = timedelta(seconds=10)

# A sign-in that is no older proves by itself that it is still its holder who acts.
FRESH = timedelta(minutes=10)

# So many attempts may fail before the first lock; each failure after that doubles the lock.
FREE_FAILURES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
# Failures are forgotten after this long without another.
FAILURES_KEPT = timedelta(days=1)


class SessionEnd(Enum):
    """Why a session ended before its time."""

    LOGGED_OUT = auto()
    TOKEN_REUSED = auto()
    # In sessions of before; none ends by it any more.
    ACCOUNT_REPLACED = auto()
    ACCOUNT_ERASED = auto()
    FACTOR_RESET = auto()
    CODE_REUSED = auto()
    APP_SIGNED_OUT = auto()
    CONSENT_WITHDRAWN = auto()
    CONSENT_CHANGED = auto()
    PASSWORD_CHANGED = auto()
    PASSWORD_RESET = auto()
    ACCOUNT_DISABLED = auto()
    ENDED_BY_HOLDER = auto()
    ENDED_BY_ADMINISTRATOR = auto()


@dataclass(frozen=True)
class Origin:
    """From where somebody signs in: what their program calls itself, and the network of its address, or empty."""

    device: str = ""
    network: str = ""


UNKNOWN = Origin()


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
    # How the holder was authenticated, by RFC 8176.
    methods: tuple[str, ...] = ()
    rotate_time: datetime | None = None
    # Of an app that acts for the holder: which, by which consent, and what it may have. Empty for the holder's own.
    client_id: str = ""
    consent_id: str = ""
    scopes: frozenset[Scope] = frozenset()
    device: str = ""
    network: str = ""
    end_time: datetime | None = None
    end_reason: SessionEnd | None = None

    @classmethod
    def begin(
        cls,
        session_id: str,
        account_id: str,
        token_hash: str,
        methods: tuple[str, ...],
        at: datetime,
        origin: Origin = UNKNOWN,
    ) -> "Session":
        """Starts a session with its first token."""
        return cls(
            session_id, account_id, token_hash, at, at + REFRESH_LIFETIME, methods=methods, device=origin.device,
            network=origin.network,
        )  # fmt: skip

    @property
    def use_time(self) -> datetime:
        """When it last gave tokens."""
        return self.rotate_time or self.create_time

    def is_fresh(self, at: datetime) -> bool:
        """Whether its holder has proved who they are just now."""
        return self.runs(at) and at < self.create_time + FRESH

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

    def claimed_methods(self) -> dict[str, str | list[str]]:
        """How its holder was authenticated, as its access tokens say it."""
        return {"amr": list(self.methods), "acr": TWO_FACTORS if SEVERAL in self.methods else ONE_FACTOR}

    def runs(self, at: datetime) -> bool:
        """Whether its latest token is worth anything."""
        return self.end_time is None and at < self.expire_time


class AttemptKind(Enum):
    """What is guessed."""

    ADDRESS = auto()
    DEVICE = auto()
    CODES = auto()
    PASSWORD_CHANGES = auto()
    CONFIRMATIONS = auto()


@dataclass(frozen=True)
class Attempts:
    """Under which name failures are counted.

    The kind is no part of the name: an address is whatever somebody types in, and would lock what else has that name.
    """

    kind: AttemptKind
    name: str

    @property
    def key(self) -> str:
        """The one text of kind and name."""
        return f"{self.kind.name} {self.name}"


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
