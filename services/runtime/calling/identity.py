"""The process's identity in the mesh: its certificate, its peers' names, and their renewal without a restart.

A folder holds `ca.pem` and, per service, `<name>/tls.pem` and `<name>/tls.key`; the identity itself is the SPIFFE id in
the certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from services.runtime.tls import pair

_SAN = "x509_subject_alternative_name"


@dataclass(frozen=True)
class Identity:
    """Who this process is (`name`), and where its certificate and the authority's are kept."""

    name: str
    folder: Path
    trust_domain: str = "loanflow.local"

    @property
    def certificate_file(self) -> Path:
        """The certificate chain; renewal replaces the key first and this file last."""
        return self.folder / self.name / "tls.pem"

    @property
    def key_file(self) -> Path:
        """The private key of the certificate."""
        return self.folder / self.name / "tls.key"

    @property
    def authority_file(self) -> Path:
        """The certificate of the authority that all identities come from."""
        return self.folder / "ca.pem"

    def missing(self) -> list[str]:
        """The files that should be there and are not."""
        return [str(f) for f in (self.authority_file, self.certificate_file, self.key_file) if not f.is_file()]

    def stamp(self) -> int:
        """Changes whenever the certificate is renewed."""
        return self.certificate_file.stat().st_mtime_ns

    def server_credentials(self) -> grpc.ServerCredentials:
        """Credentials that demand a certificate of the peer, and are read anew when the file has changed."""
        seen = self.stamp()

        def renewed() -> Any:
            # gRPC asks before every handshake, from whatever thread; None means that nothing changed.
            nonlocal seen
            now = self.stamp()
            if now == seen:
                return None
            seen = now
            return self._server_configuration()

        return grpc.dynamic_ssl_server_credentials(
            self._server_configuration(), renewed, require_client_authentication=True
        )

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """Credentials for calls under this identity, as the files are now."""
        chain, key = pair(self.certificate_file, self.key_file)
        return grpc.ssl_channel_credentials(self.authority_file.read_bytes(), key, chain)

    def add_port(self, server: grpc.Server, address: str) -> int:
        """Listens with mutual TLS; gives the port."""
        return server.add_secure_port(address, self.server_credentials())

    def connect(self, service: str, target: str, options: Sequence[tuple[str, Any]]) -> grpc.Channel:
        """A channel to a service, whose certificate must have its name."""
        options = [("grpc.ssl_target_name_override", service), *options]
        return grpc.secure_channel(target, self.channel_credentials(), options=options)

    def peer(self, context: grpc.ServicerContext) -> str:
        """The service name in the SPIFFE id of a call's peer; empty when it has none, several, or a foreign one."""
        # The typing stubs say bytes where gRPC gives a list of them.
        names: Any = context.auth_context().get(_SAN, ())
        return self.workload([name.decode() for name in names if name.startswith(b"spiffe://")])

    def workload(self, ids: Sequence[str]) -> str:
        """The service name in the one SPIFFE id; empty when there is none, several, or a foreign one."""
        prefix = f"spiffe://{self.trust_domain}/ns/loanflow/sa/"
        return ids[0].removeprefix(prefix) if len(ids) == 1 and ids[0].startswith(prefix) else ""

    def _server_configuration(self) -> grpc.ServerCertificateConfiguration:
        chain, key = pair(self.certificate_file, self.key_file)
        return grpc.ssl_server_certificate_configuration([(key, chain)], self.authority_file.read_bytes())
