"""The collector with both stores behind it, as a stack runs them; `make telemetry` builds them and runs these tests."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from stack import folders, pki
from stack.install import DONE
from stack.layout import Layout
from stack.servers import collector, logstore, tracestore
from tests.bases import own_base
from tests.started import started


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    """A stack of these three programs alone, and a folder of logs."""
    for found in (folders.collector(), folders.log_store(), folders.trace_store()):
        assert (found / DONE).exists(), f"{found.name} is not built: make telemetry builds it, and runs these tests"
    with own_base() as base, ExitStack() as running:
        made = Layout(base, tmp_path_factory.mktemp("telemetry"))
        pki.ensure(made.pki)
        made.log("kyc")
        for part in (logstore, tracestore, collector):
            made.folder(part.FOLDER)
            if hasattr(part, "prepare"):
                part.prepare(made)
            running.enter_context(started(made, part.FOLDER, part.command(made), part.ready))
        yield made
