"""How a partner's program proves itself at the token endpoint, other than by a secret.

By an assertion (private_key_jwt: RFC 7523, OpenID Connect Core 9) or by the certificate of its connection (RFC 8705,
self_signed_tls_client_auth). Pure Python, no I/O, no clock.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from services.runtime.errors import InvalidArgument, Unauthenticated

# By algorithm the type of key that it takes, so that no key serves for an algorithm of another type.
KEY_TYPES = {"ES256": "EC", "PS256": "RSA"}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# An assertion that is stolen is good for no longer, and is remembered for as long so that it is good once.
ASSERTION_LIFETIME = timedelta(minutes=5)
# How far the clock of a partner may go ahead.
ASSERTION_SKEW = timedelta(seconds=30)
# Of RSA keys, in bits (NIST SP 800-131A).
LEAST_RSA_BITS = 2048
_MOST_KEYS = 10
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_WRONG = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, OSError)


@dataclass(frozen=True)
class Assertion:
    """A good assertion: its id, and until when it could be used again."""

    token_id: str
    end: datetime


def invalid_client() -> Unauthenticated:
    """The one refusal of a client that does not prove itself; what was wrong is not said."""
    return Unauthenticated("the client does not prove itself as it is registered to", reason="CLIENT_INVALID")


def public_keys(text: str) -> str:
    """The JWK set in one form, with what verifying needs and nothing else; InvalidArgument for what is no such set."""
    try:
        keys = json.loads(text)["keys"]
        kept = [_public(key) for key in keys]
    except _WRONG:
        kept = []
    if not 0 < len(kept) <= _MOST_KEYS or len({key["kid"] for key in kept}) != len(kept):
        raise InvalidArgument.field(
            "jwks",
            f"must be a JWK set of public keys, P-256 or RSA of {LEAST_RSA_BITS} bits, each with a kid of its own",
        )
    return json.dumps({"keys": kept}, separators=(",", ":"))


def claimed_client(assertion: str) -> str:
    """The client that an assertion says it is of, before anything is proved; empty when it says none."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
        return str(claims["sub"])
    except _WRONG:
        return ""


def proved(assertion: str, client_id: str, jwks: str, audiences: Sequence[str], at: datetime) -> Assertion:
    """The assertion, when a key of the client signed it, for us and for now; Unauthenticated CLIENT_INVALID."""
    try:
        header = jws.extract_compact(assertion.encode()).protected
        algorithm = header["alg"]
        key = _key(jwks, header, KEY_TYPES[algorithm])
        claims = jwt.decode(assertion, key, algorithms=[algorithm]).claims
        return _checked(claims, client_id, audiences, at)
    except _WRONG:
        raise invalid_client() from None


def _key(jwks: str, header: Mapping[str, Any], kind: str) -> jwk.Key:
    found = [key for key in json.loads(jwks)["keys"] if key["kid"] == header["kid"] and key["kty"] == kind]
    if len(found) != 1:
        raise ValueError("no key of the client")
    return jwk.import_key(found[0])


def _checked(claims: Mapping[str, Any], client_id: str, audiences: Sequence[str], at: datetime) -> Assertion:
    # One audience alone: what is meant for others, too, one of them could use here.
    audience = claims["aud"][0] if isinstance(claims["aud"], list) and len(claims["aud"]) == 1 else claims["aud"]
    token_id, end = claims["jti"], _moment(claims["exp"])
    begins = [_moment(claims[name]) for name in ("iat", "nbf") if name in claims]
    good = (
        claims["iss"] == claims["sub"] == client_id
        and audience in audiences
        and isinstance(token_id, str)
        and 0 < len(token_id) <= 200
        and at < end <= at + ASSERTION_LIFETIME + ASSERTION_SKEW
        and all(moment <= at + ASSERTION_SKEW for moment in begins)
    )
    if not good:
        raise ValueError("not for us, not for now, or not of the client")
    return Assertion(token_id, end)


def _bits(number: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(number + "==")).bit_length()


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError("a moment is a number of seconds")
    return datetime.fromtimestamp(seconds, UTC)


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    if key.keys() & _PRIVATE or not isinstance(key["kid"], str) or not key["kid"]:
        raise ValueError("a private key, or one without a name")
    parts = {"EC": ("crv", "x", "y"), "RSA": ("n", "e")}[key["kty"]]
    kept = {name: key[name] for name in ("kty", "kid", *parts)}
    if kept.get("crv", "P-256") != "P-256" or ("n" in kept and _bits(kept["n"]) < LEAST_RSA_BITS):
        raise ValueError("a weak key, or one of another curve")
    jwk.import_key(kept)
    return kept
