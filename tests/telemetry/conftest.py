"""The collector with both stores behind it, as a stack runs them; `make telemetry` builds them and runs these tests."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from types import ModuleType

import pytest

from stack import folders, pki, programs
from stack.install import DONE
from stack.layout import Layout
from stack.servers import collector, logstore, tracestore
from tests.bases import own_base
from tests.waiting import until


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
            _start(part, made, running)
        yield made


def _start(part: ModuleType, layout: Layout, running: ExitStack) -> None:
    layout.folder(part.FOLDER)
    if hasattr(part, "prepare"):
        part.prepare(layout)
    said = layout.state / f"{part.FOLDER}.out"
    log = running.enter_context(said.open("wb"))
    process = subprocess.Popen(part.command(layout), env=programs.environment(), stdout=log, stderr=subprocess.STDOUT)
    running.callback(process.wait, 20)
    running.callback(process.terminate)
    until(
        lambda: _answers(part, layout),
        lambda: f"{part.FOLDER}: {said.read_text()[-2000:]}",
    )


def _answers(part: ModuleType, layout: Layout) -> bool:
    try:
        part.ready(layout)
    except OSError:
        return False
    return True
