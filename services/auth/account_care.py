"""What administrators do about an account that its holder cannot sign in with any more: two of them reset it."""

from collections.abc import Callable
from dataclasses import dataclass

from services.auth import passwords as secret
from services.auth.factor_resets import FactorReset
from services.auth.sign_ins import SessionEnd
from services.auth.staff import INVITATION_LIFETIME, member_of_staff
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

    def decide_reset(self, reset_id: str, approve: bool) -> tuple[FactorReset, str]:
        """Refuses it; or takes password, factors and sessions away, for a link by which the person joins anew."""
        token = secret.draw() if approve else ""
        with self.begin() as uow:
            now = self.clock.now()
            # The account is locked before the reset, here as where it is asked for.
            account = uow.accounts.get(uow.resets.read(reset_id).account_id)
            reset = uow.resets.get(reset_id)
            reset.conclude(account, approve, context.caller().holder, now)
            if approve:
                uow.factors.of(account.account_id).clear(now)
                account.start_anew(secret.digest(token), INVITATION_LIFETIME, now)
                uow.sessions.end_all(account.account_id, SessionEnd.FACTOR_RESET, now)
                uow.challenges.withdraw(account.account_id)
            uow.commit()
        return reset, token
