"""Customers' apps on the real database: a customer agrees in a browser, the app gets what they agreed to, and it ends."""

import json
from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.runtime.context import Caller, CallerKind
from services.runtime.errors import InvalidArgument, NotFound
from tests.harness import customer, program
from tests.integration.auth.apps import AFTERWARDS, REDIRECT, AppOf, Browser, claims_of
from tests.integration.auth.conftest import Auth

ADA = "ada@example.com"


@pytest.fixture
def ada(auth: Auth) -> str:
    """A customer."""
    return auth.customer(ADA)


def revoked(auth: Auth) -> list[str]:
    """The names under which tokens are revoked."""
    with auth.begin() as uow:
        return [name for name, _ in uow.revoked.since(auth.clock.now() - timedelta(minutes=20))]


@pytest.mark.parametrize("public", [True, False])
def test_an_app_gets_what_the_customer_agreed_to(auth: Auth, ada: str, public: bool) -> None:
    app = AppOf.registered(auth, public=public)
    assert bool(app.secret) is not public
    back = app.asks(ADA)
    assert (back.status, back.address, back.page) == (303, REDIRECT, "")
    assert back.query.keys() == {"code", "state", "iss"}
    assert (back.query["state"], back.query["iss"]) == ("s1", "https://auth.loanflow.local")
    tokens = app.redeem(back.query["code"])
    header, claims = claims_of(auth, tokens["access_token"])
    assert header["typ"] == "at+jwt"
    assert (claims["sub"], claims["kind"], claims["roles"], claims["client_id"]) == (ada, "customer", [], app.client_id)
    assert claims["scope"] == tokens["scope"] == "loans.read openid"
    header, said = claims_of(auth, tokens["id_token"])
    now = int(auth.clock.now().timestamp())
    assert header["typ"] == "JWT"
    assert said.pop("at_hash")
    assert said == {
        "iss": "https://auth.loanflow.local", "aud": app.client_id, "sub": ada, "sid": claims["sid"], "nonce": "n1",
        "auth_time": now, "iat": now, "exp": now + 900, "acr": "aal1", "amr": ["pwd"],
    }  # fmt: skip
