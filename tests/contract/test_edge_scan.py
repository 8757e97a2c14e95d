"""The scan of the edge names each fault of a server that has them all, once, and none of one that keeps its word."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import schemathesis

from stack.scan.edge import ANONYMOUS, EdgeScan
from stack.scan.reviewed import Finding
from tests.contract.findings import findings

GOOD = "good"
ANSWER = {
    "description": "Fine.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "required": ["a"],
                "additionalProperties": False,
            }
        }
    },
}
REFUSED = {"description": "No.", "content": {"application/json": {}}}


def document(*paths: str) -> dict[str, Any]:
    """A reference whose operations all ask for a token, and answer 200 or 401."""
    operation = {"responses": {"200": ANSWER, "401": REFUSED}, "security": [{"bearer": []}]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        "paths": {path: {"get": operation} for path in paths},
    }


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """What its path asks for."""
        known = self.headers.get("authorization") == f"Bearer {GOOD}"
        found = {
            "/good": (200, b'{"a": "b"}'),
            "/broken": (500, b"{}"),
            "/surprising": (418, b"{}"),
            "/shapeless": (200, b'{"b": 1}'),
            "/open": (200, b'{"a": "b"}'),
        }[self.path.partition("?")[0]]
        status, body = found if known or self.path.startswith("/open") else (401, b"{}")
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def scanned(*paths: str, seconds: float = 60) -> list[Finding]:
    schema = schemathesis.openapi.from_dict(document(*paths))
    with served() as url:
        attack = EdgeScan(url, {ANONYMOUS: str, "somebody": lambda: GOOD}, {}, schema)
        try:
            return attack.run(examples=3, seconds=seconds)
        finally:
            attack.close()


def named(found: list[Finding]) -> set[tuple[str, str, str]]:
    return {(each.rule, each.place, each.mark) for each in found}


def test_who_keeps_their_word_is_not_found_fault_with() -> None:
    findings(scanned("/good"), "find no fault with an answer that the reference has")


def test_each_fault_is_named_with_its_caller() -> None:
    assert named(scanned("/broken", "/surprising", "/shapeless", "/open")) == {
        ("ServerError", "GET:/broken", "somebody"),
        ("UndefinedStatusCode", "GET:/broken", "somebody"),
        ("UndefinedStatusCode", "GET:/surprising", "somebody"),
        ("JsonSchemaError", "GET:/shapeless", "somebody"),
        ("auth-ignored", "GET:/open", "somebody"),
        ("auth-ignored", "GET:/open", ANONYMOUS),
    }


def test_what_time_did_not_suffice_for_is_named() -> None:
    assert named(scanned("/good", "/open", seconds=-1)) == {
        ("not-reached", "GET:/good", "-"),
        ("not-reached", "GET:/open", "-"),
    }
