"""What the notification service reads from its environment."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from services.notification.digests import DigestSettings
from services.notification.fcm import FcmSettings
from services.notification.jasmin import JasminSettings
from services.notification.quiet_hours import QuietSettings
from services.notification.redis import RedisSettings
from services.notification.sendgrid import SendGridSettings
from services.notification.twilio import TwilioSettings
from services.notification.webhook_sender import WebhookSettings
from services.runtime.audit.settings import AuditSettings
from services.runtime.calling.keepalive import MESH
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.mongo import MongoSettings
from services.runtime.stores.search_index import SearchSettings
from services.runtime.tls import TlsSettings


@dataclass(frozen=True)
class SmtpSettings:
    """The mail server, by STARTTLS and a log-in. `timeout` in seconds is less than callers of a code wait.

    With `dkim_selector`, mails are signed by the RSA key (PEM) of `dkim_file` for the domain of `sender`, whose DNS has
    the public key under the selector (RFC 6376). A server that signs by itself needs neither.
    """

    host: str
    port: int
    tls: TlsSettings
    sender: str = "LoanFlow <no-reply@loanflow.example>"
    user: str = ""
    password_file: Path | None = None
    timeout: float = 4.0
    dkim_selector: str = ""
    dkim_file: Path | None = None

    def __post_init__(self) -> None:
        """ValueError when mails, which hold one-time codes, could be read on their way, or half a signature is set."""
        if bool(self.dkim_selector) != (self.dkim_file is not None):
            raise ValueError("dkim_selector and dkim_file go together")
        self.tls.demand(user=self.user, password_file=self.password_file)


@dataclass(frozen=True)
class LiveSettings:
    """The port of the live WebSocket, and how many may follow at once: in this process, and one customer in it.

    `seconds` is how long one may follow before it must show a token again; at most what a server's streams may last.
    """

    port: int
    followers: int = 256
    followers_each: int = 8
    seconds: float = MESH.stream


@dataclass(frozen=True)
class PeersSettings:
    """Where the services that this one calls are, as `host:port`."""

    auth: str
    customer: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service.

    Mail goes by SendGrid where that is set, else by the mail server. There are text messages where Twilio is set, or by
    `sms_provider=JASMIN` where a gateway of the lender's own is; while both are set, what either reports is believed.
    There are push messages where FCM is set. Providers report to `public_url`, the edge as the internet knows it. Mails
    lead to `customer_app_url`, or without an app to the API's resources there; the app has them under the same paths
    without /api/v1, and /sign-in, /register and /password-reset. `lender_file` has the lender's particulars as
    services/papers/lender.json has them, which counts without it. Without `search` the database answers searches of
    the audit trail.
    """

    server: ServerSettings
    mongo: MongoSettings
    redis: RedisSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    smtp: SmtpSettings
    live: LiveSettings
    peers: PeersSettings
    sealing_key_file: Path
    unsubscribe_key_file: Path
    public_url: str = "https://localhost:8443"
    customer_app_url: str = ""
    lender_file: Path | None = None
    sendgrid: SendGridSettings | None = None
    twilio: TwilioSettings | None = None
    jasmin: JasminSettings | None = None
    sms_provider: Literal["TWILIO", "JASMIN"] = "TWILIO"
    fcm: FcmSettings | None = None
    quiet: QuietSettings = field(default_factory=QuietSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None

    def __post_init__(self) -> None:
        """ValueError when text messages are to go by a gateway that there is not."""
        if self.sms_provider == "JASMIN" and self.jasmin is None:
            raise ValueError("sms_provider is JASMIN, and no jasmin is set")
