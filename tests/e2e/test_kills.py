"""Killing any one service while loans are under way: their journeys take longer, and nothing of them is lost."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from services import catalog
from stack import folders
from stack.demo.endings import Ending, live
from stack.layout import Layout
from stack.parts import table
from stack.supervisor import Supervisor
from tests.e2e.conftest import ROOT, NewJourney
from tests.e2e.test_endings import WAYS, way
from tests.waiting import until


@contextmanager
def killing(layout: Layout) -> Iterator[list[str]]:
    """Kills one service after the other, as kill -9 does, while the block runs; the supervisor restarts them."""
    killed: list[str] = []
    done = threading.Event()

    def work() -> None:
        supervisor = Supervisor(layout, table())
        for service in itertools.cycle(catalog.SERVICES):
            if done.is_set():
                return
            os.kill(supervisor.process(service.name).pid, signal.SIGKILL)
            killed.append(service.name)
            await_health(layout, service.name)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


def await_health(layout: Layout, name: str) -> None:
    """Waits until the service is back."""
    url = f"http://127.0.0.1:{layout.ports.metrics(name)}/health/{name}"

    def healthy() -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(url).is_success
        return False

    until(healthy, f"the return of {name}")


@pytest.fixture
def whole(layout: Layout) -> Iterator[None]:
    """Leaves the stack whole for the tests that follow."""
    yield
    subprocess.run([sys.executable, "-m", "stack", "--base", str(folders.base()), "up"], check=True, cwd=ROOT)
    for service in catalog.SERVICES:
        await_health(layout, service.name)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("ending", [Ending.REPAID, Ending.WITHDRAWN], ids=lambda ending: ending.name)
def test_a_journey_goes_on_while_services_die(ending: Ending, layout: Layout, new_journey: NewJourney) -> None:
    journey = new_journey(ending.value - 1)
    with killing(layout) as killed:
        live(journey, ending)
    assert killed, "nothing was killed"
    assert way(journey) == WAYS[ending]
    events = Counter(journey.events())
    once = {name for name in events if not name.startswith(("payment.", "document."))}
    assert {events[name] for name in once} == {1}, "an event was published twice"
    if ending is Ending.REPAID:
        outstanding = journey.customer.get(f"/api/v1/payments/{journey.loan_id}/outstanding")["outstanding"]
        assert outstanding["principalBalance"]["amount"] == "0.00"
        assert events["payment.verified"] == 2
