"""A partner's address, on this machine: it keeps what it gets, and answers as it is set to."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    """One message as it came."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def message_id(self) -> str:
        """What it says it is."""
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """What it holds, by the specification's own library; WebhookVerificationError."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class FakeReceiver:
    """Answers `status` with `headers` and `body`; other `statuses` come first, one for each message."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def start(self) -> None:
        """Listens."""
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                text = self.rfile.read(length).decode()
                here.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, text))
                self.send_response(here.statuses.pop(0) if here.statuses else here.status)
                for name, value in {**here.headers, "content-length": str(len(here.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(here.body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Ends."""
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/hooks") -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def ids(self) -> list[str]:
        """What came, in order."""
        return [each.message_id for each in self.received]
