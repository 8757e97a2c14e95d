"""What the document service reads from its environment."""

from dataclasses import dataclass

from services.runtime.avro import RegistrySettings
from services.runtime.kafka import KafkaSettings
from services.runtime.mongo import MongoSettings
from services.runtime.objects import ObjectsSettings
from services.runtime.scanning import ClamdSettings
from services.runtime.server import ServerSettings


@dataclass(frozen=True)
class Settings:
    """All settings of the service. Without `clamd`, uploads are only held against known signatures."""

    server: ServerSettings
    mongo: MongoSettings
    objects: ObjectsSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    clamd: ClamdSettings | None = None
    max_upload_bytes: int = 25 * 1024 * 1024
