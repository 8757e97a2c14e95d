"""The second half of a sign-in of staff: what is asked after the password, how it is proved, how it is enrolled."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.auth import passwords as secret
from services.auth import totp
from services.auth.commands import AnswerChallenge, Challenged, Enrolled, Enrolment, EnrolSecondFactor, Grant
from services.auth.key_rotation import RotatingKeys
from services.auth.model import Account
from services.auth.passkeys import Passkeys, nonce_of
from services.auth.second_factors import (
    CHALLENGE_LIFETIME,
    ENROLMENT_LIFETIME,
    RECOVERY_CODES,
    ChallengePurpose,
    SecondFactors,
    SignInChallenge,
    challenge_invalid,
)
from services.auth.sign_ins import ONE_TIME, PASSWORD, SEVERAL, Attempts
from services.auth.store import UnitOfWork
from services.auth.token_grants import TokenGrants
from services.auth.token_issuer import Issuer
from services.runtime import ids
from services.runtime.clock import Clock
from services.runtime.errors import Unauthenticated

# 80 bits: too many to be guessed even by one who has the hashes.
_RECOVERY_BYTES = 10


@dataclass(frozen=True)
class SecondFactorSteps:
    """Asks for the second factor and takes it; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    tokens: TokenGrants
    passkeys: Passkeys

    @classmethod
    def of(
        cls, begin: Callable[[], UnitOfWork], clock: Clock, issuer: Issuer, keys: RotatingKeys
    ) -> "SecondFactorSteps":
        """With passkeys for the edge that the issuer names."""
        return cls(begin, clock, TokenGrants(issuer, keys), Passkeys.of(issuer.public_url))

    def challenge(self, uow: UnitOfWork, account: Account, device_id: str, at: datetime) -> Challenged:
        """The challenge for one who has proved the password: to be answered, or without a factor to enrol one.

        `device_id` is the known device that the password came from, empty for another one.
        """
        factors = uow.factors.of(account.account_id)
        if not factors.methods:
            return self._offer(uow, account, factors, ChallengePurpose.ENROL_FIRST, device_id, at)
        challenge, token = _challenge(account, ChallengePurpose.ANSWER, device_id, at)
        uow.challenges.add(challenge)
        options = self.passkeys.request_options(challenge.nonce, factors.passkeys)
        return Challenged(account.account_id, token, _seconds(challenge), factors.methods, options)

    def answer(self, command: AnswerChallenge) -> Grant | Challenged:
        """Begins the session of one who proves a second factor, or offers a further one; a failure is counted."""
        with self.begin() as uow:
            now = self.clock.now()
            challenge, account, factors = _asked(uow, command.challenge_token)
            challenge.check_answered(now)
            method = self._proved(uow, challenge, factors, command, now)
            if method is None:
                raise _refused(uow, challenge)
            challenge.use(now)
            answer = self._next(uow, challenge, account, factors, method, command, now)
            uow.commit()
        return answer

    def enrol(self, command: EnrolSecondFactor) -> Enrolled:
        """Keeps the factor that is proved, with new recovery codes, and begins the session."""
        with self.begin() as uow:
            now = self.clock.now()
            challenge, account, factors = _asked(uow, command.challenge_token)
            challenge.check_enrolled(factors, now)
            method = self._enrolled(challenge, factors, command, now)
            if method is None:
                raise _refused(uow, challenge)
            codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
            factors.renew_recovery(tuple(map(_recovery_hash, codes)), now)
            uow.factors.keep(factors)
            challenge.use(now)
            methods = (PASSWORD, method, SEVERAL)
            grant = self.tokens.begin_here(uow, account, methods, now, command.origin, challenge.device_id or "")
            uow.commit()
        return Enrolled(grant, codes)

    def _next(
        self, uow: UnitOfWork, challenge: SignInChallenge, account: Account, factors: SecondFactors, method: str,
        command: AnswerChallenge, at: datetime,
    ) -> Grant | Challenged:  # fmt: skip
        device_id = challenge.device_id or ""
        if command.enrol_another:
            return self._offer(uow, account, factors, ChallengePurpose.ENROL_ANOTHER, device_id, at)
        return self.tokens.begin_here(uow, account, (PASSWORD, method, SEVERAL), at, command.origin, device_id)

    def _offer(
        self, uow: UnitOfWork, account: Account, factors: SecondFactors, purpose: ChallengePurpose, device_id: str,
        at: datetime,
    ) -> Challenged:  # fmt: skip
        challenge, token = _challenge(account, purpose, device_id, at)
        challenge.totp_secret = totp.new_secret()
        uow.challenges.add(challenge)
        offered = Enrolment(
            totp_secret=challenge.totp_secret,
            totp_uri=totp.uri(challenge.totp_secret, account.email, self.passkeys.rp_id),
            passkey_options=self.passkeys.creation_options(
                challenge.nonce, account.account_id, account.email, factors.passkeys
            ),
        )
        return Challenged(account.account_id, token, _seconds(challenge), enrolment=offered)

    def _proved(
        self,
        uow: UnitOfWork,
        challenge: SignInChallenge,
        factors: SecondFactors,
        command: AnswerChallenge,
        at: datetime,
    ) -> str | None:
        """By which method the factor is proved; None when it is not. Wrong codes are counted, and lock codes alone."""
        if command.passkey:
            asserted = self.passkeys.asserted(command.passkey, challenge.nonce, factors.passkeys)
            if asserted is None:
                return None
            used, sign_count = asserted
            factors.use_passkey(used, sign_count, at)
            return used.method
        codes = (command.totp_code, command.recovery_code)
        return ONE_TIME if proved_by_code(uow, factors, challenge.attempts, *codes, at) else None

    def _enrolled(
        self, challenge: SignInChallenge, factors: SecondFactors, command: EnrolSecondFactor, at: datetime
    ) -> str | None:
        """By which method the new factor is proved; None when it is not."""
        if command.passkey:
            made = self.passkeys.registered(command.passkey, challenge.nonce, at)
            if made is None:
                return None
            factors.enrol_passkey(made)
            return made.method
        step = totp.step_of(challenge.totp_secret, command.totp_code, at)
        if step is None:
            return None
        factors.enrol_totp(challenge.totp_secret, step, at)
        return ONE_TIME


