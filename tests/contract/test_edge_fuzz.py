"""Requests that are wrong in any way, to a real edge in front of stand-ins: never 5xx, and always our errors' shape."""

import json
import random
import re
import uuid
from collections.abc import Sequence

import pytest

from tests.contract.conftest import GEN, RunningEdge
from tests.contract.raw import Answer, send

ID = str(uuid.uuid4())
BINDINGS = [
    (binding["verb"], re.sub(r"\{[^}]*\}", ID, binding["path"]))
    for entry in json.loads((GEN / "access.json").read_text()).values()
    for binding in entry["http"]
    if not entry["live"]
]
# Where programs of OAuth 2 ask, and read errors in its shape (RFC 6749 section 5.2).
OAUTH = tuple(path.encode() for _, path in BINDINGS if path.startswith("/oauth2/"))
# By each seed.
REQUESTS = 50
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "G\u00c9T", "")
PIECES = (
    "%", "%FF", "%zz", "%00", "%c0%af", "%2F", "%5c", "%2e%2e", "..", "//", "\\", "?", "??a", "#x", "&a=", "=", ";",
    "\u00ff", "\u0080", "\t", " ", "*", "{}", "[", "%ED%A0%80", "a" * 3000, "?pageSize=-1", "?pageSize=1&pageSize=2",
    "?pageToken=%FE", "?pageSize=99999999999999999999", "?a.b.c=1", "?application_id=1", "?=",
)  # fmt: skip
TYPES = (
    "application/json", "application/json; charset=\u00ff", "text/plain", "multipart/form-data; boundary=x", "",
    "multipart/form-data; boundary=\u00d0\u00ba", "multipart/form-data", "application/x-www-form-urlencoded",
    "application/grpc-web", "application/grpc-web-text", "application/grpcx", "application/octet-stream", ";", "/",
    "multipart/form-data; boundary=\"x", "multipart/mixed; boundary=x", "application/json; a=b; a=b", "\t",
)  # fmt: skip
BODIES = (
    b"", b"{}", b"{", b"[]", b"null", b"\xff", b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"a":1}', b'"', b"\x00", b"1e999",
    b"--x--", b"--x\r\n\r\n--x--", b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\n\xff\r\n--x--",
    b"[" * 5000, b'{"a":' * 2000, b'{"terms":{"principal":{"amount":1e400}}}', b"\x1f\x8b\x08",
    b"a=b&a=%ff", b"grant_type=%FF",
)  # fmt: skip
HEADERS = (
    "Authorization: bearer", "Authorization: Bearer \u00ff", "Authorization: Basic !!!", "Host: other",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, identity", "Expect: nothing",
    "Content-Length: 5", "Content-Length: 99999999999999999999999", "Content-Encoding: br", "Content-Length: -1",
    "Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c", "grpc-timeout: x", "grpc-encoding: gzip",
    "X-Request-Id: \u00ff", "Idempotency-Key: \u00e4", "Idempotency-Key: " + "k" * 5000, "x_under: 1", "a b: c",
    "no colon", "x-y: \x01", "x-y-bin: \u00ff", "Cookie: " + "c" * 13000, "Content-Type: a", "X-Forwarded-For: unknown",
    "x-forwarded-proto: gopher", "x-envoy-retry-on: 5xx", "x-http-method-override: DELETE", "Range: bytes=a-", ": x",
    "te: trailers", "Accept: nothing/none", "If-Match: x",
    "x-envoy-upstream-rq-timeout-ms: 0", "x-envoy-original-path: /x", "x-envoy-upstream-rq-timeout-alt-response: 1",
)  # fmt: skip


def request(chance: random.Random, edge: RunningEdge) -> tuple[str, bytes]:
    """The method, and a request with one to four things about it that are odd."""
    verb, path = chance.choice(BINDINGS)
    kind, body = "application/json", b"{}" if verb != "GET" else b""
    token = edge.token("OFFICER", "BEARER", "ADMIN", "MANAGER", sub=str(chance.random()))
    headers = [f"Authorization: Bearer {token}"]
    for _ in range(chance.randint(1, 4)):
        match chance.randint(0, 4):
            case 0:
                verb = chance.choice(VERBS)
            case 1:
                at = chance.randint(1, len(path))
                path = path[:at] + chance.choice(PIECES) + path[at:]
            case 2:
                kind, body = chance.choice(TYPES), chance.choice(BODIES)
            case 3:
                headers.append(chance.choice(HEADERS))
            case 4:
                body = bytes(chance.randbytes(chance.randint(1, 40)))
    if body and not any(each.startswith(("Content-Length", "Transfer-Encoding")) for each in headers):
        headers.append(f"Content-Length: {len(body)}")
    lines = ["Host: edge", "Connection: close", f"Content-Type: {kind}", *headers]
    return verb, f"{verb} {path} HTTP/1.1\r\n{_joined(lines)}\r\n".encode("latin-1") + body


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def fault(verb: str, sent: bytes, answer: Answer) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if answer.status >= 500:
        return f"{answer.status} {answer.body!r}"
    if answer.status < 400 or verb == "HEAD":
        return ""
    try:
        of_oauth = any(path in sent for path in OAUTH)
        if not of_oauth or set(json.loads(answer.body)) != {"error", "error_description"}:
            assert answer.reason
    except (ValueError, KeyError, AssertionError) as error:
        return f"{answer.status} {answer.headers} {answer.body!r}: {error!r}"
    return ""


@pytest.mark.tries(REQUESTS)
@pytest.mark.parametrize("seed", range(20))
def test_what_the_caller_did_wrong_is_no_error_of_ours(edge: RunningEdge, seed: int) -> None:
    chance = random.Random(seed)
    faults = []
    for _ in range(REQUESTS):
        verb, sent = request(chance, edge)
        if found := fault(verb, sent, send(edge, sent, verb)):
            faults.append((sent[:400], found))
    assert faults == []
