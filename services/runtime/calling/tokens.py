"""Verification of access tokens against what the issuer publishes: its keys, and which tokens it has revoked.

Keys, and what they have proved, are cached.
"""

import hashlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from services.runtime.calling.outside import ANSWER_BYTES, OutsideHttp
from services.runtime.calling.revocations import Marks, Revocations, marks_of
from services.runtime.calling.terms import Terms
from services.runtime.context import Caller, CallerKind
from services.runtime.errors import Unauthenticated, Unavailable

ALGORITHMS = ["ES256"]
# RFC 9068: what says of a JWT that it is an access token, and not an ID token or another's statement.
TYPE = "at+jwt"
# RFC 8176: the holder was authenticated by several factors.
SEVERAL_FACTORS = "mfa"
# Beside the published keys.
REVOCATIONS = "revocations.json"
# The revocations of a quarter of an hour, some 35 bytes each.
_REVOCATIONS_BYTES = 4 * 1024 * 1024
_TIMEOUT = 3.0
_NO_KEYS = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, JoseError, Unavailable)
_KINDS = {kind.value: kind for kind in (CallerKind.END_USER, CallerKind.OPERATOR, CallerKind.CLIENT)}


class KeyCache:
    """The issuer's public keys by their id: kept for `lifetime` seconds, fetched again when an unknown id turns up.

    Fetches are `pause` seconds apart at least, so that forged ids cannot make this a flood.
    """

    def __init__(self, fetch: Callable[[], bytes], lifetime: float = 600, pause: float = 5) -> None:
        self._fetch, self._lifetime, self._pause = fetch, lifetime, pause
        self._keys: Mapping[str, jwk.Key] = {}
        self._fetched = float("-inf")
        self._lock = threading.Lock()

    def key(self, key_id: str) -> jwk.Key:
        """The key of that id. Unauthenticated when the issuer has none, Unavailable when no keys can be had."""
        age = time.monotonic() - self._fetched
        if age > self._lifetime or (key_id not in self._keys and age > self._pause):
            self._refresh(age)
        if key_id not in self._keys:
            raise Unauthenticated("the token is signed with an unknown key")
        return self._keys[key_id]

    def _refresh(self, age: float) -> None:
        with self._lock:
            if time.monotonic() - self._fetched < age:
                return  # another thread was faster
            try:
                self._keys = _published(self._fetch())
            except _NO_KEYS as error:
                if not self._keys:
                    raise Unavailable("the keys to verify tokens cannot be had") from error
            # After a failed renewal too: known keys stay good meanwhile, and a broken issuer is not pestered.
            self._fetched = time.monotonic()


def _published(text: bytes) -> Mapping[str, jwk.Key]:
    """The usable keys of a published set; ValueError when it has none: what is empty takes no key away.

    Keys of other kinds are passed over, as RFC 7517 (5) has it. A private key is no key to verify with.
    """
    published = json.loads(text)["keys"]
    usable = [key for key in published if key.get("kty") == "EC" and key.get("crv") == "P-256" and "d" not in key]
    keys = {key["kid"]: jwk.import_key(key) for key in usable if isinstance(key.get("kid"), str)}
    if not keys or len(keys) != len(usable):
        raise ValueError("the issuer publishes no keys, or two of one name")
    return keys


@dataclass(frozen=True)
class _Proved:
    """What a signature proves once and for all: under which key, for whom, until when (seconds of the epoch)."""

    key: jwk.Key
    caller: Caller
    end: float
    marks: Marks
    terms: Terms


