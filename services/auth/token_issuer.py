"""Access tokens and the documents by which others verify them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from joserfc import jwt
from joserfc.jwk import ECKey

from services.auth.client_authentication import KEY_TYPES
from services.auth.scopes import Scope
from services.auth.sign_ins import ONE_FACTOR
from services.auth.signing_keys import TOKEN_LIFETIME, SigningKey
from services.runtime import ids
from services.runtime.calling.revocations import mark
from services.runtime.calling.tokens import TYPE

ALGORITHM = "ES256"
# Of ID tokens, and of the answers about a customer.
CLAIMS = (
    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "email", "updated_at",
)  # fmt: skip
# The header `typ` of an ID token.
ID_TOKEN_TYPE = "JWT"  # noqa: S105 - no password
# How access tokens are presented.
SCHEME = "Bearer"


@dataclass(frozen=True)
class Issuer:
    """Signs access tokens in the name of `issuer` for `audience`; `public_url` is where the outside reaches us."""

    issuer: str
    audience: str
    public_url: str

    def sign(
        self,
        subject: str,
        kind: str,
        roles: Sequence[str],
        key: SigningKey,
        at: datetime,
        **claims: object,
    ) -> str:
        """An access token (RFC 9068) that speaks for the subject until TOKEN_LIFETIME is over, with claims besides."""
        payload = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "kind": kind,
            "roles": list(roles),
            "iat": int(at.timestamp()),
            "exp": int((at + TOKEN_LIFETIME).timestamp()),
            "jti": ids.new_id(),
            **claims,
        }
        private = ECKey.import_key(json.loads(key.private_jwk))
        return jwt.encode({"alg": ALGORITHM, "kid": key.key_id, "typ": TYPE}, payload, private)

    @property
    def token_endpoint(self) -> str:
        """Where the outside asks for tokens."""
        return f"{self.public_url}/oauth2/token"

    def discovery(self) -> bytes:
        """The metadata document of OpenID Connect Discovery 1.0 and RFC 8414."""
        at = f"{self.public_url}/oauth2"
        confidential = ["client_secret_basic", "client_secret_post", "private_key_jwt", "self_signed_tls_client_auth"]
        methods, algorithms = [*confidential, "none"], list(KEY_TYPES)
        return json_document(
            {
                "issuer": self.issuer,
                "jwks_uri": f"{self.public_url}/.well-known/jwks.json",
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": self.token_endpoint,
                "userinfo_endpoint": f"{at}/userinfo",
                "end_session_endpoint": f"{at}/logout",
                "revocation_endpoint": f"{at}/revoke",
                "introspection_endpoint": f"{at}/introspect",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
                "token_endpoint_auth_methods_supported": methods,
                "token_endpoint_auth_signing_alg_values_supported": algorithms,
                "revocation_endpoint_auth_methods_supported": methods,
                "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
                "introspection_endpoint_auth_methods_supported": methods,
                "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
                "tls_client_certificate_bound_access_tokens": True,
                "scopes_supported": [scope.value for scope in Scope],
                "claims_supported": list(CLAIMS),
                "acr_values_supported": [ONE_FACTOR],
                "prompt_values_supported": ["none", "login", "consent", "select_account"],
                "display_values_supported": ["page"],
                "ui_locales_supported": ["en"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "claims_parameter_supported": False,
                "request_parameter_supported": False,
                "request_uri_parameter_supported": False,
            }
        )


def new_key(at: datetime) -> SigningKey:
    """A new key pair on P-256."""
    key_id = ids.new_id()
    key = ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": ALGORITHM})
    return SigningKey(key_id, json.dumps(key.as_dict(private=False)), json.dumps(key.as_dict(private=True)), at)


def key_set(keys: Iterable[SigningKey]) -> bytes:
    """The JWK set of the public halves, RFC 7517."""
    return json_document({"keys": [json.loads(key.public_jwk) for key in keys]})


def revocation_list(revoked: Iterable[tuple[str, int]], at: datetime) -> bytes:
    """The list by which verifiers know what is revoked: ids of sessions and accounts, as marks, with their epochs."""
    return json_document({"time": int(at.timestamp()), "revoked": [(mark(name), below) for name, below in revoked]})


def token_document(access_token: str, scope: str) -> bytes:
    """The answer of the token endpoint, RFC 6749 §5.1."""
    lifetime = int(TOKEN_LIFETIME.total_seconds())
    return json_document({"access_token": access_token, "token_type": SCHEME, "expires_in": lifetime, "scope": scope})


def json_document(content: object) -> bytes:
    """A document of another standard, as bytes."""
    return json.dumps(content, separators=(",", ":")).encode()
