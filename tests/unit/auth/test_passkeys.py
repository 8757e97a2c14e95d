"""Passkeys against answers that were made elsewhere, for another purpose, or by no device at all."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.auth.passkeys import Passkeys, nonce_of
from services.auth.second_factors import Passkey
from stack.demo.authenticator import VERIFIED, Authenticator

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
PARTY = Passkeys.of("https://edge.example:8443")
NONCE, OTHER = nonce_of(bytes(range(64))), nonce_of(bytes(64))
KEY = Authenticator("otto", "https://edge.example:8443")


def enrolled(key: Authenticator = KEY, nonce: str = NONCE, party: Passkeys = PARTY) -> Passkey | None:
    return PARTY.registered(key.create(party.creation_options(nonce, "a1", "otto@example.org", [])), NONCE, NOW)


def signed(known: Passkey, key: Authenticator = KEY, nonce: str = NONCE, party: Passkeys = PARTY) -> str:
    return key.get(party.request_options(nonce, [known]))


@pytest.fixture(scope="module")
def known() -> Passkey:
    made = enrolled()
    assert made is not None
    return made


def test_the_party_is_the_edge_as_the_outside_sees_it() -> None:
    assert (PARTY.rp_id, PARTY.origin) == ("edge.example", "https://edge.example:8443")
    asked = json.loads(PARTY.creation_options(NONCE, "a1", "otto@example.org", []))
    assert (asked["rp"]["id"], asked["challenge"], asked["user"]["name"]) == ("edge.example", NONCE, "otto@example.org")


def test_a_passkey_is_enrolled_and_asserts_again(known: Passkey) -> None:
    assert (known.sign_count, known.method) == (0, "hwk")
    assert PARTY.asserted(signed(known), NONCE, [known]) == (known, 0)
    assert PARTY.request_options(NONCE, []) == ""
    offered = json.loads(PARTY.creation_options(NONCE, "a1", "otto@example.org", [known]))
    assert [each["id"] for each in offered["excludeCredentials"]] == [known.credential_id]


ELSEWHERE: dict[str, dict[str, Any]] = {
    "another origin": {"key": replace(KEY, origin="https://edge.example.evil.example:8443")},
    "another port": {"key": replace(KEY, origin="https://edge.example")},
    "plain http": {"key": replace(KEY, origin="http://edge.example:8443")},
    "another party": {"party": replace(PARTY, rp_id="evil.example")},
    "another challenge": {"nonce": OTHER},
    "nobody was there": {"key": replace(KEY, flags=VERIFIED)},
}


@pytest.mark.parametrize("how", ELSEWHERE)
def test_what_was_made_elsewhere_proves_nothing(known: Passkey, how: str) -> None:
    assert enrolled(**ELSEWHERE[how]) is None
    assert PARTY.asserted(signed(known, **ELSEWHERE[how]), NONCE, [known]) is None


def test_only_a_known_key_signs(known: Passkey) -> None:
    stranger = Authenticator("eve", KEY.origin)
    other = enrolled(stranger)
    assert other is not None
    assert PARTY.asserted(signed(other, stranger), NONCE, [known]) is None
    # Signed by the stranger's key under the known id.
    forged = json.loads(signed(known, stranger))
    forged["id"] = forged["rawId"] = known.credential_id
    assert PARTY.asserted(json.dumps(forged), NONCE, [known]) is None
    # An attestation is no assertion, and the other way round.
    made = KEY.create(PARTY.creation_options(NONCE, "a1", "otto@example.org", []))
    assert PARTY.asserted(made, NONCE, [known]) is None
    assert PARTY.registered(signed(known), NONCE, NOW) is None


@pytest.mark.parametrize(
    ("kept", "said", "good"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 0, False)]
)
def test_the_counter_goes_on(known: Passkey, kept: int, said: int, good: bool) -> None:
    at = replace(known, sign_count=kept)
    assert (PARTY.asserted(signed(at, replace(KEY, sign_count=said)), NONCE, [at]) is not None) is good


def _leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    return (
        [each for name in value for each in _leaves(value[name], (*path, name))] if isinstance(value, dict) else [path]
    )


JUNK = st.one_of(
    st.none(), st.integers(), st.text(), st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode())
)


@given(data=st.data(), junk=JUNK)
@settings(max_examples=300, deadline=None)
def test_whatever_is_changed_is_refused_and_never_an_error(data: st.DataObject, junk: Any) -> None:
    known = enrolled()
    assert known is not None
    for text in (signed(known), KEY.create(PARTY.creation_options(NONCE, "a1", "otto@example.org", []))):
        answer = json.loads(text)
        *above, last = data.draw(st.sampled_from(_leaves(answer)))
        place = answer
        for name in above:
            place = place[name]
        if place[last] == junk:
            continue
        place[last] = junk
        assert PARTY.asserted(json.dumps(answer), NONCE, [known]) is None
        PARTY.registered(json.dumps(answer), NONCE, NOW)


@given(
    st.one_of(
        st.text(), st.recursive(JUNK, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(json.dumps)
    )
)
def test_what_is_no_answer_at_all_is_refused(text: str) -> None:
    assert PARTY.asserted(text, NONCE, []) is None
    assert PARTY.registered(text, NONCE, NOW) is None


def test_what_is_nested_without_end_is_refused() -> None:
    assert PARTY.registered("[" * 8000, NONCE, NOW) is None
