"""Customers who apply and withdraw while something breaks, each call as patient as a partner's program.

What the edge acknowledged is kept: it has to be there afterwards, once.
"""

import random
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from stack.demo.api import Session
from stack.demo.registration import become_customer
from tests.bench.platform import Customer, Platform, form

# A few applications a second each: what heals is measured, not how fast a backlog is handled.
_PAUSE_SECONDS = 0.4


@dataclass
class Acknowledged:
    """What callers were given a success for."""

    created: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    # The longest that one call took, its repetitions included.
    longest_seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    # Calls that failed, whether they succeeded when they were repeated or not.
    failed: int = 0
    # What the same customers were given before, by other faults.
    before: frozenset[str] = frozenset()


class Counted(httpx.HTTPTransport):
    """Counts the calls that were not answered, or by an error of the platform."""

    failed = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends it."""
        try:
            answer = super().handle_request(request)
        except httpx.TransportError:
            self.failed += 1
            raise
        self.failed += answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        return answer


def register(edge: Session, mail_folder: Path) -> Customer:
    """A new customer, who is signed in."""
    name, password = f"ada.{secrets.token_hex(6)}@customer.example", secrets.token_urlsafe(18)
    request = {"email": name, "password": password, "fullName": "Ada Okafor", "phone": "+491701234567"}
    session = become_customer(edge, mail_folder, request)
    return Customer(session.account_id, session)


class Load:
    """So many customers, each applying for a loan and taking the application back, again and again."""

    def __init__(self, platform: Platform, customers: int) -> None:
        self._counted, self._mails, self._given = Counted(), platform.layout.mails, set[str]()
        edge = Session(platform.edge.base_url, client=httpx.Client(timeout=30, transport=self._counted))
        with ThreadPoolExecutor(4) as pool:
            self._customers = list(pool.map(lambda _: register(edge, self._mails), range(customers)))
        self._edge = edge

    def close(self) -> None:
        """Closes the connections."""
        self._edge.client.close()

    def register(self) -> Customer:
        """Another customer, who is signed in and does not work."""
        return register(self._edge, self._mails)

    def answered(self) -> None:
        """Returns when a customer is answered; Refused after all patience."""
        one = self._customers[0]
        one.session.get(f"/api/v1/customers/{one.id}/profile")

    @contextmanager
    def going_on(self, seed: int) -> Iterator[Acknowledged]:
        """The customers work while the block runs, and finish what they have begun after it."""
        done, found = threading.Event(), Acknowledged(before=frozenset(self._given))
        failed = self._counted.failed
        with ThreadPoolExecutor(len(self._customers)) as pool:
            working = [
                pool.submit(_work, each, random.Random(f"{seed} {number}"), done, found)
                for number, each in enumerate(self._customers)
            ]
            try:
                yield found
            finally:
                done.set()
                _await(working)
                found.failed = self._counted.failed - failed
                self._given.update(found.created)


def _await(working: list[Future[None]]) -> None:
    for each in working:
        each.result()


def _work(customer: Customer, chance: random.Random, done: threading.Event, found: Acknowledged) -> None:
    while not done.wait(chance.uniform(0, 2 * _PAUSE_SECONDS)):
        begun = time.monotonic()
        try:
            _apply(customer.id, customer.session, found)
        except Exception as error:
            # Whatever a caller is answered after all patience is a finding, and the others go on.
            found.problems.append(f"{type(error).__name__}: {error}")
        found.longest_seconds = max(found.longest_seconds, round(time.monotonic() - begun, 1))


def _apply(customer_id: str, session: Session, found: Acknowledged) -> None:
    answer = session.post("/api/v1/applications", form(customer_id))
    application = answer["application"]["applicationId"]
    found.created[application] = customer_id
    session.post(f"/api/v1/applications/{application}/withdraw", {"reason": "I have changed my mind."})
    found.withdrawn.add(application)
