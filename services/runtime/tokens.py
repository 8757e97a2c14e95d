"""Verification of access tokens against the issuer's published keys, which are cached here."""

import json
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from services.runtime.context import Caller, CallerKind
from services.runtime.errors import Unauthenticated, Unavailable

ALGORITHMS = ["ES256"]
_KINDS = {kind.value: kind for kind in (CallerKind.CUSTOMER, CallerKind.STAFF, CallerKind.CLIENT)}


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
                published = json.loads(self._fetch())["keys"]
                self._keys = {key["kid"]: jwk.import_key(key) for key in published if "kid" in key}
            except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
                if not self._keys:
                    raise Unavailable("the keys to verify tokens cannot be had") from error
            # After a failed renewal too: known keys stay good meanwhile, and a broken issuer is not pestered.
            self._fetched = time.monotonic()


class TokenVerifier:
    """Turns a signed access token into the caller it speaks for."""

    def __init__(self, keys: KeyCache, issuer: str, audience: str, leeway: int = 5) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            leeway=leeway,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def verify(self, token: str) -> Caller:
        """The caller of a token; Unauthenticated when it is malformed, forged, expired or for somebody else."""
        try:
            key_id = jws.extract_compact(token.encode()).protected.get("kid", "")
            decoded = jwt.decode(token, self._keys.key(key_id), algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
            return _caller(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated("the token is not valid") from error


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
        trust = ssl.create_default_context(cafile=str(authority_file))
        with urllib.request.urlopen(url, timeout=timeout, context=trust) as answer:
            return bytes(answer.read())

    return fetch
