"""The customers' mail: what the mail sink of the local stack received, as a mail program would show it."""

import email
import email.policy
import re
import time
import unicodedata
from email.message import EmailMessage
from pathlib import Path

_CODE = re.compile(r"^ *(\d{6})\r?$", re.MULTILINE)
_TOKEN = re.compile(r"^ *([\w-]{43})\r?$", re.MULTILINE)


class Mailbox:
    """The mail of one address, out of the folder in which the sink keeps each mail as a file."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address.lower()
        self._seen: dict[Path, EmailMessage | None] = {}

    def mails(self) -> list[EmailMessage]:
        """All mails to the address, oldest first."""
        for file in self._folder.glob("*.eml"):
            if file not in self._seen:
                self._seen[file] = self._mine(file.read_bytes())
        return [mail for _, mail in sorted(self._seen.items()) if mail is not None]

    def _mine(self, content: bytes) -> EmailMessage | None:
        # The mail of thousands is in the folder, and parsing takes longer than looking for the address.
        if self._address.encode() not in content.lower():
            return None
        mail = email.message_from_bytes(content, policy=email.policy.default)
        return mail if self._address in str(mail["to"]).lower() else None

    def code(self, seconds: float = 60.0) -> str:
        """The newest one-time code, which is a line of its own; waits for it. TimeoutError."""
        return self._newest(_CODE, seconds)

    def token(self, subject: str, seconds: float = 60.0) -> str:
        """The newest one-time token of mails of a subject, which is a line of its own; waits for it. TimeoutError."""
        return self._newest(_TOKEN, seconds, subject)

    def _newest(self, pattern: re.Pattern[str], seconds: float, subject: str = "") -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if subject in str(mail["subject"]) and (found := pattern.search(_text(mail))):
                    return found.group(1)
            time.sleep(0.1)
        raise TimeoutError(f"no mail with {pattern.pattern} reached {self._address}")


def mailbox_name(name: str) -> str:
    """What stands before the @ for a person of that name, whichever its script: `jose` for José Núñez."""
    first = unicodedata.normalize("NFKD", name.split()[0]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", first.lower()) or "applicant"


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""
