"""Alertmanager and amtool, where they were built: `make alerts` does that, which costs Go minutes the first time."""

from pathlib import Path

import pytest

from stack import folders
from stack.install import DONE


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of both programs."""
    found = folders.alertmanager()
    if not (found / DONE).exists():
        pytest.skip("Alertmanager is not built, and nobody has looked whether alerts become pages: make alerts")
    return found
