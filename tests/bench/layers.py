"""Processor time of each layer that a call passes through: `python -m tests.bench.layers`. Not a test.

A server of its own for each length of the chain (services/runtime/serving/chain.py), all in one child process; each
answers GetApplication with the same message, for the same customer over mutual TLS. Before them a bare gRPC server with
the same RPC, once without TLS. What a layer costs is the difference to the one before it: microseconds of processor of
the server's process, the lower quartile of the rounds, since what else the machine does only ever adds. The rounds go
over all servers in turn, so that it adds alike to all; below 20 µs a row is noise. `--json` writes what is printed.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import grpc

from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.application.v1.application_service_pb2_grpc import (
    ApplicationServiceStub,
    add_ApplicationServiceServicer_to_server,
)
from services.application.servicer import ApplicationServicer
from services.runtime.calling.identity import Identity
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.ids import new_id
from services.runtime.observing import logging, tracing
from services.runtime.serving.chain import Rules, interceptors
from services.runtime.serving.interceptors.admission import StreamLimits
from services.runtime.serving.rpcs import contract_of
from services.runtime.serving.server import OPTIONS
from services.runtime.serving.settings import ServerSettings
from services.runtime.serving.streams import Watch
from tests.harness import Mesh, customer

Figures: TypeAlias = dict[str, list[float]]
BARE, SECURE = "gRPC without TLS", "mutual TLS"
CUSTOMER = "5d0a2f5e-6f7c-4a55-9d5e-0c6f1f7c2b11"
_CALLERS = 4
_THREADS = ServerSettings.threads


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=200, help="calls a round and server")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve(given.serve)
        return
    rows = table(measured(given.rounds, given.calls))
    for row in rows:
        print(f"{row['layer']:28} {row['microseconds']:8.0f} µs {row['total']:8.0f} µs together")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


def measured(rounds: int, calls: int) -> Figures:
    """Microseconds of processor a call, by server, one figure a round."""
    with tempfile.TemporaryDirectory() as folder:
        mesh = Mesh(Path(folder))
        edge, _ = mesh.identity("edge"), mesh.identity("application")
        token = mesh.token(customer(CUSTOMER), exp=int(time.time()) + 3600)
        with _Child(folder) as child, ExitStack() as open_:
            callers = {name: _callers(open_, name, port, edge, token) for name, port in child.ports.items()}
            for each in callers.values():
                _drive(each, calls)
            found: Figures = {name: [] for name in callers}
            for _ in range(rounds):
                for name, each in callers.items():
                    before = child.seconds()
                    _drive(each, calls)
                    found[name].append((child.seconds() - before) / calls * 1e6)
            return found


def table(figures: Figures) -> list[dict[str, Any]]:
    """A row for each layer: what it adds to those before it, and what they cost together."""
    total, before, rows = {name: statistics.quantiles(each)[0] for name, each in figures.items()}, 0.0, []
    for name, together in total.items():
        rows.append({"layer": name, "microseconds": round(together - before, 1), "total": round(together, 1)})
        before = together
    return rows


class _Child:
    """The process with the servers; it says how much processor time it has used."""

    def __init__(self, folder: str) -> None:
        command = [sys.executable, "-m", "tests.bench.layers", "--serve", folder]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports: dict[str, int] = self._read()

    def seconds(self) -> float:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._read())

    def _read(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _callers(open_: ExitStack, name: str, port: int, edge: Identity, token: str) -> list[Callable[[], Any]]:
    """As many connections as there are callers; a call of each."""
    found: list[Callable[[], Any]] = []
    for _ in range(_CALLERS):
        options = [("grpc.use_local_subchannel_pool", 1)]
        target = f"127.0.0.1:{port}"
        channel = (
            grpc.insecure_channel(target, options)
            if name == BARE
            else grpc.secure_channel(target, edge.channel_credentials(), options)
        )
        get = ApplicationServiceStub(open_.enter_context(channel)).GetApplication
        request = pb.GetApplicationRequest(application_id=new_id())
        found.append(partial(get, request, metadata=(("authorization", f"Bearer {token}"),)))
    return found


def _drive(callers: Sequence[Callable[[], Any]], calls: int) -> None:
    def work(call: Callable[[], Any]) -> None:
        for _ in range(calls // len(callers)):
            call()

    threads = [threading.Thread(target=work, args=(call,)) for call in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class _Servicer(ApplicationServicer):
    """Answers at once."""

    def __init__(self) -> None:
        self._answer = pb.GetApplicationResponse()
        application = self._answer.application
        application.application_id, application.customer_id = new_id(), CUSTOMER
        application.project.name = "Kitchen"
        application.amount.currency, application.amount.amount = "EUR", "6000.00"
        application.create_time.GetCurrentTime()

    def GetApplication(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return self._answer


def _serve(folder: Path) -> None:
    """The child: starts the servers, prints their ports, then its processor time for every line that it reads."""
    out = sys.stdout
    with (folder / "log").open("w") as sys.stdout:
        logging.configure("application")
        tracing.configure("application", "", 0.05)
        settings = ServerSettings("application", 0, 0, (folder / "jwks.json").as_uri(), folder)
        identity, rpcs = Identity("application", folder), contract_of(_Servicer()).rpcs
        rules = Rules(rpcs, {path: lambda _: CUSTOMER for path in rpcs})
        servers = {BARE: _server([]), SECURE: _server([])}
        tokens = TokenVerifier.of_issuer(settings.jwks_url, identity.authority_file, settings.issuer, settings.audience)
        chain = partial(interceptors, settings, identity, rules, Watch(), tokens, StreamLimits(settings.streams))
        for length, each in enumerate(chain(), 1):
            # Of its own: an interceptor keeps the handlers that it has wrapped.
            servers[type(each).__name__] = _server(chain()[:length])
        ports = {
            name: server.add_insecure_port("127.0.0.1:0") if name == BARE else identity.add_port(server, "127.0.0.1:0")
            for name, server in servers.items()
        }
        for server in servers.values():
            server.start()
        print(json.dumps(ports), file=out, flush=True)
        for _ in sys.stdin:
            print(time.process_time(), file=out, flush=True)
        for server in servers.values():
            server.stop(None).wait()


def _server(chain: list[grpc.ServerInterceptor]) -> grpc.Server:
    server = grpc.server(ThreadPoolExecutor(_THREADS), interceptors=chain, options=OPTIONS)
    add_ApplicationServiceServicer_to_server(_Servicer(), server)
    return server


if __name__ == "__main__":
    main()
