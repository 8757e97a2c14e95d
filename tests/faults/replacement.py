"""A service that runs in another way while the block runs: behind a proxy, under another clock, or until it dies."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import httpx

from stack import environment, folders, programs
from tests.bench.platform import Platform

_START_SECONDS = 90.0
NOTHING: Mapping[str, str] = MappingProxyType({})


@contextmanager
def replaced(
    platform: Platform, service: str, changed: Mapping[str, str] = NOTHING, module: Sequence[str] = (), times: int = 0
) -> Iterator[None]:
    """The stand-in of the service takes its place, with other variables or by another module; then the service is back.

    With `times` it is expected to end by itself so many times, and is started anew each time.
    """
    variables = environment.of_service(platform.layout, service, standby=True) | dict(changed)
    command = [programs.python(), "-m", *(module or [f"services.{service}"])]
    with _Again(platform, service, command, variables, times) as running:
        try:
            _await(health(platform, service, standby=True))
            platform.supervisor.stop(service)
            yield
            running.expect(times)
        finally:
            platform.supervisor.start(service)
            _await(health(platform, service))


@contextmanager
def beside(platform: Platform, service: str, root: Path) -> Iterator[None]:
    """The stand-in of the service works beside it for the block, as another copy of the project has it."""
    variables = environment.of_service(platform.layout, service, standby=True)
    command = [programs.python(), "-m", f"services.{service}"]
    with _Again(platform, service, command, variables, 0, root):
        _await(health(platform, service, standby=True))
        yield


def importing(root: Path) -> dict[str, str]:
    """The environment in which the modules of a copy of the project are imported."""
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'gen'}"}


class _Again:
    """A process that is started again whenever it ends, until the block does."""

    def __init__(
        self, platform: Platform, service: str, command: list[str], variables: Mapping[str, str], times: int,
        root: Path = folders.CHECKOUT,
    ) -> None:  # fmt: skip
        self._command, self._root, self._variables = command, root, importing(root) | dict(variables)
        self._log = (platform.layout.logs / f"{service} replaced.log").open("ab")
        self._service, self._times, self._ends = service, times, 0
        self._over = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._watch, name=f"{service} replaced", daemon=True)

    def __enter__(self) -> "_Again":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._process.terminate()
        self._thread.join(60)
        self._process.kill()
        self._process.wait()
        self._log.close()

    def expect(self, times: int) -> None:
        """Waits until it has ended so often; TimeoutError when it does not."""
        deadline = time.monotonic() + _START_SECONDS * max(1, times)
        while self._ends < times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._service} ended {self._ends} times, not {times}")
            time.sleep(0.1)

    def _watch(self) -> None:
        while not self._over.is_set():
            self._process.wait()
            if not self._over.is_set():
                self._ends += 1
                self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # Once it has ended as often as it should, it runs as ever.
        left = {"FAULTS_LEFT": str(self._times - self._ends), "FAULTS_TURN": str(self._ends)} if self._times else {}
        return subprocess.Popen(
            self._command, env={**self._variables, **left}, cwd=self._root, stdout=self._log, stderr=self._log
        )


def health(platform: Platform, service: str, *, standby: bool = False) -> str:
    """Where a service says that it is well."""
    return f"http://{environment.HOST}:{platform.layout.ports.metrics(service, standby=standby)}/health/{service}"


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
