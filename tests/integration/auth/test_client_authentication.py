"""Clients that prove themselves by keys and certificates, on the real database: once, alone, and in one way."""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from google.api.httpbody_pb2 import HttpBody
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from loanflow.auth.v1 import account_pb2
from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.client_authentication import ASSERTION_TYPE
from services.runtime.calling.terms import ADDRESS, CERTIFICATE, thumbprint
from services.runtime.errors import InvalidArgument, PermissionDenied, Unauthenticated
from services.runtime.ids import new_id
from tests.harness import ISSUER, staff
from tests.integration.auth.conftest import Auth

ADMIN, OWN = staff("ADMIN"), ["SCOPE_REGISTRATION_READ"]
KEY = ECKey.generate_key("P-256", {"kid": "first"})
JWKS = json.dumps({"keys": [KEY.as_dict(private=False)]})
CERTIFICATES = [hashlib.sha256(name).hexdigest() for name in (b"one", b"another")]
THUMBPRINT = thumbprint(CERTIFICATES[0])


def register(auth: Auth, **fields: Any) -> Any:
    request = pb.CreateClientRequest(name=f"Partner {new_id()}", scopes=OWN, **fields)
    return auth.client(ADMIN).CreateClient(request)


def ask(auth: Auth, headers: Mapping[str, str] = {}, **form: Any) -> dict[str, Any]:  # is read alone
    data = urlencode({"grant_type": "client_credentials", **form}).encode()
    body = HttpBody(content_type="application/x-www-form-urlencoded", data=data)
    answer = auth.client().IssueToken(pb.IssueTokenRequest(form=body), metadata=tuple(headers.items()))
    return dict(json.loads(answer.token.data))


def assertion(auth: Auth, client_id: str, **claims: Any) -> dict[str, Any]:
    now = int(auth.clock.now().timestamp())
    every = {"iss": client_id, "sub": client_id, "aud": ISSUER, "exp": now + 60, "jti": new_id(), **claims}
    signed = jwt.encode({"alg": "ES256", "kid": "first"}, every, KEY)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


def claims_of(auth: Auth, answer: dict[str, Any]) -> dict[str, Any]:
    published = json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data)
    return dict(jwt.decode(answer["access_token"], KeySet.import_key_set(published), algorithms=["ES256"]).claims)


def refused(auth: Auth, headers: Mapping[str, str] = {}, **form: Any) -> str:  # is read alone
    with pytest.raises((Unauthenticated, InvalidArgument)) as error:
        ask(auth, headers, **form)
    return error.value.reason


def test_an_assertion_is_good_once_however_many_come_at_once(auth: Auth) -> None:
    made = register(auth, jwks=JWKS)
    client_id = made.client.client_id
    assert made.client_secret == ""
    assert made.client.authentication == account_pb2.CLIENT_AUTHENTICATION_PRIVATE_KEY
    form = assertion(auth, client_id)

    def outcome(_: int) -> str:
        try:
            return "token" if ask(auth, **form) else ""
        except Unauthenticated as error:
            return error.reason

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(outcome, range(8)))
    assert outcomes == ["CLIENT_INVALID"] * 7 + ["token"]
    assert claims_of(auth, ask(auth, **assertion(auth, client_id)))["sub"] == client_id
    # Another client's assertion of the same id is another one.
    other = register(auth, jwks=JWKS).client.client_id
    ids = [assertion(auth, each, jti="same") for each in (client_id, other)]
    assert [bool(ask(auth, **each)) for each in ids] == [True, True]


def test_used_up_assertions_are_forgotten_when_they_are_over(auth: Auth) -> None:
    ask(auth, **assertion(auth, register(auth, jwks=JWKS).client.client_id))
    count = "SELECT count(*) FROM client_assertions"
    auth.app.tidy()
    with auth.database.engine.connect() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 1
    auth.clock.advance(timedelta(minutes=2))
    auth.app.tidy()
    with auth.database.engine.connect() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 0


