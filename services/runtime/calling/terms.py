"""What an access token is bound to besides its caller: addresses that may present it, and a client's certificate.

The edge says from where a call came and by which certificate (`ADDRESS`, `CERTIFICATE`), in headers that no outside
caller can set.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from services.runtime.errors import PermissionDenied, Unauthenticated

# The address of the caller, and the SHA-256 of their certificate in hexadecimal; absent without one.
ADDRESS, CERTIFICATE = "x-loanflow-address", "x-loanflow-certificate"
# RFC 8705: the certificate's thumbprint in the claim `cnf`, base64 for URLs.
THUMBPRINT = "x5t#S256"

Network = IPv4Network | IPv6Network


def allowed(networks: tuple[Network, ...], address: str) -> bool:
    """Whether an address is in one of the networks; any is when there are none, an unknown one is in none."""
    if not networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


@dataclass(frozen=True)
class Terms:
    """By whom a token may be presented: from these networks (any, when there are none), with this certificate."""

    networks: tuple[Network, ...] = ()
    thumbprint: str = ""

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "Terms":
        """Those of a token's claims `networks` and `cnf`; ValueError, TypeError when they cannot be read."""
        bound = claims.get("cnf", {})
        if not isinstance(bound, dict) or bound.keys() - {THUMBPRINT}:
            raise ValueError("the token is bound to what is not known here")
        return cls(tuple(ip_network(each) for each in claims.get("networks", ())), str(bound.get(THUMBPRINT, "")))

    def check(self, headers: Mapping[str, str]) -> None:
        """PermissionDenied ADDRESS_REFUSED from another network; Unauthenticated without the certificate."""
        if not allowed(self.networks, headers.get(ADDRESS, "")):
            raise PermissionDenied("this program may not call from this address", reason="ADDRESS_REFUSED")
        if self.thumbprint and not hmac.compare_digest(self.thumbprint, thumbprint(headers.get(CERTIFICATE, ""))):
            raise Unauthenticated("the token is bound to a certificate that was not presented")


def thumbprint(certificate: str) -> str:
    """What `x5t#S256` says of a certificate whose SHA-256 the edge names in hexadecimal; empty for anything else."""
    try:
        digest = bytes.fromhex(certificate)
    except ValueError:
        return ""
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") if len(digest) == 32 else ""
