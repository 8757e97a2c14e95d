"""Starts the peer of a create beside the platform: its database, its workers, an Envoy in front of it."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from envoy.bootstrap import IDLE_TIMEOUT
from stack import folders, programs
from stack.layout import Layout
from stack.servers import postgres
from tests.bench.installed import peer_python

DATABASE = "bench_peer"
# Free in a stack: beside the edge's own.
_SERVICE_OFFSET, _EDGE_OFFSET = 70, 71
_START_SECONDS = 30
# More than any load has: the peer is never refused a connection.
_MOST = 8192
_TYPE = "type.googleapis.com/envoy.extensions."


@dataclass(frozen=True)
class Peer:
    """The running peer: where it is called, and its processes."""

    url: str
    processes: Mapping[str, int]


@contextmanager
def peer(layout: Layout, keys: Mapping[str, Any]) -> Iterator[Peer]:
    """Runs it for the block; `keys` are the issuer's, by which it knows the platform's tokens."""
    folder, port, edge = layout.folder("peer"), layout.base + _SERVICE_OFFSET, layout.base + _EDGE_OFFSET
    (folder / "keys.json").write_text(json.dumps(keys))
    (folder / "envoy.json").write_text(json.dumps(_envoy(edge, port)))
    with postgres.admin(layout) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
    workers = len(os.sched_getaffinity(0))
    service = [peer_python(), "-m", "tests.bench.peer", str(port), str(workers)]
    proxy = [programs.envoy(), "-c", str(folder / "envoy.json"), "--disable-hot-restart", "--concurrency", "2"]
    started = []
    try:
        for name, command in (("peer", service), ("peer edge", [*proxy, "--log-level", "warning"])):
            with (folder / f"{name.replace(' ', '-')}.log").open("w") as log:
                started.append(subprocess.Popen(command, env=_environment(layout, folder), stdout=log, stderr=log))
        _wait(f"http://127.0.0.1:{edge}/ready", folder)
        yield Peer(f"http://127.0.0.1:{edge}", dict(zip(("peer", "peer edge"), (p.pid for p in started), strict=True)))
    finally:
        for process in started:
            _end(process)
        with postgres.admin(layout) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())


def _environment(layout: Layout, folder: Path) -> dict[str, str]:
    login = f"{postgres.ADMIN}:{layout.secret('postgres-admin').strip()}"
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folders.CHECKOUT),
        "PEER_DATABASE": f"postgresql+asyncpg://{login}@127.0.0.1:{layout.ports.of('postgres')}/{DATABASE}",
        "PEER_AUTHORITY": str(layout.pki / "ca.pem"),
        "PEER_KEYS": str(folder / "keys.json"),
        "PEER_SCHEMA": str(folders.CHECKOUT / "gen" / "avro" / "loanflow.application.v1.ApplicationCreated.avsc"),
    }


def _wait(url: str, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"the peer did not start: {(folder / 'peer.log').read_text()[-2000:]}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process and its workers, whatever state they are in."""
    with suppress(psutil.Error):
        tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for each in tree:
            with suppress(psutil.Error):
                each.terminate()
        for each in psutil.wait_procs(tree, timeout=8)[1]:
            each.kill()
    process.wait(10)


def _envoy(edge: int, port: int) -> dict[str, Any]:
    """A plain proxy with the platform's limits and the fields of its access log."""
    fields = {"time": "START_TIME", "correlation_id": "REQ(X-REQUEST-ID)", "method": "REQ(:METHOD)", "path": "PATH(NQ)",
              "status": "RESPONSE_CODE", "details": "RESPONSE_CODE_DETAILS", "milliseconds": "DURATION",
              "bytes_in": "BYTES_RECEIVED", "bytes_out": "BYTES_SENT"}  # fmt: skip
    log = {
        "@type": f"{_TYPE}access_loggers.stream.v3.StdoutAccessLog",
        "log_format": {"json_format": {name: f"%{value}%" for name, value in fields.items()}},
    }
    manager = {
        "@type": f"{_TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "peer",
        "generate_request_id": True,
        "common_http_protocol_options": {"idle_timeout": IDLE_TIMEOUT},
        "access_log": [{"name": "stdout", "typed_config": log}],
        "http_filters": [
            {"name": "router", "typed_config": {"@type": f"{_TYPE}filters.http.router.v3.Router"}},
        ],
        "route_config": {
            "virtual_hosts": [
                {"name": "peer", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "peer"}}]}
            ]
        },
    }
    endpoint = {"endpoint": {"address": _address(port)}}
    return {
        "static_resources": {
            "listeners": [
                {
                    "name": "peer",
                    "address": _address(edge),
                    "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
                }
            ],
            "clusters": [
                {
                    "name": "peer",
                    "type": "STATIC",
                    "connect_timeout": "2s",
                    "circuit_breakers": {"thresholds": [{"max_connections": _MOST, "max_pending_requests": _MOST}]},
                    "load_assignment": {"cluster_name": "peer", "endpoints": [{"lb_endpoints": [endpoint]}]},
                }
            ],
        }
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
