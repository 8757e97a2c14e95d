"""E-mail by SMTP, and the delivery claims by which no mail is sent twice."""

import email.policy
import re
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import dkim

from services.notification.mails import Letterhead
from services.notification.ports import DeliveryClaim, Message, Refused
from services.notification.redis import Redis
from services.notification.settings import SmtpSettings
from services.notification.smtp import Conversation
from services.runtime.errors import Unavailable

_CLAIM_SECONDS, _REMEMBERED_SECONDS = 30, 7 * 86_400
# Whatever says who, whom, what and when; RFC 8058 wants the last two signed.
_SIGNED = [
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding",
    b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post",
]  # fmt: skip
_BUSY, _DONE = "busy", "done"
# For a farewell, when the mail took all of its time.
_LEAST_SECONDS = 0.1
# RFC 3463: there is no such mailbox or domain, it has moved, or it is disabled. Without such a word a refusal may be
# one of the sender or of the day, and says nothing of the address.
_NO_MAILBOX = re.compile(rb"5\.(1\.[12346]|1\.10|2\.1)(?!\d)")
# RFC 3463, 4954 and 7372: the sender's address, its credentials, or what proves that its mails are its own.
_SENDER = re.compile(rb"5\.(1\.[78]|7\.([89]|2[0-7]))(?!\d)")


class _Batch(threading.local):
    """Whether this thread hands over several mails, and the connection over which the last one went."""

    is_open = False
    server: Conversation | None = None


class SmtpMailer:
    """ports.Channel at a mail server: a connection for each mail, or for as many of a batch as the server takes."""

    def __init__(self, settings: SmtpSettings, letterhead: Letterhead | None = None) -> None:
        self._settings, self._trust = settings, settings.tls.context()
        self._letterhead = letterhead or Letterhead()
        self._domain = parseaddr(settings.sender)[1].rpartition("@")[2]
        self._batch = _Batch()

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands one mail over."""
        try:
            mail = self._mail(message)
        except (MessageError, ValueError, IndexError):
            raise Refused(permanent=True, dead=True) from None  # no address at all; the error quotes it
        try:
            self._deliver(mail)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("the mail server is out of reach") from error
        return ()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Mails that this thread hands over in the block share a connection."""
        here = self._batch
        here.is_open = True
        try:
            yield
        finally:
            here.is_open, server, here.server = False, here.server, None
            if server is not None:
                server.finish(self._settings.timeout)

    def close(self) -> None:
        """Does nothing: a connection lasts no longer than its mail, or its batch."""

    def _deliver(self, mail: EmailMessage) -> None:
        """Hands a mail over by the connection of the batch, or by a new one; in all within the time of one."""
        end = time.monotonic() + self._settings.timeout
        if not self._goes_by_kept(mail, end):
            self._goes_by_new(mail, end)

    def _goes_by_kept(self, mail: EmailMessage, end: float) -> bool:
        """Whether the server has it; False without a connection, or when it ended that before it had anything of it.

        A server may do so at any moment between two mails, by 421 or without a word (RFC 5321, 3.8).
        """
        server = self._batch.server
        if server is None:
            return False
        try:
            server.again(_left(end))
            _hand_over(server, mail)
        except Exception as error:
            has_ended = server.is_over and not server.has_mail
            if server.is_over or not isinstance(error, Refused):
                self._batch.server = None
                server.finish(self._settings.timeout)
            if has_ended:
                return False
            raise
        finally:
            server.rest()
        return True

    def _goes_by_new(self, mail: EmailMessage, end: float) -> None:
        server, is_kept = Conversation(_left(end), self._signature), False
        try:
            self._open(server)
            _hand_over(server, mail)
            server.rest()
            is_kept = self._batch.is_open
        finally:
            if is_kept:
                self._batch.server = server
            else:
                server.finish(max(_LEAST_SECONDS, end - time.monotonic()))

    def _open(self, server: Conversation) -> None:
        settings = self._settings
        server.begin(settings.host, settings.port)
        if self._trust is not None:
            server.starttls(context=self._trust)
        if settings.user:
            # Read for each connection, so that it rotates.
            server.login(settings.user, settings.password_file.read_text().strip() if settings.password_file else "")

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


def _left(end: float) -> float:
    """The seconds until then; OSError when there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for the mail is over")
    return left


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
