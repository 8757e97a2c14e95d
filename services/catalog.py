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
    `listens_to` names the services whose topics it consumes.
    """

    name: str
    offset: int
    storage: Storage
    listens_to: tuple[str, ...] = ()

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

_STAGES = (
    "customer", "application", "document", "kyc", "risk", "discussion", "approval", "agreement", "activation", "repayment",
)  # fmt: skip

SERVICES: tuple[Service, ...] = (
    Service("customer", 1, Storage.POSTGRES, ("application", "kyc", "activation", "repayment")),
    Service("application", 2, Storage.POSTGRES, _STAGES[2:]),
    Service("document", 3, Storage.MONGO, ("application", "customer")),
    Service("kyc", 4, Storage.POSTGRES, ("application",)),
    Service("risk", 5, Storage.POSTGRES, ("application", "kyc")),
    Service("discussion", 6, Storage.POSTGRES, ("application", "risk")),
    Service("approval", 7, Storage.POSTGRES, ("application", "kyc", "risk", "discussion")),
    Service("agreement", 8, Storage.MONGO, ("application", "kyc", "risk", "approval")),
    Service("activation", 9, Storage.POSTGRES, ("application", "agreement", "repayment")),
    Service("repayment", 10, Storage.POSTGRES, ("activation",)),
    Service("notification", 11, Storage.MONGO, _STAGES),
    Service("auth", 12, Storage.POSTGRES, ("customer",)),
)

BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}
