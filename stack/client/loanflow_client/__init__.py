"""Calls of LoanFlow's services from inside the mesh, as the services themselves make them.

    with connect(AuthServiceStub, "auth:8012", Identity("kyc", folder)) as auth:
        auth.ListUsers(request)

Calls go by mutual TLS under the caller's own identity, have a deadline, are tried again while the service is away, and
raise the typed errors of `errors`. `validate(request)` returns beforehand which fields break a rule of the contract.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import grpc

from services.runtime import errors
from services.runtime.calling import clients
from services.runtime.calling.identity import Identity
from services.runtime.calling.sidecar import SidecarIdentity
from services.runtime.serving.interceptors.validation import validate

__all__ = ["Identity", "SidecarIdentity", "connect", "errors", "validate"]

Stub = TypeVar("Stub")


@contextmanager
def connect(
    stub: Callable[[grpc.Channel], Stub], target: str, identity: Identity, deadline: float = 5.0
) -> Iterator[Stub]:
    """A stub of the generated class `stub` for the service at `target` (`host:port`); a call takes `deadline` seconds.

    Calls raise `errors.Error`: `.code` names the gRPC status, `.reason` the reason, `.violations` the fields at fault.
    """
    service = stub.__module__.split(".")[-3]
    with clients.channel(service, target, identity, deadline) as channel:
        yield stub(channel)
