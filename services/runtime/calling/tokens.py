"""Verification of access tokens against the issuer's published keys; keys and what they have proved are cached."""

import hashlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from services.runtime.calling.outside import OutsideHttp
from services.runtime.context import Caller, CallerKind
from services.runtime.errors import Unauthenticated, Unavailable

ALGORITHMS = ["ES256"]
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


class TokenVerifier:
    """Turns a signed access token into the caller it speaks for.

    The signatures of the last `size` good tokens are kept by hash, since checking one costs as much as the rest of a
    call's way in. What may change since is asked every time: whether the key still stands, and the time.
    """

    def __init__(self, keys: KeyCache, issuer: str, audience: str, leeway: int = 5, size: int = 4096) -> None:
        self._keys, self._leeway, self._size = keys, leeway, size
        self._proved: dict[bytes, _Proved] = {}
        self._lock = threading.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=leeway,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def verify(self, token: str) -> Caller:
        """The caller of a token; Unauthenticated when it is malformed, forged, expired or for another audience."""
        try:
            digest = hashlib.sha256(token.encode()).digest()
            proved = self._proved.get(digest)
            if proved is None or not self._stands(proved):
                proved = self._prove(token)
                self._keep(digest, proved)
            return proved.caller
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated("the token is not valid") from error

    def _prove(self, token: str) -> _Proved:
        key = self._keys.key(jws.extract_compact(token.encode()).protected.get("kid", ""))
        claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        self._claims.validate(claims)
        return _Proved(key, _caller(claims), float(claims["exp"]) + self._leeway)

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
    roles = claims.get("roles", [])
    if not isinstance(roles, list):
        raise ValueError("roles are a list")
    return Caller(_KINDS[claims["kind"]], str(claims["sub"]), frozenset(str(role) for role in roles))


def fetcher(url: str, authority_file: Path, timeout: float = 3) -> Callable[[], bytes]:
    """Fetches what a URL (https or file) has, trusting only the given authority."""
    if not url.startswith(("https://", "file://")):
        raise ValueError(f"keys are fetched over https, not from {url}")

    def fetch() -> bytes:
        if url.startswith("file://"):
            return Path(url.removeprefix("file://")).read_bytes()
        # Anew each time: the authority's certificate may have been renewed.
        issuer = OutsideHttp("the issuer of tokens", timeout, trust=ssl.create_default_context(cafile=authority_file))
        try:
            answer = issuer.call("GET", url)
        finally:
            issuer.close()
        if answer.status != 200:
            raise Unavailable(f"the issuer of tokens answers {answer.status}")
        return answer.body

    return fetch
