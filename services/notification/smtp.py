"""One conversation with a mail server: bounded in time and size, whatever the server says meanwhile."""

import re
import smtplib
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

# As much as a server may say to one mail.
_LONGEST_TALK = 64 * 1024
# RFC 5321, 4.2: what is no answer of this form says neither yes nor no.
_ANSWER = re.compile(rb"[2-5][0-9]{2}([ -][^\r\n]*)?\r?\n")


class Conversation(smtplib.SMTP):
    """A connection that ends after so many seconds and so many bytes, each of them anew for each mail.

    The timeout of a socket begins anew with every byte that comes.
    """

    def __init__(self, seconds: float, signature: Callable[[bytes], bytes]) -> None:
        super().__init__(timeout=seconds)
        self._signature = signature
        # Whether the server may have the mail in hand.
        self.has_mail = False
        self._limit(seconds)

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended, from whichever side."""
        return self.sock is None

    def begin(self, host: str, port: int) -> None:
        """Connects, and reads the greeting; the name is what a certificate is held against."""
        self._host = host
        code, greeting = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)

    def again(self, seconds: float) -> None:
        """Begins the next mail, which has so many seconds."""
        self.has_mail = False
        self.rest()
        if isinstance(self.file, _Lines):
            self.file.renew()
        self._limit(seconds)

    def rest(self) -> None:
        """Waits for the next mail as long as it takes."""
        self._end.cancel()

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Sends a mail as it is on the wire, signed."""
        mail = bytes(msg)
        signed = self._signature(mail) + mail
        self.has_mail = True
        return super().data(signed)

    def getreply(self) -> tuple[int, bytes]:
        """The next answer."""
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock.makefile("rb"))
        return super().getreply()

    def finish(self, seconds: float) -> None:
        """Says farewell, and ends the connection.

        Whatever the server answers, it has the mail or has it not, and one that it has must not go twice.
        """
        self.again(seconds)
        with suppress(smtplib.SMTPException, OSError):
            self.quit()
        self.close()

    def close(self) -> None:
        """Ends the connection."""
        self._end.cancel()
        super().close()

    def _limit(self, seconds: float) -> None:
        self._end = threading.Timer(seconds, self._cut)
        self._end.daemon = True
        self._end.start()

    def _cut(self) -> None:
        # A socket that is closed would not wake the thread that waits for it.
        with suppress(OSError):
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _Lines:
    """The lines that a server says, up to a limit."""

    def __init__(self, file: Any) -> None:
        self._file, self._left = file, _LONGEST_TALK

    def renew(self) -> None:
        """Begins the limit anew."""
        self._left = _LONGEST_TALK

    def readline(self, limit: int) -> bytes:
        """The next line."""
        line: bytes = self._file.readline(limit)
        self._left -= len(line)
        if self._left < 0 or (line and not _ANSWER.fullmatch(line)):
            raise OSError("the mail server does not speak SMTP, or does not stop")
        return line

    def close(self) -> None:
        """Lets go of the socket."""
        self._file.close()
