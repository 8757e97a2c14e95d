"""What every process of the mesh needs to know, read from the environment."""

from dataclasses import dataclass, field
from pathlib import Path

from services.runtime.calling.sidecar import PeerFrom
from services.runtime.serving.interceptors.admission import StreamSettings
from services.runtime.serving.interceptors.reasons import ReasonsSettings
from services.runtime.tls import TlsSettings


@dataclass(frozen=True)
class ServerSettings:
    """Times in seconds.

    `peer_from` says how peers are known: by the certificate of the connection, which needs `pki_folder`, or by what the
    mesh's sidecar says in x-forwarded-client-cert (`xfcc`); only set that where a sidecar takes every connection.
    `drain` is how long the server goes on after it says that it is ending, and must be longer than the interval at
    which the edge asks; `grace` how long calls under way may take after that. `threads` are those of unary calls;
    streams have theirs besides. `processes` is how many share the port (siblings.py); `sibling` is set by the first for
    the others. `residency` are the regions in which personal data may be kept, as the settings of stores name theirs:
    with a store elsewhere nothing starts. `jwks_authority_file` has the authorities that the issuer's certificate may
    come from, and so has `ca.pem` in `jwks_authority_folder`, where it may be missing; without either they are those of
    the mesh, or in a sidecar's pod those that the system trusts.
    """

    name: str
    port: int
    metrics_port: int
    jwks_url: str
    pki_folder: Path | None = None
    peer_from: PeerFrom = "tls"
    jwks_authority_file: Path | None = None
    jwks_authority_folder: Path | None = None
    host: str = "127.0.0.1"
    issuer: str = "https://auth.loanflow.local"
    audience: str = "loanflow"
    trust_domain: str = "loanflow.local"
    threads: int = 16
    processes: int = 1
    sibling: bool = False
    streams: StreamSettings = field(default_factory=StreamSettings)
    drain: float = 2.0
    grace: float = 8.0
    peer_deadline: float = 5.0
    log_level: str = "INFO"
    otlp_endpoint: str = ""
    otlp_authority_file: Path | None = None
    otlp_plaintext: bool = False
    trace_ratio: float = 0.05
    residency: tuple[str, ...] = ()
    reasons: ReasonsSettings = field(default_factory=ReasonsSettings)

    @property
    def jwks_authority(self) -> Path | None:
        """The authorities of the issuer's certificate, where there are any of its own."""
        private = self.jwks_authority_folder and self.jwks_authority_folder / "ca.pem"
        return self.jwks_authority_file or (private if private and private.is_file() else None)

    def __post_init__(self) -> None:
        """ValueError when spans would leave the process unencrypted, or keys would come so.

        `otlp_plaintext` is for development alone. For keys there is no such word: who sends them may be anyone.
        """
        if not self.jwks_url.startswith(("https://", "file://")):
            raise ValueError(f"{self.jwks_url} is not encrypted: keys come by https, or from a file")
        if self.otlp_endpoint:
            TlsSettings(self.otlp_authority_file, self.otlp_plaintext).demand(self.otlp_endpoint)
