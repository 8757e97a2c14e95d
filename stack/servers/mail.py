"""The mail sink: keeps each mail as one .eml file; nothing ever leaves the machine.

usage: python -m stack.servers.mail PORT FOLDER CERTIFICATE KEY USER PASSWORD-FILE

It takes mails after STARTTLS and a log-in alone.
"""

import asyncio
import os
import signal
import ssl
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from stack import probes, programs
from stack.layout import Layout

USER = "loanflow"
_LOGIN = "mail-login"


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    leaf = layout.pki / "mail"
    login = [USER, str(layout.folder(_LOGIN) / "smtp")]
    place = [str(layout.ports.of("mail")), str(layout.mails)]
    return [programs.python(), "-m", __name__, *place, str(leaf / "tls.pem"), str(leaf / "tls.key"), *login]


def prepare(layout: Layout) -> None:
    """Makes the folder of the mails, closed to others: they hold one-time codes; and the log-in that it knows."""
    layout.folder(layout.mails.name)
    layout.lend("smtp", _LOGIN)


def ready(layout: Layout) -> None:
    """Returns when the port takes connections."""
    probes.port_open(layout.ports.of("mail"))


class Sink:
    """Writes each mail into a folder; the names sort by time of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's
        """Keeps one mail; its receivers stand in the first line, as SMTP had them."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        receivers = ", ".join(envelope.rcpt_tos).encode()
        path = self._folder / f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(b"X-Envelope-To: " + receivers + b"\r\n" + content)
        os.replace(part, path)
        return "250 kept"


def login(user: str, password: str) -> Callable[..., AuthResult]:
    """Knows the one user."""

    def known(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return known


async def serve(
    port: int, folder: Path, certificate: Path, key: Path, authenticator: Callable[..., AuthResult]
) -> None:
    """Takes mail on loopback until SIGTERM."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate, key)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    loaded = certificate.stat().st_mtime_ns

    def session() -> SMTP:
        nonlocal loaded
        if (stamp := certificate.stat().st_mtime_ns) != loaded:
            # The context of all sessions: a renewed pair is shown at the next handshake.
            trust.load_cert_chain(certificate, key)
            loaded = stamp
        return SMTP(
            Sink(folder), hostname="localhost", tls_context=trust, require_starttls=True, auth_required=True,
            authenticator=authenticator,
        )  # fmt: skip

    server = await loop.create_server(session, "127.0.0.1", port)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    port, folder, certificate, key, user, password_file = sys.argv[1:]
    known = login(user, Path(password_file).read_text().strip())
    asyncio.run(serve(int(port), Path(folder), Path(certificate), Path(key), known))
