"""The use cases of the auth service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from services.auth import passwords as secret
from services.auth.challenges import SecondFactorSteps
from services.auth.commands import Challenged, Grant, Login
from services.auth.key_rotation import RotatingKeys
from services.auth.known_devices import KnownDevice
from services.auth.mail_links import AccountMailKind
from services.auth.model import Account, ChangeReason, by_address
from services.auth.passwords import Passwords
from services.auth.revocation_store import KEPT
from services.auth.sign_ins import PASSWORD, Origin, SessionEnd, SignInFailures
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.auth.work_mails import TOLD
from services.retention import expiry_after
from services.runtime import context
from services.runtime.clock import Clock
from services.runtime.errors import Unauthenticated

T = TypeVar("T")
# What becomes of one who has proved the password, on a known device or another (an empty id).
Admit = Callable[[UnitOfWork, Account, str, datetime], T]


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    passwords: Passwords
    issuer: Issuer
    keys: RotatingKeys
    second: SecondFactorSteps

    def login(self, command: Login) -> Grant | Challenged:
        """Starts a session, or asks staff for the second factor."""
        return self.authenticated(command, partial(self._admitted, command.origin))

    def authenticated(self, command: Login, admit: Admit[T], *, customers_only: bool = False) -> T:
        """What `admit` gives for who has this address and password; each failure counts, with an account or without.

        Where only customers may sign in, staff have no right password.

        Nothing is held while the password is hashed. What is then counted and answered is decided by turns for each
        address, so of a burst of guesses only those before the lock are answered.
        """
        kept, device = self._before(command)
        good = self.passwords.verify(kept, command.password)
        with self.begin() as uow:
            now = self.clock.now()
            failures = uow.failures.of(device.attempts if device else by_address(command.email), now)
            failures.check(now)
            # Looked at for who has the password alone: to open it takes longer than to find none.
            account = uow.accounts.by_email(command.email) if good else None
            refused = account is not None and (account.disable_time or (customers_only and account.is_staff))
            if account is None or refused or account.password_hash != kept:
                raise _counted(uow, failures, now)
            failures.clear()
            answer = admit(uow, account, device.device_id if device else "", now)
            uow.commit()
        return answer

    def refresh(self, refresh_token: str) -> Grant:
        """Gives the next pair of tokens for the latest refresh token of a session."""
        with self.begin() as uow:
            now, next_token = self.clock.now(), uow.next_token(refresh_token)
            session, generation = uow.sessions.of_token(secret.digest(refresh_token))
            # What an app was given is no sign-in of the customer.
            good = not session.client_id and session.rotate(generation, secret.digest(next_token), now)
            account = uow.accounts.powers(session.account_id)
            uow.commit(why="" if good else ChangeReason.REFRESH_REFUSED.value)
        if account is None or not good or not account.admits(session.methods):
            raise Unauthenticated("the refresh token is not valid", reason="REFRESH_TOKEN_INVALID")
        return self.second.tokens.granted(account, session, next_token, now)

    def logout(self, refresh_token: str) -> int:
        """Ends the session of the token, or every one of the caller; says how many ended."""
        with self.begin() as uow:
            now, account_id = self.clock.now(), context.caller().subject
            if refresh_token:
                named = uow.sessions.id_of_token(secret.digest(refresh_token))
                running = [each for each in uow.sessions.running(account_id) if each.session_id == named]
                ended = sum(session.end(SessionEnd.LOGGED_OUT, now) for session in running)
            else:
                ended = uow.sessions.end_open(account_id, SessionEnd.LOGGED_OUT, now)
            uow.commit()
        return ended

    def revocations(self, since: datetime) -> tuple[list[tuple[str, int]], datetime]:
        """The revoked access tokens, by session or account with its epoch; and the moment up to which these are all."""
        with self.begin() as uow:
            now = self.clock.now()
            return uow.revoked.since(max(since, now - KEPT)), now

    def on_customer_erased(self, customer_id: str, ended: datetime) -> None:
        """Erases the account of a customer who is erased, and destroys its key."""
        with self.begin() as uow:
            now = self.clock.now()
            if account := uow.accounts.known(customer_id):
                uow.sessions.end_all(customer_id, SessionEnd.ACCOUNT_ERASED, now)
                uow.sessions.forget_origins(customer_id)
                uow.consents.withdraw_all(customer_id, now)
                account.erase(now)
            uow.registrations.drop(customer_id)
            uow.forget(customer_id, now, expiry_after(ended))
            uow.commit()

    def mail_staff(self, kind: AccountMailKind) -> None:
        """Has those members of staff mailed whose work it is, each once while a mail of the kind waits for them."""
        with self.begin() as uow:
            for account_id in uow.accounts.holding(TOLD[kind]):
                uow.mails.remind(kind, account_id, self.clock.now())
            uow.commit()

    def tidy(self) -> None:
        """Removes sessions that are long over, and failures and revocations that matter no more."""
        with self.begin() as uow:
            uow.sessions.forget(self.clock.now())
            uow.failures.forget(self.clock.now())
            uow.challenges.forget(self.clock.now())
            uow.revoked.forget(self.clock.now())
            uow.assertions.forget(self.clock.now())
            uow.codes.forget(self.clock.now())
            uow.links.forget(self.clock.now())
            uow.mails.forget(self.clock.now())
            uow.registrations.forget(self.clock.now())
            uow.devices.forget(self.clock.now())
            uow.commit()

    def _before(self, command: Login) -> tuple[str, KnownDevice | None]:
        """The hash that a password is held against, empty without an account, and the device if it is known.

        Refused while the address is locked, or the known device: neither shuts the other out.
        """
        with self.begin() as uow:
            now, (account_id, password_hash) = self.clock.now(), uow.accounts.credentials(command.email)
            # Looked for without an account, too: what is done takes as long.
            device = uow.devices.known(command.device_token, account_id, now)
            uow.failures.seen(device.attempts if device else by_address(command.email), now).check(now)
        return password_hash, device

    def _admitted(
        self, origin: Origin, uow: UnitOfWork, account: Account, device_id: str, at: datetime
    ) -> Grant | Challenged:
        if account.is_staff:
            return self.second.challenge(uow, account, device_id, at)
        return self.second.tokens.begin_here(uow, account, (PASSWORD,), at, origin, device_id)


def _counted(uow: UnitOfWork, failures: SignInFailures, at: datetime) -> Unauthenticated:
    """The refusal of a sign-in, which is counted."""
    uow.failures.count(failures, at)
    uow.commit()
    return Unauthenticated("e-mail address or password is wrong", reason="BAD_CREDENTIALS")
