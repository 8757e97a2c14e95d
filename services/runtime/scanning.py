"""Scanners of uploads: clamd where there is one, and a list of known signatures where there is none.

Both look at the chunks as they pass on their way to the store, and end the upload when they find something.
"""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from services.runtime.errors import InvalidArgument, Unavailable

# The harmless file by which scanners are tested; in two halves, or this source would be taken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURES = (EICAR,)
_CHUNK_BYTES = 64 * 1024
# What clamd says of a stream beyond its StreamMaxLength: the same file never passes.
_TOO_LARGE = "INSTREAM size limit exceeded"


@dataclass(frozen=True)
class ClamdSettings:
    """Where clamd listens; times in seconds. Its StreamMaxLength must not be below the limit of uploads."""

    host: str
    port: int = 3310
    timeout: float = 30.0


class Scanner(Protocol):
    """Looks for what may not be stored."""

    @property
    def finds_viruses(self) -> bool:
        """Whether it is a virus scanner."""
        ...

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on; InvalidArgument FILE_INFECTED at the end, or before, when something is found."""
        ...


class ClamdScanner:
    """A clamd, by its INSTREAM command."""

    finds_viruses = True

    def __init__(self, settings: ClamdSettings) -> None:
        self._settings = settings

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on, each after clamd has it; errors.Unavailable when clamd fails.

        clamd hangs up on what is longer than it takes, in the middle, after it has said so.
        """
        with self._connection() as connection:
            self._send(connection, b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), _CHUNK_BYTES):
                    piece = chunk[start : start + _CHUNK_BYTES]
                    self._send_piece(connection, struct.pack("!I", len(piece)) + piece)
                yield chunk
            self._send_piece(connection, struct.pack("!I", 0))
            _judge(self._answer(connection))

    def check(self) -> None:
        """Asks clamd for a sign of life; errors.Unavailable."""
        with self._connection() as connection:
            self._send(connection, b"zPING\0")
            if self._answer(connection) != "PONG":
                raise Unavailable("the virus scanner does not answer as clamd does")

    def _connection(self) -> socket.socket:
        try:
            return socket.create_connection((self._settings.host, self._settings.port), self._settings.timeout)
        except OSError as error:
            raise Unavailable("the virus scanner is out of reach") from error

    def _send(self, connection: socket.socket, data: bytes) -> None:
        try:
            connection.sendall(data)
        except OSError as error:
            raise Unavailable("the virus scanner broke off") from error

    def _send_piece(self, connection: socket.socket, data: bytes) -> None:
        try:
            self._send(connection, data)
        except Unavailable:
            if _TOO_LARGE in self._answer(connection):
                _judge(_TOO_LARGE)
            raise

    def _answer(self, connection: socket.socket) -> str:
        answer = b""
        try:
            while not answer.endswith(b"\0") and (more := connection.recv(4096)):
                answer += more
        except OSError as error:
            raise Unavailable("the virus scanner broke off") from error
        return answer.rstrip(b"\0").decode(errors="replace")


class SignatureScanner:
    """Without a virus scanner: finds files that hold one of a few known byte sequences, no more."""

    finds_viruses = False

    def __init__(self, signatures: tuple[bytes, ...] = SIGNATURES) -> None:
        self._signatures = signatures
        self._overlap = max(map(len, signatures)) - 1

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on; a signature may lie across their borders."""
        tail = b""
        for chunk in chunks:
            window = tail + chunk
            if any(signature in window for signature in self._signatures):
                raise _infected()
            tail = window[-self._overlap :]
            yield chunk


def scanner_of(settings: ClamdSettings | None, requires: Callable[[Callable[[], None]], None]) -> Scanner:
    """The clamd of the settings, or the list of signatures; `requires` takes the check without which nothing starts."""
    if settings is None:
        return SignatureScanner()
    clamd = ClamdScanner(settings)
    requires(clamd.check)
    return clamd


def _judge(answer: str) -> None:
    if answer.endswith(" FOUND"):
        raise _infected()
    if _TOO_LARGE in answer:
        raise InvalidArgument.field("file", "is larger than the virus scanner takes", reason="FILE_TOO_LARGE")
    if not answer.endswith("OK"):
        raise Unavailable("the virus scanner could not judge the file")


def _infected() -> InvalidArgument:
    return InvalidArgument.field("file", "carries a virus", reason="FILE_INFECTED")
