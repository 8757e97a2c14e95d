"""What the discussion service reads from its environment."""

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

    application: str
    customer: str
    risk: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service. An offer can be answered for `offer_days`, unless it says otherwise.

    `lender_file` has the lender's particulars as services/papers/lender.json has them, and `law_file` the pack of law
    of each facility type as services/law/facilities.json has it; those count without it.
    Without `search` the database answers searches of the audit trail.
    """

    server: ServerSettings
    postgres: PostgresSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    peers: PeersSettings
    sealing_key_file: Path
    offer_days: int = 14
    lender_file: Path | None = None
    law_file: Path | None = None
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None
