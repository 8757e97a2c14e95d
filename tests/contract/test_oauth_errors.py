"""Errors of the token endpoint are those of RFC 6749, whichever part refuses: the edge, a limit, or the service."""

import json
import re
from typing import Any

import pytest

from services.runtime import errors
from tests.contract.conftest import RunningEdge
from tests.contract.raw import Answer, request

TOKEN = "/oauth2/token"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def problem(answer: Answer) -> tuple[int, str]:
    """The status and the error of an answer whose shape is checked."""
    content = json.loads(answer.body)
    assert set(content) == {"error", "error_description"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]+", content["error_description"])
    return answer.status, content["error"]


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"content-type": "application/json"}, b"{}", (400, "invalid_request")),
        ({"content-type": "text/plain"}, b"a=b", (400, "invalid_request")),
        (FORM | {"content-encoding": "gzip"}, b"a", (415, "invalid_request")),
        (FORM, b"x" * 1_100_000, (413, "invalid_request")),
    ],
)
def test_of_the_edge(edge: RunningEdge, headers: dict[str, str], body: bytes, expected: Any) -> None:
    assert problem(request(edge, "POST", TOKEN, headers, body)) == expected


@pytest.mark.parametrize(
    ("kind", "reason", "expected"),
    [
        (errors.Unauthenticated, "CLIENT_INVALID", (401, "invalid_client")),
        (errors.InvalidArgument, "GRANT_UNSUPPORTED", (400, "unsupported_grant_type")),
        (errors.InvalidArgument, "SCOPE_INVALID", (400, "invalid_scope")),
        (errors.PermissionDenied, "ADDRESS_REFUSED", (403, "unauthorized_client")),
        (errors.InvalidArgument, "INVALID_FIELD", (400, "invalid_request")),
        (errors.ResourceExhausted, "RATE_LIMITED", (429, "temporarily_unavailable")),
        (errors.Unavailable, "DEPENDENCY_UNAVAILABLE", (503, "temporarily_unavailable")),
        (errors.Internal, "INTERNAL", (500, "server_error")),
    ],
)
def test_of_the_service(edge: RunningEdge, kind: type[errors.Error], reason: str, expected: Any) -> None:
    with edge.backend.refuses(edge.rpc_of("POST", TOKEN), kind('the "form" \\ \u00e4 is wrong', reason=reason)):
        answer = request(edge, "POST", TOKEN, FORM, b"grant_type=client_credentials")
    assert problem(answer) == expected
    assert answer.headers.get("www-authenticate", "") == ('Basic realm="loanflow"' if expected[0] == 401 else "")


def test_of_its_methods(edge: RunningEdge) -> None:
    assert problem(request(edge, "GET", TOKEN)) == (405, "invalid_request")


def test_of_the_limit(edge: RunningEdge) -> None:
    answers = [request(edge, "POST", TOKEN, FORM, b"grant_type=x", "127.0.9.9") for _ in range(15)]
    assert problem(answers[-1]) == (429, "temporarily_unavailable")
    assert answers[-1].headers["retry-after"]
