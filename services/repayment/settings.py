"""What the repayment service reads from its environment."""

from dataclasses import dataclass

from services.runtime.avro import RegistrySettings
from services.runtime.kafka import KafkaSettings
from services.runtime.objects import ObjectsSettings
from services.runtime.postgres import PostgresSettings
from services.runtime.scanning import ClamdSettings
from services.runtime.server import ServerSettings


@dataclass(frozen=True)
class PeersSettings:
    """Where other services are, as `host:port`."""

    notification: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service. Without `clamd`, receipts are only held against known signatures."""

    server: ServerSettings
    postgres: PostgresSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    objects: ObjectsSettings
    peers: PeersSettings
    clamd: ClamdSettings | None = None
