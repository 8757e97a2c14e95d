"""The use cases around what customers' apps have: what they may know, and how it ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from authlib.oidc.core import UserInfo

from services.auth import authorization_pages as pages
from services.auth import passwords as secret
from services.auth import scopes
from services.auth.app_authorizations import Consent
from services.auth.authorization_pages import BrowserAnswer
from services.auth.clients import Client
from services.auth.commands import ClientCredentials
from services.auth.handlers import App
from services.auth.issued_tokens import claims_of
from services.auth.partners import Clients
from services.auth.scopes import Scope
from services.auth.sign_ins import Session, SessionEnd
from services.auth.store import UnitOfWork
from services.auth.token_issuer import ID_TOKEN_TYPE, SCHEME
from services.runtime import context
from services.runtime.calling.tokens import TYPE
from services.runtime.errors import InvalidArgument, NotFound, Unauthenticated
from services.runtime.stores.paging import Page, PageResult

_UNKNOWN = "No one was signed out: the app did not say whom, in a way that we can hold against what we signed."


@dataclass(frozen=True)
class AppAccess:
    """What apps have; everything it needs is given at the start."""

    app: App
    clients: Clients

    def user_info(self) -> dict[str, Any]:
        """The claims about the caller, by the scopes of the token."""
        caller = context.caller()
        with self.app.begin() as uow:
            account = uow.accounts.find(caller.owner_id)
        if account is None or account.erase_time is not None:
            raise Unauthenticated("the account is gone")
        found = UserInfo(
            sub=account.account_id, email=account.email, updated_at=int(account.update_time.timestamp())
        )  # fmt: skip
        everything = (Scope.OPENID.value, Scope.PROFILE.value, Scope.EMAIL.value)
        return dict(found.filter(" ".join(everything if caller.scopes is None else sorted(caller.scopes))))

    def end_session(self, hint: str, client_id: str, redirect_uri: str, state: str) -> BrowserAnswer:
        """Ends the session of an ID token, which may have expired; says where the browser goes on to."""
        claims = claims_of(hint, ID_TOKEN_TYPE, self.app.issuer.issuer, self.app.keys.published())
        with self.app.begin() as uow:
            client = uow.clients.find(str(claims["aud"])) if claims else None
            if client is None or (client_id and client_id != client.client_id) or claims is None:
                return pages.refusal(_UNKNOWN)
            session = uow.sessions.find(str(claims["sid"]))
            if session is not None and session.client_id == client.client_id:
                uow.sessions.get(session.session_id).end(SessionEnd.APP_SIGNED_OUT, self.app.clock.now())
            uow.commit()
        if redirect_uri in client.post_logout_redirect_uris:
            return BrowserAnswer(status=303, location=_with_state(redirect_uri, state))
        return pages.refusal("The app names an address that it is not registered with.") if redirect_uri else (
            pages.signed_out(client.name)
        )  # fmt: skip

    def revoke_token(self, command: ClientCredentials) -> None:
        """Ends the session that a token of the client stands for, if any (RFC 7009)."""
        client, token = self.clients.proved_client(command), _token(command.parameters)
        with self.app.begin() as uow:
            session = self._session(uow, client, token)
            if session is not None:
                uow.sessions.get(session.session_id).end(SessionEnd.APP_SIGNED_OUT, self.app.clock.now())
            uow.commit()

    def introspect(self, command: ClientCredentials) -> dict[str, Any]:
        """What a token of the client says, while it is good (RFC 7662)."""
        client, token = self.clients.proved_client(command), _token(command.parameters)
        with self.app.begin() as uow:
            claims = self._claims(client, token)
            session, now = self._session(uow, client, token), self.app.clock.now()
            if session is None or not session.runs(now):
                own = claims is not None and claims["sub"] == client.client_id and claims["exp"] > now.timestamp()
                return {"active": True, "token_type": SCHEME, **_shown(claims)} if own and claims else {"active": False}
            account, consent = uow.accounts.powers(session.account_id), uow.consents.find(session.consent_id)
            stands = consent is not None and consent.stands(now)
            if account is None or account.erase_time is not None or not stands:
                return {"active": False}
            if claims is not None:
                good = claims["exp"] > now.timestamp() and claims["epoch"] == account.epoch
                return {"active": True, "token_type": SCHEME, **_shown(claims)} if good else {"active": False}
            if uow.sessions.generation_of(secret.digest(token)) != session.generation:
                return {"active": False}
            return {
                "active": True, "client_id": client.client_id, "sub": session.account_id,
                "scope": scopes.written(session.scopes), "exp": int(session.expire_time.timestamp()),
                "iss": self.app.issuer.issuer,
            }  # fmt: skip

    def consents(self, page: Page) -> PageResult[tuple[Consent, Client]]:
        """The caller's consents that stand, each with its app, newest first."""
        with self.app.begin() as uow:
            found = uow.consents.standing(context.caller().owner_id, page, self.app.clock.now())
            return found.map(lambda consent: (consent, _client_of(uow, consent)))

    def of_customers(self, account_ids: Collection[str]) -> list[Consent]:
        """What customers let programs do now."""
        with self.app.begin() as uow:
            return uow.consents.of_customers(account_ids, self.app.clock.now())

    def withdraw_consent(self, consent_id: str) -> tuple[Consent, Client]:
        """Takes a consent back, and ends what the app has by it."""
        with self.app.begin() as uow:
            now, consent = self.app.clock.now(), uow.consents.get(consent_id)
            consent.take_back(context.caller().owner_id, now)
            uow.sessions.end_of_consent(consent_id, SessionEnd.CONSENT_WITHDRAWN, now)
            client = _client_of(uow, consent)
            uow.commit()
        return consent, client

    def _session(self, uow: UnitOfWork, client: Client, token: str) -> Session | None:
        """The session of the client that a token of either kind stands for."""
        claims = self._claims(client, token)
        named = str(claims.get("sid", "")) if claims else uow.sessions.id_of_token(secret.digest(token))
        session = uow.sessions.find(named) if named else None
        return session if session is not None and session.client_id == client.client_id else None

    def _claims(self, client: Client, token: str) -> Mapping[str, Any] | None:
        """Those of an access token of the client."""
        claims = claims_of(token, TYPE, self.app.issuer.issuer, self.app.keys.published())
        return claims if claims is not None and claims.get("client_id") == client.client_id else None


def _client_of(uow: UnitOfWork, consent: Consent) -> Client:
    found = uow.clients.find(consent.client_id)
    if found is None:
        raise NotFound(f"there is no client {consent.client_id}")
    return found


def _shown(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: claims[name] for name in ("client_id", "sub", "aud", "iss", "iat", "exp", "jti", "scope", "cnf")
            if name in claims}  # fmt: skip


def _token(parameters: Mapping[str, str]) -> str:
    if not parameters.get("token"):
        raise InvalidArgument.field("token", "is required")
    return parameters["token"]


def _with_state(address: str, state: str) -> str:
    if not state:
        return address
    parts = urlsplit(address)
    query = "&".join(each for each in (parts.query, urlencode({"state": state})) if each)
    return urlunsplit(parts._replace(query=query))
