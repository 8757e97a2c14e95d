"""The one table of services; ports, databases, edge clusters and mesh identities are derived from it."""

from dataclasses import dataclass
from enum import Enum


class Storage(Enum):
    """Where a service keeps its state."""

    POSTGRES = "postgres"
    MONGO = "mongo"


@dataclass(frozen=True)
class Service:
    """One service of the mesh.

    `offset` is added to the stack's base port (8000 at home) for gRPC; `METRICS_OFFSET` more for metrics and liveness.
    """

    name: str
    offset: int
    storage: Storage

    @property
    def package(self) -> str:
        """The protobuf package of its contract."""
        return f"loanflow.{self.name}.v1"

    @property
    def proto_service(self) -> str:
        """The full name of its gRPC service."""
        return f"{self.package}.{self.name.capitalize()}Service"

    @property
    def topic(self) -> str:
        """The Kafka topic on which it publishes."""
        return f"loanflow.{self.name}.v1"


METRICS_OFFSET = 100
# Where the stand-in of a service listens while the service itself is restarted.
STANDBY_OFFSET = 200

SERVICES: tuple[Service, ...] = (
    Service("customer", 1, Storage.POSTGRES),
    Service("application", 2, Storage.POSTGRES),
    Service("document", 3, Storage.MONGO),
    Service("kyc", 4, Storage.POSTGRES),
    Service("risk", 5, Storage.POSTGRES),
    Service("discussion", 6, Storage.POSTGRES),
    Service("approval", 7, Storage.POSTGRES),
    Service("agreement", 8, Storage.MONGO),
    Service("activation", 9, Storage.POSTGRES),
    Service("repayment", 10, Storage.POSTGRES),
    Service("notification", 11, Storage.MONGO),
    Service("auth", 12, Storage.POSTGRES),
)

# The gRPC services that each of them has beside its own, for the mesh alone; they call no other service in turn.
SHARED = frozenset({"loanflow.audit.v1.AuditService"})

BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}
