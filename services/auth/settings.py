"""What the auth service reads from its environment."""

from dataclasses import dataclass, field
from pathlib import Path

from services.auth.hashing import HashingSettings
from services.runtime.audit.settings import AuditSettings
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.search_index import SearchSettings


@dataclass(frozen=True)
class PeersSettings:
    """Where the services are whose audit trails this one reads, as `host:port`."""

    activation: str
    agreement: str
    application: str
    approval: str
    customer: str
    discussion: str
    document: str
    kyc: str
    notification: str
    repayment: str
    risk: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service. `public_url` is the edge as the outside sees it, for the discovery document.

    Without `search` the database answers searches of its audit trail.
    """

    server: ServerSettings
    postgres: PostgresSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    peers: PeersSettings
    sealing_key_file: Path
    hashing: HashingSettings = field(default_factory=HashingSettings)
    public_url: str = "https://localhost:8443"
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None