class TokenVerifier:
    """Turns a signed access token into the caller it speaks for.

    The signatures of the last `size` good tokens are kept by hash, since checking one costs as much as the rest of a
    call's way in. What may change since is asked every time: whether the key still stands, whether the token is
    revoked, and the time.
    """

    def __init__(
        self, keys: KeyCache, revoked: Revocations, issuer: str, audience: str, leeway: int = 5, size: int = 4096
    ) -> None:
        self._keys, self._revoked, self._leeway, self._size = keys, revoked, leeway, size
        self._proved: dict[bytes, _Proved] = {}
        self._lock = threading.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=leeway,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    @classmethod
    def of_issuer(cls, jwks_url: str, authority_file: Path, issuer: str, audience: str) -> "TokenVerifier":
        """By what the issuer publishes: keys at the URL, revocations beside them."""
        published = _Published(urljoin(jwks_url, REVOCATIONS), authority_file, _TIMEOUT, _REVOCATIONS_BYTES)
        revoked = Revocations(lambda since: published.fetch(f"?since={since}"))
        return cls(KeyCache(fetcher(jwks_url, authority_file)), revoked, issuer, audience)

    def refresh(self) -> None:
        """Asks the issuer what is revoked; to be called every revocations.EVERY_SECONDS."""
        self._revoked.refresh()

    def verify(self, token: str) -> Caller:
        """The caller of an access token.

        Unauthenticated when it is malformed, forged, expired, revoked, for another audience or of another type;
        Unavailable when keys or revocations cannot be had.
        """
        return self._verified(token).caller

    def follow(self, token: str, headers: Mapping[str, str]) -> tuple[Caller, Callable[[], bool]]:
        """The caller, and what says from then on, at no cost, whether the token is still not revoked: for streams.

        `headers` are those of the call, by which the edge says who presents the token; see terms.Terms.check.
        """
        proved = self._verified(token)
        proved.terms.check(headers)
        return proved.caller, lambda: self._revoked.stand(proved.marks)

    def _verified(self, token: str) -> _Proved:
        try:
            digest = hashlib.sha256(token.encode()).digest()
            proved = self._proved.get(digest)
            if proved is None or not self._stands(proved):
                proved = self._prove(token)
                self._keep(digest, proved)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated("the token is not valid") from error
        self._revoked.check(proved.marks)
        return proved

    def _prove(self, token: str) -> _Proved:
        header = jws.extract_compact(token.encode()).protected
        if str(header.get("typ", "")).lower().removeprefix("application/") != TYPE:
            raise ValueError("no access token")
        key = self._keys.key(header.get("kid", ""))
        claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        self._claims.validate(claims)
        return _Proved(key, _caller(claims), float(claims["exp"]) + self._leeway, marks_of(claims), Terms.of(claims))

    def _stands(self, proved: _Proved) -> bool:
        """Whether the key is published still, as the same one, and the token has not expired."""
        return time.time() < proved.end and self._keys.key(str(proved.key.kid)) is proved.key

    def _keep(self, digest: bytes, proved: _Proved) -> None:
        with self._lock:
            self._proved.pop(digest, None)
            self._proved[digest] = proved
            if len(self._proved) > self._size:
                del self._proved[next(iter(self._proved))]


def _caller(claims: Mapping[str, Any]) -> Caller:
    roles, kind, program = claims.get("roles", []), _KINDS[claims["kind"]], claims.get("client_id")
    if not isinstance(roles, list):
        raise ValueError("roles are a list")
    held, holder = frozenset(str(role) for role in roles), str(claims.get("holder", ""))
    if kind is CallerKind.OPERATOR and SEVERAL_FACTORS not in claims.get("amr", []):
        raise ValueError("operators are authenticated by several factors")
    if program is None and kind is not CallerKind.CLIENT:
        return Caller(kind, str(claims["sub"]), held, holder_id=holder, session_id=str(claims.get("sid", "")))
    if held or kind is CallerKind.OPERATOR:
        raise ValueError("a program of another company holds no role")
    scopes = frozenset(str(claims.get("scope", "")).split())
    return Caller(kind, str(claims["sub"]), holder_id=holder, scopes=scopes, program=str(program or claims["sub"]))


def fetcher(url: str, authority_file: Path, timeout: float = _TIMEOUT) -> Callable[[], bytes]:
    """Fetches what a URL (https or file) has, trusting only the given authority."""
    return _Published(url, authority_file, timeout, ANSWER_BYTES).fetch


class _Published:
    """A document of the issuer's, over a connection that is kept while it is asked for often."""

    def __init__(self, url: str, authority_file: Path, timeout: float, max_bytes: int) -> None:
        if not url.startswith(("https://", "file://")):
            raise ValueError(f"keys are fetched over https, not from {url}")
        self._url, self._authority_file, self._timeout, self._max_bytes = url, authority_file, timeout, max_bytes
        self._issuer: OutsideHttp | None = None
        self._stamp = 0

    def fetch(self, query: str = "") -> bytes:
        """What it is now; a file takes no query. OSError, Unavailable."""
        if self._url.startswith("file://"):
            return Path(self._url.removeprefix("file://")).read_bytes()
        answer = self._party().call("GET", self._url + query)
        if answer.status != 200:
            raise Unavailable(f"the issuer of tokens answers {answer.status}")
        return answer.body

    def _party(self) -> OutsideHttp:
        """The issuer, under the authority's certificate as it is now."""
        stamp = self._authority_file.stat().st_mtime_ns
        if self._issuer is None or stamp != self._stamp:
            trust = ssl.create_default_context(cafile=self._authority_file)
            self._issuer = OutsideHttp("the issuer of tokens", self._timeout, self._max_bytes, trust)
            self._stamp = stamp
        return self._issuer
