"""The stand-in for a timestamp authority in the process, over HTTP; a test has it fail, or answer otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from services.papers.timestamps import TimestampSettings
from stack.servers.timestamp_api import Reply, TimestampAuthority


@dataclass
class FakeAuthority:
    """One at `url`; `changes` is what becomes of an answer on its way, `asked` the paths that were asked for."""

    url: str
    authority: TimestampAuthority
    changes: Callable[[str, Reply], Reply] = lambda _, reply: reply
    asked: list[str] = field(default_factory=list)

    def away(self) -> None:
        """It answers 503 from now on; its list of revoked certificates, too."""
        self.changes = lambda _, reply: Reply(503)

    def back(self) -> None:
        """It answers as before."""
        self.changes = lambda _, reply: reply

    def settings(self, folder: Path) -> TimestampSettings:
        """How the lender asks it."""
        file = folder / "timestamps-root.pem"
        file.write_bytes(self.authority.certificate.public_bytes(Encoding.PEM))
        return TimestampSettings(self.url, file)

    def answer(self, method: str, path: str, content_type: str, body: bytes) -> Reply:
        """What arrives."""
        self.asked.append(path)
        return self.changes(path, self.authority.answer(method, path, content_type, body))


@contextmanager
def authority() -> Iterator[FakeAuthority]:
    """A new one while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", b"")

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, method: str, body: bytes) -> None:
            reply = found.answer(method, self.path, self.headers.get("Content-Type", ""), body)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}/"
    found = FakeAuthority(url, TimestampAuthority.made(url.removesuffix("/")))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
