"""Prometheus metrics, and the small HTTP port where they and the process's liveness are read."""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import Counter, Gauge, Histogram, make_wsgi_app

CALLS = Counter("loanflow_grpc_calls", "Calls that were answered.", ["method", "code"])
CALL_SECONDS = Histogram(
    "loanflow_grpc_call_seconds",
    "How long calls took on the server.",
    ["method"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
READY = Gauge("loanflow_ready", "1 while the process is to be used, as its health says.")


class MetricsPort:
    """Serves `/metrics` and `/health/<service>` (503 with what `health_detail()` says, 200 when that is nothing)."""

    def __init__(self, host: str, port: int, service: str, health_detail: Callable[[], str]) -> None:
        READY.set_function(lambda: not health_detail())
        self._host = host
        self._server = make_server(host, port, _app(service, health_detail), _Server, _Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.5,), name="metrics", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on, also when 0 was asked for."""
        return self._server.server_port

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Frees the port."""
        ending = threading.Thread(target=self._server.shutdown)
        ending.start()
        # It looks twice a second whether it should end, and when it is called.
        with suppress(OSError), socket.create_connection((self._host, self.port), timeout=1):
            pass
        ending.join()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes are not news."""


def _app(service: str, health_detail: Callable[[], str]) -> Callable[..., Iterable[bytes]]:
    scrape = make_wsgi_app()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            answer: Iterable[bytes] = scrape(environ, start_response)
            return answer
        status, text = "404 Not Found", "Not Found"
        if path == f"/health/{service}":
            text = health_detail()
            status, text = ("503 Service Unavailable", text) if text else ("200 OK", "OK")
        start_response(status, [("Content-Type", "text/plain")])
        return [f"{text}\n".encode()]

    return app
