"""What the document service reads from its environment."""

from dataclasses import dataclass
from pathlib import Path

from services.runtime.audit.settings import AuditSettings
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.files.objects import ObjectsSettings
from services.runtime.files.scanning import ClamdSettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.mongo import MongoSettings
from services.runtime.stores.search_index import SearchSettings


@dataclass(frozen=True)
class Settings:
    """All settings of the service. Without `search` the database answers searches of its audit trail."""

    server: ServerSettings
    mongo: MongoSettings
    objects: ObjectsSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    clamd: ClamdSettings
    sealing_key_file: Path
    audit: AuditSettings
    max_upload_bytes: int = 25 * 1024 * 1024
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None
