"""What the agreement service reads from its environment."""

from dataclasses import dataclass
from pathlib import Path

from services.agreement.adobe_sign import AdobeSignSettings
from services.agreement.docusign import DocusignSettings
from services.agreement.events import SigningMethod
from services.agreement.offered import offered
from services.papers.timestamps import TimestampSettings
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
class PeersSettings:
    """Where the services that this one calls are, as `host:port`."""

    application: str
    approval: str
    customer: str
    notification: str


@dataclass(frozen=True)
class Settings:
    """All settings of the service. The sealing key is what one-time codes are hashed with.

    `seal_key_file` has what agreements are sealed with: a PEM of key and certificates, or a secret that a key is
    derived from. With `seal_chain_file`, the certificates of a key `seal-agreement` that OpenBao's transit engine has,
    they are sealed with that key. With `timestamp`, an authority that speaks RFC 3161, seals have its time, without it
    the clock's; and with `seal_long_term` they have the lists of revoked certificates that theirs name, too, for which
    `seal_trust_file` replaces the public authorities of TLS.

    `law_file` has the pack of law of each facility type, as services/law/facilities.json, which counts without it.

    `lender_file` has the lender's particulars as services/papers/lender.json has them, which counts without it.
    Without `search` the database answers searches of the audit trail.

    `signing_providers` says which facility types can be signed at which provider, such as `PERSONAL=DOCUSIGN`; each
    provider that is named there has its own group. Providers report to `public_url`, and lead a signer who is done to
    `signing_return_url`, or to the former without it.
    """

    server: ServerSettings
    mongo: MongoSettings
    objects: ObjectsSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    clamd: ClamdSettings
    peers: PeersSettings
    sealing_key_file: Path
    seal_key_file: Path
    lender_file: Path | None = None
    law_file: Path | None = None
    seal_chain_file: Path | None = None
    seal_long_term: bool = False
    seal_trust_file: Path | None = None
    timestamp: TimestampSettings | None = None
    max_upload_bytes: int = 25 * 1024 * 1024
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None
    public_url: str = ""
    signing_return_url: str = ""
    signing_providers: tuple[str, ...] = ()
    docusign: DocusignSettings | None = None
    adobe_sign: AdobeSignSettings | None = None

    def __post_init__(self) -> None:
        """ValueError for a provider or a facility type that there is not, and for one that is not connected."""
        offered(self.signing_providers, self.connected)
        if self.connected and not self.public_url.startswith("https://"):
            raise ValueError("public_url is no https address, and providers of signatures report there")

    @property
    def connected(self) -> tuple[SigningMethod, ...]:
        """The providers that have their settings."""
        groups = {SigningMethod.DOCUSIGN: self.docusign, SigningMethod.ADOBE_SIGN: self.adobe_sign}
        return tuple(method for method, settings in groups.items() if settings is not None)
