"""A stand-in for a timestamp authority, a part of its own: what seals papers has nobody else to ask for the time.

usage: python -m stack.servers.timestamps PORT CERTIFICATE KEY KEYS

It speaks RFC 3161 by TLS (timestamp_api.py says what it answers). Its keys are files of the folder KEYS.
"""

import ssl
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from services.runtime.secrets import private_files
from stack import probes, programs
from stack.layout import Layout, write_private
from stack.servers.secured import Secured
from stack.servers.timestamp_api import TimestampAuthority

LARGEST_BODY = 4096
KEYS = "timestamps"
ROOT, LEAF = "timestamps-root", "timestamps-leaf"


def url(layout: Layout) -> str:
    """Where it is asked."""
    return f"https://localhost:{layout.ports.of('timestamps')}"


def root(layout: Layout) -> Path:
    """The certificate that its times lead to, which everybody may read."""
    return layout.pki / "timestamps.pem"


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    leaf = layout.pki / "timestamps"
    pair = [str(leaf / "tls.pem"), str(leaf / "tls.key")]
    return [programs.python(), "-m", __name__, str(layout.ports.of("timestamps")), *pair, str(layout.folder(KEYS))]


def prepare(layout: Layout) -> None:
    """Makes its keys once, and puts them where it alone reads them."""
    folder = layout.state / "secrets"
    if not (folder / LEAF).exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = TimestampAuthority.made(url(layout))
        write_private(folder / ROOT, made.root)
        write_private(folder / LEAF, made.leaf)
    for name in (ROOT, LEAF):
        layout.lend(name, KEYS)
    certificate = _authority(folder).certificate.public_bytes(Encoding.PEM)
    private_files.replace(root(layout), certificate, 0o644)


def ready(layout: Layout) -> None:
    """Returns when it answers."""
    probes.port_open(layout.ports.of("timestamps"))


def _authority(folder: Path) -> TimestampAuthority:
    return TimestampAuthority((folder / ROOT).read_text(), (folder / LEAF).read_text())


class Handler(BaseHTTPRequestHandler):
    """HTTP in front of the authority."""

    protocol_version = "HTTP/1.1"
    authority: TimestampAuthority

    def do_GET(self) -> None:
        """The list of revoked certificates."""
        self._answer("GET", b"")

    def do_POST(self) -> None:
        """A question."""
        length = int(self.headers.get("Content-Length", "0"))
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.send_error(413)
        self._answer("POST", self.rfile.read(length))

    def _answer(self, method: str, body: bytes) -> None:
        reply = self.authority.answer(method, self.path, self.headers.get("Content-Type", ""), body)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet."""


def main(port: str, certificate: str, key: str, keys: str) -> None:
    """Serves until the process is ended."""
    Handler.authority = _authority(Path(keys))
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with Secured(int(port), Handler, trust, certificate, key) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
