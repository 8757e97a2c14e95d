"""Documents that were stored while the virus scanner was away: it gets them again, until it has judged each."""

from collections.abc import Callable
from dataclasses import dataclass

from services.document.keys import content_key
from services.document.model import Document
from services.document.ports import Files
from services.document.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.files.quarantine import ROUND, Unscanned, rescan
from services.runtime.files.scanning import Scanner

_WHY = "virus scan of the quarantine"


@dataclass(frozen=True)
class Quarantine:
    """The documents without a verdict; no one reads or accepts one of them."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    files: Files
    scanner: Scanner

    def rescan(self) -> bool:
        """Has the scanner judge what waits; whether it judged any."""
        with self.begin() as uow:
            found = uow.documents.quarantined(ROUND)
        waiting = [
            Unscanned(each, content_key(each.application_id, each.document_id), each.content.sha256) for each in found
        ]
        return rescan(self.files, self.scanner, waiting, self._settle)

    def _settle(self, found: Document, clean: bool) -> None:
        """Records the verdict."""
        with self.begin() as uow:
            document = uow.documents.change(found.document_id)
            folder = uow.folders.get(document.application_id)
            if clean:
                document.release()
            else:
                document.condemn(self.clock.now(), folder.is_handed_in)
            uow.commit(why=_WHY)
