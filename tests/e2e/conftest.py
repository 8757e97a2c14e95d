"""The whole test stack, and customers and staff on it over REST.

`python -m stack.testrun` has it up already; for a run by hand it is started here and stays up for the next one.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from stack import folders
from stack.demo.api import Session
from stack.demo.applicants import Applicant, read
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff, create_staff
from stack.layout import Layout
from tests.e2e.reference import Reference

ROOT = Path(__file__).resolve().parents[2]
NewJourney = Callable[..., LoanJourney]


@pytest.fixture(scope="session")
def layout() -> Layout:
    """The stack of $LOANFLOW_BASE, everything running."""
    found = Layout.of(folders.base())
    subprocess.run([sys.executable, "-m", "stack", "up"], check=True, cwd=ROOT)
    return found


@pytest.fixture(scope="session")
def url(layout: Layout) -> str:
    """The edge's plain address."""
    return f"http://127.0.0.1:{layout.ports.of('edge')}"


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The judge of every answer that a test is given by `edge`, `raw` and their like."""
    return Reference()


@pytest.fixture(scope="session")
def client(reference: Reference) -> Iterator[httpx.Client]:
    """The connections that everybody shares."""
    with httpx.Client(timeout=30, event_hooks={"response": [reference.judge]}) as made:
        yield made


@pytest.fixture
def edge(url: str, client: httpx.Client) -> Session:
    """A caller without a token."""
    return Session(url, client=client)


@pytest.fixture(scope="session")
def staff(layout: Layout, url: str, client: httpx.Client) -> Staff:
    """The lender's staff."""
    return create_staff(Session(url, client=client), layout)


@pytest.fixture(scope="session")
def applicants() -> list[Applicant]:
    """The applicants of the demo."""
    return read(ROOT / "stack" / "demo" / "applicants.csv")


@pytest.fixture
def new_journey(layout: Layout, edge: Session, staff: Staff, applicants: list[Applicant], tmp_path: Path) -> NewJourney:
    """`new_journey()` is a journey that has not begun; `new_journey(3)` that of another applicant."""

    def made(number: int = 0) -> LoanJourney:
        return LoanJourney(edge, staff, applicants[number % len(applicants)], tmp_path, layout.mails)

    return made


@pytest.fixture
def raw(url: str, reference: Reference) -> Iterator[httpx.Client]:
    """HTTP without any of the client's kindness."""
    with httpx.Client(base_url=url, timeout=10, event_hooks={"response": [reference.judge]}) as made:
        yield made
