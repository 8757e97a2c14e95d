"""What is revoked, as verifiers know it: property by property, and what happens when the list cannot be had."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from services.runtime.calling.revocations import EVERY_SECONDS, KEPT_SECONDS, STALE_SECONDS, Revocations, mark, marks_of
from services.runtime.calling.tokens import TYPE, KeyCache, TokenVerifier
from services.runtime.errors import Unauthenticated, Unavailable
from tests.harness import AUDIENCE, ISSUER


class Issuer:
    """Says what is revoked since a moment; has a clock that tests move, and may be away or talk nonsense."""

    def __init__(self) -> None:
        self.now, self.revoked = 0.0, list[tuple[float, str, int]]()
        self.away, self.nonsense = False, b""
        self.asked: list[int] = []

    def __call__(self, since: int) -> bytes:
        self.asked.append(since)
        if self.away:
            raise OSError("unreachable")
        found = [(mark(name), below) for at, name, below in self.revoked if at > since or not since]
        return self.nonsense or json.dumps({"time": int(self.now), "revoked": found}).encode()

    def clock(self) -> float:
        return self.now

    def revokes(self, name: str, below: int = 1) -> None:
        self.revoked.append((self.now, name, below))

    def goes_on(self, known: Revocations, seconds: float) -> None:
        """Time passes, in which the verifier asks as often as it should."""
        end = self.now + seconds
        while self.now < end:
            self.now += EVERY_SECONDS
            known.refresh()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def known(issuer: Issuer) -> Revocations:
    return Revocations(issuer, issuer.clock)


NAMES = st.sampled_from(["anna", "ben", "session 1", "session 2"])
STEP = st.one_of(
    st.tuples(st.just("revoke"), NAMES, st.integers(1, 4)),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 60)),
    st.tuples(st.just("away"), st.just(""), st.integers(1, 60)),
)
CLAIMS = st.fixed_dictionaries(
    {"sub": st.sampled_from(["anna", "ben"]), "epoch": st.integers(0, 4)},
    optional={"sid": st.sampled_from(["session 1", "session 2"])},
)


@given(st.lists(STEP, max_size=15), st.lists(CLAIMS, min_size=1, max_size=6))
def test_just_the_revoked_are_refused_once_a_list_came(steps: list[tuple[str, str, int]], tokens: list[Any]) -> None:
    issuer = Issuer()
    known, below = Revocations(issuer, issuer.clock), dict[str, int]()
    for kind, name, number in steps:
        if kind == "revoke":
            number = number if name in ("anna", "ben") else 1
            issuer.revokes(name, number)
            below[name] = max(number, below.get(name, 0))
            continue
        issuer.away = kind == "away"
        issuer.goes_on(known, number)
    issuer.away = False
    issuer.goes_on(known, 2 * EVERY_SECONDS)
    for claims in tokens:
        revoked = claims["epoch"] < below.get(claims["sub"], 0) or below.get(claims.get("sid", ""), 0) > 0
        assert known.stand(marks_of(claims)) is not revoked, (claims, below)


def test_a_list_is_asked_for_since_the_last_and_a_little_before(issuer: Issuer, known: Revocations) -> None:
    issuer.now = 1_000.0
    known.refresh()
    issuer.goes_on(known, 60)
    assert issuer.asked[0] == 0
    assert all(0 < issuer.now - since < 60 for since in issuer.asked[-5:])
    # One that commits late is older than the last list.
    issuer.revoked.append((issuer.now - 10, "anna", 2))
    issuer.goes_on(known, EVERY_SECONDS)
    assert not known.stand(marks_of({"sub": "anna", "epoch": 1}))


def test_without_any_list_nothing_is_believed(issuer: Issuer, known: Revocations) -> None:
    issuer.away = True
    with pytest.raises(Unavailable):
        known.check(marks_of({"sub": "anna"}))


def test_a_short_absence_is_bridged_and_a_long_one_closes(issuer: Issuer, known: Revocations) -> None:
    marks, revoked = marks_of({"sub": "anna", "epoch": 1}), marks_of({"sub": "ben", "epoch": 1})
    issuer.revokes("ben", 2)
    known.check(marks)
    issuer.away = True
    issuer.goes_on(known, STALE_SECONDS - 10)
    known.check(marks)
    with pytest.raises(Unauthenticated):
        known.check(revoked)
    issuer.goes_on(known, 20)
    with pytest.raises(Unavailable):
        known.check(marks)
    issuer.away = False
    issuer.now += 2
    known.check(marks)
    with pytest.raises(Unauthenticated):
        known.check(revoked)


@pytest.mark.parametrize(
    "nonsense",
    [b"no", b"[]", b"{}", b'{"time": "1", "revoked": []}', b'{"time": 1, "revoked": [["x"]]}',
     b'{"time": 1, "revoked": [["x", "1"]]}', b'{"time": 1, "revoked": 5}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_list_takes_nothing_back(issuer: Issuer, known: Revocations, nonsense: bytes) -> None:
    issuer.revokes("anna", 2)
    known.check(marks_of({"sub": "ben"}))
    issuer.nonsense = nonsense
    issuer.goes_on(known, 30)
    with pytest.raises(Unauthenticated):
        known.check(marks_of({"sub": "anna", "epoch": 1}))


def test_what_matters_no_more_is_forgotten(issuer: Issuer, known: Revocations) -> None:
    issuer.revokes("anna", 2)
    known.refresh()
    issuer.revoked.clear()
    issuer.goes_on(known, KEPT_SECONDS + 60)
    assert known._below == {}


def test_a_known_token_falls_when_it_is_revoked_and_its_stream_with_it(issuer: Issuer, known: Revocations) -> None:
    key = ECKey.generate_key("P-256", {"kid": "a"})
    keys = KeyCache(lambda: json.dumps({"keys": [key.as_dict(private=False)]}).encode())
    verifier = TokenVerifier(keys, known, ISSUER, AUDIENCE)
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "kind": "customer", "exp": int(time.time()) + 60}
    header = {"alg": "ES256", "kid": "a", "typ": TYPE}
    one, other = (jwt.encode(header, {**claims, "sid": sid}, key, algorithms=["ES256"]) for sid in ("s1", "s2"))
    _, trusted = verifier.follow(one, {})
    assert trusted()
    issuer.revokes("s1")
    issuer.goes_on(known, EVERY_SECONDS)
    assert not trusted()
    with pytest.raises(Unauthenticated):
        verifier.verify(one)
    assert verifier.verify(other).subject == "anna"


@pytest.mark.parametrize("claims", [{"epoch": "1"}, {"epoch": 1.5}, {"sid": 5}, {"sid": ["s"]}])
def test_claims_of_other_types_are_no_marks(claims: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        marks_of({"sub": "anna", **claims})
