"""Keys that are cached, and what happens when they cannot be had."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from services.runtime.calling.tokens import KeyCache, TokenVerifier, fetcher
from services.runtime.context import CallerKind
from services.runtime.errors import Unauthenticated, Unavailable
from tests.harness import AUDIENCE, ISSUER, Mesh, customer, staff


class Issuer:
    """Publishes keys, counts how often it is asked, and may be away."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys, self.asked, self.away = list(keys), 0, False

    def __call__(self) -> bytes:
        self.asked += 1
        if self.away:
            raise OSError("nobody there")
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()


def key(key_id: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": key_id})


def test_keys_are_fetched_once() -> None:
    issuer = Issuer(key("a"))
    cache = KeyCache(issuer)
    assert cache.key("a").kid == cache.key("a").kid == "a"
    assert issuer.asked == 1


def test_an_unknown_key_is_looked_for_but_not_at_any_rate() -> None:
    issuer = Issuer(key("a"))
    eager, patient = KeyCache(issuer, pause=0), KeyCache(issuer, pause=60)
    eager.key("a")
    issuer.keys.append(key("b"))
    assert eager.key("b").kid == "b"
    patient.key("a")
    asked = issuer.asked
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            patient.key("c")
    assert issuer.asked == asked


def test_known_keys_outlive_an_issuer_that_is_away() -> None:
    issuer = Issuer(key("a"))
    cache = KeyCache(issuer, lifetime=0)
    cache.key("a")
    issuer.away = True
    assert cache.key("a").kid == "a"


def test_without_any_key_it_is_not_the_callers_fault() -> None:
    issuer = Issuer()
    issuer.away = True
    with pytest.raises(Unavailable):
        KeyCache(issuer).key("a")


def test_a_good_token_is_its_caller(mesh: Mesh) -> None:
    verifier = TokenVerifier(KeyCache(fetcher(mesh.jwks_url, mesh.folder / "ca.pem")), ISSUER, AUDIENCE)
    for caller in (customer("c1"), staff("OFFICER", account_id="s1")):
        assert verifier.verify(mesh.token(caller)) == caller
    assert verifier.verify(mesh.token(customer("c1"), kind="client")).kind is CallerKind.CLIENT


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_garbage_is_no_token(token: str, mesh: Mesh) -> None:
    verifier = TokenVerifier(KeyCache(fetcher(mesh.jwks_url, mesh.folder / "ca.pem")), ISSUER, AUDIENCE)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


def test_keys_never_come_over_plain_http() -> None:
    with pytest.raises(ValueError):
        fetcher("http://issuer/keys", Path("ca.pem"))
