"""The emulator of AWS's API, for as long as something is tried against it, on loopback alone."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.aws.tool import CheckError

# What the emulator takes everybody for.
ACCOUNT = "123456789012"
_HOST = "127.0.0.1"
_START_SECONDS = 60.0


@contextmanager
def running(program: str, log: Path) -> Iterator[dict[str, str]]:
    """What Terraform's environment says while it runs; CheckError when it does not start. Nothing is left of it."""
    command, port = [program, "-H", _HOST], _free_port()
    # Policies that AWS itself keeps, such as those of a cluster's nodes.
    own = {**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    with log.open("w") as output:
        server = subprocess.Popen([*command, "-p", str(port)], stdout=output, stderr=subprocess.STDOUT, env=own)
        try:
            _wait(server, port, log)
            yield _environment(f"http://{_HOST}:{port}")
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _environment(url: str) -> dict[str, str]:
    # What asked for another address than the emulator's would go to a port where nobody listens.
    nowhere = f"http://{_HOST}:9"
    return {
        "AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_S3": url, "AWS_ENDPOINT_URL_STS": url,
        "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": _HOST,
    }  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise CheckError(f"the emulator of AWS does not start: {log.read_text(errors='replace')[-500:]}")
