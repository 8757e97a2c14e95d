"""A server as a process: settings from the environment, one line when it cannot start, a clean end when told to."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

from tests.harness import Mesh
from tests.waiting import until

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


def test_it_serves_until_it_is_told_to_end(mesh: Mesh) -> None:
    port = free_port()
    process = start(mesh, metrics_port=port)
    until(lambda: healthy(port), "its being healthy")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert out.endswith("closed\n")


def test_a_port_that_is_taken_is_named(mesh: Mesh) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(mesh, port=taken.getsockname()[1])
        _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "tested cannot start: " in err


def test_a_missing_identity_is_named(mesh: Mesh) -> None:
    process = start(mesh, name="nobody")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "nobody cannot start: the mesh identity is incomplete" in err


def test_missing_settings_are_named(mesh: Mesh) -> None:
    process = start(mesh, port="many", jwks_url="")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert err == ("settings: LOANFLOW_SERVER_PORT is not of type int; LOANFLOW_SERVER_JWKS_URL is not set\n")
