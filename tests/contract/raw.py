"""HTTP/1.1 byte by byte: requests that no library would send."""

import json
import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any

from tests.contract.conftest import RunningEdge

# Longer than any answer takes; some requests get none, as the edge waits for the rest of them.
SECONDS = 4


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when the connection was closed without a word."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        """The reason of an error, whose shape is checked."""
        content: dict[str, Any] = json.loads(self.body)
        assert self.headers["content-type"] == "application/json"
        assert set(content) == {"code", "message", "details"}, content
        assert content["message"] == content["message"].strip() != ""
        info = next(each for each in content["details"] if each["@type"].endswith("google.rpc.ErrorInfo"))
        assert info["domain"] == "loanflow"
        return str(info["reason"])


def send(edge: RunningEdge, request: bytes, method: str = "GET", address: str = "") -> Answer:
    """Sends these bytes to the edge, and reads one answer; from an address whose limit no other test uses."""
    host, _, port = edge.grpc_target.partition(":")
    source = (address or f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.1", 0)
    with socket.create_connection((host, int(port)), SECONDS, source) as connection:
        response = HTTPResponse(connection, method=method)
        try:
            connection.sendall(request)
            response.begin()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except (OSError, HTTPException):
            return Answer(0, {}, b"")


def request(
    edge: RunningEdge,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    address: str = "",
) -> Answer:
    """One request with a token of many roles, its parts as Latin-1."""
    lines = {"host": "edge", "connection": "close", **edge.bearer("OFFICER", "BEARER", "ADMIN", sub=method + path)}
    if body is not None:
        lines["content-length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **(headers or {})}.items())
    return send(edge, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (body or b""), method, address)
