"""The one way a process is put together: what it serves, calls, checks and runs beside, named before it starts."""

import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Self

import grpc
import structlog

from services.runtime.calling import clients
from services.runtime.calling.revocations import EVERY_SECONDS
from services.runtime.calling.sidecar import identity_of
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.errors import Error
from services.runtime.events.catching_up import CatchingUp
from services.runtime.observing import logging, tracing
from services.runtime.periodic import Periodic
from services.runtime.serving.background import Background
from services.runtime.serving.chain import Rules, interceptors
from services.runtime.serving.interceptors.admission import StreamLimits
from services.runtime.serving.interceptors.ownership import OwnerOf, Shared, cached
from services.runtime.serving.interceptors.validation import compile_rules
from services.runtime.serving.rpcs import Contract, Rpc, StartError, contract_of
from services.runtime.serving.server import Server
from services.runtime.serving.settings import ServerSettings
from services.runtime.serving.siblings import Sibling, when_first_ends
from services.runtime.serving.streams import Watch
from services.runtime.stores.ports import Store

_log = structlog.get_logger(__name__)
_NO_OWNERS: Mapping[str, OwnerOf] = {}


class ServerBuilder:
    """Takes the parts of a process; `start` makes a Server of them, and `run` serves until SIGTERM or SIGINT.

    `tokens` verifies access tokens, and `watch` ends what is open to callers, for ways in that are no RPC. `streams`
    are the limits of open streams.

    As a context manager it turns a failure to start into one line on standard error and exit code 1, and closes at the
    end whatever was opened.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.identity = identity_of(settings.name, settings.peer_from, settings.pki_folder, settings.trust_domain)
        self._servicers: list[tuple[Contract, Any]] = []
        self._rules, self.watch, self.streams = Rules(), Watch(), StreamLimits(settings.streams)
        authority = settings.jwks_authority or self.identity.authority_file
        self.tokens = TokenVerifier.of_issuer(settings.jwks_url, authority, settings.issuer, settings.audience)
        self._checks: list[Callable[[], None]] = [self._check_identity]
        self._background: list[Background] = [
            self.watch,
            Periodic(settings.name, f"{settings.name}.revocations", self.tokens.refresh, EVERY_SECONDS),
        ]
        self._draining: list[Callable[[], None]] = []
        self._resources = ExitStack()
        self._server: Server | None = None
        logging.configure(settings.name, settings.log_level)
        tracing.configure(settings.name, settings.otlp_endpoint, settings.trace_ratio, settings.otlp_authority_file)

    def add(self, servicer: Any, *, owners: Mapping[str, OwnerOf] = _NO_OWNERS, store: Store | None = None) -> None:
        """Serves a servicer under the rules of its contract.

        `owners` says, by the request field that the rules name, whose the object with that id is: it returns the
        owner's id, for one object always the same, and raises NotFound; a Shared one names others, too. `store` keeps
        the answers to idempotent calls. StartError when a rule, a method, a look-up or the store is missing.
        """
        contract = contract_of(servicer)
        owner_of = {field: cached(look_up) for field, look_up in owners.items()}
        for rpc in contract.rpcs.values():
            self._add_rpc(rpc, owner_of, store)
        self._servicers.append((contract, servicer))
        logging.learn_personal(contract.file)
        if store is not None:
            self.requires(store.check)

    def channel(self, service: str, target: str) -> grpc.Channel:
        """A channel to another service under this process's identity, closed with the server."""
        self._check_identity()
        made = clients.channel(service, target, self.identity, self.settings.peer_deadline)
        self.closes(made.close)
        return made

    def requires(self, check: Callable[[], None]) -> None:
        """Adds a check that must not raise when the server starts."""
        if check not in self._checks:
            self._checks.append(check)

    def background(self, thing: Background) -> None:
        """Starts `thing` before calls are taken, and stops it after the last one."""
        self._background.append(thing)

    def catches_up(self, consumer: CatchingUp) -> None:
        """Refuses callers what is not there, or not yet possible, only when `consumer` says that it is level."""
        self._rules.consumer = consumer

    def drains(self, end: Callable[[], None]) -> None:
        """Calls `end` when no new calls come any more, to end those that would last, such as streams without end."""
        self._draining.append(end)

    def closes(self, close: Callable[[], None]) -> None:
        """Calls `close` at the very end, the last that was named first."""
        self._resources.callback(close)

    def start(self) -> Server:
        """Checks everything, and gives the server that takes calls from now on."""
        for check in self._checks:
            check()
        server = Server(
            self.settings,
            self.identity,
            self._servicers,
            interceptors(self.settings, self.identity, self._rules, self.watch, self.tokens, self.streams),
            background=self._background,
            draining=self._draining,
            resources=self._resources,
        )
        server.start()
        self._server = server
        return server

    def run(self) -> None:
        """Serves until SIGTERM or SIGINT, then ends in good order."""
        end = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: end.set())
        if self.settings.sibling:
            when_first_ends(end.set)
        siblings = [Sibling(self.settings, number) for number in range(1, self.settings.processes)]
        for sibling in siblings:
            self.background(sibling)
        server = self.start()
        end.wait()
        _log.info("ending")
        for sibling in siblings:
            sibling.end()
        server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._server is not None:
            self._server.stop()
            return
        self._resources.close()
        if isinstance(error, Exception):
            if not isinstance(error, StartError | Error | OSError):
                _log.error("start broke", exc_info=error)
            print(f"{self.settings.name} cannot start: {error}", file=sys.stderr, flush=True)
            raise SystemExit(1) from error

    def _add_rpc(self, rpc: Rpc, owners: Mapping[str, OwnerOf], store: Store | None) -> None:
        if rpc.owner_field:
            if rpc.owner_field not in owners:
                raise StartError(f"RPC {rpc.path} names an owner by {rpc.owner_field}, and no look-up is given for it")
            if rpc.owner_shared and not isinstance(owners[rpc.owner_field], Shared):
                raise StartError(f"RPC {rpc.path} is shared by its owner, and the look-up does not say with whom")
            self._rules.owners[rpc.path] = owners[rpc.owner_field]
        if rpc.takes_key:
            if store is None:
                raise StartError(f"RPC {rpc.path} takes an idempotency key, and no store is given to keep its answers")
            self._rules.stores[rpc.path] = store
        compile_rules(rpc.request())
        self._rules.rpcs[rpc.path] = rpc

    def _check_identity(self) -> None:
        if missing := self.identity.missing():
            raise StartError(f"the mesh identity is incomplete: {', '.join(missing)} missing")
