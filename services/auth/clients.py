"""Partners' programs: what proves each, and what it may be given. Pure Python, no I/O, no clock."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from services.auth.client_authentication import public_keys
from services.auth.scopes import OWN, Scope, unknown
from services.runtime.aggregate import Aggregate
from services.runtime.calling.terms import THUMBPRINT, allowed
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied

# A scheme of an app's own: in the form of a domain that is turned round (RFC 8252, 7.1), so that none is a browser's.
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
# The name of a machine, or an address of IPv6.
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:]+")
# What an address may be written of: nothing that a browser or a proxy reads differently.
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")
# Calls a minute of a client of which nothing else is said.
USUAL_RATE = 60


class ClientAuthentication(Enum):
    """How a client proves itself."""

    SECRET = auto()
    PRIVATE_KEY = auto()
    CERTIFICATE = auto()
    NONE = auto()


@dataclass
class Client(Aggregate):
    """A partner's program that gets tokens by its secret, of which a hash is kept, by its keys or its certificates.

    It may call from `networks`, any when there are none, `requests_per_minute` times a minute with all its tokens. With
    `redirect_uris` it is an app that customers may let act for them; one in their own hands proves nothing.
    """

    client_id: str
    name: str
    scopes: frozenset[Scope]
    networks: list[str]
    requests_per_minute: int
    secret_hash: str
    create_time: datetime
    revoke_time: datetime | None = None
    jwks: str = ""
    certificate_thumbprints: list[str] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=list)
    post_logout_redirect_uris: list[str] = field(default_factory=list)
    public_client: bool = False

    @classmethod
    def of_partner(
        cls, client_id: str, name: str, scopes: frozenset[Scope], networks: list[str], rate: int, secret_hash: str,
        at: datetime,
    ) -> "Client":  # fmt: skip
        """Makes a client with a secret; InvalidArgument for what is no network. A rate of 0 is the usual one."""
        checked = [_network(number, text) for number, text in enumerate(networks)]
        return cls(client_id, name, scopes, checked, rate or USUAL_RATE, secret_hash, at)

    def prove_by(self, jwks: str, thumbprints: list[str]) -> None:
        """Has it prove itself by keys or by certificates, one of them, instead of by a secret.

        InvalidArgument for keys that cannot be used.
        """
        if jwks or thumbprints:
            self.secret_hash, self.jwks = "", public_keys(jwks) if jwks else ""
            self.certificate_thumbprints = thumbprints

    def serve_customers(self, redirect_uris: list[str], post_logout: list[str], public: bool) -> None:
        """Makes it an app of customers who are sent back to these addresses; a public one has no secret.

        InvalidArgument for an address that no one may be sent to, and for a public client without any, or with keys,
        certificates, or scopes by which programs act as themselves.
        """
        for name, addresses in (("redirect_uris", redirect_uris), ("post_logout_redirect_uris", post_logout)):
            for number, address in enumerate(addresses):
                _check_address(f"{name}[{number}]", address)
        if public and (not redirect_uris or not self.secret_hash or self.scopes & OWN):
            wrong = "needs redirect_uris, and has neither keys nor certificates, nor what programs do as themselves"
            raise InvalidArgument.field("public_client", wrong)
        self.redirect_uris, self.post_logout_redirect_uris, self.public_client = redirect_uris, post_logout, public
        self.secret_hash = "" if public else self.secret_hash

    @property
    def authentication(self) -> ClientAuthentication:
        """How it proves itself."""
        if self.public_client:
            return ClientAuthentication.NONE
        if self.jwks:
            return ClientAuthentication.PRIVATE_KEY
        return ClientAuthentication.CERTIFICATE if self.certificate_thumbprints else ClientAuthentication.SECRET

    def revoke(self, at: datetime) -> None:
        """Forgets what proves it; NotFound for a client that is revoked."""
        if self.revoke_time is not None:
            raise NotFound(f"client {self.client_id} was revoked")
        self.secret_hash, self.jwks, self.certificate_thumbprints, self.revoke_time = "", "", [], at

    def check_address(self, address: str) -> None:
        """PermissionDenied ADDRESS_REFUSED for an address outside of its networks."""
        if not allowed(tuple(map(ip_network, self.networks)), address):
            raise PermissionDenied("this program may not call from this address", reason="ADDRESS_REFUSED")

    def may_ask_for(self, wanted: frozenset[Scope]) -> bool:
        """Whether it may ask customers for these scopes, one at least."""
        return bool(wanted) and wanted <= self.scopes - OWN

    def own_scopes(self, wanted: frozenset[Scope]) -> frozenset[Scope]:
        """What it gets by itself of what it asks for, everything when it asks for nothing in particular.

        InvalidArgument SCOPE_INVALID for a scope that it may not have, and when there is none.
        """
        given = wanted or self.scopes & OWN
        if not given or not given <= self.scopes & OWN:
            raise unknown()
        return given

    def claims(self, scopes: str, thumbprint: str = "") -> dict[str, object]:
        """What its access tokens say of it (RFC 9068), of the scopes, and from where and how often they may come.

        With a certificate's thumbprint they are bound to it (RFC 8705).
        """
        bound = {"cnf": {THUMBPRINT: thumbprint}} if thumbprint else {}
        networks = {"networks": self.networks} if self.networks else {}
        return {"client_id": self.client_id, "scope": scopes, "rate": self.requests_per_minute, **networks, **bound}


def _network(number: int, text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise InvalidArgument.field(f"networks[{number}]", "must be a network, such as 198.51.100.0/24") from None


def _check_address(field: str, address: str) -> None:
    """InvalidArgument for what customers may not be sent to: only https, the machine itself, and schemes of apps."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise InvalidArgument.field(field, "must be an address") from None
    good = {"https": bool(_HOST.fullmatch(host)), "http": _is_loopback(host)}.get(
        parts.scheme, bool(_OWN_SCHEME.fullmatch(parts.scheme)) and not host
    )
    if not good or not _ADDRESS.fullmatch(address) or parts.username is not None or "/../" in f"{parts.path}/":
        wrong = "must be https, http on a loopback address, or com.example.app:/path, without user and fragment"
        raise InvalidArgument.field(field, wrong)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
