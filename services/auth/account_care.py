"""What administrators do about accounts: two of them reset one whose holder lost the factor; one disables, or ends."""

from collections.abc import Callable
from dataclasses import dataclass

from services.auth.factor_resets import FactorReset
from services.auth.mail_links import AccountMailKind
from services.auth.model import Account, AccountDisableReason
from services.auth.sign_ins import Session, SessionEnd
from services.auth.staff import member_of_staff, withdraw_requests
from services.auth.store import UnitOfWork
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class AccountCare:
    """Everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock

    def request_reset(self, account_id: str) -> FactorReset:
        """Asks for a reset of a lost second factor, in place of one that still waits."""
        with self.begin() as uow:
            now, by = self.clock.now(), context.caller().holder
            account = member_of_staff(uow, account_id)
            reset = FactorReset.request(ids.new_id(), account, by, now)
            if waiting := uow.resets.waiting_for(account_id):
                waiting.replace(by, now)
            uow.resets.add(reset)
            uow.commit()
        return reset

    def list_resets(self, page: Page) -> PageResult[FactorReset]:
        """Lists the resets that wait, oldest first."""
        with self.begin() as uow:
            return uow.resets.open_ones(page, self.clock.now())

    def decide_reset(self, reset_id: str, approve: bool) -> FactorReset:
        """Refuses it; or takes password, factors and sessions away, and has the person mailed how to join anew."""
        with self.begin() as uow:
            now = self.clock.now()
            # The account is locked before the reset, here as where it is asked for.
            account = uow.accounts.get(uow.resets.read(reset_id).account_id)
            reset = uow.resets.get(reset_id)
            reset.conclude(account, approve, context.caller().holder, now)
            if approve:
                uow.factors.of(account.account_id).clear(now)
                account.start_anew(now)
                uow.mails.notify(AccountMailKind.INVITATION, account.account_id, now)
                uow.sessions.end_all(account.account_id, SessionEnd.FACTOR_RESET, now)
            uow.commit()
        return reset

    def disable(self, account_id: str, reason: AccountDisableReason) -> Account:
        """Ends whatever an account is good for, until it is enabled; notifies its holder."""
        with self.begin() as uow:
            now, by = self.clock.now(), context.caller().holder
            account = uow.accounts.live(account_id)
            account.disable(reason, by, now)
            for waiting in (uow.grants.pending_of(account_id), uow.resets.waiting_for(account_id)):
                if waiting:
                    waiting.replace(by, now)
            withdraw_requests(uow, account, by, now)
            uow.sessions.end_all(account_id, SessionEnd.ACCOUNT_DISABLED, now)
            uow.mails.notify(AccountMailKind.ACCOUNT_DISABLED, account_id, now)
            uow.commit()
        return account

    def enable(self, account_id: str) -> Account:
        """Lets the holder of a disabled account sign in again, and notifies them."""
        with self.begin() as uow:
            now = self.clock.now()
            account = uow.accounts.live(account_id)
            account.enable(context.caller().holder, now)
            uow.mails.notify(AccountMailKind.ACCOUNT_ENABLED, account_id, now)
            uow.commit()
        return account

    def sessions(self, account_id: str, page: Page) -> PageResult[Session]:
        """Lists the sessions of an account that run, newest first."""
        with self.begin() as uow:
            return uow.sessions.page(uow.accounts.read(account_id).account_id, page, self.clock.now())

    def end_sessions(self, account_id: str, session_id: str) -> int:
        """Ends one session of an account, or all of them; says how many ended."""
        with self.begin() as uow:
            now, reason = self.clock.now(), SessionEnd.ENDED_BY_ADMINISTRATOR
            uow.accounts.lock(account_id)
            if session_id:
                ended = int(uow.sessions.running_one(account_id, session_id, now).end(reason, now))
            else:
                ended = uow.sessions.end_open(account_id, reason, now)
            uow.commit()
        return ended
