"""The use cases of partners' programs: how they are registered, and how they get tokens."""

from collections.abc import Callable
from dataclasses import dataclass

from services.auth import passwords as secret
from services.auth import scopes
from services.auth.client_authentication import claimed_client, invalid_client, proved
from services.auth.clients import Client, ClientAuthentication
from services.auth.commands import ClientCredentials, CreateClient
from services.auth.key_rotation import RotatingKeys
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.errors import InvalidArgument
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class Clients:
    """What can be done with partners' programs; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    issuer: Issuer
    keys: RotatingKeys

    def issue_token(self, command: ClientCredentials) -> tuple[str, str]:
        """An access token for a client by itself, and its scopes."""
        if not command.grant_type:
            raise InvalidArgument.field("grant_type", "is required")
        if command.grant_type != "client_credentials":
            raise InvalidArgument.field("grant_type", "must be client_credentials", reason="GRANT_UNSUPPORTED")
        client, now = self.proved_client(command), self.clock.now()
        if client.public_client:
            raise InvalidArgument("a public client acts for customers alone", reason="CLIENT_UNAUTHORIZED")
        given = scopes.written(client.own_scopes(scopes.named(command.scope)))
        bound = command.thumbprint if client.authentication is ClientAuthentication.CERTIFICATE else ""
        claims = client.claims(given, bound)
        return self.issuer.sign(client.client_id, "client", (), self.keys.signing(now), now, **claims), given

    def proved_client(self, command: ClientCredentials) -> Client:
        """The client, who has proved itself in the one way that it is registered with; an assertion is used up.

        Unauthenticated CLIENT_INVALID; PermissionDenied ADDRESS_REFUSED.
        """
        client_id = command.client_id or claimed_client(command.assertion)
        with self.begin() as uow:
            client = uow.clients.find(client_id)
            if client is None or client.revoke_time is not None:
                raise invalid_client()
            if client.authentication is ClientAuthentication.PRIVATE_KEY and not command.client_secret:
                audiences = (self.issuer.issuer, self.issuer.token_endpoint)
                found = proved(command.assertion, client_id, client.jwks, audiences, self.clock.now())
                if not uow.assertions.use_up(client_id, found):
                    raise invalid_client()
                uow.commit()
            elif command.assertion or not _knows(client, command):
                raise invalid_client()
        client.check_address(command.address)
        return client

    def create(self, command: CreateClient) -> tuple[Client, str]:
        """Makes a partner's client; its secret, if it has one, is given out here and never again."""
        drawn = secret.draw()
        with self.begin() as uow:
            client = Client.of_partner(
                ids.new_id(), command.name, command.scopes, command.networks, command.requests_per_minute,
                secret.digest(drawn), self.clock.now(),
            )  # fmt: skip
            client.prove_by(command.jwks, command.certificate_thumbprints)
            client.serve_customers(command.redirect_uris, command.post_logout_redirect_uris, command.public_client)
            uow.clients.add(client)
            uow.commit()
        return client, drawn if client.secret_hash else ""

    def page(self, page: Page, revoked: bool) -> PageResult[Client]:
        """Lists the partners' clients, newest first."""
        with self.begin() as uow:
            return uow.clients.page(page, revoked)

    def registration(self) -> Client:
        """The calling program's own registration."""
        with self.begin() as uow:
            return uow.clients.get(context.caller().program)

    def revoke(self, client_id: str) -> Client:
        """Ends what a partner's client can do, and the tokens that it has."""
        with self.begin() as uow:
            client = uow.clients.get(client_id)
            client.revoke(self.clock.now())
            uow.commit()
        return client


def _knows(client: Client, command: ClientCredentials) -> bool:
    """Whether the secret is the client's, or the certificate one of its own; never both. A public one has no secret."""
    if client.authentication is ClientAuthentication.NONE:
        return not command.client_secret
    if client.authentication is ClientAuthentication.CERTIFICATE:
        return not command.client_secret and command.thumbprint in client.certificate_thumbprints
    return secret.matches(client.secret_hash, command.client_secret)
