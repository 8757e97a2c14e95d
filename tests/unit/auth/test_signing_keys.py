"""When one signing key follows another, and what a token says."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet

from services.auth import signing_keys, token_issuer
from services.auth.signing_keys import CLOCK_SKEW, PUBLISHED_AHEAD, ROTATION, TOKEN_LIFETIME, SigningKey
from services.auth.token_issuer import Issuer

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def key(name: str, at: datetime) -> SigningKey:
    return SigningKey(name, "{}", "{}", at)


def test_the_first_key_signs_at_once() -> None:
    assert signing_keys.due([], NOW)
    first = key("first", NOW)
    assert not signing_keys.due([first], NOW + ROTATION - SECOND)
    assert signing_keys.signing([first], NOW) is first


def test_a_new_key_is_published_before_it_signs_and_the_old_one_after_it_signed() -> None:
    first, second = key("first", NOW), key("second", NOW + ROTATION)
    assert signing_keys.due([first], second.create_time)
    changed = second.create_time + PUBLISHED_AHEAD
    assert signing_keys.signing([second, first], changed - SECOND) is first
    assert signing_keys.signing([second, first], changed) is second
    done = changed + TOKEN_LIFETIME + CLOCK_SKEW
    assert signing_keys.superseded([first, second], done - SECOND) == []
    assert signing_keys.superseded([second, first], done) == [first]


def test_a_retired_key_has_no_private_half() -> None:
    retired = token_issuer.new_key(NOW)
    retired.retire(NOW + ROTATION)
    assert (retired.private_jwk, retired.retire_time) == ("", NOW + ROTATION)


def test_a_token_says_who_and_is_verified_by_the_published_set() -> None:
    signing = token_issuer.new_key(NOW)
    token = Issuer("https://issuer.example", "loanflow", "https://edge.example").sign(
        "a1", "staff", ["OFFICER"], signing, NOW
    )
    published = KeySet.import_key_set(json.loads(token_issuer.key_set([signing])))
    claims = jwt.decode(token, published, algorithms=["ES256"]).claims
    assert jws.extract_compact(token.encode()).protected["kid"] == signing.key_id
    assert {name: claims[name] for name in ("iss", "aud", "sub", "kind", "roles")} == {
        "iss": "https://issuer.example",
        "aud": "loanflow",
        "sub": "a1",
        "kind": "staff",
        "roles": ["OFFICER"],
    }
    assert claims["exp"] - claims["iat"] == TOKEN_LIFETIME.total_seconds()


def test_nothing_private_is_published() -> None:
    signing = token_issuer.new_key(NOW)
    published = json.loads(token_issuer.key_set([signing]))["keys"]
    assert [entry["kid"] for entry in published] == [signing.key_id]
    assert "d" not in published[0]
    assert ECKey.import_key(json.loads(signing.private_jwk)).is_private


def test_the_discovery_document_names_where_the_outside_finds_us() -> None:
    document = json.loads(Issuer("https://issuer.example", "loanflow", "https://edge.example").discovery())
    assert document["issuer"] == "https://issuer.example"
    assert document["jwks_uri"] == "https://edge.example/.well-known/jwks.json"
    assert document["token_endpoint"] == "https://edge.example/oauth2/token"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_superseded_keys_never_include_the_one_that_signs(count: int) -> None:
    ring = [key(str(number), NOW + number * ROTATION) for number in range(count)]
    at = NOW + count * ROTATION
    assert signing_keys.signing(ring, at) not in signing_keys.superseded(ring, at)
