"""The whole stack, and customers who work on it."""

from collections.abc import Iterator

import pytest

from stack.layout import Layout
from tests.bench.platform import Platform
from tests.e2e.conftest import layout
from tests.faults.load import Load
from tests.faults.watch import Watch, watching

__all__ = ["layout"]


@pytest.fixture(scope="session")
def platform(layout: Layout) -> Iterator[Platform]:
    """The stack of the tests, nothing behind in it."""
    found = Platform(layout)
    found.settle()
    yield found
    found.edge.client.close()


@pytest.fixture(scope="session")
def load(platform: Platform) -> Iterator[Load]:
    """Four customers."""
    found = Load(platform, 4)
    yield found
    found.close()


@pytest.fixture(scope="module")
def watch(platform: Platform) -> Iterator[Watch]:
    """Who looks at it, for no longer than the faults are played: a look a second costs."""
    with watching(platform.layout) as found:
        yield found
