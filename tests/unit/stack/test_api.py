"""The demo's REST client: a user stays signed in for longer than a token lasts."""

import json
import time
from typing import Any

import httpx
import pytest

from stack.demo.api import Refused, Session


class Edge:
    """Gives a new token of 15 minutes for each login, and keeps the tokens it was shown."""

    def __init__(self) -> None:
        self.logins: list[Any] = []
        self.shown: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/login"):
            self.shown.append(request.headers.get("authorization", ""))
            return httpx.Response(200, json={})
        self.logins.append(json.loads(request.content))
        if self.logins[-1]["password"] != "right":
            return httpx.Response(401, json={"code": 16, "message": "no", "details": [{"reason": "BAD_CREDENTIALS"}]})
        tokens = {"accessToken": f"token {len(self.logins)}", "expiresIn": 900}
        return httpx.Response(200, json={"tokens": tokens, "accountId": "ada"})


@pytest.fixture
def edge() -> Edge:
    return Edge()


@pytest.fixture
def anyone(edge: Edge) -> Session:
    return Session("http://edge", client=httpx.Client(transport=httpx.MockTransport(edge)))


def test_a_token_is_renewed_long_before_its_end(anyone: Session, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    ada = anyone.sign_in("ada@example.org", "right")
    assert (ada.account_id, anyone.steps, ada.steps) == ("ada", 1, 0)
    for now in (1000.0, 1299.0, 1300.0, 1599.0):
        monkeypatch.setattr(time, "monotonic", lambda at=now: at)
        ada.get("/api/v1/facilities")
    assert edge.shown == ["Bearer token 1", "Bearer token 1", "Bearer token 2", "Bearer token 2"]
    assert edge.logins == [{"email": "ada@example.org", "password": "right"}] * 2
    assert "right" not in repr(ada) and "token" not in repr(ada)


def test_who_is_not_signed_in_shows_no_token(anyone: Session, edge: Edge) -> None:
    anyone.get("/api/v1/facilities")
    assert (anyone.token, edge.shown, edge.logins) == ("", [""], [])


def test_a_wrong_password_is_said_at_once(anyone: Session) -> None:
    with pytest.raises(Refused) as refused:
        anyone.sign_in("ada@example.org", "wrong")
    assert (refused.value.code, refused.value.reason) == (401, "BAD_CREDENTIALS")
