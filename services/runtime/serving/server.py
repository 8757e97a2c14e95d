"""A process that takes calls: from its start, through its health, to its end in good order."""

import gc
import threading
from collections.abc import Callable, Sequence
from concurrent import futures
from contextlib import ExitStack
from typing import Any

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.runtime.calling import keepalive
from services.runtime.calling.identity import Identity
from services.runtime.observing.metrics import MetricsPort
from services.runtime.serving.background import Background, Liveness, name_of
from services.runtime.serving.rpcs import Contract
from services.runtime.serving.settings import ServerSettings

_log = structlog.get_logger(__name__)

# New objects between two looks for cycles, and young looks between older ones. A call makes some thousands, and
# nearly all of them go by their count alone; with the interpreter's 700 the looks took 8 % of a create (`perf`).
_COLLECTED_EVERY = 20_000, 10, 20
# What each server is started with.
OPTIONS = [
    *keepalive.MESH.server_options(),
    # The edge lets headers of 12 KiB in, and adds some; by itself gRPC begins to refuse at 8 KiB, now and then.
    ("grpc.max_metadata_size", 16 * 1024),
    ("grpc.absolute_max_metadata_size", 32 * 1024),
    # A second process on the same port is a mistake that must show, unless it is a sibling.
    ("grpc.so_reuseport", 0),
]


class Server:
    """What a ServerBuilder starts: gRPC services with health and reflection, the metrics port, the work beside.

    `port` and `metrics_port` are those bound once it has started. `resources` are closed at the very end.
    """

    def __init__(
        self,
        settings: ServerSettings,
        identity: Identity,
        servicers: Sequence[tuple[Contract, Any]],
        interceptors: list[grpc.ServerInterceptor],
        *,
        background: Sequence[Background],
        draining: Sequence[Callable[[], None]],
        resources: ExitStack,
    ) -> None:
        self.port, self.metrics_port = settings.port, settings.metrics_port
        self._settings, self._identity, self._servicers = settings, identity, servicers
        self._background, self._draining, self._resources = background, draining, resources
        self._health = health.HealthServicer()
        threads = settings.threads + settings.streams.all
        self._calls = futures.ThreadPoolExecutor(threads, thread_name_prefix="call")
        self._grpc = grpc.server(
            self._calls,
            interceptors=interceptors,
            options=[*dict(OPTIONS, **{"grpc.so_reuseport": int(settings.sibling or settings.processes > 1)}).items()],
        )
        self._ready = threading.Event()
        self._started: list[Background] = []

    def start(self) -> None:
        """Starts the work beside, then takes calls. What had been started is stopped again when something fails."""
        try:
            self._start_beside()
            self._listen()
        except BaseException:
            self.stop()
            raise
        # What was imported stays: no later look has to walk it.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECTED_EVERY)
        self._ready.set()
        _log.info("serving", port=self.port)

    def health_detail(self) -> str:
        """Why the process is not to be used, such as `Relay died`; empty when all is well."""
        if not self._ready.is_set():
            return "not ready"
        dead = [thing for thing in tuple(self._started) if isinstance(thing, Liveness) and not thing.alive()]
        return f"{', '.join(map(name_of, dead))} died" if dead else ""

    def drain(self) -> None:
        """Says that it is ending, goes on until others have noticed, then ends the calls that would last."""
        self._ready.clear()
        self._health.enter_graceful_shutdown()
        threading.Event().wait(self._settings.drain)
        for end in self._draining:
            end()

    def stop(self) -> None:
        """Drains, finishes the calls under way, then stops the rest; does nothing the second time."""
        if self._ready.is_set():
            self.drain()
        self._grpc.stop(self._settings.grace).wait()
        # gRPC leaves the threads that it was given as they are.
        self._calls.shutdown(wait=False)
        while self._started:
            self._started.pop().stop()
        self._resources.close()

    def _start_beside(self) -> None:
        settings = self._settings
        metrics = MetricsPort(settings.host, settings.metrics_port, settings.name, self.health_detail)
        self.metrics_port = metrics.port
        for thing in (metrics, *self._background):
            thing.start()
            self._started.append(thing)

    def _listen(self) -> None:
        for contract, servicer in self._servicers:
            contract.register(servicer, self._grpc)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        names = [contract.name for contract, _ in self._servicers]
        reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._grpc)
        self.port = self._identity.add_port(self._grpc, f"{self._settings.host}:{self._settings.port}")
        self._grpc.start()
        for name in ("", *names):
            self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
