"""What the edge is built from: ports, files, and the contract's table of RPCs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.catalog import SERVICES, SHARED, Service
from services.runtime.calling.keepalive import MESH, Keepalive

Json = dict[str, Any]

TYPE = "type.googleapis.com/envoy.extensions."
TRUST_DOMAIN = "loanflow.local"
ISSUER = f"https://auth.{TRUST_DOMAIN}"
AUDIENCE = "loanflow"
JWKS_PATH = "/.well-known/jwks.json"
REVOCATIONS_PATH = "/.well-known/revocations.json"
# The one way in that is no RPC: a WebSocket of the notification service, at a port of its own.
LIVE_PATH = "/ws/notifications"
LIVE_SERVICE = "notification"
# The role in the token of every customer.
CUSTOMER_ROLE = "BEARER"
# Who may ask what RPCs there are: those who run the platform.
REFLECTION_ROLES = ("ADMIN",)
# The claim `sub` as a header; whatever a client sends under this prefix is removed.
HEADER_PREFIX = "x-loanflow-"
SUBJECT_HEADER = f"{HEADER_PREFIX}subject"
# Of a token that was given to a partner's program: which one, and how many calls a minute it may make.
PROGRAM_HEADER, RATE_HEADER = f"{HEADER_PREFIX}program", f"{HEADER_PREFIX}rate"
CLAIM_HEADERS = {SUBJECT_HEADER: "sub", PROGRAM_HEADER: "client_id", RATE_HEADER: "rate"}
# The file that names the edge's certificate, in the folder of what changes while it runs.
CERTIFICATE_FILE = "certificate.json"
TLS_1_3: Json = {"tls_minimum_protocol_version": "TLSv1_3", "tls_maximum_protocol_version": "TLSv1_3"}
TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
REFLECTION = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")


@dataclass(frozen=True)
class Rpc:
    """One RPC of the access table; `roles` and `scopes` of tokens pass, empty for public and internal RPCs."""

    path: str
    service: Service
    public: bool
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    rate_class: str
    http: tuple[Mapping[str, str], ...]
    upload: bool
    raw_body: bool
    streaming: bool
    live: bool

    @property
    def internal(self) -> bool:
        """Whether only services of the mesh may call it."""
        return not self.public and not self.roles and not self.scopes


@dataclass(frozen=True)
class Edge:
    """One edge: services listen at `base` + offset on `host`, certificates are under `pki`/<name>."""

    base: int
    host: str
    pki: Path
    descriptors: Path
    rpcs: tuple[Rpc, ...]
    rate_factor: float = 1.0
    share_factor: float = 1.0
    # The folder of the files that Envoy watches (dynamic.py); without it all is in the configuration, for good.
    dynamic: Path | None = None
    keepalive: Keepalive = MESH
    # Seconds that a call may take from its first byte to the last of its answer, unless its route gives it more: what
    # comes slowly, and then as long as a service may take.
    longest: float = 30
    # Where the files of the API reference are, by their names in docs.py; without them it is not served.
    pages: Mapping[str, Path] = field(default_factory=dict)
    # Whether there is a collector of traces.
    traced: bool = False

    @property
    def pings(self) -> Json:
        """How a connection by HTTP/2 is kept alive: asked again and again whether the other side is there."""
        return {"interval": f"{self.keepalive.ping}s", "timeout": f"{self.keepalive.answer}s"}

    @property
    def plain_port(self) -> int:
        """Port of the plaintext listener, for this machine only."""
        return self.base + 80

    @property
    def admin_port(self) -> int:
        """Port of Envoy's own admin page."""
        return self.base + 90

    @property
    def tls_port(self) -> int:
        """Port of the TLS 1.3 listener."""
        return self.base + 443

    @property
    def live_port(self) -> int:
        """Port at which the notification service has its WebSocket."""
        return self.base + 50

    @property
    def collector_port(self) -> int:
        """Port at which the collector takes spans."""
        return self.base + 49

    @property
    def pair(self) -> Json:
        """The edge's own certificate and key, by their files; by way of SDS they are read anew when these change."""
        folder = self.pki / "edge"
        found: Json = {
            "certificate_chain": {"filename": str(folder / "tls.pem")},
            "private_key": {"filename": str(folder / "tls.key")},
        }
        return found if self.dynamic is None else {**found, "watched_directory": {"path": str(folder)}}

    def certificates(self, **context: Any) -> Json:
        """The edge's own certificate as a TLS context."""
        certificate: Json = {"tls_certificates": [self.pair]}
        if self.dynamic is not None:
            source = {"path_config_source": {"path": str(self.dynamic / CERTIFICATE_FILE)}}
            secret = {"name": "edge", "sds_config": {**source, "resource_api_version": "V3"}}
            certificate = {"tls_certificate_sds_secret_configs": [secret]}
        return {"common_tls_context": {"tls_params": TLS_1_3, **certificate, **context}}


def read_rpcs(access_table: Path) -> tuple[Rpc, ...]:
    """The RPCs of gen/access.json that belong to one service each; KeyError when it is none of the catalogue."""
    services = {service.proto_service: service for service in SERVICES}
    table = json.loads(access_table.read_text())
    return tuple(_rpc(path, services[_home(path)], entry) for path, entry in table.items() if _home(path) not in SHARED)


def read_shared(access_table: Path) -> tuple[Rpc, ...]:
    """The RPCs that each service has beside its own, for every one but their callers; the edge has no route to them."""
    table = json.loads(access_table.read_text())
    shared = [(path, entry) for path, entry in table.items() if _home(path) in SHARED]
    return tuple(
        _rpc(path, service, entry)
        for path, entry in shared
        for service in SERVICES
        if service.name not in entry["callers"]
    )


def _home(path: str) -> str:
    return path.split("/")[1]


def _rpc(path: str, service: Service, entry: Mapping[str, Any]) -> Rpc:
    customer = (CUSTOMER_ROLE,) if entry["owner"] else ()
    return Rpc(
        path=path,
        service=service,
        public=entry["public"],
        roles=(*entry["roles"], *customer),
        scopes=tuple(entry["scopes"]),
        rate_class=entry["rate_class"],
        http=tuple(entry["http"]),
        upload=entry["upload"],
        raw_body=entry["raw_body"],
        streaming=entry["client_streaming"] or entry["server_streaming"],
        live=entry["live"],
    )
