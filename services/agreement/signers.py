"""Who signs an agreement: the borrower and those who are bound beside them, each with a code of their own; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from services.agreement.events import SignerRole, SigningMethod
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, ResourceExhausted

# Guesses at a code, and codes in this time: with a stolen token one could otherwise guess on with each new code.
CODE_ATTEMPTS, CODES, CODES_TIME = 5, 5, timedelta(hours=1)


class AgreementStatus(Enum):
    """Whether an agreement is signed; AWAITED is one that is not made yet, which is not shown."""

    AWAITED = auto()
    GENERATED = auto()
    SIGNING = auto()
    UPLOADED = auto()
    SIGNED = auto()
    CLOSED = auto()
    QUARANTINED = auto()


@dataclass(frozen=True)
class Shown:
    """What somebody is shown before they sign with a code: which text they agree to, and which file, by its SHA-256."""

    consent_version: str
    document_sha256: str


@dataclass(frozen=True)
class Signing:
    """A signing under way: the hash of the code, under a secret key; never the code.

    `shown` is what the signer was shown with it, and `sent_to` where the code went at `send_time`, masked: a mail
    address. Those of before have neither, and are begun anew.
    """

    salt: str
    code_hash: str
    expire_time: datetime
    attempts_left: int = CODE_ATTEMPTS
    shown: Shown | None = None
    sent_to: str = ""
    send_time: datetime | None = None

    @property
    def tries(self) -> int:
        """How many tries there were, with the right one that is just made."""
        return CODE_ATTEMPTS - self.attempts_left + 1

    def check_agreed(self, agreed: Shown, standing: Shown) -> None:
        """Refuses NOT_AS_SHOWN who agrees to anything but what they were shown, and what stands; names the field."""
        for each in fields(Shown):
            values = {getattr(found, each.name, "") for found in (self.shown, agreed, standing)}
            if len(values) > 1:
                text = f"{each.name} is not that of what was shown and is to be signed; start again, and read that"
                raise FailedPrecondition(text, reason="NOT_AS_SHOWN", metadata={"field": each.name})


@dataclass(frozen=True)
class Attempt:
    """An attempt to sign: whether a signing has the code of it, and what the signer says that they were shown."""

    matches: Callable[[Signing], bool]
    agreed: Shown


@dataclass(frozen=True)
class Signature:
    """Who signed, how and when; `confirmed_by` is the officer who confirmed a copy."""

    method: SigningMethod
    signed_by: str
    confirmed_by: str
    sign_time: datetime


@dataclass(frozen=True)
class Signer:
    """Somebody who has to sign; `name_sha256` is of their name in the PDF, empty in older ones.

    `code_times` are those of the codes that were sent to them lately.
    """

    customer_id: str
    role: SignerRole
    name_sha256: str = ""
    signing: Signing | None = None
    code_times: tuple[datetime, ...] = ()
    signature: Signature | None = None

    def check_code_allowed(self, at: datetime) -> None:
        """Refuses who has signed, and one code too many: ResourceExhausted RATE_LIMITED, `retry_after_seconds`."""
        if self.signature is not None:
            raise _wrong_status(AgreementStatus.SIGNED, AgreementStatus.GENERATED, AgreementStatus.SIGNING)
        lately = self._lately(at)
        if len(lately) >= CODES:
            seconds = int((lately[0] + CODES_TIME - at).total_seconds()) + 1
            raise ResourceExhausted(
                f"too many codes were sent; try again in {seconds} seconds",
                reason="RATE_LIMITED",
                metadata={"retry_after_seconds": str(seconds)},
                retry_after=seconds,
            )

    def asked(self, signing: Signing, at: datetime) -> "Signer":
        """Them with a new code; an earlier one is void."""
        self.check_code_allowed(at)
        return replace(self, signing=signing, code_times=(*self._lately(at), at))

    def under_way(self, at: datetime) -> Signing:
        """The signing under way; FailedPrecondition WRONG_STATUS when there is none, CODE_EXPIRED too late."""
        if self.signing is None:
            is_signed = self.signature is not None
            status = AgreementStatus.SIGNED if is_signed else AgreementStatus.GENERATED
            raise _wrong_status(status, AgreementStatus.SIGNING)
        if at >= self.signing.expire_time:
            raise FailedPrecondition("the code is expired; start again", reason="CODE_EXPIRED")
        return self.signing

    def tried(self, attempt: Attempt, standing: Shown, at: datetime) -> tuple["Signer", Error | None]:
        """Them after a try, and the refusal of a wrong code: CODE_WRONG, or CODE_ATTEMPTS_EXHAUSTED, which voids it.

        FailedPrecondition NOT_AS_SHOWN is no try: whoever gives it learns nothing of the code.
        """
        signing = self.under_way(at)
        signing.check_agreed(attempt.agreed, standing)
        if attempt.matches(signing):
            return self, None
        left = signing.attempts_left - 1
        if left == 0:
            text = "too many wrong codes; start again"
            return self.without_code(), FailedPrecondition(text, reason="CODE_ATTEMPTS_EXHAUSTED")
        return replace(self, signing=replace(signing, attempts_left=left)), _wrong_code(left)

    def signed_with(self, attempt: Attempt, standing: Shown, at: datetime) -> "Signer":
        """Them, who have signed with the right code; one that was replaced meanwhile is wrong."""
        signing = self.under_way(at)
        signing.check_agreed(attempt.agreed, standing)
        if not attempt.matches(signing):
            raise _wrong_code(signing.attempts_left)
        return self.with_signature(Signature(SigningMethod.ONE_TIME_CODE, self.customer_id, "", at))

    def with_signature(self, signature: Signature) -> "Signer":
        """Them, who have signed."""
        return replace(self, signing=None, signature=signature)

    def without_code(self) -> "Signer":
        """Them, whose code is void."""
        return replace(self, signing=None)

    def _lately(self, at: datetime) -> tuple[datetime, ...]:
        return tuple(time for time in self.code_times if at - time < CODES_TIME)


def check_all_named(signers: Iterable[Signer], named: Iterable[str]) -> None:
    """Refuses SIGNATURES_MISSING when several have to sign, and not exactly they are named."""
    wanted, found = [each.customer_id for each in signers], set(named)
    missing = [each for each in wanted if each not in found]
    if (len(wanted) > 1 or found) and (missing or found - set(wanted)):
        text = "not all who have to sign are said to have signed the copy, or somebody else is"
        raise FailedPrecondition(text, reason="SIGNATURES_MISSING", metadata={"missing": ",".join(missing)})


def _wrong_code(left: int) -> InvalidArgument:
    return InvalidArgument("the code is wrong", reason="CODE_WRONG", metadata={"attempts_left": str(left)})


def _wrong_status(status: AgreementStatus, *allowed: AgreementStatus) -> FailedPrecondition:
    return FailedPrecondition.wrong_status("agreement", status, allowed)
