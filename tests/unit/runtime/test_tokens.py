"""Keys that are cached, and what happens when they cannot be had."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from services.runtime.calling.revocations import Revocations
from services.runtime.calling.tokens import TYPE, KeyCache, TokenVerifier, fetcher
from services.runtime.errors import Unauthenticated, Unavailable
from tests.harness import AUDIENCE, ISSUER, Mesh, customer, program, staff


class Issuer:
    """Publishes keys, counts how often it is asked, and may be away."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys, self.asked, self.away = list(keys), 0, False

    def __call__(self) -> bytes:
        self.asked += 1
        if self.away:
            raise OSError("unreachable")
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()


def nothing_revoked() -> Revocations:
    return Revocations(lambda _: b'{"time": 0, "revoked": []}')


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
    verifier = TokenVerifier.of_issuer(mesh.jwks_url, mesh.folder / "ca.pem", ISSUER, AUDIENCE)
    for caller in (customer("c1"), staff("OFFICER", account_id="s1")):
        assert verifier.verify(mesh.token(caller)) == caller
    for caller in (program("loans.read", client_id="p1"), program("a.b", "c.d", client_id="p1", customer_id="c1")):
        assert verifier.verify(mesh.token(caller)) == caller


@pytest.mark.parametrize(
    "claims",
    [
        {"roles": ["OFFICER"]}, {"roles": ["BEARER"]}, {"kind": "staff"}, {"cnf": {"jkt": "x"}}, {"cnf": "x"},
        {"networks": ["anywhere"]}, {"networks": "10.0.0.0/8"}, {"client_id": 1}, {"kind": "service"},
    ],
)  # fmt: skip
def test_a_program_holds_no_role_and_its_bounds_are_understood(mesh: Mesh, claims: dict[str, Any]) -> None:
    verifier = TokenVerifier.of_issuer(mesh.jwks_url, mesh.folder / "ca.pem", ISSUER, AUDIENCE)
    with pytest.raises(Unauthenticated):
        verifier.verify(mesh.token(program("loans.read"), **claims))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_garbage_is_no_token(token: str, mesh: Mesh) -> None:
    verifier = TokenVerifier.of_issuer(mesh.jwks_url, mesh.folder / "ca.pem", ISSUER, AUDIENCE)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


@pytest.mark.parametrize("kind", ["JWT", "id+jwt", "logout+jwt", "", None, "at+jwt2"])
def test_a_good_signature_on_another_type_is_no_access_token(kind: str | None) -> None:
    one = key("a")
    verifier = TokenVerifier(KeyCache(Issuer(one)), nothing_revoked(), ISSUER, AUDIENCE)
    assert verifier.verify(signed(one)).subject == verifier.verify(signed(one, "application/AT+JWT")).subject
    with pytest.raises(Unauthenticated):
        verifier.verify(signed(one, kind))


class Signed(TokenVerifier):
    """Counts how often a signature is checked."""

    checked = 0

    def _prove(self, token: str) -> Any:
        self.checked += 1
        return super()._prove(token)


def signed(key: ECKey, kind: str | None = TYPE, **claims: Any) -> str:
    payload = {"iss": ISSUER, "aud": AUDIENCE, "sub": "c1", "kind": "customer", "exp": int(time.time()) + 60}
    header = {"alg": "ES256", "kid": key.kid} | ({"typ": kind} if kind is not None else {})
    return jwt.encode(header, {**payload, **claims}, key, algorithms=["ES256"])


def test_a_signature_is_checked_once() -> None:
    one = key("a")
    verifier, token = Signed(KeyCache(Issuer(one)), nothing_revoked(), ISSUER, AUDIENCE), signed(one)
    assert verifier.verify(token) is verifier.verify(token)
    assert verifier.checked == 1
    for other in (token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A", token.replace(".", "..", 1)):
        with pytest.raises(Unauthenticated):
            verifier.verify(other)


def test_a_known_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    one, later = key("a"), time.time() + 120
    verifier, token = TokenVerifier(KeyCache(Issuer(one)), nothing_revoked(), ISSUER, AUDIENCE), signed(one)
    verifier.verify(token)
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


@pytest.mark.parametrize("there", [[], [key("a")]], ids=["taken back", "another of its name"])
def test_a_known_token_falls_with_its_key(there: list[ECKey]) -> None:
    issuer = Issuer(key("a"), key("b"))
    verifier = TokenVerifier(KeyCache(issuer, lifetime=0), nothing_revoked(), ISSUER, AUDIENCE)
    token = signed(issuer.keys[0])
    verifier.verify(token)
    issuer.keys[:1] = there
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


def test_the_oldest_is_forgotten_first() -> None:
    one = key("a")
    verifier = Signed(KeyCache(Issuer(one)), nothing_revoked(), ISSUER, AUDIENCE, size=2)
    tokens = [signed(one, sub=f"c{number}") for number in range(3)]
    for token in (*tokens, tokens[2], tokens[1], tokens[0]):
        verifier.verify(token)
    assert verifier.checked == 4


def test_keys_never_come_over_plain_http() -> None:
    with pytest.raises(ValueError):
        fetcher("http://issuer/keys", Path("ca.pem"))
