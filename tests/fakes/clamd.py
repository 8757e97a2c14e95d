"""A clamd as far as INSTREAM and PING go: finds one byte sequence."""

import socketserver
import struct
import threading
from types import TracebackType

from services.runtime.files.scanning import ClamdSettings
from tests.fakes.files import EICAR


class FakeClamd:
    """Listens while entered; `answer` overrides what it says of a stream, and `limit` is where it stops to listen.

    `streams` are what it was sent.
    """

    def __init__(self) -> None:
        self.streams: list[bytes] = []
        self.answer, self.limit = "", 0
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                command = self.rfile.read(6)
                if command == b"zPING\0":
                    self.wfile.write(b"PONG\0")
                    return
                self.rfile.read(len(b"zINSTREAM\0") - len(command))
                stream = b""
                while size := struct.unpack("!I", self.rfile.read(4) or b"\0\0\0\0")[0]:
                    stream += self.rfile.read(size)
                    if fake.limit and len(stream) > fake.limit:
                        break
                fake.streams.append(stream)
                verdict = "stream: Eicar-Test-Signature FOUND" if EICAR in stream else "stream: OK"
                self.wfile.write((fake.answer or verdict).encode() + b"\0")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.settings = ClamdSettings(f"127.0.0.1:{self._server.server_address[1]}", 2.0)

    def __enter__(self) -> "FakeClamd":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
