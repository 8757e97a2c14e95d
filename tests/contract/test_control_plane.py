"""The files of every place at a real API server with Istio's kinds and webhooks, where Kubernetes is built."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from stack.cluster import programs
from tests.bases import own_base
from tests.contract.conftest import ROOT

_SECONDS = 600


def cluster(base: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of stack.cluster."""
    command = [sys.executable, "-m", "stack.cluster", "--base", str(base), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_SECONDS)


@pytest.fixture(scope="module")
def base() -> Iterator[int]:
    """The base of a control plane of its own, which nothing outside of its namespaces notices."""
    if os.geteuid() != 0:
        pytest.skip("namespaces are made by root alone")
    if not programs.installed():
        pytest.skip("Kubernetes and Istio are not built here, which takes twenty minutes of a processor: make cluster")
    with own_base() as found:
        up = cluster(found, "up", "--control")
        try:
            assert up.returncode == 0, up.stdout + up.stderr
            yield found
        finally:
            down = cluster(found, "down")
            assert down.returncode == 0, down.stdout + down.stderr


def test_every_object_is_taken_and_what_must_not_be_is_refused(base: int) -> None:
    tests = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "tests/cluster/test_api.py"]
    done = cluster(base, "run", "--", *tests)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " skipped" not in done.stdout, done.stdout[-2000:]
