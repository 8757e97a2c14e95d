"""The next signing key, made before its time: no token fails at a verifier that asks for the keys once an hour."""

import json
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.jwk import KeySet

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.signing_keys import PUBLISHED_AHEAD, TOKEN_LIFETIME
from services.auth.token_issuer import Issuer
from services.runtime import context
from tests.integration.auth.conftest import Auth

STEP = timedelta(minutes=5)


def test_no_token_fails_while_the_key_that_signs_is_replaced(auth: Auth) -> None:
    issuer, signed = Issuer("https://issuer.example", "loanflow", "https://edge.example"), list[tuple[datetime, str]]()
    keys, used = auth.app.keys, set[str]()

    def asked() -> KeySet:
        return KeySet.import_key_set(json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data))

    known, asked_at = asked(), auth.clock.now()
    with context.background("auth", "test"):
        first = keys.signing(auth.clock.now()).key_id
        auth.clock.advance(STEP)
        second, begins = keys.rotate()
        assert keys.rotate() == (second, begins), "a key that waits for its turn was followed by another one"
        for _ in range(int((PUBLISHED_AHEAD + 3 * TOKEN_LIFETIME) / STEP)):
            now = auth.clock.now()
            keys.refresh()
            if now - asked_at >= PUBLISHED_AHEAD:
                known, asked_at = asked(), now
            signing = keys.signing(now)
            used.add(signing.key_id)
            signed.append((now, issuer.sign("a1", "staff", ["OFFICER"], signing, now)))
            for at, token in signed:
                if now - at <= TOKEN_LIFETIME:
                    assert jwt.decode(token, known, algorithms=["ES256"]).claims["sub"] == "a1"
            auth.clock.advance(STEP)
    assert used == {first, second.key_id}
    assert [key.key_id for key in keys.published()] == [second.key_id]
