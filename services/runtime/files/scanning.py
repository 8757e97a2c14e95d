"""Scanners of uploads: clamd where there is one, and a list of known signatures where there is none.

Both look at the chunks as they pass on their way to the store, and end the upload when they find something.
"""

import re
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from services.runtime.errors import InvalidArgument, Unavailable

# The harmless file by which scanners are tested; in two halves, or this source would be taken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURES = (EICAR,)
_CHUNK_BYTES = 64 * 1024
# What clamd says of a stream, and nothing else: a word that only ends like it may be about anything. Beyond its
# StreamMaxLength it says so at once: the same file never passes.
_CLEAN, _FOUND = "stream: OK", re.compile(r"stream: [!-~][ -~]{0,500} FOUND")
_TOO_LARGE = "INSTREAM size limit exceeded. ERROR"
_LONGEST_ANSWER = 1024


@dataclass(frozen=True)
class ClamdSettings:
    """Where clamd listens; `timeout` in seconds is for each chunk to be taken, and for the whole verdict.

    Its StreamMaxLength must not be below the limit of uploads.
    """

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
            if select.select([connection], [], [], 0)[0]:
                self._refuse_early(connection)
            self._send_piece(connection, struct.pack("!I", 0))
            _judge(self._answer(connection))

    def check(self) -> None:
        """Checks that clamd answers; errors.Unavailable."""
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
            self._refuse_early(connection)

    def _refuse_early(self, connection: socket.socket) -> None:
        """What clamd says before it has the whole file is no verdict on it, except that it is too long."""
        if self._answer(connection) == _TOO_LARGE:
            raise _too_large()
        raise Unavailable("the virus scanner broke off")

    def _answer(self, connection: socket.socket) -> str:
        """One answer, whole and in time: up to the zero byte that ends it, with nothing after it."""
        answer, end = b"", time.monotonic() + self._settings.timeout
        try:
            while b"\0" not in answer and len(answer) <= _LONGEST_ANSWER:
                connection.settimeout(max(0.001, end - time.monotonic()))
                if not (more := connection.recv(_LONGEST_ANSWER)):
                    break
                answer += more
        except OSError as error:
            raise Unavailable("the virus scanner broke off") from error
        said, ended, rest = answer.partition(b"\0")
        if not ended or rest:
            raise Unavailable("the virus scanner does not answer as clamd does")
        return said.decode("ascii", errors="replace")


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
    if _FOUND.fullmatch(answer):
        raise _infected()
    if answer == _TOO_LARGE:
        raise _too_large()
    if answer != _CLEAN:
        raise Unavailable("the virus scanner could not judge the file")


def _too_large() -> InvalidArgument:
    return InvalidArgument.field("file", "is larger than the virus scanner takes", reason="FILE_TOO_LARGE")


def _infected() -> InvalidArgument:
    return InvalidArgument.field("file", "carries a virus", reason="FILE_INFECTED")
