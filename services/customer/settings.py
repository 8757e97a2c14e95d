"""What the customer service reads from its environment."""

from dataclasses import dataclass
from pathlib import Path

from services.runtime.audit.settings import AuditSettings
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.search_index import SearchSettings


@dataclass(frozen=True)
class PeersSettings:
    """Where the services that this one calls are, as `host:port`."""

    auth: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service. Without `search` the database answers searches of its audit trail."""

    server: ServerSettings
    postgres: PostgresSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    peers: PeersSettings
    sealing_key_file: Path
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None
