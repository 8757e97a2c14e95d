"""A stand-in on the way to PostgreSQL that writes down what passes: which statements, in how many round trips.

It reads the protocol itself, and counts the same whatever the driver is, and whatever it says of itself.
"""

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(?!changed\b)(\w+)", re.IGNORECASE)
_SSL_REQUEST = 80877103
# Over TLS the server offers to bind the log-in to the channel, which a client in plain text refuses.
_BOUND = b"R" + struct.pack("!II", 42, 10) + b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"
_UNBOUND = b"R" + struct.pack("!II", 23, 10) + b"SCRAM-SHA-256\0\0"


@dataclass
class RoundTrip:
    """What was sent before the client waited for an answer: the texts of the statements, in order."""

    statements: list[str] = field(default_factory=list)


class PostgresProxy:
    """Listens on a free port of 127.0.0.1, in plain text, and speaks TLS to the server.

    `seen` is what all connections sent, after their start.
    """

    def __init__(self, target: tuple[str, int], tls: ssl.SSLContext | None) -> None:
        self._target, self._tls = target, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = [self._listener]
        self.port: int = self._listener.getsockname()[1]
        self.seen: list[RoundTrip] = []
        self._lock = threading.Lock()

    @contextmanager
    def serving(self) -> Iterator["PostgresProxy"]:
        """Passes connections on for as long as the block lasts."""
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            for each in self._sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def trips(self, call: Callable[[], object], warm: int) -> list[list[str]]:
        """What the call sends, by round trip and shortened to verb and table, after `warm` calls before it."""
        for _ in range(warm):
            call()
        self._taken()
        call()
        return [[_short(text) for text in trip.statements] for trip in self._taken()]

    def _taken(self) -> list[RoundTrip]:
        with self._lock:
            found, self.seen = self.seen, []
        return found

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connected()
                self._sockets += [client, server]
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
                threading.Thread(target=self._copy, args=(server, client), daemon=True).start()

    def _connected(self) -> socket.socket:
        server = socket.create_connection(self._target)
        if self._tls is None:
            return server
        server.sendall(struct.pack("!II", 8, _SSL_REQUEST))
        assert server.recv(1) == b"S", "the server speaks no TLS"
        return self._tls.wrap_socket(server, server_hostname=self._target[0])

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data.replace(_BOUND, _UNBOUND))
            target.shutdown(socket.SHUT_WR)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        reader = Reader()
        with suppress(OSError):
            while data := client.recv(65536):
                # Before it goes on: what a client knows to be answered has been written down.
                with self._lock:
                    self.seen += reader.read(data)
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)


class Reader:
    """The messages of one client; see "Message Formats" in PostgreSQL's manual."""

    def __init__(self) -> None:
        self._rest, self._started = b"", False
        self._names: dict[bytes, str] = {}
        self._trip = RoundTrip()

    def read(self, data: bytes) -> Iterator[RoundTrip]:
        """The round trips that end with this data."""
        self._rest += data
        found = []
        while (message := self._next()) is not None:
            kind, body = message
            if kind == b"P":
                name, text = body.split(b"\0")[:2]
                self._names[name] = text.decode()
            elif kind == b"B":
                self._trip.statements.append(self._names[body.split(b"\0")[1]])
            elif kind == b"Q":
                self._trip.statements.append(body.rstrip(b"\0").decode())
            if kind in (b"S", b"Q"):
                found.append(self._trip)
                self._trip = RoundTrip()
        return iter(found)

    def _next(self) -> tuple[bytes, bytes] | None:
        head = 1 if self._started else 0
        if len(self._rest) < head + 4:
            return None
        [length] = struct.unpack_from("!I", self._rest, head)
        if len(self._rest) < head + length:
            return None
        kind, body = self._rest[:head], self._rest[head + 4 : head + length]
        self._rest = self._rest[head + length :]
        if not self._started:
            self._started = struct.unpack("!I", body[:4])[0] != _SSL_REQUEST
        return kind, body


def _short(text: str) -> str:
    if "pg_advisory" in text:
        return "LOCK"
    words = text.split()
    verb = "UPDATE" if words[0] == "WITH" else words[0]
    table = _TABLE.search(text)
    return f"{verb} {table[1]}" if table else verb
