"""Customers' apps at the edge: what browsers are sent, which parameters go on, and what tokens and ID tokens open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import pytest

from envoy.door import LENIENT
from services.auth.convert_apps import PAGE_STATUS
from services.runtime.errors import InvalidArgument, Unauthenticated
from tests.contract.conftest import RunningEdge
from tests.contract.findings import same
from tests.contract.test_edge import last_call, problem

AUTHORIZE, LOGOUT, USERINFO = "/oauth2/authorize", "/oauth2/logout", "/oauth2/userinfo"
RPC = "/loanflow.auth.v1.AuthService/"
FORM = {"content-type": "application/x-www-form-urlencoded"}


_NUMBERS = count(1)


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    """A browser at an address of its own, so that no other test uses up its share of calls."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=f"127.0.21.{next(_NUMBERS)}")) as made:
        yield made


@contextmanager
def answering(edge: RunningEdge, rpc: str, *headers: tuple[str, str], page: bytes = b"<p>page</p>") -> Iterator[None]:
    """Has auth answer an RPC with a page and these headers."""
    body = {"content_type": "text/html; charset=utf-8", "data": page}

    def answer(_: Sequence[Any], context: Any) -> Any:
        context.send_initial_metadata(headers)
        return [edge.backend.message(f"loanflow.auth.v1.{rpc}Response", page=body)]

    edge.backend.answers[RPC + rpc] = answer
    try:
        yield
    finally:
        del edge.backend.answers[RPC + rpc]


@pytest.mark.parametrize("rpc", ["Authorize", "DecideAuthorization", "EndAppSession"])
def test_a_browser_is_sent_on_by_a_status_and_an_address(edge: RunningEdge, browser: httpx.Client, rpc: str) -> None:
    there = "https://app.example/callback?code=c&state=a%20b&iss=https%3A%2F%2Fauth"
    headers = ((PAGE_STATUS, "303"), ("location", there), ("set-cookie", "a=b; Secure"))
    with answering(edge, rpc, *headers, page=b""):
        if rpc == "DecideAuthorization":
            answer = browser.post(edge.url + AUTHORIZE, content="decision=deny", headers=FORM)
        else:
            answer = browser.get(edge.url + (AUTHORIZE if rpc == "Authorize" else LOGOUT))
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, there, b"")
    assert answer.headers["set-cookie"] == "a=b; Secure"
    assert PAGE_STATUS not in answer.headers


def test_a_page_keeps_its_status_its_policy_and_its_form(edge: RunningEdge, browser: httpx.Client) -> None:
    policy = "default-src 'none'; frame-ancestors 'none'; form-action 'self'"
    own = (("content-security-policy", policy), ("x-frame-options", "DENY"), ("cache-control", "no-store"))
    for status in ("200", "400", "403"):
        with answering(edge, "DecideAuthorization", (PAGE_STATUS, status), *own):
            answer = browser.post(edge.url + AUTHORIZE, content="decision=allow", headers=FORM)
        assert (answer.status_code, answer.text) == (int(status), "<p>page</p>")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert {name: answer.headers[name] for name, _ in own} == dict(own)
        assert (answer.headers["x-content-type-options"], answer.headers["referrer-policy"]) == (
            "nosniff",
            "no-referrer",
        )


@pytest.mark.parametrize("status", ["", "99", "500", "1000", "2xx"])
def test_a_status_that_no_page_has_changes_nothing(edge: RunningEdge, browser: httpx.Client, status: str) -> None:
    with answering(edge, "Authorize", (PAGE_STATUS, status)):
        answer = browser.get(edge.url + AUTHORIZE, headers={PAGE_STATUS: "400"})
    assert (answer.status_code, PAGE_STATUS in answer.headers) == (200, False)


def test_the_edge_passes_on_the_parameters_that_the_contract_has(edge: RunningEdge, browser: httpx.Client) -> None:
    for path, message in ((AUTHORIZE, "AuthorizeRequest"), (LOGOUT, "EndAppSessionRequest")):
        fields = edge.backend.pool.FindMessageTypeByName(f"loanflow.auth.v1.{message}").fields
        same(LENIENT[path], [field.name for field in fields], "envoy/door.py:1", "add it", "take it out")
        everything = {name: f"{number} ä&=+" for number, name in enumerate(LENIENT[path])}
        assert browser.get(edge.url + path, params=everything).status_code == 200
        sent = last_call(edge).requests[0]
        assert {field.name: value for field, value in sent.ListFields()} == everything


@pytest.mark.parametrize("extra", ["x=1", "clientId=2", "client_id.x=2", "%00=1", "client%5Fid%00=2", "=", "&&", "é=1"])
def test_what_else_an_app_sends_is_passed_over(edge: RunningEdge, browser: httpx.Client, extra: str) -> None:
    answer = browser.get(f"{edge.url}{AUTHORIZE}?{extra}&client_id=1")
    if "%00" in extra:
        assert answer.status_code == 400
        return
    assert answer.status_code == 200
    assert [field.name for field, _ in last_call(edge).requests[0].ListFields()] == ["client_id"]


@pytest.mark.parametrize(
    "query",
    ["client_id=1&client_id=1", "redirect_uri=a&state=s&redirect_uri=b", "state=&state=", "client%5Fid=1&client_id=2"],
)
def test_a_parameter_that_is_there_twice_is_refused(edge: RunningEdge, browser: httpx.Client, query: str) -> None:
    for path in (AUTHORIZE, LOGOUT):
        names = {each.partition("=")[0].replace("%5F", "_") for each in query.split("&")}
        answer = browser.get(f"{edge.url}{path}?{query}")
        expected = 400 if names <= set(LENIENT[path]) else 200
        assert answer.status_code == expected
        assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect"])
def test_a_client_reads_why_as_the_standard_has_it(edge: RunningEdge, browser: httpx.Client, path: str) -> None:
    rpc = edge.rpc_of("POST", path)
    refusals = [
        (InvalidArgument("no", reason="GRANT_INVALID"), 400, "invalid_grant"),
        (InvalidArgument("no", reason="CLIENT_UNAUTHORIZED"), 400, "unauthorized_client"),
        (InvalidArgument("no", reason="SCOPE_INVALID"), 400, "invalid_scope"),
        (Unauthenticated("no", reason="CLIENT_INVALID"), 401, "invalid_client"),
    ]
    for refused, status, error in refusals:
        with edge.backend.refuses(rpc, refused):
            answer = browser.post(edge.url + path, content="token=t", headers=FORM)
        assert (answer.status_code, answer.json()) == (status, {"error": error, "error_description": "no"})


def test_a_token_of_an_app_opens_what_the_customer_agreed_to_and_an_id_token_nothing(
    edge: RunningEdge, browser: httpx.Client
) -> None:
    app: dict[str, Any] = {"client_id": "app", "rate": 6000, "kind": "customer", "sid": "s"}
    scoped = edge.bearer(scope="openid", **app)
    assert browser.get(edge.url + USERINFO, headers=scoped).status_code == 200
    for path in ("/api/v1/applications", "/api/v1/auth/consents", "/ws/notifications"):
        upgrade = {"connection": "upgrade", "upgrade": "websocket"} if path.startswith("/ws") else {}
        assert browser.get(edge.url + path, headers=scoped | upgrade).status_code == 403
    for forged in (edge.bearer(aud="app", scope="openid"), edge.bearer("BEARER", aud="app"), edge.bearer(aud=["app"])):
        assert problem(browser.get(edge.url + USERINFO, headers=forged))[0] in (401, 403)
