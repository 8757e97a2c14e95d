"""A service whose way to one part leads through another port, while the block runs."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from stack import environment, folders, programs
from tests.bench.platform import Platform

_START_SECONDS = 60.0


@contextmanager
def behind(platform: Platform, service: str, variable: str, port: int) -> Iterator[None]:
    """The stand-in of the service takes its place, with `port` as this setting; at the end the service is back."""
    variables = environment.of_service(platform.layout, service, standby=True) | {variable: str(port)}
    log = (platform.layout.logs / f"{service} behind a proxy.log").open("ab")
    process = subprocess.Popen(
        [programs.python(), "-m", f"services.{service}"],
        env=programs.environment() | variables, cwd=folders.CHECKOUT, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        _await(f"http://{environment.HOST}:{platform.layout.ports.metrics(service, standby=True)}/health/{service}")
        platform.supervisor.stop(service)
        yield
    finally:
        platform.supervisor.start(service)
        _await(f"http://{environment.HOST}:{platform.layout.ports.metrics(service)}/health/{service}")
        process.terminate()
        process.wait(60)
        log.close()


def _await(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{url} was not healthy within {_START_SECONDS:.0f} s")
