"""Identity where a sidecar of the mesh ends mutual TLS: it says in a header who the peer is, and encrypts what leaves.

The process then takes and makes its calls in plain text, over the loopback of its own pod alone. A header of that name
is believed in this mode only, and of it only the last element: the one that the sidecar itself added.
"""

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import grpc

from services.runtime.calling.identity import Identity

PeerFrom = Literal["tls", "xfcc"]
HEADER = "x-forwarded-client-cert"
# One `key=value` of an element; values with commas, semicolons or equals signs are quoted.
_PAIR = re.compile(r'\s*([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^,;"]*)\s*([,;]|$)')


@dataclass(frozen=True)
class SidecarIdentity(Identity):
    """Who this process is, as its sidecar proves it; there is no folder with certificates."""

    folder: Path = Path()

    @property
    def authority_file(self) -> Path:
        """The authorities that the system trusts: what is reached past the mesh has certificates of theirs."""
        paths = ssl.get_default_verify_paths()
        return Path(paths.cafile or paths.openssl_cafile)

    def missing(self) -> list[str]:
        """Nothing: the sidecar has the certificates."""
        return []

    def stamp(self) -> int:
        """Always the same: the sidecar renews by itself."""
        return 0

    def add_port(self, server: grpc.Server, address: str) -> int:
        """Listens for the sidecar; gives the port."""
        return server.add_insecure_port(address)

    def connect(self, _service: str, target: str, options: Sequence[tuple[str, Any]]) -> grpc.Channel:
        """A channel that the sidecar takes to the service, under this process's identity."""
        return grpc.insecure_channel(target, options=options)

    def peer(self, context: grpc.ServicerContext) -> str:
        """The service name in the SPIFFE id that the sidecar saw; empty when it saw none, several, or a foreign one."""
        values = [value for key, value in context.invocation_metadata() or () if key == HEADER]
        return self.peer_in([value for value in values if isinstance(value, str)])

    def peer_in(self, headers: Sequence[str]) -> str:
        """The same, of the values of the header."""
        return self.workload(_last_uris(",".join(headers)))


def identity_of(name: str, peer_from: PeerFrom, folder: Path | None, trust_domain: str) -> Identity:
    """The identity of this process: from certificates in a folder, or from its sidecar."""
    if peer_from == "xfcc":
        return SidecarIdentity(name, trust_domain=trust_domain)
    return Identity(name, folder or Path(), trust_domain)


def _last_uris(header: str) -> list[str]:
    """The URIs of the last element; none when the header is not well-formed."""
    uris: list[str] = []
    position, ended = 0, False
    while position < len(header):
        pair = _PAIR.match(header, position)
        if pair is None:
            return []
        if ended:
            uris = []
        if pair[1].lower() == "uri":
            uris.append(pair[2].strip('"'))
        position, ended = pair.end(), pair[3] == ","
    return [] if ended else uris
