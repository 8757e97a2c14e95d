"""The authorization server of customers' apps, by Authlib: the code flow with PKCE, refresh tokens, ID tokens.

Authlib decides what a request must be and what is answered; what is kept and signed is ours (`Work`).
"""

from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer as Authlib
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core.errors import (
    RegistrationNotSupportedError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)

from services.auth import passwords as secret
from services.auth import scopes
from services.auth.app_authorizations import CODE_LIFETIME, AuthorizationCode, Consent
from services.auth.clients import ClientAuthentication
from services.auth.id_tokens import IdTokens
from services.auth.model import Account
from services.auth.oauth_adapter import AppClient, AppSession, Holder, IssuedCode, Request, Response, Work
from services.auth.scopes import Scope
from services.auth.sign_ins import PASSWORD, SessionEnd
from services.auth.signing_keys import TOKEN_LIFETIME
from services.auth.token_issuer import SCHEME
from services.runtime import ids
from services.runtime.errors import Unauthenticated

_UNSUPPORTED = {
    "request": RequestNotSupportedError,
    "request_uri": RequestURINotSupportedError,
    "registration": RegistrationNotSupportedError,
}


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """The authorization code, kept and found by its hash, good once."""

    server: "AuthorizationServer"

    @staticmethod
    def validate_authorization_redirect_uri(request: Request, client: AppClient) -> str:
        """The address, when it is registered; an error that goes to no address when it is not."""
        address = str(request.payload.redirect_uri or "")
        if not client.check_redirect_uri(address):
            raise InvalidRequestError("The redirect_uri is not registered with the client.")
        return address

    def validate_requested_scope(self) -> None:
        """What is asked for is held against the client's registration: AppClient.get_allowed_scope."""

    def generate_authorization_code(self) -> str:
        """256 random bits."""
        return secret.draw()

    def save_authorization_code(self, code: str, request: Request) -> None:
        """Keeps the code with the consent, which both begin here."""
        work, data = self.server.work, request.payload.data
        wanted = _given(request.scope)
        consent = _agreed(work, request.user.account_id, request.client.client_id, wanted)
        work.uow.codes.add(
            AuthorizationCode(
                ids.new_id(), consent.account_id, consent.client_id, consent.consent_id, wanted, (PASSWORD,), work.at,
                work.at + CODE_LIFETIME, secret.digest(code), data["redirect_uri"], data.get("nonce", ""),
                data["code_challenge"],
            )
        )  # fmt: skip

    def authenticate_token_endpoint_client(self) -> AppClient:
        """The client that has proved itself already."""
        return self.server.proved(self.request)

    def query_authorization_code(self, code: str, client: AppClient) -> IssuedCode | None:
        """The code, which is used up by that; one that comes twice ends what it gave. Another client's is untouched."""
        work = self.server.work
        found = work.uow.codes.of_hash(secret.digest(code))
        if found is None or found.client_id != client.client_id:
            return None
        if found.use(work.at):
            return IssuedCode(found)
        if found.session_id:
            work.uow.sessions.get(found.session_id).end(SessionEnd.CODE_REUSED, work.at)
        return None

    def authenticate_user(self, authorization_code: IssuedCode) -> Holder | None:
        """The customer, with a new session of the app; None when the consent does not stand any more."""
        work, code = self.server.work, authorization_code.code
        account, consent = work.uow.accounts.find(code.account_id), work.uow.consents.find(code.consent_id)
        covered = consent is not None and consent.covers(code.scopes, work.at)
        if account is None or not covered or not _may_act(account, code.methods):
            return None
        token = secret.draw()
        session = code.begin(ids.new_id(), secret.digest(token), work.at)
        work.uow.sessions.add(session)
        return Holder(account, session, token)

    def delete_authorization_code(self, authorization_code: IssuedCode) -> None:
        """It stays, used up: if it comes again, it is known."""


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib has no types
    """Refresh tokens, each good once, by the rules of every session (sign_ins.Session.rotate)."""

    INCLUDE_NEW_REFRESH_TOKEN = True
    server: "AuthorizationServer"

    def authenticate_token_endpoint_client(self) -> AppClient:
        """The client that has proved itself already."""
        return self.server.proved(self.request)

    def authenticate_refresh_token(self, refresh_token: str) -> AppSession | None:
        """The session of an app that the token is or was of."""
        try:
            session, generation = self.server.work.uow.sessions.of_token(secret.digest(refresh_token))
        except Unauthenticated:
            return None
        return AppSession(session, generation, refresh_token) if session.client_id else None

    def authenticate_user(self, refresh_token: AppSession) -> Holder:
        """The customer, the token being used up for the next one; one that was used before ends the session."""
        work, session = self.server.work, refresh_token.session
        next_token = work.uow.next_token(refresh_token.token)
        good = session.rotate(refresh_token.generation, secret.digest(next_token), work.at)
        account, consent = work.uow.accounts.find(session.account_id), work.uow.consents.find(session.consent_id)
        covered = consent is not None and consent.covers(session.scopes, work.at)
        if not good or not covered or account is None or not _may_act(account, session.methods):
            raise InvalidGrantError("The refresh token is not valid.")
        return Holder(account, session, next_token)

    def revoke_old_credential(self, refresh_token: AppSession) -> None:
        """It is used up already."""


