"""Killing any one service while loans live: their lives take longer, and nothing of them is lost."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from services import catalog
from stack import folders
from stack.demo.endings import Ending, live
from stack.layout import Layout
from stack.parts import table
from stack.supervisor import Supervisor
from tests.e2e.conftest import ROOT, NewLife

PAUSE_SECONDS = 1.5


@contextmanager
def killing(layout: Layout) -> Iterator[list[str]]:
    """Kills one service after the other, as kill -9 does, while the block runs; the supervisor restarts them."""
    killed: list[str] = []
    done = threading.Event()

    def work() -> None:
        supervisor = Supervisor(layout, table())
        while not done.is_set():
            for service in catalog.SERVICES:
                pids = [process.pid for process in supervisor.processes() if process.name == service.name]
                if done.is_set() or not pids or not pids[0]:
                    continue
                os.kill(pids[0], signal.SIGKILL)
                killed.append(service.name)
                done.wait(PAUSE_SECONDS)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


@pytest.fixture
def whole(layout: Layout) -> Iterator[None]:
    """Leaves the stack whole for the tests that follow."""
    yield
    subprocess.run([sys.executable, "-m", "stack", "--base", str(folders.base()), "up"], check=True, cwd=ROOT)
    for service in catalog.SERVICES:
        port = layout.ports.metrics(service.name)
        assert httpx.get(f"http://127.0.0.1:{port}/health/{service.name}").status_code == 200


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("ending", [Ending.REPAID, Ending.WITHDRAWN], ids=lambda ending: ending.name)
def test_a_life_goes_on_while_services_die(ending: Ending, layout: Layout, new_life: NewLife) -> None:
    life = new_life(ending.value - 1)
    with killing(layout) as killed:
        live(life, ending)
    assert killed, "nothing was killed"
    events = life.events()
    assert len(events) == len(set(events)) or ending is Ending.REPAID
    if ending is Ending.REPAID:
        outstanding = life.customer.get(f"/api/v1/payments/{life.loan_id}/outstanding")["outstanding"]
        assert outstanding["principalBalance"]["amount"] == "0.00"
        assert events.count("payment.verified") == life.offer["cost"]["instalments"]
