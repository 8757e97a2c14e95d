"""The one way a service's process is put together: server, interceptors, health, metrics, logs, and an orderly end."""

import signal
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from opentelemetry.instrumentation.grpc import filters, server_interceptor

from services.runtime.calling import clients, keepalive
from services.runtime.calling.sidecar import PeerFrom, identity_of
from services.runtime.calling.tokens import KeyCache, TokenVerifier, fetcher
from services.runtime.errors import Error
from services.runtime.observing import logging, tracing
from services.runtime.observing.metrics import MetricsPort
from services.runtime.serving.background import Background, Liveness, name_of
from services.runtime.serving.interceptors.access import CheckAccess
from services.runtime.serving.interceptors.admission import AdmitStreams, StreamSettings
from services.runtime.serving.interceptors.audience import HideNotes
from services.runtime.serving.interceptors.conflicts import RetryConflicts
from services.runtime.serving.interceptors.context import BindContext
from services.runtime.serving.interceptors.decoding import Decode
from services.runtime.serving.interceptors.errors import MapErrors
from services.runtime.serving.interceptors.idempotency import Idempotency
from services.runtime.serving.interceptors.ids import NormaliseIds
from services.runtime.serving.interceptors.measure import Measure
from services.runtime.serving.interceptors.ownership import CheckOwnership, OwnerOf, cached, yourself
from services.runtime.serving.interceptors.reasons import CheckReasons, ReasonsSettings
from services.runtime.serving.interceptors.telemetry import Trace
from services.runtime.serving.interceptors.validation import Validate, compile_rules
from services.runtime.serving.rpcs import Rpc, Service, StartError, service_of
from services.runtime.serving.streams import Watch
from services.runtime.stores.ports import Store

_log = structlog.get_logger(__name__)

# What each server is started with.
OPTIONS = [
    *keepalive.MESH.server_options(),
    # The edge lets headers of 12 KiB in, and adds some; by itself gRPC begins to refuse at 8 KiB, now and then.
    ("grpc.max_metadata_size", 16 * 1024),
    ("grpc.absolute_max_metadata_size", 32 * 1024),
    # A second process on the same port is a mistake that must show.
    ("grpc.so_reuseport", 0),
]
_NO_OWNERS: Mapping[str, OwnerOf] = {}
# Health and reflection are asked all the time, and belong to no trace.
_WORTH_TRACING = filters.negate(filters.any_of(filters.health_check(), filters.service_prefix("grpc.reflection.")))
# The field that holds the caller's own id names its owner by itself.
_SELF_NAMING = "customer_id"


@dataclass(frozen=True)
class ServerSettings:
    """What every process needs to know; times in seconds.

    `peer_from` says how peers are known: by the certificate of the connection, which needs `pki_folder`, or by what the
    mesh's sidecar says in x-forwarded-client-cert (`xfcc`); only set that where a sidecar takes every connection.
    `drain` is how long the server goes on after it says that it is ending, and must be longer than the interval at
    which the edge asks; `grace` how long calls under way may take after that. `threads` are those of unary calls;
    streams have theirs besides.
    """

    name: str
    port: int
    metrics_port: int
    jwks_url: str
    pki_folder: Path | None = None
    peer_from: PeerFrom = "tls"
    jwks_authority_file: Path | None = None
    host: str = "127.0.0.1"
    issuer: str = "https://auth.loanflow.local"
    audience: str = "loanflow"
    trust_domain: str = "loanflow.local"
    threads: int = 16
    streams: StreamSettings = field(default_factory=StreamSettings)
    drain: float = 2.0
    grace: float = 8.0
    peer_deadline: float = 5.0
    log_level: str = "INFO"
    otlp_endpoint: str = ""
    trace_ratio: float = 0.05
    reasons: ReasonsSettings = field(default_factory=ReasonsSettings)


