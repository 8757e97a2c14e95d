"""HTTP over TLS for stand-ins, with a pair of certificate and key that is replaced while they run."""

import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Secured(ThreadingHTTPServer):
    """Takes TLS alone, as `trust` says."""

    def __init__(
        self, port: int, handler: type[BaseHTTPRequestHandler], trust: ssl.SSLContext, certificate: str, key: str
    ) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self._trust, self._pair, self._loaded = trust, (certificate, key), 0

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection, whose handshake is done by the thread that serves it; by the pair that is there now."""
        connection, address = super().get_request()
        if (stamp := Path(self._pair[0]).stat().st_mtime_ns) != self._loaded:
            self._trust.load_cert_chain(*self._pair)
            self._loaded = stamp
        return self._trust.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or cannot show a certificate, is no news."""
