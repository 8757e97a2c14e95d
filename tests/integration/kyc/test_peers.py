"""The calls to auth and customer, against their contracts on real servers."""

from typing import Any

import grpc
import pytest

from loanflow.auth.v1 import account_pb2
from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from loanflow.options.v1.access_pb2 import ROLE_OFFICER
from services.kyc.peers import AuthPeer, CustomerPeer
from services.kyc.ports import Party
from services.runtime import clients
from services.runtime.errors import NotFound, Unavailable
from services.runtime.ids import new_id
from tests.harness import Mesh, Servers
from tests.integration.conftest import FreshPostgres


def made(servicer: type[Any]) -> Any:
    """A servicer with every method of its contract, of which all but its own fail."""
    for name in vars(servicer.__base__):
        if name[0].isupper() and name not in vars(servicer):
            setattr(servicer, name, lambda *_: pytest.fail("nobody asked for this"))
    return servicer()


class Auth(AuthServiceServicer):
    """Three users, two on a page."""

    def ListUsers(  # noqa: N802 - the name is the contract's
        self, request: auth_pb.ListUsersRequest, context: grpc.ServicerContext
    ) -> auth_pb.ListUsersResponse:
        assert request.role == ROLE_OFFICER
        names, following = (["one", "two"], "more") if not request.page_token else (["three"], "")
        users = [account_pb2.User(account_id=name) for name in names]
        return auth_pb.ListUsersResponse(users=users, next_page_token=following)


class Customers(CustomerServiceServicer):
    """One customer."""

    def __init__(self) -> None:
        self.customer_id = new_id()

    def GetParty(  # noqa: N802 - the name is the contract's
        self, request: customer_pb.GetPartyRequest, context: grpc.ServicerContext
    ) -> customer_pb.GetPartyResponse:
        if request.customer_id != self.customer_id:
            raise NotFound("no such customer")
        return customer_pb.GetPartyResponse(party=customer_pb2.Party(full_name="Ada Lovelace", kyc_version=4))


def channel(mesh: Mesh, servers: Servers, servicer: Any, store: Any) -> grpc.Channel:
    return clients.channel("tested", servers.serve(servicer, store=store).target, mesh.identity("kyc"))


def test_officers_of_every_page(mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres) -> None:
    with channel(mesh, client_for, made(Auth), fresh_postgres("kyc")) as opened:
        assert AuthPeer(opened).all() == ("one", "two", "three")


def test_who_a_customer_is(mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres) -> None:
    customers = made(Customers)
    with channel(mesh, client_for, customers, fresh_postgres("kyc")) as opened:
        assert CustomerPeer(opened).party(customers.customer_id) == Party("Ada Lovelace", 4)
        with pytest.raises(NotFound):
            CustomerPeer(opened).party(new_id())


def test_a_peer_that_is_away(mesh: Mesh) -> None:
    opened = clients.channel("tested", "127.0.0.1:1", mesh.identity("kyc"))
    with opened, pytest.raises(Unavailable):
        AuthPeer(opened).all()
