"""What the customer service's port promises, held against the fake and the real auth service alike."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import pytest

from services.customer.peers import AuthPeer
from services.customer.ports import Accounts, Registration
from services.runtime.calling import clients
from services.runtime.errors import AlreadyExists, Unauthenticated, Unavailable
from services.runtime.ids import new_id
from tests.fakes.accounts import FakeAccounts
from tests.harness import Mesh, Servers
from tests.integration.auth.conftest import PASSWORD, Auth

STAFF = "otto@example.org"
ANNA = Registration("anna@example.org", "Anna Muster", "+4915112345678")


class Side(NamedTuple):
    """One of the two: whose account an address signs in to there, and the token that an address is mailed."""

    accounts: Accounts
    holder: Callable[[str], str]
    token: Callable[[str], str]


@pytest.fixture(params=["fake", "real"])
def side(request: pytest.FixtureRequest, mesh: Mesh, client_for: Servers) -> Iterator[Side]:
    if request.param == "fake":
        fake = FakeAccounts()
        fake.staff.add(STAFF)
        yield Side(fake, fake.by_email.__getitem__, fake.token)
        return
    auth: Auth = request.getfixturevalue("auth")
    auth.user(STAFF, "OFFICER")
    running = client_for.serve(auth.servicer)
    with clients.channel(running.name, running.target, mesh.identity("customer")) as channel:
        yield Side(
            AuthPeer(channel), lambda email: str(auth.login(email).account_id), lambda email: mailed(auth, email)
        )


def mailed(auth: Auth, email: str) -> str:
    return next((mail.token for mail in auth.mails() if mail.email.lower() == email.lower()), "")


def test_a_registration_is_proved_by_token_and_password_and_becomes_an_account(side: Side) -> None:
    theirs, mine = new_id(), new_id()
    side.accounts.start(theirs, ANNA, "the password of a thief")
    side.accounts.start(mine, replace(ANNA, email="Anna@example.org"), PASSWORD)
    token = side.token(ANNA.email)
    for wrong, password, reason in (
        ("no token of anyone at all", PASSWORD, "LINK_INVALID"),
        (token, "a guess of it", "BAD_CREDENTIALS"),
    ):
        with pytest.raises(Unauthenticated) as refused:
            side.accounts.prove(wrong, password)
        assert refused.value.reason == reason
    for _ in range(2):
        assert side.accounts.prove(token, PASSWORD) == (mine, replace(ANNA, email="Anna@example.org"))
        side.accounts.open_account(mine, "Anna@example.org", PASSWORD)
    assert side.holder("anna@example.org") == mine
    with pytest.raises(Unauthenticated):
        side.accounts.prove(token, "the password of a thief")


def test_an_address_that_an_account_has_is_mailed_no_token(side: Side) -> None:
    side.accounts.open_account(new_id(), ANNA.email, PASSWORD)
    for email in (STAFF, ANNA.email):
        side.accounts.start(new_id(), replace(ANNA, email=email), PASSWORD)
        assert side.token(email) == ""


def test_an_address_is_one_accounts(side: Side) -> None:
    first = new_id()
    for customer_id, email in ((first, "anna@example.org"), (first, "Anna@example.org")):
        side.accounts.open_account(customer_id, email, PASSWORD)
        assert side.holder("anna@example.org") == first
    for email in ("ANNA@example.org", "Otto@example.org"):
        with pytest.raises(AlreadyExists) as refused:
            side.accounts.open_account(new_id(), email, PASSWORD)
        assert refused.value.reason == "EMAIL_TAKEN"


def test_a_service_that_is_away_is_unavailable(mesh: Mesh) -> None:
    fake = FakeAccounts()
    fake.away = True
    with clients.channel("auth", "127.0.0.1:1", mesh.identity("customer")) as channel:
        for accounts in (fake, AuthPeer(channel)):
            for call in (
                partial(accounts.start, new_id(), ANNA, PASSWORD),
                partial(accounts.prove, "a token of twenty signs or more", PASSWORD),
                partial(accounts.open_account, new_id(), ANNA.email, PASSWORD),
            ):
                with pytest.raises(Unavailable):
                    call()
