"""A mail server in this process that takes mails, or refuses them with the answer it is given."""

import email
import email.policy
import logging
import socket
import ssl
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from services.notification.settings import SmtpSettings
from services.runtime.tls import TlsSettings


class FakeMailServer:
    """Real SMTP on a free port: `mails` are those it took, `contents` the same byte for byte.

    `answer` is what it says to the next, `farewell` to QUIT.

    With a certificate's context it demands STARTTLS, and a log-in as `login`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, login: tuple[str, str] = ("", "")) -> None:
        self._tls, self._login = tls, login
        self.mails: list[EmailMessage] = []
        self.contents: list[bytes] = []
        self.answer, self.farewell = "250 kept", "221 Bye"
        self._port = _free_port()
        self._controller: Controller | None = None
        logging.getLogger("mail.log").setLevel(logging.WARNING)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's
        if self.answer.startswith("250"):
            self.contents.append(envelope.content)
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's
        return self.farewell

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login.decode(), data.password.decode()) == self._login)

    def settings(self) -> SmtpSettings:
        """How to reach it."""
        return SmtpSettings("127.0.0.1", self._port, TlsSettings(plaintext=True))

    def start(self) -> None:
        secured: dict[str, Any] = {}
        if self._tls is not None:
            secured = {"tls_context": self._tls, "require_starttls": True, "auth_required": True}
            secured["authenticator"] = self._authenticate
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port, **secured)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


def plain(mail: EmailMessage) -> str:
    """The plain text of a mail, as a program without HTML shows it."""
    return _part(mail, "plain")


def page(mail: EmailMessage) -> str:
    """The page of a mail."""
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
