"""Taking one part of the stack away and giving it back, and what callers may see meanwhile."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from services import catalog
from stack import starter
from stack.demo.api import Session
from stack.demo.endings import Ending
from stack.demo.journey import LoanJourney
from stack.layout import Layout
from stack.parts import table
from stack.supervisor import Supervisor
from tests.e2e.test_endings import WAYS, way
from tests.e2e.test_refusals import bearer, refusal

# How long a call may take to find out that what it needs is away.
FEW_SECONDS = 6.0
UNAVAILABLE = 14


@contextmanager
def away(layout: Layout, name: str) -> Iterator[None]:
    """The block runs while a part is stopped. Afterwards it is back, and no service had to be started again for it."""
    supervisor = Supervisor(layout, table())
    before = pids(supervisor)
    supervisor.stop(name)
    try:
        yield
    finally:
        [part] = [part for part in table() if part.name == name]
        problems = starter.start(layout, supervisor, [part], lambda *_: None)
    assert problems == []
    after = pids(supervisor)
    assert {service for service in before if before[service] != after[service]} <= {name}


def pids(supervisor: Supervisor) -> dict[str, int]:
    """The processes of the services."""
    return {process.name: process.pid for process in supervisor.processes() if process.name in catalog.BY_NAME}


class Impatient:
    """Somebody who calls once and looks closely at what comes back."""

    def __init__(self, raw: httpx.Client, session: Session) -> None:
        self._raw, self._headers = raw, bearer(session) if session.token else {}

    def goes(self, verb: str, path: str, **content: Any) -> Any:
        """A call that must be answered; its JSON."""
        answer = self._raw.request(verb, path, headers=self._headers, **content)
        assert answer.is_success, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def waits(self, verb: str, path: str, **content: Any) -> None:
        """A call that must be refused, for now: at once, in the shape of all errors, as one that may be tried again."""
        began = time.monotonic()
        answer = self._raw.request(verb, path, headers=self._headers, **content)
        seconds = time.monotonic() - began
        assert refusal(answer) == (503, "DEPENDENCY_UNAVAILABLE"), f"{verb} {path}: {answer.status_code} {answer.text}"
        assert answer.json()["code"] == UNAVAILABLE
        assert answer.headers["content-type"] == "application/json"
        assert seconds < FEW_SECONDS, f"{verb} {path} took {seconds:.1f} s"


def finish(journey: LoanJourney) -> None:
    """Goes on from a draft to the last payment, and looks whether everything happened, each thing once."""
    journey.agree()
    journey.sign()
    repay(journey)


def repay(journey: LoanJourney) -> None:
    """Pays until nothing is owed, and looks whether everything happened, each thing once."""
    journey.repay()
    journey.await_notice("loan.fully.repaid")
    assert way(journey) == WAYS[Ending.REPAID]
    events = Counter(journey.events())
    repeated = {name for name in events if name.startswith(("payment.", "document."))}
    assert {name: count for name, count in events.items() if count > 1 and name not in repeated} == {}
    assert events["payment.verified"] == 2
