"""ID tokens, by Authlib: what an app learns of who signed in (OpenID Connect Core 2)."""

import json

from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import ECKey

from services.auth.oauth_adapter import AppClient, Holder, Request, Work
from services.auth.signing_keys import TOKEN_LIFETIME
from services.auth.token_issuer import ALGORITHM, ID_TOKEN_TYPE


class IdTokens(OpenIDCode):  # type: ignore[misc]  # Authlib has no types
    """The ID token that comes with a code, when the customer agreed to `openid`."""

    def __init__(self, work: Work) -> None:
        super().__init__(require_nonce=False)
        self._work = work

    def exists_nonce(self, nonce: str, request: Request) -> bool:
        """False: a code is good once, and whether a nonce comes twice the app alone can say (Core 3.1.3.7)."""
        return False

    def generate_user_info(self, user: Holder, scope: str) -> UserInfo:
        """Whom it is about; the rest is at the userinfo endpoint."""
        return UserInfo(sub=user.account.account_id, sid=user.session.session_id)

    def resolve_client_private_key(self, client: AppClient) -> ECKey:
        """What signs."""
        return ECKey.import_key(json.loads(self._work.key.private_jwk))

    def get_client_algorithm(self, client: AppClient) -> str:
        """How it signs."""
        return ALGORITHM

    def get_encode_header(self, client: AppClient) -> dict[str, str]:
        """With the type that tells it from an access token."""
        return {"alg": ALGORITHM, "kid": self._work.key.key_id, "typ": ID_TOKEN_TYPE}

    def get_client_claims(self, client: AppClient) -> dict[str, object]:
        """From whom and for whom it is, and how long; `iat` and `exp` by our own clock."""
        now, end = self._work.at, self._work.at + TOKEN_LIFETIME
        return {
            "iss": self._work.issuer.issuer, "aud": client.client_id, "iat": int(now.timestamp()),
            "exp": int(end.timestamp()),
        }  # fmt: skip
