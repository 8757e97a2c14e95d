"""The services that this one calls, over the mesh."""

import grpc

from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub


class AuthPeer:
    """ports.Accounts at the auth service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuthServiceStub(channel)

    def register(self, customer_id: str, email: str, password: str) -> None:
        """Makes the account that signs in."""
        self._stub.RegisterAccount(
            auth_pb.RegisterAccountRequest(customer_id=customer_id, email=email, password=password)
        )
