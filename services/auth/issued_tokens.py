"""Tokens of ours that come back: what their signature proves, and nothing of whether they are still good. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.auth.signing_keys import SigningKey
from services.auth.token_issuer import ALGORITHM

_WRONG = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


def claims_of(token: str, kind: str, issuer: str, keys: Sequence[SigningKey]) -> Mapping[str, Any] | None:
    """The claims of a token of this `typ` that one of the keys signed, expired or not; None for anything else."""
    try:
        published = KeySet.import_key_set({"keys": [json.loads(key.public_jwk) for key in keys]})
        read = jwt.decode(token, published, algorithms=[ALGORITHM])
        good = str(read.header["typ"]).lower() == kind.lower() and read.claims["iss"] == issuer
        return read.claims if good else None
    except _WRONG:
        return None
