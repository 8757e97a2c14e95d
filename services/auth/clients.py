"""Partners' programs: what proves each, and what it may be given. Pure Python, no I/O, no clock."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from ipaddress import ip_network

from services.auth.client_authentication import public_keys
from services.auth.scopes import OWN, Scope, unknown
from services.runtime.aggregate import Aggregate
from services.runtime.calling.terms import THUMBPRINT, allowed
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied

# Calls a minute of a client of which nothing else is said.
USUAL_RATE = 60


class ClientAuthentication(Enum):
    """How a client proves itself."""

    SECRET = auto()
    PRIVATE_KEY = auto()
    CERTIFICATE = auto()


@dataclass
class Client(Aggregate):
    """A partner's program that gets tokens by its secret, of which a hash is kept, by its keys or its certificates.

    It may call from `networks`, any when there are none, `requests_per_minute` times a minute with all its tokens.
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

    @property
    def authentication(self) -> ClientAuthentication:
        """How it proves itself."""
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
