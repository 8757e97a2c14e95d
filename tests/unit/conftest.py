"""Unit tests reach no other process: a socket towards one is a mistake, and fails the test."""

import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting, binding and sending raise; a pair of sockets within the process stays possible."""

    def refuse(self: socket.socket, address: Any, *_: Any) -> None:
        raise AssertionError(f"a unit test opens a socket: {address}")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
