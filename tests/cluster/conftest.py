"""A cluster that is up (`python -m stack.cluster up`), asked from inside its namespaces."""

import json
import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from stack import folders
from stack.cluster import doors, place, programs
from stack.demo.api import Session
from stack.layout import Layout
from stack.mesh.environment import NAMESPACE

# Commands of it that work for longer than this stand still.
SECONDS = 120


class Cluster:
    """The cluster, as its administrator asks it."""

    def __init__(self, layout: Layout, clients: ExitStack) -> None:
        self.layout, self._clients = layout, clients
        self.authority = place.folder(layout) / "pki" / "ca.crt"
        self.url = f"https://{doors.HERE.host}"

    def kubectl(self, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """What the API server, or a program in a pod, says; whatever it is."""
        command = [programs.built("kubectl"), "--kubeconfig", str(place.kubeconfig(self.layout)), *words]
        return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=SECONDS)

    def said(self, *words: str, given: str | None = None) -> str:
        """What it says when all is well."""
        done = self.kubectl(*words, given=given)
        assert done.returncode == 0, f"kubectl {' '.join(words)[:200]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def read(self, *words: str) -> Any:
        """Objects of the namespace."""
        return json.loads(self.said("--namespace", NAMESPACE, "get", *words, "--output", "json"))

    def inside(self, service: str, *words: str, given: str | None = None) -> str:
        """Runs Python in the container of a service; what it says."""
        into = ["--namespace", NAMESPACE, "exec", "--stdin", f"deployment/{service}", "--container", service, "--"]
        return self.said(*into, "python", *words, given=given)

    def analyzed(self) -> subprocess.CompletedProcess[str]:
        """What istioctl finds in the namespace."""
        command = [programs.built("istioctl"), "analyze", "--kubeconfig", str(place.kubeconfig(self.layout))]
        return subprocess.run(
            [*command, "--namespace", NAMESPACE], capture_output=True, text=True, check=False, timeout=SECONDS
        )

    def client(self) -> httpx.Client:
        """A client that believes the certificate of the public name; closed at the end at the latest."""
        made = httpx.Client(verify=ssl.create_default_context(cafile=str(self.authority)), timeout=60)
        self._clients.callback(made.close)
        return made

    def session(self) -> Session:
        """A partner's program at the gateway."""
        return Session(self.url, client=self.client())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The one that this command runs inside of."""
    base = os.environ.get("LOANFLOW_CLUSTER_INSIDE")
    if not base:
        pytest.skip("not inside of a cluster: make cluster-test")
    with ExitStack() as clients:
        yield Cluster(Layout(int(base), folders.state(int(base))), clients)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where journeys keep their papers."""
    return tmp_path_factory.mktemp("papers")
