"""The papers of loans as mails enclose them, in memory."""

from services.notification.ports import Enclosure
from services.runtime.errors import Unavailable


class FakeLetters:
    """services.notification.ports.Papers: a letter for every loan unless in `open`; `away` plays an outage."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.away = False

    def completion_letter(self, loan_id: str, language: str) -> Enclosure | None:
        if self.away:
            raise Unavailable("the repayment service is out of reach")
        if loan_id in self.open:
            return None
        return Enclosure("completion-letter.pdf", "application/pdf", f"%PDF-1.7 {loan_id} {language}".encode())