class S256Challenge(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE for every client, by S256 alone: `plain`, which Authlib takes a missing method for, proves nothing."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": CodeChallenge.CODE_CHALLENGE_METHODS["S256"]}  # noqa: RUF012 - as its base has it

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """InvalidRequestError without a challenge by S256."""
        data = grant.request.payload.data
        if len(data.get("code_challenge", "")) != 43 or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge by S256 is needed.")
        super().validate_code_challenge(grant, redirect_uri)


class Issued(IssuerParameter):  # type: ignore[misc]  # Authlib has no types
    """Names the issuer in every answer that goes to an app by the browser (RFC 9207)."""

    def __init__(self, server: "AuthorizationServer") -> None:
        self._issuer = server.work.issuer.issuer
        super().__call__(server)

    def get_issuer(self) -> str:
        """The issuer."""
        return self._issuer


class AuthorizationServer(Authlib):  # type: ignore[misc]  # Authlib has no types
    """The server for one request, within one transaction."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work
        self.register_grant(CodeGrant, [S256Challenge(), IdTokens(work)])
        self.register_grant(RefreshGrant)
        self.register_token_generator("default", self._tokens)
        self._naming = Issued(self)

    def query_client(self, client_id: str) -> AppClient | None:
        """The client, unless there is none or it is revoked."""
        found = self.work.uow.clients.find(client_id)
        return None if found is None or found.revoke_time is not None else AppClient(found)

    def proved(self, request: Request) -> AppClient:
        """The client of a token request, which has proved itself in the one way that it is registered with."""
        client = self.work.client
        if client is None:
            raise RuntimeError("no client has proved itself")
        request.auth_method = "none" if client.public_client else client.authentication.name.lower()
        return AppClient(client)

    def consent_grant(self, request: Request, holder: Any = None) -> CodeGrant:
        """What a customer is to be asked, or has agreed to; OAuth2Error."""
        grant = self.get_consent_grant(request, end_user=holder)
        data = request.payload.data
        refused = next((error for name, error in _UNSUPPORTED.items() if data.get(name)), None)
        if refused is not None:
            raise refused(redirect_uri=grant.redirect_uri, state=request.payload.state)
        if data.get("response_mode", "query") != "query":
            raise InvalidRequestError(
                "The response_mode must be query.", redirect_uri=grant.redirect_uri, state=request.payload.state
            )
        return grant  # type: ignore[no-any-return]  # Authlib has no types

    def save_token(self, token: dict[str, Any], request: Request) -> None:
        """What is kept of them is kept already: the session, and the hash of its refresh token."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """No listeners."""

    def create_oauth2_request(self, request: Request) -> Request:
        """It is one."""
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        """As our use cases have it."""
        return Response.of(status, body, headers)

    def handle_error_response(self, request: Request, error: OAuth2Error) -> Response:
        """The refusal; where it goes to an app, it names the issuer."""
        response = Response.of(*error(None))
        response.error = error
        return response

    def refusal(self, request: Request, error: OAuth2Error) -> Response:
        """The refusal of what was not yet shown to a customer, likewise."""
        response = self.handle_error_response(request, error)
        self._naming.add_issuer_parameter(self, response)
        return response

    def _tokens(
        self, grant_type: str, client: AppClient, user: Holder, scope: str, expires_in: Any,
        include_refresh_token: bool,
    ) -> dict[str, Any]:  # fmt: skip
        work, account, session = self.work, user.account, user.session
        given = scopes.written(_given(scope))
        bound = work.thumbprint if client.client.authentication is ClientAuthentication.CERTIFICATE else ""
        claims = client.client.claims(given, bound) | session.claimed_methods()
        access_token = work.issuer.sign(
            account.account_id, account.kind.value, (), work.key, work.at, sid=session.session_id, epoch=account.epoch,
            **claims,
        )  # fmt: skip
        return {
            "access_token": access_token, "token_type": SCHEME, "expires_in": int(TOKEN_LIFETIME.total_seconds()),
            "scope": given, "refresh_token": user.refresh_token,
        }  # fmt: skip


def _may_act(account: Account, methods: tuple[str, ...]) -> bool:
    """Whether an app may act by the account: one of a customer, who is neither erased nor disabled."""
    return account.erase_time is None and not account.is_staff and account.admits(methods)


def _given(text: str) -> frozenset[Scope]:
    """The scopes of a text of ours."""
    return scopes.known(text) or frozenset()


def _agreed(work: Work, account_id: str, client_id: str, wanted: frozenset[Scope]) -> Consent:
    """The consent, which is new or renewed; sessions by one that went further end."""
    consent = work.uow.consents.of(account_id, client_id)
    if consent is None:
        consent = Consent.begin(ids.new_id(), account_id, client_id, wanted, work.at)
        work.uow.consents.add(consent)
    elif consent.renew(wanted, work.at):
        work.uow.sessions.end_of_consent(consent.consent_id, SessionEnd.CONSENT_CHANGED, work.at)
    return consent
