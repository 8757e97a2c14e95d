"""Fixtures for every test: a mesh of its own, and clients of servicers on real servers."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.harness import Mesh, Servers

# What lands is judged by the same examples at every run; a developer's machine goes on looking for new ones. How long
# an example takes says more of the machine than of what is tested.
settings.register_profile("loanflow", derandomize=bool(os.environ.get("CI")), deadline=None)
settings.load_profile("loanflow")

# Tools of the packages, such as buf, are beside the interpreter, wherever a run is started from.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    """Identities and a token key for the whole run."""
    return Mesh(tmp_path_factory.mktemp("mesh"))


@pytest.fixture
def client_for(mesh: Mesh) -> Iterator[Servers]:
    """`client_for(servicer, staff("OFFICER"), owners=..., store=...)` is a stub; the servers end with the test."""
    servers = Servers(mesh)
    yield servers
    servers.stop()
