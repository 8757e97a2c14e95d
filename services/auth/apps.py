"""The use cases of customers' apps: how a customer agrees, and what an app gets by that."""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from authlib.oauth2 import OAuth2Error

from services.auth import authorization_pages as pages
from services.auth import passwords as secret
from services.auth import scopes
from services.auth.app_authorizations import CONSENT_LIFETIME, PAGE_LIFETIME
from services.auth.authorization_pages import BrowserAnswer
from services.auth.authorization_server import AuthorizationServer
from services.auth.commands import ClientCredentials, Login
from services.auth.handlers import App
from services.auth.model import Account
from services.auth.oauth_adapter import Request, Response, Work
from services.auth.partners import Clients
from services.auth.store import UnitOfWork
from services.runtime.errors import Error, InvalidArgument, ResourceExhausted, Unauthenticated

# What of a request the customer's answer has to know, and its parameters are read again from.
_KEPT = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
         "code_challenge_method")  # fmt: skip
# A binding that was drawn here (passwords.draw).
_DRAWN = re.compile(r"[A-Za-z0-9_-]{43}")
_STALE = "This page is not of this browser, or has been open for too long."


@dataclass(frozen=True)
class Apps:
    """What can be done by and with customers' apps; everything it needs is given at the start."""

    app: App
    clients: Clients

    def authorize(self, parameters: Mapping[str, str], cookie: str) -> BrowserAnswer:
        """The page on which a customer agrees, or where the browser goes on to with an error.

        Further pages of one browser are bound by the cookie that it has, so that none shuts another one out.
        """
        with self.app.begin() as uow:
            now, request = self.app.clock.now(), self._request(parameters)
            server = AuthorizationServer(self._work(uow, now))
            try:
                server.consent_grant(request)
            except OAuth2Error as error:
                return _sent_on(server.refusal(request, error))
            binding = cookie if _DRAWN.fullmatch(cookie) else secret.draw()
            kept = {name: parameters[name] for name in _KEPT if parameters.get(name)}
            end = int((now + PAGE_LIFETIME).timestamp())
            sealed = uow.cipher.encrypt(json.dumps({**kept, "end": end, "bound": secret.digest(binding)}))
            # Lax: it comes along when an app sends the browser here, and with no form of another site.
            kept_there = (
                f"{pages.COOKIE}={binding}; Path=/; Max-Age={int(PAGE_LIFETIME.total_seconds())}; Secure; HttpOnly; "
                "SameSite=Lax"
            )
            shown = _asked(request, sealed, parameters.get("login_hint", ""), "")
            return replace(shown, headers=(*shown.headers, ("set-cookie", kept_there)))

    def decide_authorization(self, form: Mapping[str, str], cookie: str) -> BrowserAnswer:
        """Where the browser goes on to with a code or with an error; or the page again, when it is not the customer."""
        parameters = self._opened(form.get("transaction", ""), cookie)
        if parameters is None:
            return pages.refusal(_STALE)
        if form.get("decision") != "allow":
            with self.app.begin() as uow:
                return _sent_on(self._answered(uow, parameters, None, self.app.clock.now()))
        login = Login(form.get("email", "")[:254], form.get("password", "")[:128])
        try:
            return _sent_on(
                self.app.authenticated(
                    login, lambda uow, account, _, at: self._answered(uow, parameters, account, at), customers_only=True
                )
            )
        except (Unauthenticated, ResourceExhausted) as refused:
            if refused.reason == "OVERLOADED":
                raise
            return self._asked_again(parameters, form, refused)

    def issue_for_customer(self, command: ClientCredentials) -> bytes:
        """The tokens for a code or a refresh token, as a JSON document; InvalidArgument as RFC 6749 §5.2 has it."""
        client = self.clients.proved_client(command)
        scopes.named(command.scope)
        with self.app.begin() as uow:
            work = replace(
                self._work(uow, self.app.clock.now()), client=client, thumbprint=command.thumbprint
            )  # fmt: skip
            request = self._request(command.parameters, "POST")
            response: Response = AuthorizationServer(work).create_token_response(request)
            # What was used up or ended stays so, whatever is answered.
            uow.commit(why=str(response.error.error) if response.error else "")
        if response.error is not None:
            raise _refused(response.error)
        return json.dumps(response.document, separators=(",", ":")).encode()

    def _answered(
        self, uow: UnitOfWork, parameters: Mapping[str, str], account: Account | None, at: datetime
    ) -> Response:
        """What goes back to the app, the request being held against its client once more."""
        server, request = AuthorizationServer(self._work(uow, at)), self._request(parameters)
        try:
            grant = server.consent_grant(request, account)
        except OAuth2Error as error:
            return server.refusal(request, error)
        answer: Response = server.create_authorization_response(request, account, grant)
        return answer

    def _asked_again(self, parameters: Mapping[str, str], form: Mapping[str, str], refused: Error) -> BrowserAnswer:
        with self.app.begin() as uow:
            request = self._request(parameters)
            server = AuthorizationServer(self._work(uow, self.app.clock.now()))
            try:
                server.consent_grant(request)
            except OAuth2Error as error:
                return _sent_on(server.refusal(request, error))
            return replace(
                _asked(request, form["transaction"], form.get("email", "")[:254], refused.message), status=403
            )  # fmt: skip

    def _opened(self, sealed: str, cookie: str) -> Mapping[str, str] | None:
        """The parameters that a page was made for; None when it is not this browser's, too old, or none of ours."""
        try:
            with self.app.begin() as uow:
                kept = json.loads(uow.cipher.decrypt(sealed))
            good = hmac.compare_digest(kept["bound"], secret.digest(cookie))
            return kept if good and self.app.clock.now().timestamp() < kept["end"] else None
        except (ValueError, KeyError, TypeError):
            return None

    def _request(self, parameters: Mapping[str, str], method: str = "GET") -> Request:
        return Request(method, self.app.issuer.public_url, parameters)

    def _work(self, uow: UnitOfWork, at: datetime) -> Work:
        return Work(uow, at, self.app.issuer, self.app.keys.signing(at))


def _asked(request: Request, sealed: str, email: str, refused: str) -> BrowserAnswer:
    client = request.client.client
    given, address = scopes.known(request.scope) or frozenset(), request.payload.redirect_uri
    return pages.sign_in(client.name, given, CONSENT_LIFETIME.days, sealed, address, email, refused)


def _sent_on(response: Response) -> BrowserAnswer:
    """To the app; a refusal that may go to no address is a page."""
    if response.location:
        return pages.sent_on(response.location)
    reason = response.error.description if response.error else ""
    return pages.refusal(f"The app asks for something that it may not: {reason}")


def _refused(error: OAuth2Error) -> InvalidArgument:
    """RFC 6749 §5.2, as an error of ours."""
    return InvalidArgument(
        error.description or error.error,
        reason={
            "invalid_grant": "GRANT_INVALID", "invalid_scope": "SCOPE_INVALID",
            "unauthorized_client": "CLIENT_UNAUTHORIZED",
        }.get(error.error, "INVALID_FIELD"),
    )  # fmt: skip
