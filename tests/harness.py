"""What tests of services stand on: a mesh of their own, tokens, and a real server in this process behind a client."""

import importlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from joserfc import jwt
from joserfc.jwk import ECKey

from services.runtime.calling import clients
from services.runtime.calling.identity import Identity
from services.runtime.calling.revocations import mark
from services.runtime.calling.tokens import SEVERAL_FACTORS, TYPE
from services.runtime.context import Caller, CallerKind
from services.runtime.events.catching_up import CatchingUp
from services.runtime.ids import new_id
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.interceptors.ownership import OwnerOf
from services.runtime.serving.interceptors.reasons import ReasonsSettings
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.ports import Store
from stack import pki

# Whatever a handler refuses, its RPC must list; what was refused is noted where $LOANFLOW_RAISED says.
_RAISED = os.environ.get("LOANFLOW_RAISED")
REASONS = ReasonsSettings(Path(__file__).parents[1] / "gen" / "access.json", Path(_RAISED) if _RAISED else None)
ISSUER, AUDIENCE = "https://auth.loanflow.local", "loanflow"
ANONYMOUS = Caller(CallerKind.ANONYMOUS)


def customer(customer_id: str = "") -> Caller:
    """A signed-in customer, a new one unless an id is given."""
    return Caller(CallerKind.END_USER, customer_id or new_id(), frozenset({"BEARER"}))


def staff(*roles: str, account_id: str = "", holder_id: str = "") -> Caller:
    """A member of staff with these roles, such as `OFFICER`; `holder_id`: of two accounts, the person."""
    return Caller(CallerKind.OPERATOR, account_id or new_id(), frozenset(roles), holder_id=holder_id)


def program(*scopes: str, client_id: str = "", customer_id: str = "") -> Caller:
    """A partner's program with scopes, by itself or as a customer who agreed."""
    kind, found = (CallerKind.END_USER if customer_id else CallerKind.CLIENT), client_id or new_id()
    return Caller(kind, customer_id or found, scopes=frozenset(scopes), program=found)


def service(name: str) -> Caller:
    """A service of the mesh under its own identity."""
    return Caller.of_service(name)


@dataclass(frozen=True)
class TokenIdentity(Identity):
    """The edge, passing on a token with every call."""

    token: str = ""

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """The mesh credentials, and the token on top."""
        return grpc.composite_channel_credentials(
            super().channel_credentials(), grpc.access_token_call_credentials(self.token)
        )


class Mesh:
    """An authority with identities in a folder, and a key that signs tokens; `jwks_url` is where it is published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._authority = pki.load_authority(folder)
        self.key = ECKey.generate_key("P-256", {"kid": "test"}, auto_kid=False)
        published = folder / "jwks.json"
        published.write_text(json.dumps({"keys": [self.key.as_dict(private=False)]}))
        self.jwks_url = published.as_uri()
        self._revocations = folder / "revocations.json"
        self.revoke()

    def revoke(self, *revoked: tuple[str, int]) -> None:
        """Publishes which tokens are revoked: those of a session or an account, below an epoch."""
        pairs = [(mark(name), below) for name, below in revoked]
        self._revocations.write_text(json.dumps({"time": int(time.time()), "revoked": pairs}))

    def identity(self, name: str) -> Identity:
        """The identity of a service, issued the first time."""
        identity = Identity(name, self.folder)
        if identity.missing():
            self.renew(name)
        return identity

    def renew(self, name: str) -> None:
        """Replaces a service's certificate."""
        pki.issue(self.folder, self._authority, name)

    def token(self, caller: Caller, key: ECKey | None = None, **claims: Any) -> str:
        """A token for a caller, good for a minute; `claims` override its claims."""
        now, key = int(time.time()), key or self.key
        payload = {"iss": ISSUER, "aud": AUDIENCE, "sub": caller.subject, "iat": now, "exp": now + 60, **claims}
        payload = {"kind": caller.kind.value, "roles": sorted(caller.roles), "amr": [SEVERAL_FACTORS], **payload}
        if caller.holder_id:
            payload["holder"] = caller.holder_id
        if caller.session_id:
            payload["sid"] = caller.session_id
        if caller.scopes is not None:
            payload = {"scope": " ".join(sorted(caller.scopes)), "client_id": caller.program, **payload}
        return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": TYPE}, payload, key, algorithms=["ES256"])

    def caller_identity(self, caller: Caller) -> Identity:
        """The identity under which a caller's calls arrive: a service's own, or the edge with the caller's token."""
        if caller.kind is CallerKind.SERVICE:
            return self.identity(caller.service)
        edge = self.identity("edge")
        if caller.kind is CallerKind.ANONYMOUS:
            return edge
        return TokenIdentity(edge.name, edge.folder, edge.trust_domain, self.token(caller))

    def settings(self, name: str, **changes: Any) -> ServerSettings:
        """Settings of a server on free ports that ends without waiting."""
        self.identity(name)
        values: dict[str, Any] = {
            "pki_folder": self.folder,
            "drain": 0.0,
            "grace": 1.0,
            "log_level": "WARNING",
            "reasons": REASONS,
            **changes,
        }
        return ServerSettings(name, 0, 0, self.jwks_url, **values)


