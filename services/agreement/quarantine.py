"""Copies signed by hand that were stored while the virus scanner was away: it gets them again, until each is judged."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from services.agreement.documents import Documents
from services.agreement.model import Agreement
from services.agreement.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.files.quarantine import ROUND, Unscanned

_WHY = "virus scan of the quarantine"


@dataclass(frozen=True)
class Quarantine:
    """The copies without a verdict; no one reads or confirms one of them."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    documents: Documents

    def rescan(self) -> bool:
        """Has the scanner judge what waits; whether it judged any."""
        with self.begin() as uow:
            found = {each.application_id: each for each in uow.agreements.quarantined(ROUND)}
        copies = ((application_id, each.signed_copy) for application_id, each in found.items())
        waiting = [Unscanned(owner, copy.file.key, copy.file.sha256) for owner, copy in copies if copy is not None]
        return self.documents.rescan(waiting, partial(self._settle, found))

    def _settle(self, found: dict[str, Agreement], application_id: str, clean: bool) -> None:
        """Records the verdict, unless another copy is there by now."""
        copy = found[application_id].signed_copy
        assert copy is not None
        with self.begin() as uow:
            uow.agreements.change(application_id).judge_copy(copy.file.key, clean, self.clock.now())
            uow.commit(why=_WHY)
