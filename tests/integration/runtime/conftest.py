"""The test's own contract, compiled once."""

from types import ModuleType

import pytest

from tests.integration.runtime import contract


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module with the servicer; its contract exists only from here on."""
    contract.compile_into(tmp_path_factory.mktemp("contract"))
    from tests.integration.runtime import shelf as module

    return module
