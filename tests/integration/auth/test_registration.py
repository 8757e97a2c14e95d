"""What the customer service's port promises, held against the fake and the real auth service alike."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from services.customer.peers import AuthPeer
from services.customer.ports import Accounts
from services.runtime.calling import clients
from services.runtime.errors import AlreadyExists, Unavailable
from services.runtime.ids import new_id
from tests.fakes.accounts import FakeAccounts
from tests.harness import Mesh, Servers
from tests.integration.auth.conftest import PASSWORD, Auth

STAFF = "otto@example.org"


class Side(NamedTuple):
    """One of the two, and whose account an address signs in to there."""

    accounts: Accounts
    holder: Callable[[str], str]


@pytest.fixture(params=["fake", "real"])
def side(request: pytest.FixtureRequest, mesh: Mesh, client_for: Servers) -> Iterator[Side]:
    if request.param == "fake":
        fake = FakeAccounts()
        fake.staff.add(STAFF)
        yield Side(fake, fake.by_email.__getitem__)
        return
    auth: Auth = request.getfixturevalue("auth")
    auth.user(STAFF, "OFFICER")
    running = client_for.serve(auth.servicer)
    with clients.channel(running.name, running.target, mesh.identity("customer")) as channel:
        yield Side(AuthPeer(channel), lambda email: str(auth.login(email).account_id))


def test_an_account_is_made_and_replaced_while_no_customer_has_the_address(side: Side) -> None:
    first, second = new_id(), new_id()
    for customer_id, email in ((first, "anna@example.org"), (first, "anna@example.org"), (second, "Anna@example.org")):
        side.accounts.register(customer_id, email, PASSWORD)
        assert side.holder("anna@example.org") == customer_id


def test_the_address_of_staff_is_refused(side: Side) -> None:
    with pytest.raises(AlreadyExists) as refused:
        side.accounts.register(new_id(), "Otto@example.org", PASSWORD)
    assert refused.value.reason == "EMAIL_TAKEN"


def test_a_service_that_is_away_is_unavailable(mesh: Mesh) -> None:
    fake = FakeAccounts()
    fake.away = True
    with clients.channel("auth", "127.0.0.1:1", mesh.identity("customer")) as channel:
        for accounts in (fake, AuthPeer(channel)):
            with pytest.raises(Unavailable):
                accounts.register(new_id(), "anna@example.org", PASSWORD)
