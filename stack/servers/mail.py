"""The mail sink: takes any mail by SMTP and keeps it as one .eml file; nothing ever leaves the machine.

usage: python -m stack.servers.mail PORT FOLDER
"""

import asyncio
import os
import signal
import sys
import time
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from stack import probes, programs
from stack.layout import Layout


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    return [programs.python(), "-m", __name__, str(layout.ports.of("mail")), str(layout.mails)]


def prepare(layout: Layout) -> None:
    """Makes the folder of the mails, closed to others: they hold one-time codes."""
    layout.mails.mkdir(parents=True, exist_ok=True, mode=0o700)


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


async def serve(port: int, folder: Path) -> None:
    """Takes mail on loopback until SIGTERM."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: SMTP(Sink(folder), hostname="localhost"), "127.0.0.1", port)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
