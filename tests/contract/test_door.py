"""What a REST call must be at the edge, and what answers say of themselves: a real Envoy in front of stand-ins."""

import json
import re
import ssl
import uuid
from pathlib import Path

import grpc
import httpx
import pytest

from envoy.edge import LIVE_PATH
from tests.contract.conftest import GEN, RunningEdge
from tests.contract.raw import request, send
from tests.contract.test_edge import LIST_OFFERS, OFFER, OFFERS, last_call

ID = str(uuid.uuid4())
ACCESS = json.loads((GEN / "access.json").read_text())
UPLOAD = f"/api/v1/payments/{ID}/proof"
READABLE = sorted(
    re.sub(r"\{[^}]*\}", ID, binding["path"])
    for entry in ACCESS.values()
    for binding in entry["http"]
    if binding["verb"] == "GET" and not entry["live"]
)
ESCAPES = ("%FF", "%zz", "%", "%4", "%00", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%80", "%C3", "%0A", "%7F", "%E2%82")
GOOD_ESCAPES = ("%41", "%C3%A9", "%E2%82%AC", "%F0%9F%98%80", "%D0%B1", "%20")


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_broken_escape_in_the_path_is_malformed(edge: RunningEdge, escape: str) -> None:
    answer = request(edge, "GET", f"/api/v1/applications/{escape}")
    assert (answer.status, answer.reason) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize(
    "start",
    [
        b"GET /api/v1/a%2Fb HTTP/1.1\r\nhost: x", b"GET /api/v1/a%5cb HTTP/1.1\r\nhost: x", b"GET /api/v1 HTTP/1.1",
        b"GET /api/v1/%00 HTTP/1.1\r\nhost: x", b"GET /api/v1#a HTTP/1.1\r\nhost: x",
        b"FOO /api/v1 HTTP/1.1\r\nhost: x",
    ],
)  # fmt: skip
def test_what_envoy_refuses_without_a_word_is_answered(edge: RunningEdge, start: bytes) -> None:
    answer = send(edge, start + b"\r\n\r\n")
    assert (answer.status, answer.reason) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize("escape", [each for each in ESCAPES if each not in ("%0A", "%7F")])
def test_a_broken_escape_in_the_query_is_malformed(edge: RunningEdge, escape: str) -> None:
    answer = request(edge, "GET", f"{OFFERS}?pageToken={escape}")
    assert (answer.status, answer.reason) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize("escape", GOOD_ESCAPES)
def test_any_text_may_be_escaped(edge: RunningEdge, escape: str) -> None:
    assert request(edge, "GET", f"{OFFERS}?pageToken=a{escape}b").status == 200
    assert request(edge, "GET", f"/api/v1/discussion/a{escape}/offers").status == 200


@pytest.mark.parametrize("body", [b'{"conditions": "\xff"}', b'{"conditions": "\xed\xa0\x80"}', b"\xff\xfe"])
def test_text_in_a_body_is_utf_8(edge: RunningEdge, body: bytes) -> None:
    answer = request(edge, "POST", OFFER, {"content-type": "application/json"}, body)
    assert (answer.status, answer.reason) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data; boundary=x", 200),
        ('multipart/form-data; boundary="a b"', 200),
        ("Multipart/Form-Data;Boundary=x;charset=utf-8", 200),
        ("multipart/form-data; boundary=" + "a" * 70, 200),
        ("multipart/form-data; boundary=\u00d0\u00ba\u00d0\u00bb", 400),
        ("multipart/form-data; boundary=\u00ff", 400),
        ('multipart/form-data; boundary="\u00ff"', 400),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ('multipart/form-data; boundary=""', 400),
        ("multipart/form-data; boundary=" + "a" * 71, 400),
        ('multipart/form-data; boundary="a"b"', 400),
        ('multipart/form-data; boundary="a ', 400),
        ("multipart/form-data; boundary=a; boundary=b", 400),
        ("multipart/mixed; boundary=x", 415),
        ("application/json", 415),
        ("text/plain", 415),
        (None, 415),
    ],
)
def test_an_upload_says_its_boundary(edge: RunningEdge, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = request(edge, "POST", UPLOAD, headers, b"--x--")
    assert answer.status == status
    if status != 200:
        assert answer.reason == {400: "REQUEST_MALFORMED", 415: "MEDIA_TYPE_UNSUPPORTED"}[status]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON", 200),
        ("application/json; charset=utf-8", 200),
        ("application/json;charset=UTF-8", 200),
        ('application/json ; Charset="utf-8"', 200),
        ("application/json; profile=x;", 200),
        ('application/json; profile="a;\\"b\\\\"; charset="utf\\-8"', 200),
        ('application/json; profile="a\\"', 400),
        ('application/json; profile=""', 200),
        (None, 200),
        ("application/json; charset=latin-1", 415),
        ("application/jsonp", 415),
        ("application/json-patch+json", 415),
        ("application/json, text/plain", 400),
        ("text/json", 415),
        ("json", 415),
        ("application/grpc-web", 415),
        ("application/x-www-form-urlencoded", 415),
        ("\u00ff", 415),
        ("application/json; charset", 400),
        ("application/json; charset=utf-8; charset=utf-8", 400),
    ],
)
def test_media_types_are_read_as_http_has_them(edge: RunningEdge, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = request(edge, "POST", OFFER, headers, b"{}")
    assert answer.status == status
    if status == 415:
        assert answer.reason == "MEDIA_TYPE_UNSUPPORTED"
        assert answer.headers["accept"] == "application/json"


def test_a_compressed_body_is_refused(edge: RunningEdge) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = request(edge, "POST", OFFER, headers, b"\x1f\x8b")
    assert (answer.status, answer.reason) == (415, "MEDIA_TYPE_UNSUPPORTED")
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR", "Bearer ", "Bearer"])
def test_the_scheme_of_a_token_may_be_in_any_case(edge: RunningEdge, scheme: str) -> None:
    token = edge.token("OFFICER", sub="case")
    assert request(edge, "GET", OFFERS, {"authorization": f"{scheme} {token}"}).status == 200
    message = edge.backend.message("loanflow.discussion.v1.ListOffersRequest", application_id=ID)
    with grpc.insecure_channel(edge.grpc_target) as channel:
        call = channel.unary_unary(LIST_OFFERS, type(message).SerializeToString, bytes)
        call(message, 5, (("authorization", f"{scheme} {token}"),))


@pytest.mark.parametrize("path", READABLE)
def test_head_is_wherever_get_is(edge: RunningEdge, path: str) -> None:
    asked, got = request(edge, "HEAD", path), request(edge, "GET", path)
    assert (asked.status, asked.body) == (got.status, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]


def test_the_answer_to_head_has_no_body_by_http_2_either(edge: RunningEdge) -> None:
    with httpx.Client(http1=False, http2=True) as client:
        for _ in range(2):
            answer = client.head(edge.url + OFFERS, headers=edge.bearer("OFFICER", sub="h2"))
            assert (answer.status_code, answer.content) == (200, b"")
        assert client.get(edge.url + OFFERS, headers=edge.bearer("OFFICER", sub="h2")).content
    assert request(edge, "HEAD", "/api/v1/nothing").status == 404


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (OFFERS, {"GET", "HEAD", "OPTIONS"}),
        (OFFER, {"POST", "PUT", "OPTIONS"}),
        (f"/api/v1/documents/{ID}", {"GET", "HEAD", "DELETE", "OPTIONS"}),
        ("/api/v1/documents/upload", {"POST", "GET", "HEAD", "DELETE", "OPTIONS"}),
        ("/api/v1/notifications/stream", {"GET", "OPTIONS"}),
        (LIVE_PATH, {"GET", "OPTIONS"}),
        ("/docs", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_path_says_what_it_takes(edge: RunningEdge, path: str, methods: set[str]) -> None:
    answer = request(edge, "OPTIONS", path)
    assert (answer.status, answer.body, set(answer.headers["allow"].split(", "))) == (204, b"", methods)
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"} - methods:
        refused = request(edge, method, path)
        assert refused.status == 405, method
        assert set(refused.headers["allow"].split(", ")) == methods
        assert method == "HEAD" or refused.reason == "METHOD_NOT_ALLOWED"


def test_a_websocket_must_be_asked_for(edge: RunningEdge) -> None:
    answer = request(edge, "GET", LIVE_PATH)
    assert (answer.status, answer.reason) == (426, "UPGRADE_REQUIRED")


def test_a_401_says_how_to_be_known(edge: RunningEdge) -> None:
    without = request(edge, "GET", OFFERS, {"authorization": "Basic x"})
    assert (without.status, without.headers["www-authenticate"]) == (401, 'Bearer realm="loanflow"')
    wrong = request(edge, "GET", OFFERS, {"authorization": "bearer x.y.z"})
    assert wrong.headers["www-authenticate"] == 'Bearer realm="loanflow", error="invalid_token"'


def test_answers_are_not_stored_nor_guessed_at(edge: RunningEdge) -> None:
    for path in (OFFERS, "/api/v1/nothing", f"{OFFERS}?nope=1", "/api/v1/applications/%FF"):
        headers = request(edge, "GET", path).headers
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff"), path
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
    assert "cache-control" not in request(edge, "GET", "/api/v1/facilities").headers
    page = request(edge, "GET", "/docs").headers
    assert page["cache-control"] == "no-cache"
    assert "script-src" in page["content-security-policy"]


def test_by_tls_a_browser_is_asked_to_stay_there(edge: RunningEdge, certificates: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    with httpx.Client(verify=trusting) as client:
        for path in (OFFERS, "/docs", "/api/v1/nothing"):
            answer = client.get(edge.tls_url + path, headers=edge.bearer("OFFICER", sub="hsts"))
            assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("value", ["\u00dc", "a\tb", "\u0080", "\u00ff"])
def test_what_grpc_cannot_carry_stays_at_the_edge(edge: RunningEdge, value: str) -> None:
    assert request(edge, "GET", OFFERS, {"user-agent": value, "x-kept": "1"}).status == 200
    assert last_call(edge).metadata["x-kept"] == "1"
