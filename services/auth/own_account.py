"""What the holder of an account does about it: changes or resets the password, looks through the sessions, ends one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.auth import password_policy
from services.auth import passwords as secret
from services.auth.challenges import proved_by_code
from services.auth.commands import ChangePassword, ResetPassword
from services.auth.mail_links import AccountMailKind, LinkPurpose
from services.auth.model import Account, by_address
from services.auth.passwords import Passwords
from services.auth.second_factors import codes_of
from services.auth.sign_ins import AttemptKind, Attempts, Session, SessionEnd
from services.auth.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import Clock
from services.runtime.errors import Error, Unauthenticated
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class OwnAccount:
    """Everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    passwords: Passwords

    def change_password(self, command: ChangePassword) -> tuple[int, str]:
        """Replaces the caller's password; how many other sessions ended, and a token that makes this device known.

        Nothing is held while passwords are hashed. Wrong ones are counted by account and apart from sign-ins: who has
        stolen an access token neither guesses on, nor shuts the holder out.
        """
        account_id = context.caller().subject
        kept = self._kept_hash(account_id, command.new_password)
        good = self.passwords.verify(kept, command.current_password)
        next_hash = self.passwords.hash(command.new_password) if good else ""
        with self.begin() as uow:
            now = self.clock.now()
            failures = uow.failures.of(_attempts(account_id), now)
            failures.check(now)
            account = uow.accounts.live(account_id)
            if not good or account.password_hash != kept:
                uow.failures.count(failures, now)
                raise _refused(uow, Unauthenticated("the password is wrong", reason="BAD_CREDENTIALS"))
            failures.clear()
            self._check_proved(uow, account, command, now)
            account.set_password(next_hash, now)
            current = context.caller().session_id
            ended = uow.sessions.end_all(account_id, SessionEnd.PASSWORD_CHANGED, now, but=current)
            token = uow.devices.recognise(account_id, "", now)
            uow.mails.notify(AccountMailKind.PASSWORD_CHANGED, account_id, now)
            uow.commit()
        return ended, token

    def forgot_password(self, email: str) -> None:
        """Has a token mailed to whichever account has the address: looked for later, and not here."""
        with self.begin() as uow:
            uow.mails.order(AccountMailKind.PASSWORD_RESET, email, self.clock.now())
            uow.commit()

    def reset_password(self, command: ResetPassword) -> str:
        """Replaces a forgotten password by the token of a mail; gives a token that makes this device known."""
        token_hash = secret.digest(command.reset_token)
        with self.begin() as uow:
            link = uow.links.looked_at(token_hash)
            link.demand(LinkPurpose.PASSWORD_RESET, self.clock.now())
            email = uow.accounts.read(link.account_id).email
        password_policy.check(command.new_password, email)
        next_hash = self.passwords.hash(command.new_password)
        with self.begin() as uow:
            now = self.clock.now()
            # In the order of a sign-in: failures, account. Under its lock, a token used meanwhile is gone.
            failures = uow.failures.of(by_address(email), now)
            account = uow.accounts.live(link.account_id)
            uow.links.looked_at(token_hash).demand(LinkPurpose.PASSWORD_RESET, now)
            account.reset_password(next_hash, now)
            failures.clear()
            uow.sessions.end_all(account.account_id, SessionEnd.PASSWORD_RESET, now)
            token = uow.devices.recognise(account.account_id, "", now)
            uow.mails.notify(AccountMailKind.PASSWORD_CHANGED, account.account_id, now)
            uow.commit()
        return token

    def sessions(self, page: Page) -> PageResult[Session]:
        """Lists the caller's sessions that run, newest first."""
        with self.begin() as uow:
            return uow.sessions.page(context.caller().subject, page, self.clock.now())

    def end_session(self, session_id: str) -> None:
        """Ends one of the caller's sessions."""
        with self.begin() as uow:
            now = self.clock.now()
            session = uow.sessions.running_one(context.caller().subject, session_id, now)
            session.end(SessionEnd.ENDED_BY_HOLDER, now)
            uow.commit()

    def _kept_hash(self, account_id: str, new_password: str) -> str:
        """The hash that the current password is held against; refuses a weak new one, and all while it is locked."""
        with self.begin() as uow:
            now = self.clock.now()
            uow.failures.seen(_attempts(account_id), now).check(now)
            account = uow.accounts.read(account_id)
        password_policy.check(new_password, account.email)
        return account.password_hash

    def _check_proved(self, uow: UnitOfWork, account: Account, command: ChangePassword, at: datetime) -> None:
        """Refuses staff who give no code of their second factor and did not sign in just now, or a wrong code."""
        if not account.is_staff:
            return
        if command.totp_code or command.recovery_code:
            factors, attempts = uow.factors.of(account.account_id), codes_of(account.account_id)
            if not proved_by_code(uow, factors, attempts, command.totp_code, command.recovery_code, at):
                wrong = Unauthenticated("the second factor is not proved", reason="SECOND_FACTOR_WRONG")
                raise _refused(uow, wrong)
            return
        session = uow.sessions.find(context.caller().session_id)
        if session is None or not session.is_fresh(at):
            raise Unauthenticated("the sign-in is too long ago; sign in again", reason="AUTHENTICATION_TOO_OLD")


def _attempts(account_id: str) -> Attempts:
    return Attempts(AttemptKind.PASSWORD_CHANGES, account_id)


def _refused(uow: UnitOfWork, error: Error) -> Error:
    """The refusal, after what was counted is saved."""
    uow.commit()
    return error
