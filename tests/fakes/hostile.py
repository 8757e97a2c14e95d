"""A server that means no good: it answers every connection as its script says, however wrong that is.

The scripts below are what any outside party may do on any protocol, and what it may do on HTTP.
"""

import contextlib
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket], None]
_PATIENCE = 30.0


@contextmanager
def hostile(script: Script) -> Iterator[int]:
    """Serves the script; its port. Open connections are cut at the end."""
    over = threading.Event()
    open_ones: set[socket.socket] = set()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            open_ones.add(self.request)
            with contextlib.suppress(OSError):
                script(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, block_on_close = True, False

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            over.set()
            server.shutdown()
            for each in open_ones:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


def says(data: bytes, reads_first: bool = True) -> Script:
    """Reads a request, sends this and hangs up."""

    def script(connection: socket.socket) -> None:
        if reads_first:
            connection.recv(65536)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    return script


def drips(data: bytes, pause: float = 0.05, reads_first: bool = True) -> Script:
    """Says this a byte at a time, and then blanks, for ever."""

    def script(connection: socket.socket) -> None:
        if reads_first:
            connection.recv(65536)
        end = time.monotonic() + _PATIENCE
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause)
        while time.monotonic() < end:
            connection.sendall(b" ")
            time.sleep(pause)

    return script


def floods(head: bytes, block: bytes = b" " * 65536, blocks: int = 3200, reads_first: bool = True) -> Script:
    """Says the head and then 200 MB."""

    def script(connection: socket.socket) -> None:
        if reads_first:
            connection.recv(65536)
        connection.sendall(head)
        for _ in range(blocks):
            connection.sendall(block)

    return script


def hangs(connection: socket.socket) -> None:
    """Reads, and never answers."""
    while connection.recv(65536):
        pass


def hangs_up(connection: socket.socket) -> None:
    """Ends the connection at once."""
    connection.close()


def http(status: int, body: object = b"", headers: str = "", length: int | None = None) -> bytes:
    """A whole HTTP answer; what is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    size = len(content) if length is None else length
    head = f"HTTP/1.1 {status} Any\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n{headers}\r\n"
    return head.encode() + content


_ENDLESS = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"

# By name: whatever the body would be, no client may take any of these for an answer.
HTTP_SCRIPTS: dict[str, Script] = {
    "silence": hangs,
    "hangs up": hangs_up,
    "no HTTP": says(b"220 mail.example ESMTP\r\n"),
    "drips its head": drips(b"HTTP/1.1 201 Created\r\nX-Pad: "),
    "drips its body": drips(http(201, b"{", length=1_000_000)),
    "floods the body": floods(_ENDLESS, b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "floods the head": floods(b"HTTP/1.1 201 Created\r\nX-Pad: "),
    "continues for ever": floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "cut off": says(http(201, b'{"paymentId": "p1", "status": "ACC', length=500)),
    "a length that is none": says(b"HTTP/1.1 201 Created\r\nContent-Length: x\r\n\r\n{}"),
}
