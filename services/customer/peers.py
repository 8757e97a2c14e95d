"""The services that this one calls, over the mesh."""

import grpc

from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from services.customer.ports import Registration


class AuthPeer:
    """ports.Accounts at the auth service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuthServiceStub(channel)

    def start(self, customer_id: str, registration: Registration, password: str) -> None:
        """Keeps a registration."""
        request = auth_pb.StartRegistrationRequest(customer_id=customer_id, password=password, **vars(registration))
        self._stub.StartRegistration(request)

    def prove(self, token: str, password: str) -> tuple[str, Registration]:
        """The registration that both prove."""
        found = self._stub.ProveRegistration(
            auth_pb.ProveRegistrationRequest(confirmation_token=token, password=password)
        )
        return found.customer_id, Registration(found.email, found.full_name, found.phone)

    def open_account(self, customer_id: str, email: str, password: str) -> None:
        """Makes the account that signs in."""
        self._stub.RegisterAccount(
            auth_pb.RegisterAccountRequest(customer_id=customer_id, email=email, password=password)
        )
