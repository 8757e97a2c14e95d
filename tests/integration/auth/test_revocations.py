"""Whatever ends an account's, a session's or a client's rights ends the access tokens that are out, too."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.revocation_store import KEPT
from services.runtime import context
from services.runtime.calling.revocations import Revocations, marks_of
from services.runtime.errors import Unauthenticated
from tests.harness import customer, staff
from tests.integration.auth.conftest import Auth

EMAIL = "anna@example.org"


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def fetched(auth: Auth, since: int = 0) -> bytes:
    return bytes(auth.client().GetRevocations(pb.GetRevocationsRequest(since=since)).revocations.data)


def stands(auth: Auth, token: str) -> bool:
    known = Revocations(lambda since: fetched(auth, since))
    known.refresh()
    return known.stand(marks_of(claims(token)))


def set_roles(auth: Auth, account_id: str) -> None:
    auth.set_roles(account_id, "MANAGER")


def take_roles(auth: Auth, account_id: str) -> None:
    auth.set_roles(account_id)


def log_out(auth: Auth, account_id: str) -> None:
    auth.client(customer(account_id)).Logout(pb.LogoutRequest())


def erase(auth: Auth, account_id: str) -> None:
    with context.background("auth", "test"):
        auth.app.on_customer_erased(account_id, auth.clock.now())


ENDS: list[tuple[str, Callable[[Auth, str], None]]] = [
    ("staff", set_roles),
    ("staff", take_roles),
    ("staff", log_out),
    ("customer", log_out),
    ("customer", erase),
]


@pytest.mark.parametrize("kind, end", ENDS, ids=[f"{kind} {end.__name__}" for kind, end in ENDS])
def test_what_ends_rights_ends_the_tokens_that_are_out(auth: Auth, kind: str, end: Callable[[Auth, str], None]) -> None:
    account_id = auth.customer(EMAIL) if kind == "customer" else auth.user(EMAIL, "OFFICER").account_id
    other = auth.customer("ben@example.org")
    out = [auth.login(EMAIL).tokens.access_token for _ in range(2)]
    bystander = auth.login("ben@example.org")
    assert bystander.account_id == other
    assert all(stands(auth, token) for token in out)
    end(auth, account_id)
    assert [stands(auth, token) for token in out] == [False, False]
    assert stands(auth, bystander.tokens.access_token)


def test_a_session_that_is_stolen_from_ends_with_its_access_tokens(auth: Auth) -> None:
    auth.customer(EMAIL)
    other = auth.login(EMAIL).tokens
    used = auth.login(EMAIL).tokens
    latest = auth.refresh(used.refresh_token)
    # Within ten seconds it may be the owner's second window.
    auth.clock.advance(timedelta(seconds=11))
    with pytest.raises(Unauthenticated):
        auth.refresh(used.refresh_token)
    found = [stands(auth, each.access_token) for each in (used, latest, other)]
    assert found == [False, False, True]


def test_what_is_issued_after_a_change_of_roles_stands(auth: Auth) -> None:
    account_id = auth.user(EMAIL, "OFFICER").account_id
    session = auth.login(EMAIL).tokens
    set_roles(auth, account_id)
    # In the same second: no time of issue could tell the two apart.
    renewed = auth.refresh(session.refresh_token)
    assert (stands(auth, session.access_token), stands(auth, renewed.access_token)) == (False, True)


def test_a_revoked_client_has_no_token_left(auth: Auth) -> None:
    admin = auth.client(staff("ADMIN"))
    made = admin.CreateClient(pb.CreateClientRequest(name="Broker", scopes=["SCOPE_REGISTRATION_READ"]))
    form = f"grant_type=client_credentials&client_id={made.client.client_id}&client_secret={made.client_secret}"
    request = pb.IssueTokenRequest()
    request.form.content_type, request.form.data = "application/x-www-form-urlencoded", form.encode()
    token = json.loads(auth.client().IssueToken(request).token.data)["access_token"]
    assert stands(auth, token)
    admin.RevokeClient(pb.RevokeClientRequest(client_id=made.client.client_id))
    assert not stands(auth, token)


def test_the_list_names_nobody_and_forgets_what_matters_no_more(auth: Auth) -> None:
    account_id = auth.customer(EMAIL)
    token = auth.login(EMAIL).tokens.access_token
    log_out(auth, account_id)
    text = fetched(auth).decode()
    assert len(json.loads(text)["revoked"]) == 1
    for said in (account_id, claims(token)["sid"], EMAIL):
        assert said not in text
    assert json.loads(fetched(auth, since=json.loads(text)["time"] + 1))["revoked"] == []
    auth.clock.advance(KEPT + timedelta(seconds=1))
    assert json.loads(fetched(auth))["revoked"] == []
    with context.background("auth", "test"):
        auth.app.tidy()
    with auth.begin() as uow:
        assert uow.revoked.since(auth.clock.now() - timedelta(days=1)) == []


def test_every_moment_of_the_calendar_may_be_asked_for(auth: Auth) -> None:
    for since in (1, 2**31, 253402300799):
        assert json.loads(fetched(auth, since))["revoked"] == []
