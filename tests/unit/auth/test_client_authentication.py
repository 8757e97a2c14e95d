"""How clients prove themselves by keys: what is taken, and every other assertion, key and algorithm, which is not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from services.auth.client_authentication import (
    ASSERTION_LIFETIME,
    ASSERTION_SKEW,
    claimed_client,
    proved,
    public_keys,
)
from services.runtime.errors import InvalidArgument, Unauthenticated

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
ISSUER, ENDPOINT = "https://auth.loanflow.local", "https://edge.example/oauth2/token"
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
OTHER = ECKey.generate_key("P-256", {"kid": "ec"})


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def jwks(*keys: Any) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


KEPT = public_keys(jwks(EC, RSA))


def assertion(key: Any = EC, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """An assertion of the client p1 that is good, but for what is said; None leaves a claim out."""
    every = {
        "iss": "p1", "sub": "p1", "aud": ISSUER, "jti": "once", "iat": seconds(NOW), "exp": seconds(NOW) + 60, **claims,
    }  # fmt: skip
    head = {"alg": "PS256" if isinstance(key, RSAKey) else "ES256", "kid": key.kid, **(header or {})}
    payload = {name: value for name, value in every.items() if value is not None}
    return jwt.encode(head, payload, key, algorithms=[head["alg"]])


def by_hand(header: dict[str, Any], sign: Any) -> str:
    """What no library would make."""
    claims = {"iss": "p1", "sub": "p1", "aud": ISSUER, "jti": "once", "exp": seconds(NOW) + 60}
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims)]
    signature = base64.urlsafe_b64encode(sign(b".".join(parts))).rstrip(b"=")
    return b".".join([*parts, signature]).decode()


def with_secret(secret: bytes) -> Any:
    return lambda text: hmac.new(secret, text, hashlib.sha256).digest()


PUBLIC_PEM = EC.as_pem(private=False)
FORGED = {
    "another key": assertion(OTHER),
    "an unknown kid": assertion(EC, {"kid": "else"}),
    "the kid of the other key": assertion(EC, {"kid": "rsa"}),
    "no algorithm": by_hand({"alg": "none", "kid": "ec"}, lambda _: b""),
    "None": by_hand({"alg": "None", "kid": "ec"}, lambda _: b""),
    "HMAC with the public key": by_hand({"alg": "HS256", "kid": "ec"}, with_secret(PUBLIC_PEM)),
    "HMAC with the JWK": by_hand({"alg": "HS256", "kid": "ec"}, with_secret(KEPT.encode())),
    "HMAC with nothing": by_hand({"alg": "HS256", "kid": "ec"}, with_secret(b"")),
    "ES256 without signature": by_hand({"alg": "ES256", "kid": "ec"}, lambda _: b""),
    "ES256 of zeros": by_hand({"alg": "ES256", "kid": "ec"}, lambda _: bytes(64)),
    "RS256, which is not taken": assertion(RSA, {"alg": "RS256"}),
    "an algorithm of another type of key": by_hand({"alg": "PS256", "kid": "ec"}, lambda _: bytes(256)),
    "a key of its own in the header": assertion(OTHER, {"jwk": OTHER.as_dict(private=False)}),
    "a critical extension": by_hand({"alg": "ES256", "kid": "ec", "crit": ["b64"], "b64": False}, lambda _: bytes(64)),
    "no kid": by_hand({"alg": "ES256"}, lambda _: bytes(64)),
    "an algorithm that is a list": by_hand({"alg": ["ES256"], "kid": "ec"}, lambda _: bytes(64)),
    "nothing": "",
    "two parts": "a.b",
    "five parts": "a.b.c.d.e",
    "a cut signature": assertion()[:-8],
    "a changed claim": ".".join(
        [assertion().split(".")[0], assertion(sub="p2").split(".")[1], assertion().split(".")[2]]
    ),
}
WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "p2"},
    "another subject": {"sub": "p2"},
    "both another": {"iss": "p2", "sub": "p2"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "no audience": {"aud": None},
    "another audience": {"aud": "https://evil.example"},
    "the audience of access tokens": {"aud": "loanflow"},
    "an audience that begins alike": {"aud": ISSUER + ".evil.example"},
    "an audience with a slash": {"aud": ISSUER + "/"},
    "us and another": {"aud": [ISSUER, "https://evil.example"]},
    "us twice": {"aud": [ISSUER, ENDPOINT]},
    "nobody": {"aud": []},
    "no end": {"exp": None},
    "over": {"exp": seconds(NOW)},
    "over long ago": {"exp": 1},
    "too long": {"exp": seconds(NOW + ASSERTION_LIFETIME + ASSERTION_SKEW) + 1},
    "for ever": {"exp": 2**53},
    "an end that is text": {"exp": str(seconds(NOW) + 60)},
    "an end that is true": {"exp": True},
    "an end that is no number": {"exp": float("1e400")},
    "issued later": {"iat": seconds(NOW + ASSERTION_SKEW) + 1},
    "valid later": {"nbf": seconds(NOW + ASSERTION_SKEW) + 1},
    "no id": {"jti": None},
    "an empty id": {"jti": ""},
    "a long id": {"jti": "x" * 201},
    "an id that is a number": {"jti": 7},
}


@pytest.mark.parametrize("key", [EC, RSA], ids=["ES256", "PS256"])
@pytest.mark.parametrize("audience", [ISSUER, ENDPOINT, [ISSUER]], ids=str)
def test_a_good_assertion_is_taken_until_its_end(key: Any, audience: Any) -> None:
    found = proved(assertion(key, aud=audience), "p1", KEPT, (ISSUER, ENDPOINT), NOW)
    assert (found.token_id, found.end) == ("once", NOW + timedelta(seconds=60))
    assert claimed_client(assertion(key)) == "p1"


@pytest.mark.parametrize("what", FORGED)
def test_what_no_key_of_the_client_signed_is_refused(what: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        proved(FORGED[what], "p1", KEPT, (ISSUER, ENDPOINT), NOW)
    assert refused.value.reason == "CLIENT_INVALID"


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_for_us_or_not_for_now_is_refused(what: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        proved(assertion(**WRONG[what]), "p1", KEPT, (ISSUER, ENDPOINT), NOW)
    assert refused.value.reason == "CLIENT_INVALID"


NO_KEYS = {
    "nothing": "", "no JSON": "{", "no set": "[]", "no keys": '{"keys": []}', "keys that are text": '{"keys": "x"}',
    "a private key": json.dumps({"keys": [EC.as_dict(private=True)]}),
    "a secret": json.dumps({"keys": [OctKey.generate_key(256, {"kid": "o"}).as_dict()]}),
    "another curve": jwks(ECKey.generate_key("P-384", {"kid": "e"})),
    "Ed25519": jwks(OKPKey.generate_key("Ed25519", {"kid": "o"})),
    "a weak key": json.dumps({"keys": [RSA.as_dict(private=False) | {"n": RSA.as_dict()["n"][:171]}]}),
    "no kid": json.dumps({"keys": [{k: v for k, v in EC.as_dict(private=False).items() if k != "kid"}]}),
    "an empty kid": json.dumps({"keys": [EC.as_dict(private=False) | {"kid": ""}]}),
    "two of one kid": jwks(EC, OTHER),
    "a point off the curve": json.dumps({"keys": [EC.as_dict(private=False) | {"x": "AAAA"}]}),
    "too many": jwks(*(ECKey.generate_key("P-256", {"kid": str(n)}) for n in range(11))),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_KEYS)
def test_keys_that_prove_nothing_are_refused(what: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        public_keys(NO_KEYS[what])
    assert refused.value.violations[0].field == "jwks"


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.", by_hand({"alg": "none"}, lambda _: b"")[:20]])
def test_an_assertion_that_says_nothing_names_no_client(text: str) -> None:
    assert claimed_client(text) == ""