def proved_by_code(
    uow: UnitOfWork, factors: SecondFactors, attempts: Attempts, totp_code: str, recovery_code: str, at: datetime
) -> bool:
    """Whether a code of either kind is right, which it uses up; a wrong one is counted under the name of `attempts`.

    ResourceExhausted ACCOUNT_LOCKED after too many.
    """
    failures = uow.failures.of(attempts, at)
    failures.check(at)
    step = totp.step_of(factors.totp_secret, totp_code, at) if totp_code else None
    if factors.use_step(step) or factors.use_recovery(_recovery_hash(recovery_code)):
        failures.clear()
        return True
    uow.failures.count(failures, at)
    return False


def _challenge(
    account: Account, purpose: ChallengePurpose, device_id: str, at: datetime
) -> tuple[SignInChallenge, str]:
    """A new challenge, and its token."""
    lifetime = CHALLENGE_LIFETIME if purpose is ChallengePurpose.ANSWER else ENROLMENT_LIFETIME
    token, nonce = secret.draw(), nonce_of(secrets.token_bytes())
    made = SignInChallenge(
        ids.new_id(), account.account_id, purpose, secret.digest(token), nonce, at, at + lifetime,
        device_id=device_id or None,
    )  # fmt: skip
    return made, token


def _asked(uow: UnitOfWork, token: str) -> tuple[SignInChallenge, Account, SecondFactors]:
    """The challenge, whom it is for and what they have, for a change; Unauthenticated CHALLENGE_INVALID."""
    challenge = uow.challenges.asked_with(secret.digest(token))
    account = uow.accounts.get(challenge.account_id)
    if not account.is_staff or account.disable_time is not None:
        raise challenge_invalid()
    return challenge, account, uow.factors.of(account.account_id)


def _refused(uow: UnitOfWork, challenge: SignInChallenge) -> Unauthenticated:
    """The refusal of an answer, which is counted."""
    challenge.fail()
    uow.commit()
    return Unauthenticated("the second factor is not proved", reason="SECOND_FACTOR_WRONG")


def _seconds(challenge: SignInChallenge) -> int:
    return int((challenge.expire_time - challenge.create_time).total_seconds())


def _recovery_code() -> str:
    """A code in four groups, such as ABCD-EFGH-IJKL-2345."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _recovery_hash(code: str) -> str:
    """What is kept of a code, however it is written."""
    return secret.digest("".join(character for character in code.upper() if character.isalnum()))
