"""Apps that follow live through the edge: whatever is restarted, each has everything once, and in its order."""

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from stack.demo.api import Session
from stack.demo.registration import become_customer
from stack.layout import Layout
from tests.bench.platform import form
from tests.e2e.conftest import ROOT
from tests.followers import Followers, Person
from tests.waiting import until

CUSTOMERS, EACH = 10, 5


@pytest.fixture
def people(edge: Session, layout: Layout) -> list[Session]:
    """Customers who have just registered."""
    found = []
    for _ in range(CUSTOMERS):
        name, password = f"ada.{secrets.token_hex(6)}@customer.example", secrets.token_urlsafe(18)
        registration = {"email": name, "password": password, "fullName": "Ada Okafor", "phone": "+491701234567"}
        found.append(become_customer(edge, layout.mails, registration))
    return found


@contextmanager
def applying(people: list[Session]) -> Iterator[list[str]]:
    """One after the other applies for a loan, again and again, while the block runs; for each an id."""
    done, made = threading.Event(), list[str]()

    def apply() -> None:
        while not done.is_set():
            for each in people:
                # It waits for an edge that is away, and is applied once.
                answer = each.post("/api/v1/applications", form(each.account_id))
                made.append(answer["application"]["applicationId"])
                if done.wait(0.1):
                    return

    thread = threading.Thread(target=apply)
    thread.start()
    try:
        yield made
    finally:
        done.set()
        thread.join()


def test_a_follower_loses_nothing_and_sees_nothing_twice_over_restarts_of_service_and_edge(
    layout: Layout, url: str, people: list[Session]
) -> None:
    def token_of(session: Session) -> Callable[[], str]:
        return lambda: session.token

    someone = [Person(each.account_id, token_of(each)) for each in people]
    with Followers(url, someone, EACH) as following:
        until(lambda: following.open == len(following.apps), "the first opening of every socket")
        with applying(people) as made:
            for part in ("notification", "edge"):
                subprocess.run(
                    [sys.executable, "-m", "stack", "--base", str(layout.base), "restart", part], check=True, cwd=ROOT
                )
                until(lambda: following.open == len(following.apps), f"the return of every app after {part}")
        until(lambda: (found := following.outcome()).expected >= EACH * len(made) and not found.gaps, "all of it")
        found = following.outcome()
    assert (found.gaps, found.doubles, found.disordered) == (0, 0, 0)
    assert found.seen == found.expected >= EACH * len(made)
    # Each socket ended with the service and with the edge, and something was made in between.
    assert found.reconnects >= 2 * len(following.apps)
    assert found.caught_up > 0
