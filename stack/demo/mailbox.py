"""The customers' mail: what the mail sink of the local stack received, as a mail program would show it."""

import email
import email.policy
import re
import time
from email.message import EmailMessage
from pathlib import Path

_CODE = re.compile(r"\b(\d{6})\b")
_TOKEN = re.compile(r"^([\w-]{43})\r?$", re.MULTILINE)


class Mailbox:
    """The mail of one address, out of the folder in which the sink keeps each mail as a file."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address.lower()
        self._seen: dict[Path, EmailMessage] = {}

    def mails(self) -> list[EmailMessage]:
        """All mails to the address, oldest first."""
        for file in self._folder.glob("*.eml"):
            if file not in self._seen:
                self._seen[file] = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        mine = (file for file in sorted(self._seen) if self._address in str(self._seen[file]["to"]).lower())
        return [self._seen[file] for file in mine]

    def code(self, seconds: float = 60.0) -> str:
        """The newest one-time code; waits for it. TimeoutError."""
        return self._newest(_CODE, seconds)

    def token(self, seconds: float = 60.0) -> str:
        """The newest one-time token, which is a line of its own; waits for it. TimeoutError."""
        return self._newest(_TOKEN, seconds)

    def _newest(self, pattern: re.Pattern[str], seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if found := pattern.search(_text(mail)):
                    return found.group(1)
            time.sleep(0.1)
        raise TimeoutError(f"no mail with {pattern.pattern} reached {self._address}")


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""