class Running:
    """A servicer on a real server in this process."""

    def __init__(
        self,
        mesh: Mesh,
        servicer: Any,
        owners: Mapping[str, OwnerOf],
        store: Store | None,
        name: str = "tested",
        consumer: CatchingUp | None = None,
        **settings: Any,
    ) -> None:
        self.mesh, self.name = mesh, name
        self.builder = ServerBuilder(mesh.settings(name, **settings))
        self.builder.add(servicer, owners=owners, store=store)
        if consumer is not None:
            self.builder.catches_up(consumer)
        self.server = self.builder.start()
        self._stub = _stub_class(servicer)
        self._channels: list[grpc.Channel] = []

    @property
    def target(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.server.port}"

    def client(self, caller: Caller) -> Any:
        """A stub whose calls are the caller's; they raise the typed errors of services.runtime.errors."""
        return self.client_as(self.mesh.caller_identity(caller))

    def client_as(self, identity: Identity) -> Any:
        """A stub under any identity."""
        channel = clients.channel(self.name, self.target, identity)
        self._channels.append(channel)
        return self._stub(channel)

    def stop(self) -> None:
        """Ends server and clients."""
        for channel in self._channels:
            channel.close()
        self.server.stop()


class Servers:
    """The servers of one test, by servicer; each starts with its first client."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._running: dict[int, Running] = {}

    def __call__(
        self,
        servicer: Any,
        caller: Caller,
        *,
        owners: Mapping[str, OwnerOf] | None = None,
        store: Store | None = None,
        **settings: Any,
    ) -> Any:
        """A stub for the servicer, authenticated as the caller; owners and store count on its first client."""
        return self.serve(servicer, owners=owners, store=store, **settings).client(caller)

    def serve(
        self,
        servicer: Any,
        *,
        owners: Mapping[str, OwnerOf] | None = None,
        store: Store | None = None,
        **settings: Any,
    ) -> Running:
        """The servicer's server, started if need be."""
        if id(servicer) not in self._running:
            self._running[id(servicer)] = Running(self._mesh, servicer, owners or {}, store, **settings)
        return self._running[id(servicer)]

    def stop(self) -> None:
        """Ends them all."""
        for running in self._running.values():
            running.stop()


def _stub_class(servicer: Any) -> Any:
    for base in type(servicer).__mro__:
        if base.__module__.endswith("_pb2_grpc"):
            return getattr(importlib.import_module(base.__module__), base.__name__.removesuffix("Servicer") + "Stub")
    raise TypeError(f"{type(servicer).__name__} is no servicer")
