"""E-mail by SMTP, and the delivery claims by which no mail is sent twice."""

import email.policy
import re
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from services.notification.ports import DeliveryClaim, Party, Refused
from services.notification.redis import Redis
from services.notification.settings import SmtpSettings
from services.runtime.errors import Unavailable

_CLAIM_SECONDS, _REMEMBERED_SECONDS = 30, 7 * 86_400
_BUSY, _DONE = "busy", "done"
# As much as a server may say in one conversation.
_LONGEST_TALK = 64 * 1024
# RFC 5321, 4.2: what is no answer of this form says neither yes nor no.
_ANSWER = re.compile(rb"[2-5][0-9]{2}([ -][^\r\n]*)?\r?\n")


class SmtpMailer:
    """ports.Mailer at a mail server; a connection for each mail, so that none is found dead."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings, self._trust = settings, settings.tls.context()
        self._domain = parseaddr(settings.sender)[1].rpartition("@")[2]

    def send(self, mail_id: str, party: Party, subject: str, body: str) -> None:
        """Hands one mail over."""
        try:
            message = self._message(mail_id, party, subject, body)
        except (MessageError, ValueError, IndexError):
            raise Refused(permanent=True) from None  # no address at all; the error quotes it
        try:
            with self._connected() as server:
                _hand_over(server, message)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("the mail server is out of reach") from error

    def _message(self, mail_id: str, party: Party, subject: str, body: str) -> EmailMessage:
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"] = self._settings.sender
        message["To"] = Address(" ".join(party.full_name.split()), addr_spec=party.email)
        message["Subject"] = subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{mail_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        greeting = f"Dear {party.full_name}," if party.full_name else "Hello,"
        message.set_content(f"{greeting}\n\n{body}\n\nYours,\nLoanFlow\n")
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        server = _Conversation(settings.timeout)
        try:
            server.begin(settings.host, settings.port)
            if self._trust is not None:
                server.starttls(context=self._trust)
            if settings.user:
                # Read for each mail, so that it rotates.
                server.login(
                    settings.user, settings.password_file.read_text().strip() if settings.password_file else ""
                )
            yield server
        finally:
            # Whatever it answers to the farewell, it has the mail or has it not, and one that it has must not go twice.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


class _Conversation(smtplib.SMTP):
    """A connection that ends after so many seconds and so many bytes, whatever the server says meanwhile.

    The timeout of a socket begins anew with every byte that comes.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(timeout=seconds)
        self._end = threading.Timer(seconds, self._cut)
        self._end.daemon = True

    def begin(self, host: str, port: int) -> None:
        """Connects, and reads the greeting; the name is what a certificate is held against."""
        self._host = host
        self._end.start()
        code, greeting = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)

    def getreply(self) -> tuple[int, bytes]:
        """The next answer."""
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock.makefile("rb"))
        return super().getreply()

    def close(self) -> None:
        """Ends the connection."""
        self._end.cancel()
        super().close()

    def _cut(self) -> None:
        # A socket that is closed would not wake the thread that waits for it.
        with suppress(OSError):
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _Lines:
    """The lines that a server says, up to a limit."""

    def __init__(self, file: Any) -> None:
        self._file, self._left = file, _LONGEST_TALK

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


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Distinguishes what is wrong with this mail from what is wrong with the server. The errors quote the address."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused(permanent=all(code >= 500 for code, _ in error.recipients.values())) from None
    except smtplib.SMTPDataError as error:
        raise Refused(permanent=error.smtp_code >= 500) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(permanent=True) from None  # letters in the address that the server cannot take


class RedisDeliveryClaims:
    """ports.DeliveryClaims in Redis.

    A claim ends by itself, so that a mail whose sender died is sent by another; that the mail server has a mail is
    kept for a week, so that it is not sent again when only the note in the database is missing.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def take(self, mail_id: str) -> DeliveryClaim:
        """Claims the sending of a mail."""
        with self._redis.use() as client:
            if client.set(_key(mail_id), _BUSY, nx=True, ex=_CLAIM_SECONDS):
                return DeliveryClaim.MINE
            return DeliveryClaim.DONE if client.get(_key(mail_id)) == _DONE else DeliveryClaim.TAKEN

    def finish(self, mail_id: str) -> None:
        """Notes that the mail server has the mail."""
        with self._redis.use() as client:
            client.set(_key(mail_id), _DONE, ex=_REMEMBERED_SECONDS)

    def give_back(self, mail_id: str) -> None:
        """Lets others try again at once."""
        with self._redis.use() as client:
            client.delete(_key(mail_id))


def _key(mail_id: str) -> str:
    return f"loanflow:notification:mail:{mail_id}"
