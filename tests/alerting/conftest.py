"""Alertmanager and amtool, where they were built: `make alerts` does that, which costs Go minutes the first time."""

from pathlib import Path

import pytest

from stack import folders
from stack.install import DONE


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of both programs."""
    found = folders.alertmanager()
    assert (found / DONE).exists(), "Alertmanager is not built: make alerts builds it, and runs these tests"
    return found
