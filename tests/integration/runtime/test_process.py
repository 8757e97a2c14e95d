"""A server as a process: settings from the environment, one line when it cannot start, a clean end on a signal."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.runtime.serving.siblings import METRICS_STEP
from tests.harness import Mesh
from tests.waiting import PATIENCE_SECONDS, until

PROGRAM = """
from dataclasses import dataclass
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.settings import ServerSettings
from services.runtime.settings import load

@dataclass(frozen=True)
class Settings:
    server: ServerSettings

settings = load(Settings)
with ServerBuilder(settings.server) as builder:
    builder.closes(lambda: print("closed", flush=True))
    builder.run()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(mesh: Mesh, program: str = PROGRAM, **changes: object) -> "subprocess.Popen[str]":
    mesh.identity("tested")
    values = {
        "name": "tested",
        "port": free_port(),
        "metrics_port": free_port(),
        "pki_folder": mesh.folder,
        "jwks_url": mesh.jwks_url,
        "drain": 0.1,
        **changes,
    }
    environ = {f"LOANFLOW_SERVER_{key.upper()}": str(value) for key, value in values.items()}
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/tested") as answer:
            return bool(answer.status == 200)
    except urllib.error.URLError:
        return False


def test_it_serves_until_it_is_asked_to_end(mesh: Mesh) -> None:
    port = free_port()
    process = start(mesh, metrics_port=port)
    until(lambda: healthy(port), "its being healthy")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, err) == (0, "")
    assert out.endswith("closed\n")


def test_a_port_that_is_taken_is_named(mesh: Mesh) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(mesh, port=taken.getsockname()[1])
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "tested cannot start: " in err


def test_a_missing_identity_is_named(mesh: Mesh) -> None:
    process = start(mesh, name="unknown")
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "unknown cannot start: the mesh identity is incomplete" in err


def test_missing_settings_are_named(mesh: Mesh) -> None:
    process = start(mesh, port="many", jwks_url="")
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert err == ("settings: LOANFLOW_SERVER_PORT is not of type int; LOANFLOW_SERVER_JWKS_URL is not set\n")


def children(process: "subprocess.Popen[str]") -> list[int]:
    return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def answered(mesh: Mesh, port: int, connections: int = 24) -> int:
    """How many new connections are served in time."""
    credentials = mesh.identity("edge").channel_credentials()

    def ask(_: int) -> bool:
        options = [("grpc.ssl_target_name_override", "tested"), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.secure_channel(f"127.0.0.1:{port}", credentials, options) as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            try:
                return bool(stub.Check(health_pb2.HealthCheckRequest(), timeout=3, wait_for_ready=True).status)
            except grpc.RpcError:
                return False

    with ThreadPoolExecutor(connections) as pool:
        return sum(pool.map(ask, range(connections)))


@pytest.fixture
def two(mesh: Mesh) -> Iterator[tuple["subprocess.Popen[str]", int, int]]:
    """A service of two processes, with the port of both and the metrics port of the first."""
    port, metrics = free_port(), free_port()
    process = start(mesh, port=port, metrics_port=metrics, processes=2)
    until(lambda: healthy(metrics) and healthy(metrics + METRICS_STEP), "both being healthy")
    yield process, port, metrics
    process.kill()
    process.communicate()


def test_two_processes_share_a_port(mesh: Mesh, two: tuple["subprocess.Popen[str]", int, int]) -> None:
    process, port, _ = two
    (second,) = children(process)
    assert answered(mesh, port) == 24
    for stopped in (process.pid, second):
        os.kill(stopped, signal.SIGSTOP)
        assert 0 < answered(mesh, port) < 24
        os.kill(stopped, signal.SIGCONT)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err, out.count("closed\n")) == (0, "", 2)
    assert not Path(f"/proc/{second}").exists()


def test_a_sibling_that_dies_is_noticed(two: tuple["subprocess.Popen[str]", int, int]) -> None:
    process, _, metrics = two
    os.kill(children(process)[0], signal.SIGKILL)
    with pytest.raises(urllib.error.HTTPError) as refused:
        until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{metrics}/health/tested").status != 200, "its end")
    with refused.value as answer:
        assert (answer.code, answer.read()) == (503, b"process 1 died\n")


def test_a_sibling_does_not_outlive_the_first(two: tuple["subprocess.Popen[str]", int, int]) -> None:
    process, _, metrics = two
    process.kill()
    until(lambda: not healthy(metrics + METRICS_STEP), "the sibling's end")
