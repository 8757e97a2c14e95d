"""Documents that were stored while the virus scanner was away: it gets them again, until it has judged each."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from services.document.keys import content_key
from services.document.model import Document
from services.document.ports import Files
from services.document.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import Error, InvalidArgument
from services.runtime.files.scanning import Scanner, ScannerAway

# How many are looked at in one round; more follow in the next, which comes at once while any was judged.
_ROUND = 100
_WHY = "virus scan of the quarantine"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Quarantine:
    """The documents without a verdict; nobody reads or accepts one of them."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    files: Files
    scanner: Scanner

    def rescan(self) -> bool:
        """Has the scanner judge what waits; whether it judged any. One that cannot be read is passed over."""
        judged = 0
        with self.begin() as uow:
            waiting = uow.documents.quarantined(_ROUND)
        for document in waiting:
            try:
                self._settle(document, clean=self._is_clean(document))
                judged += 1
            except ScannerAway as error:
                _log.warning("quarantine_waits", documents=len(waiting) - judged, cause=error.message)
                break
            except Error as error:
                _log.warning("rescan_failed", document_id=document.document_id, cause=error.message)
        return judged > 0

    def _is_clean(self, document: Document) -> bool:
        key = content_key(document.application_id, document.document_id)
        try:
            for _ in self.scanner.watch(self.files.stream(key, document.content.sha256)):
                pass
        except InvalidArgument:
            return False
        return True

    def _settle(self, found: Document, *, clean: bool) -> None:
        """Records the verdict; a document that is condemned loses its content after that is recorded."""
        with self.begin() as uow:
            document = uow.documents.change(found.document_id)
            folder = uow.folders.get(document.application_id)
            if clean:
                document.release()
            else:
                document.condemn(self.clock.now(), folder.is_handed_in)
            uow.commit(why=_WHY)
        if not clean:
            self.files.delete(content_key(found.application_id, found.document_id))
