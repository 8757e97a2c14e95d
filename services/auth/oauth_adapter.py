"""What Authlib's authorization server is given to see: requests, clients, codes and sessions in its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request, TokenMixin
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oidc.core import AuthorizationCodeMixin

from services.auth import scopes
from services.auth.app_authorizations import AuthorizationCode
from services.auth.clients import Client
from services.auth.model import Account
from services.auth.sign_ins import ONE_FACTOR, SEVERAL, TWO_FACTORS, Session
from services.auth.signing_keys import SigningKey
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer

# The grants of an app; all others are elsewhere.
CODE, REFRESH = "authorization_code", "refresh_token"


class Payload(BasicOAuth2Payload):  # type: ignore[misc]  # Authlib has no types
    """The parameters of a request, each there once."""

    @property
    def response_type(self) -> str:
        """The response type, as an error may quote it (RFC 6749 §4.1.2.1)."""
        given = super().response_type or ""
        return "".join(each if " " <= each <= "~" and each not in '"\\\\' else "?" for each in given)


class Request(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request to one of the endpoints."""

    def __init__(self, method: str, url: str, parameters: Mapping[str, str]) -> None:
        super().__init__(method, url)
        self.parameters = dict(parameters)
        self.payload = Payload(self.parameters)

    @property
    def args(self) -> dict[str, str]:
        """The parameters of the query."""
        return self.parameters

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the form."""
        return self.parameters


@dataclass
class Response:
    """What an endpoint answers: a document, or where the browser is sent; `error` is why it refuses."""

    status: int
    document: Any
    location: str = ""
    error: OAuth2Error | None = None

    @classmethod
    def of(cls, status: int, document: Any, headers: Sequence[tuple[str, str]]) -> "Response":
        """As Authlib has it."""
        return cls(status, document, dict(headers).get("Location", ""))


@dataclass(frozen=True)
class AppClient(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A client, as Authlib asks it."""

    client: Client

    @property
    def client_id(self) -> str:
        """Its id."""
        return self.client.client_id

    def get_client_id(self) -> str:
        """Its id."""
        return self.client.client_id

    def get_default_redirect_uri(self) -> str:
        """None: a request names one."""
        return ""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes, when it may ask customers for each of them; None, which refuses all, when it may not."""
        wanted = scopes.known(scope or "")
        return scopes.written(wanted) if wanted and self.client.may_ask_for(wanted) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether it is registered, letter by letter."""
        return redirect_uri in self.client.redirect_uris

    def check_response_type(self, response_type: str) -> bool:
        """Whether it takes codes."""
        return response_type == "code" and bool(self.client.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it is an app of customers."""
        return grant_type in (CODE, REFRESH) and bool(self.client.redirect_uris)


@dataclass(frozen=True)
class IssuedCode(AuthorizationCodeMixin):  # type: ignore[misc]  # Authlib has no types
    """A code, as Authlib asks it."""

    code: AuthorizationCode
    code_challenge_method: str = "S256"

    @property
    def code_challenge(self) -> str:
        """What the verifier has to fit."""
        return self.code.code_challenge

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.code.redirect_uri

    def get_scope(self) -> str:
        """What the customer agreed to."""
        return scopes.written(self.code.scopes)

    def get_nonce(self) -> str:
        """The nonce of the request, if any."""
        return self.code.nonce

    def get_auth_time(self) -> int:
        """When the customer signed in: when they agreed."""
        return int(self.code.create_time.timestamp())

    def get_acr(self) -> str:
        """How sure it is who they are."""
        return TWO_FACTORS if SEVERAL in self.code.methods else ONE_FACTOR

    def get_amr(self) -> list[str]:
        """How they were authenticated."""
        return list(self.code.methods)


@dataclass(frozen=True)
class AppSession(TokenMixin):  # type: ignore[misc]  # Authlib has no types
    """The session of a refresh token, as Authlib asks it; `generation` says which of its tokens it is."""

    session: Session
    generation: int
    token: str

    def check_client(self, client: AppClient) -> bool:
        """Whether it is that client's."""
        return self.session.client_id == client.client_id

    def get_scope(self) -> str:
        """What the customer agreed to."""
        return scopes.written(self.session.scopes)


@dataclass(frozen=True)
class Work:
    """What one request is decided in: the transaction, the moment, and what signs. `client` has proved itself."""

    uow: UnitOfWork
    at: datetime
    issuer: Issuer
    key: SigningKey
    client: Client | None = None
    thumbprint: str = ""


@dataclass(frozen=True)
class Holder:
    """The customer whom an app acts for, with the session that it does so by."""

    account: Account
    session: Session
    refresh_token: str
