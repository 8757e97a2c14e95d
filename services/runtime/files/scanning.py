"""The virus scanner of uploads, clamd: it gets the chunks as they pass on their way to the store.

What it finds ends the upload. While it is away nothing is known of a file: services.runtime.files.storing keeps it in
quarantine.
"""

import re
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from services.runtime.errors import InvalidArgument, Unavailable

_CHUNK_BYTES = 64 * 1024
# What clamd says of a stream, and nothing else: a word that only ends like it may be about anything. Beyond its
# StreamMaxLength it says so at once: the same file never passes.
_CLEAN, _FOUND = "stream: OK", re.compile(r"stream: [!-~][ -~]{0,500} FOUND")
_TOO_LARGE = "INSTREAM size limit exceeded. ERROR"
_LONGEST_ANSWER = 1024
_ADDRESS = re.compile(r"unix:(?P<path>/[^\0]+)|(?P<host>[0-9A-Za-z.-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class ClamdSettings:
    """Where clamd listens; `timeout` in seconds is for each chunk to be taken, and for the whole verdict.

    `address` is `host:port`, or `unix:` and the path of a socket. Neither is encrypted, so a host is one that the mesh
    or the same pod reaches. Its StreamMaxLength must not be below the limit of uploads.
    """

    address: str
    timeout: float = 30.0

    def __post_init__(self) -> None:
        """ValueError for what is no address."""
        if not _ADDRESS.fullmatch(self.address):
            raise ValueError("must be host:port or unix:/path")


class ScannerAway(Unavailable):
    """The virus scanner gave no verdict; nothing is known of the file."""


class Scanner(Protocol):
    """Looks for what may not be stored."""

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on.

        At the end, or before: InvalidArgument FILE_INFECTED when something is found, ScannerAway without a verdict.
        """
        ...


class Tolerant:
    """Chunks past a scanner that may be away: they go on all the same, and `scanned` is False then.

    `scanned` counts once all of them have passed; what the scanner finds is raised.
    """

    def __init__(self, scanner: Scanner, chunks: Iterable[bytes]) -> None:
        self.scanned = True
        self._scanner, self._chunks = scanner, iter(chunks)
        self._taken: deque[bytes] = deque()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._scanner.watch(self._source()):
                self._taken.popleft()
                yield chunk
        except ScannerAway:
            self.scanned = False
            # What the scanner took, and had not passed on when it failed, is the next of the file.
            while self._taken:
                yield self._taken.popleft()
            yield from self._chunks

    def _source(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._taken.append(chunk)
            yield chunk


class ClamdScanner:
    """A clamd, by its INSTREAM command."""

    def __init__(self, settings: ClamdSettings) -> None:
        self._settings = settings
        found = _ADDRESS.fullmatch(settings.address)
        assert found
        self._path, self._place = found["path"], (found["host"], int(found["port"] or 0))

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Passes the chunks on, each after clamd has it; ScannerAway when clamd fails.

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
        """Checks that clamd answers; ScannerAway."""
        with self._connection() as connection:
            self._send(connection, b"zPING\0")
            if self._answer(connection) != "PONG":
                raise ScannerAway("the virus scanner does not answer as clamd does")

    def _connection(self) -> socket.socket:
        try:
            if self._path:
                return _local(self._path, self._settings.timeout)
            return socket.create_connection(self._place, self._settings.timeout)
        except OSError as error:
            raise ScannerAway("the virus scanner is out of reach") from error

    def _send(self, connection: socket.socket, data: bytes) -> None:
        try:
            connection.sendall(data)
        except OSError as error:
            raise ScannerAway("the virus scanner broke off") from error

    def _send_piece(self, connection: socket.socket, data: bytes) -> None:
        try:
            self._send(connection, data)
        except ScannerAway:
            self._refuse_early(connection)

    def _refuse_early(self, connection: socket.socket) -> None:
        """What clamd says before it has the whole file is no verdict on it, except that it is too long."""
        if self._answer(connection) == _TOO_LARGE:
            raise _too_large()
        raise ScannerAway("the virus scanner broke off")

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
            raise ScannerAway("the virus scanner broke off") from error
        said, ended, rest = answer.partition(b"\0")
        if not ended or rest:
            raise ScannerAway("the virus scanner does not answer as clamd does")
        return said.decode("ascii", errors="replace")


def _local(path: str, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(timeout)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _judge(answer: str) -> None:
    if _FOUND.fullmatch(answer):
        raise _infected()
    if answer == _TOO_LARGE:
        raise _too_large()
    if answer != _CLEAN:
        raise ScannerAway("the virus scanner could not judge the file")


def _too_large() -> InvalidArgument:
    return InvalidArgument.field("file", "is larger than the virus scanner takes", reason="FILE_TOO_LARGE")


def _infected() -> InvalidArgument:
    return InvalidArgument.field("file", "carries a virus", reason="FILE_INFECTED")
