"""Fixtures for every test: a mesh of its own, and clients of servicers on real servers."""

from collections.abc import Iterator

import pytest

from tests.harness import Mesh, Servers


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
