"""E-mail by SMTP, and the delivery claims by which no mail is sent twice."""

import email.policy
import re
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

import dkim

from services.notification.mails import Letterhead
from services.notification.ports import DeliveryClaim, Message, Refused
from services.notification.redis import Redis
from services.notification.settings import SmtpSettings
from services.runtime.errors import Unavailable

_CLAIM_SECONDS, _REMEMBERED_SECONDS = 30, 7 * 86_400
# Whatever says who, whom, what and when; RFC 8058 wants the last two signed.
_SIGNED = [
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding",
    b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post",
]  # fmt: skip
_BUSY, _DONE = "busy", "done"
# RFC 3463: there is no such mailbox or domain, it has moved, or it is disabled. Without such a word a refusal may be
# one of the sender or of the day, and says nothing of the address.
_NO_MAILBOX = re.compile(rb"5\.(1\.[12346]|1\.10|2\.1)(?!\d)")
# RFC 3463, 4954 and 7372: the sender's address, its credentials, or what proves that its mails are its own.
_SENDER = re.compile(rb"5\.(1\.[78]|7\.([89]|2[0-7]))(?!\d)")
# As much as a server may say in one conversation.
_LONGEST_TALK = 64 * 1024
# RFC 5321, 4.2: what is no answer of this form says neither yes nor no.
_ANSWER = re.compile(rb"[2-5][0-9]{2}([ -][^\r\n]*)?\r?\n")


class SmtpMailer:
    """ports.Channel at a mail server; a connection for each mail, so that none is found dead."""

    def __init__(self, settings: SmtpSettings, letterhead: Letterhead | None = None) -> None:
        self._settings, self._trust = settings, settings.tls.context()
        self._letterhead = letterhead or Letterhead()
        self._domain = parseaddr(settings.sender)[1].rpartition("@")[2]

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands one mail over."""
        try:
            mail = self._mail(message)
        except (MessageError, ValueError, IndexError):
            raise Refused(permanent=True, dead=True) from None  # no address at all; the error quotes it
        try:
            with self._connected() as server:
                _hand_over(server, mail)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("the mail server is out of reach") from error
        return ()

    def close(self) -> None:
        """Does nothing: a connection lasts no longer than its mail."""

    def _signature(self, mail: bytes) -> bytes:
        """The DKIM-Signature of a mail with the end of its line; empty when the server signs."""
        settings = self._settings
        if settings.dkim_file is None:
            return b""
        # Read for each mail, so that it rotates.
        key, selector = settings.dkim_file.read_bytes(), settings.dkim_selector.encode()
        return bytes(dkim.sign(mail, selector, self._domain.encode(), key, include_headers=_SIGNED))

    def _mail(self, message: Message) -> EmailMessage:
        mail, party = EmailMessage(policy=email.policy.SMTP), message.to
        mail["From"] = self._settings.sender
        mail["To"] = Address(" ".join(party.full_name.split()), addr_spec=party.email)
        mail["Subject"] = message.text.subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{message.message_id}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        for name, value in message.headers.items():
            mail[name] = value
        made = self._letterhead.mail(message)
        mail.set_content(made.text)
        mail.add_alternative(made.html, subtype="html")
        for each in message.enclosures:
            kind, _, subtype = each.content_type.partition("/")
            mail.add_attachment(each.content, kind, subtype, filename=each.name)
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        server = _Conversation(settings.timeout, self._signature)
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

    def __init__(self, seconds: float, signature: Callable[[bytes], bytes]) -> None:
        super().__init__(timeout=seconds)
        self._signature = signature
        self._end = threading.Timer(seconds, self._cut)
        self._end.daemon = True

    def begin(self, host: str, port: int) -> None:
        """Connects, and reads the greeting; the name is what a certificate is held against."""
        self._host = host
        self._end.start()
        code, greeting = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Sends a mail as it is on the wire, signed."""
        mail = bytes(msg)
        return super().data(self._signature(mail) + mail)

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
        ((code, text),) = error.recipients.values()
        _check_sender(text)
        dead = code >= 500 and _NO_MAILBOX.match(text) is not None
        raise Refused(permanent=code >= 500, dead=dead) from None
    except smtplib.SMTPDataError as error:
        _check_sender(error.smtp_error)
        raise Refused(permanent=error.smtp_code >= 500) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(permanent=True) from None  # letters in the address that the server cannot take


def _check_sender(said: bytes | str) -> None:
    """Unavailable for a word about the lender's sender, which all mails share: it is held against none of them."""
    if _SENDER.match(said.encode() if isinstance(said, str) else said):
        raise Unavailable("the mail server does not take the sender") from None


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
