"""What the repayment service reads from its environment."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from services.lending.calendar import holiday_calendar
from services.lending.errors import LendingError
from services.runtime.audit.settings import AuditSettings
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.files.objects import ObjectsSettings
from services.runtime.files.scanning import ClamdSettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.search_index import SearchSettings


@dataclass(frozen=True)
class PeersSettings:
    """Where other services are, as `host:port`."""

    activation: str
    agreement: str
    application: str
    customer: str
    notification: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service.

    `lender_file` has the lender's particulars as services/papers/lender.json has them, and `law_file` the pack of law
    of each facility type as services/law/facilities.json; these count without them. The business date of a daily run
    may be `daily_days_ahead` days after today: the one of another time zone, as it is; more for a rehearsal of what is
    to come. The days in which a borrower may withdraw from the agreement, and then repay, are those of `time_zone`, and
    do not end on a public holiday of `holiday_calendar`, the country or part of it (ISO 3166, such as DE or DE-BY) in
    which borrowers act. Without `search` the database answers searches of the audit trail.
    """

    server: ServerSettings
    postgres: PostgresSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    clamd: ClamdSettings
    objects: ObjectsSettings
    peers: PeersSettings
    sealing_key_file: Path
    lender_file: Path | None = None
    law_file: Path | None = None
    daily_days_ahead: int = 1
    time_zone: str = "Europe/Dublin"
    holiday_calendar: str = "IE"
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None

    def __post_init__(self) -> None:
        """ValueError for a zone or a calendar of holidays that there is not."""
        try:
            ZoneInfo(self.time_zone)
        except (OSError, ValueError, LookupError):
            raise ValueError(f"{self.time_zone} is no time zone") from None
        try:
            holiday_calendar(self.holiday_calendar)
        except LendingError:
            raise ValueError(f"{self.holiday_calendar} has no calendar of holidays") from None
