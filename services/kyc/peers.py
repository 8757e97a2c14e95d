"""The services that this one calls, over the mesh."""

import grpc

from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from loanflow.options.v1.access_pb2 import ROLE_OFFICER
from services.kyc.ports import Party
from services.runtime.paging import MAX_SIZE


class AuthPeer:
    """ports.Officers at the auth service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuthServiceStub(channel)

    def all(self) -> tuple[str, ...]:
        """Names the accounts of all officers, page by page."""
        found: list[str] = []
        request = auth_pb.ListUsersRequest(role=ROLE_OFFICER, page_size=MAX_SIZE)
        while True:
            page = self._stub.ListUsers(request)
            found += [user.account_id for user in page.users]
            if not page.next_page_token:
                return tuple(found)
            request.page_token = page.next_page_token


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """Tells the customer's name and version."""
        found = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        return Party(found.full_name, found.kyc_version)