def test_a_client_proves_itself_in_its_own_way_alone(auth: Auth) -> None:
    by_key, by_secret = register(auth, jwks=JWKS), register(auth)
    by_certificate = register(auth, certificate_thumbprints=[THUMBPRINT])
    key_id, secret_id = by_key.client.client_id, by_secret.client.client_id
    certificate_id = by_certificate.client.client_id
    shown = {CERTIFICATE: CERTIFICATES[0]}
    wrong: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {"client_id": key_id}),
        ({}, {"client_id": key_id, "client_secret": ""}),
        ({}, {"client_id": key_id, "client_secret": by_secret.client_secret}),
        (shown, {"client_id": key_id}),
        ({}, {"client_id": certificate_id}),
        ({CERTIFICATE: CERTIFICATES[1]}, {"client_id": certificate_id}),
        ({CERTIFICATE: "zz"}, {"client_id": certificate_id}),
        ({CERTIFICATE: THUMBPRINT}, {"client_id": certificate_id}),
        (shown, {"client_id": certificate_id, "client_secret": "x"}),
        (shown, {"client_id": secret_id}),
        (shown, {"client_id": secret_id, "client_secret": ""}),
        ({}, assertion(auth, certificate_id)),
        (shown, assertion(auth, certificate_id)),
        ({}, assertion(auth, secret_id)),
        ({}, assertion(auth, key_id) | {"client_id": secret_id}),
        ({}, assertion(auth, secret_id) | {"client_id": key_id}),
    ]
    assert [refused(auth, headers, **form) for headers, form in wrong] == ["CLIENT_INVALID"] * len(wrong)
    malformed = [
        assertion(auth, key_id) | {"client_secret": "x"},
        assertion(auth, key_id) | {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
        {"client_assertion": assertion(auth, key_id)["client_assertion"]},
        {"client_assertion_type": ASSERTION_TYPE},
    ]
    assert [refused(auth, **form) for form in malformed] == ["INVALID_FIELD"] * len(malformed)


def test_the_token_of_a_certificate_is_bound_to_it(auth: Auth) -> None:
    made = register(auth, certificate_thumbprints=[THUMBPRINT])
    answer = ask(auth, {CERTIFICATE: CERTIFICATES[0]}, client_id=made.client.client_id)
    assert claims_of(auth, answer)["cnf"] == {"x5t#S256": THUMBPRINT}
    plain = ask(auth, {CERTIFICATE: CERTIFICATES[0]}, **assertion(auth, register(auth, jwks=JWKS).client.client_id))
    assert "cnf" not in claims_of(auth, plain)


def test_a_client_asks_from_its_networks_alone(auth: Auth) -> None:
    made = register(auth, networks=["198.51.100.0/24"], requests_per_minute=300)
    form = {"client_id": made.client.client_id, "client_secret": made.client_secret}
    for headers in ({}, {ADDRESS: "203.0.113.1"}):
        with pytest.raises(PermissionDenied) as error:
            ask(auth, headers, **form)
        assert error.value.reason == "ADDRESS_REFUSED"
    claims = claims_of(auth, ask(auth, {ADDRESS: "198.51.100.9"}, **form))
    assert (claims["networks"], claims["rate"], claims["client_id"]) == (["198.51.100.0/24"], 300, form["client_id"])


def test_a_revoked_client_proves_nothing(auth: Auth) -> None:
    for fields in ({"jwks": JWKS}, {"certificate_thumbprints": [THUMBPRINT]}):
        client_id = register(auth, **fields).client.client_id
        auth.client(ADMIN).RevokeClient(pb.RevokeClientRequest(client_id=client_id))
        form = assertion(auth, client_id) if "jwks" in fields else {"client_id": client_id}
        assert refused(auth, {CERTIFICATE: CERTIFICATES[0]}, **form) == "CLIENT_INVALID"
        assert refused(auth, client_id=client_id, client_secret="") == "CLIENT_INVALID"


def test_keys_and_certificates_are_not_given_together(auth: Auth) -> None:
    with pytest.raises(InvalidArgument) as error:
        register(auth, jwks=JWKS, certificate_thumbprints=[THUMBPRINT])
    assert "must not have certificate_thumbprints" in error.value.violations[0].description
