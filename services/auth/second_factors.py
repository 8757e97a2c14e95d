"""Second factors of staff, and the challenges of a sign-in that ask for them. Pure Python, no I/O, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from services.auth.sign_ins import HARDWARE_KEY, SOFTWARE_KEY, AttemptKind, Attempts
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, Unauthenticated

# Long enough to find the phone; a password that was typed longer ago has to be typed again.
CHALLENGE_LIFETIME = timedelta(minutes=5)
# To set up an authenticator app takes longer than to look at it.
ENROLMENT_LIFETIME = timedelta(minutes=20)
# So many wrong answers use a challenge up.
CHALLENGE_TRIES = 5
MOST_PASSKEYS = 10
RECOVERY_CODES = 10


class SecondFactor(Enum):
    """A way to prove more than the password."""

    TOTP = auto()
    PASSKEY = auto()
    RECOVERY_CODE = auto()


@dataclass(frozen=True)
class Passkey:
    """A credential of WebAuthn: id and COSE public key in base64url. `synced`: the key may leave its device.

    `sign_count` is the authenticator's own counter at the last use, 0 for one that does not count.
    """

    credential_id: str
    public_key: str
    sign_count: int
    synced: bool
    create_time: datetime
    use_time: datetime | None = None

    @property
    def method(self) -> str:
        """What an assertion proves."""
        return SOFTWARE_KEY if self.synced else HARDWARE_KEY


@dataclass
class SecondFactors(Aggregate):
    """The second factors of one account.

    `totp_step` is the latest time step, in units of 30 s of the epoch, whose code was used: no code is good twice.
    """

    account_id: str
    totp_secret: str = ""
    totp_time: datetime | None = None
    totp_step: int = 0
    passkeys: tuple[Passkey, ...] = ()
    recovery_hashes: tuple[str, ...] = ()
    recovery_time: datetime | None = None
    recovery_left: int = 0

    @property
    def methods(self) -> tuple[SecondFactor, ...]:
        """How the account can prove more than its password; empty before the first enrolment."""
        there = {
            SecondFactor.TOTP: bool(self.totp_secret),
            SecondFactor.PASSKEY: bool(self.passkeys),
            SecondFactor.RECOVERY_CODE: bool(self.recovery_hashes),
        }
        return tuple(factor for factor, has in there.items() if has)

    def clear(self, at: datetime) -> None:
        """Forgets them all; the account enrols anew."""
        self.totp_secret, self.totp_time, self.passkeys = "", None, ()
        self.renew_recovery((), at)

    def use_step(self, step: int | None) -> bool:
        """Uses up the code of a time step; False for no step, or one that is not after the last that was used."""
        if step is None or not self.totp_secret or step <= self.totp_step:
            return False
        self.totp_step = step
        return True

    def use_recovery(self, code_hash: str) -> bool:
        """Uses a recovery code up; False for none of this account's."""
        left = tuple(each for each in self.recovery_hashes if each != code_hash)
        used = len(left) < len(self.recovery_hashes)
        self.recovery_hashes, self.recovery_left = left, len(left)
        return used

    def passkey(self, credential_id: str) -> Passkey | None:
        """The passkey of that id."""
        return next((each for each in self.passkeys if each.credential_id == credential_id), None)

    def use_passkey(self, used: Passkey, sign_count: int, at: datetime) -> None:
        """Keeps the authenticator's counter, which a copy of it would not follow."""
        now = replace(used, sign_count=sign_count, use_time=at)
        self.passkeys = tuple(now if each is used else each for each in self.passkeys)

    def enrol_totp(self, secret: str, step: int, at: datetime) -> None:
        """Takes a secret in place of the one of before; the code that proved it is used up."""
        self.totp_secret, self.totp_time, self.totp_step = secret, at, step

    def enrol_passkey(self, passkey: Passkey) -> None:
        """Adds a passkey; FailedPrecondition WRONG_STATUS with as many as there may be, or with this one."""
        if len(self.passkeys) >= MOST_PASSKEYS or self.passkey(passkey.credential_id):
            raise FailedPrecondition("the account has as many passkeys as it may", reason="WRONG_STATUS")
        self.passkeys = (*self.passkeys, passkey)

    def renew_recovery(self, code_hashes: tuple[str, ...], at: datetime) -> None:
        """Replaces the recovery codes."""
        self.recovery_hashes, self.recovery_time, self.recovery_left = code_hashes, at, len(code_hashes)


class ChallengePurpose(Enum):
    """What a challenge asks for."""

    ANSWER = auto()
    ENROL_FIRST = auto()
    ENROL_ANOTHER = auto()


@dataclass
class SignInChallenge(Aggregate):
    """What is asked of a person who has proved the password; a hash of its token is kept.

    `nonce` is the challenge that a passkey signs, in base64url; `totp_secret` the secret that an enrolment offers.
    """

    challenge_id: str
    account_id: str
    purpose: ChallengePurpose
    token_hash: str
    nonce: str
    create_time: datetime
    expire_time: datetime
    totp_secret: str = ""
    failures: int = 0
    use_time: datetime | None = None
    # The known device from which the password came.
    device_id: str | None = None

    @property
    def attempts(self) -> Attempts:
        """Under which name wrong codes are counted: a known device's apart from all others'."""
        return codes_of(self.account_id, self.device_id or "")

    def check_answered(self, at: datetime) -> None:
        """Unauthenticated CHALLENGE_INVALID unless it can be answered with a factor."""
        if self._is_over(at) or self.purpose is not ChallengePurpose.ANSWER:
            raise challenge_invalid()

    def check_enrolled(self, factors: SecondFactors, at: datetime) -> None:
        """Unauthenticated CHALLENGE_INVALID unless it can enrol a factor.

        The offer of the first sign-in is off once a factor is there: otherwise the password alone would add another.
        """
        late = self.purpose is ChallengePurpose.ENROL_FIRST and bool(factors.methods)
        if self._is_over(at) or self.purpose is ChallengePurpose.ANSWER or late:
            raise challenge_invalid()

    def use(self, at: datetime) -> None:
        """Is answered, and good for nothing more."""
        self.use_time = at

    def fail(self) -> None:
        """Was answered wrongly."""
        self.failures += 1

    def _is_over(self, at: datetime) -> bool:
        return self.use_time is not None or at >= self.expire_time or self.failures >= CHALLENGE_TRIES


def codes_of(account_id: str, device_id: str = "") -> Attempts:
    """Under which name wrong codes of an account are counted, from a known device or from any other."""
    return Attempts(AttemptKind.CODES, f"{account_id} {device_id}")


def challenge_invalid() -> Unauthenticated:
    """The refusal of a challenge that is not there, or not any more."""
    return Unauthenticated("the challenge is not valid; sign in again", reason="CHALLENGE_INVALID")
