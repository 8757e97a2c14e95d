"""Receipts that were stored while the virus scanner was away: it gets them again, until it has judged each."""

from collections.abc import Callable
from dataclasses import dataclass

from services.repayment.payment import Payment
from services.repayment.ports import Files
from services.repayment.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.files.quarantine import ROUND, Unscanned, rescan
from services.runtime.files.scanning import Scanner

_WHY = "virus scan of the quarantine"


@dataclass(frozen=True)
class Quarantine:
    """The receipts without a verdict; no one reads one of them, or accepts its payment."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    files: Files
    scanner: Scanner

    def rescan(self) -> bool:
        """Has the scanner judge what waits; whether it judged any."""
        with self.begin() as uow:
            found = uow.loans.quarantined(ROUND)
        waiting = [Unscanned(each, each.proof.object_key, each.proof.sha256) for each in found if each.proof]
        return rescan(self.files, self.scanner, waiting, self._settle)

    def _settle(self, found: Payment, clean: bool) -> None:
        """Records the verdict, unless another receipt is there by now."""
        assert found.proof is not None
        with self.begin() as uow:
            loan = uow.loans.get(uow.loans.of_payment(found.payment_id))
            loan.judge_proof(found.payment_id, found.proof.object_key, clean, self.clock.now())
            uow.commit(why=_WHY)