class Server:
    """A process of the mesh. Everything is added first; `run` starts it, and returns after SIGTERM or SIGINT.

    As a context manager it turns a failure to start into one line on standard error and exit code 1.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.identity = identity_of(settings.name, settings.peer_from, settings.pki_folder, settings.trust_domain)
        self.port, self.metrics_port = settings.port, settings.metrics_port
        self._services: list[tuple[Service, Any]] = []
        self._rpcs: dict[str, Rpc] = {}
        self._owners: dict[str, OwnerOf] = {}
        self._stores: dict[str, Store] = {}
        self._checks: list[Callable[[], None]] = []
        self._watch = Watch()
        self._background: list[Background] = [self._watch]
        self._draining: list[Callable[[], None]] = []
        self._closing: list[Callable[[], None]] = []
        self._health = health.HealthServicer()
        self._ready = threading.Event()
        self._end = threading.Event()
        self._grpc: grpc.Server | None = None
        self._started: list[Background] = []
        logging.configure(settings.name, settings.log_level)
        tracing.configure(settings.name, settings.otlp_endpoint, settings.trace_ratio)

    def add(self, servicer: Any, *, owners: Mapping[str, OwnerOf] = _NO_OWNERS, store: Store | None = None) -> None:
        """Serves a servicer under the rules of its contract.

        `owners` says, by the request field that the rules name, whose the object with that id is: it returns the
        customer's id, for one object always the same, and raises NotFound. `store` keeps the answers to idempotent
        calls. StartError when a rule, a method, a look-up or the store is missing.
        """
        service = service_of(servicer)
        owner_of = {field: cached(look_up) for field, look_up in owners.items()}
        for path, rpc in service.rpcs.items():
            self._add_owner(rpc, owner_of)
            if rpc.takes_key:
                self._add_store(rpc, store)
            compile_rules(rpc.request())
            self._rpcs[path] = rpc
        self._services.append((service, servicer))
        logging.learn_personal(service.file)
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

    def drains(self, end: Callable[[], None]) -> None:
        """Calls `end` when no new calls come any more, to end those that would last, such as streams without end."""
        self._draining.append(end)

    def closes(self, close: Callable[[], None]) -> None:
        """Calls `close` at the very end."""
        self._closing.append(close)

    def start(self) -> None:
        """Checks, starts what works in the background, then takes calls; from then on the ports are those bound."""
        self._check_identity()
        for check in self._checks:
            check()
        metrics = MetricsPort(self.settings.host, self.settings.metrics_port, self.settings.name, self.health_detail)
        self.metrics_port = metrics.port
        for thing in (metrics, *self._background):
            thing.start()
            self._started.append(thing)
        self._grpc = self._build()
        self._grpc.start()
        for service, _ in self._services:
            self._health.set(service.name, health_pb2.HealthCheckResponse.SERVING)
        self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        self._ready.set()
        _log.info("serving", port=self.port)

    def health_detail(self) -> str:
        """Why the process is not to be used, such as `Relay died`; empty when all is well."""
        if not self._ready.is_set():
            return "not ready"
        dead = [thing for thing in tuple(self._started) if isinstance(thing, Liveness) and not thing.alive()]
        return f"{', '.join(map(name_of, dead))} died" if dead else ""

    def stop(self) -> None:
        """Says that it is ending, lets others notice, finishes calls under way, then stops the rest."""
        was_ready = self._ready.is_set()
        self._ready.clear()
        self._health.enter_graceful_shutdown()
        if self._grpc is not None:
            if was_ready:
                threading.Event().wait(self.settings.drain)
            for end in self._draining:
                end()
            self._grpc.stop(self.settings.grace).wait()
        while self._started:
            self._started.pop().stop()
        while self._closing:
            self._closing.pop()()

    def run(self) -> None:
        """Serves until SIGTERM or SIGINT, then ends in good order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end.set())
        self.start()
        self._end.wait()
        _log.info("ending")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        never_ready = not self._ready.is_set()
        self.stop()
        if isinstance(error, Exception) and never_ready:
            if not isinstance(error, StartError | Error | OSError):
                _log.error("start broke", exc_info=error)
            print(f"{self.settings.name} cannot start: {error}", file=sys.stderr, flush=True)
            raise SystemExit(1) from error

    def _build(self) -> grpc.Server:
        server = grpc.server(
            futures.ThreadPoolExecutor(self.settings.threads + self.settings.streams.all, thread_name_prefix="call"),
            interceptors=self._chain(),
            options=OPTIONS,
        )
        for service, servicer in self._services:
            service.register(servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        names = [service.name for service, _ in self._services]
        reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
        address = f"{self.settings.host}:{self.settings.port}"
        self.port = self.identity.add_port(server, address)
        return server

    def _chain(self) -> list[grpc.ServerInterceptor]:
        """What every call passes through, outermost first."""
        settings = self.settings
        authority = settings.jwks_authority_file or self.identity.authority_file
        keys = KeyCache(fetcher(settings.jwks_url, authority))
        tokens = TokenVerifier(keys, settings.issuer, settings.audience)
        ownership = CheckOwnership(self._rpcs, self._owners)
        return [
            server_interceptor(filter_=_WORTH_TRACING),
            BindContext(),
            Measure(),
            Trace(),
            MapErrors(),
            Decode(),
            CheckAccess(self._rpcs, self.identity, tokens),
            AdmitStreams(self.settings.streams, self._watch),
            NormaliseIds(),
            Validate(ownership.before_refusal),
            ownership,
            RetryConflicts(),
            Idempotency(self._rpcs, self._stores),
            CheckReasons(settings.reasons),
            HideNotes(),
        ]

    def _add_owner(self, rpc: Rpc, owners: Mapping[str, OwnerOf]) -> None:
        if not rpc.owner_field:
            return
        look_up = owners.get(rpc.owner_field) or (yourself if rpc.owner_field == _SELF_NAMING else None)
        if look_up is None:
            raise StartError(f"RPC {rpc.path} names an owner by {rpc.owner_field}, and no look-up is given for it")
        self._owners[rpc.path] = look_up

    def _add_store(self, rpc: Rpc, store: Store | None) -> None:
        if store is None:
            raise StartError(f"RPC {rpc.path} takes an idempotency key, and no store is given to keep its answers")
        self._stores[rpc.path] = store

    def _check_identity(self) -> None:
        if missing := self.identity.missing():
            raise StartError(f"the mesh identity is incomplete: {', '.join(missing)} missing")
