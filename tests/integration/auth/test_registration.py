"""What the customer service's port promises, held against the fake and the real auth service alike."""

from collections.abc import Iterator

import pytest

from services.customer.peers import AuthPeer
from services.customer.ports import Accounts
from services.runtime import clients
from services.runtime.errors import AlreadyExists, Unavailable
from services.runtime.ids import new_id
from tests.fakes.accounts import FakeAccounts
from tests.harness import Mesh, Servers
from tests.integration.auth.conftest import PASSWORD, Auth

STAFF = "otto@example.org"


@pytest.fixture(params=["fake", "real"])
def accounts(request: pytest.FixtureRequest, mesh: Mesh, client_for: Servers) -> Iterator[Accounts]:
    if request.param == "fake":
        fake = FakeAccounts()
        fake.staff.add(STAFF)
        yield fake
        return
    auth: Auth = request.getfixturevalue("auth")
    auth.user(STAFF, "OFFICER")
    running = client_for.serve(auth.servicer)
    with clients.channel(running.name, running.target, mesh.identity("customer")) as channel:
        yield AuthPeer(channel)


def test_an_account_is_made_and_replaced_while_no_customer_has_the_address(accounts: Accounts) -> None:
    customer_id = new_id()
    accounts.register(customer_id, "anna@example.org", PASSWORD)
    accounts.register(customer_id, "anna@example.org", PASSWORD)
    accounts.register(new_id(), "Anna@example.org", PASSWORD)


def test_the_address_of_staff_is_refused(accounts: Accounts) -> None:
    with pytest.raises(AlreadyExists) as refused:
        accounts.register(new_id(), "Otto@example.org", PASSWORD)
    assert refused.value.reason == "EMAIL_TAKEN"


def test_a_service_that_is_away_is_unavailable(mesh: Mesh) -> None:
    fake = FakeAccounts()
    fake.away = True
    with clients.channel("auth", "127.0.0.1:1", mesh.identity("customer"), deadline=2.0) as channel:
        for accounts in (fake, AuthPeer(channel)):
            with pytest.raises(Unavailable):
                accounts.register(new_id(), "anna@example.org", PASSWORD)
