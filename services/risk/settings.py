"""What the risk service reads from its environment."""

from dataclasses import dataclass
from pathlib import Path

from services.risk.equifax import EquifaxSettings
from services.runtime.audit.settings import AuditSettings
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.files.objects import ObjectsSettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.search_index import SearchSettings


@dataclass(frozen=True)
class PeersSettings:
    """Where the services that this one calls are, as `host:port`."""

    application: str
    customer: str
    document: str
    kyc: str
    notification: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service.

    `lender_file` has the lender's particulars as services/papers/lender.json has them, and `law_file` the pack of law
    of each facility type as services/law/facilities.json; these count without them.
    Without `search` the database answers searches, of reports and of the audit trail, as well as it can. Without
    `equifax` no credit bureau is asked.
    """

    server: ServerSettings
    postgres: PostgresSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    objects: ObjectsSettings
    peers: PeersSettings
    sealing_key_file: Path
    lender_file: Path | None = None
    law_file: Path | None = None
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None
    equifax: EquifaxSettings | None = None
