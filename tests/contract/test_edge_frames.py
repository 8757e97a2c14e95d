"""Frames and lengths that say two things, or do not end: the edge answers once, or ends the connection."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contract.conftest import RunningEdge
from tests.contract.test_protection import OFFERS

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS, HEADERS, CONTINUATION = 4, 1, 9
SMUGGLED = f"GET {OFFERS} HTTP/1.1\r\nHost: edge\r\n\r\n"
# Two lengths of one body, or one that is written so that two parties may read it differently.
LENGTHS = (
    "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4",
    "Content-Length: 4\r\nContent-Length: 5", "Content-Length: 4, 5", "Content-Length: +4", "Content-Length: 0x4",
    "Content-Length : 4\r\nTransfer-Encoding : chunked", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: \x0bchunked",
)  # fmt: skip


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame of HTTP/2 (RFC 9113, 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


@contextmanager
def connected(edge: RunningEdge) -> Iterator[socket.socket]:
    """A connection to the edge, without any protocol."""
    host, _, port = edge.grpc_target.partition(":")
    with socket.create_connection((host, int(port)), 15) as connection:
        yield connection


def ends(connection: socket.socket, flood: bytes, rounds: int) -> bool:
    """Whether the edge ends the connection while this is sent again and again."""
    try:
        for _ in range(rounds):
            connection.sendall(flood)
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_headers_that_do_not_end_end_the_connection(edge: RunningEdge) -> None:
    with connected(edge) as connection:
        connection.sendall(PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, 0, 1, b"\x82\x86\x84"))
        # A literal that is not kept in the table of headers, of 1,000 bytes.
        field = b"\x00\x01x\x7f" + bytes([0xE9, 0x06]) + b"y" * 1000
        assert ends(connection, frame(CONTINUATION, 0, 1, field), 5000)


def test_settings_by_the_mass_whose_answers_are_not_read_end_the_connection(edge: RunningEdge) -> None:
    with connected(edge) as connection:
        connection.sendall(PREFACE)
        assert ends(connection, frame(SETTINGS, 0, 0) * 2000, 2000)


@pytest.mark.parametrize("lengths", LENGTHS)
def test_a_body_with_two_lengths_is_refused_and_hides_no_second_request(edge: RunningEdge, lengths: str) -> None:
    head = f"POST {OFFERS} HTTP/1.1\r\nHost: edge\r\n{lengths}\r\n\r\n0\r\n\r\n"
    with connected(edge) as connection:
        connection.sendall((head + SMUGGLED).encode("latin-1"))
        said = b""
        while part := connection.recv(65536):
            said += part
    assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert said.count(b"HTTP/1.1 ") == 1


def test_http_2_is_not_begun_by_an_upgrade(edge: RunningEdge) -> None:
    asks = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    with connected(edge) as connection:
        connection.sendall(f"GET {OFFERS} HTTP/1.1\r\nHost: edge\r\n{asks}\r\n".encode())
        assert b" 101 " not in connection.recv(65536).partition(b"\r\n")[0]
