"""Events that come before what they need of another topic: they hold up none of their batch."""

from typing import Any

import pytest

from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox, NotYet, Outcome
from services.runtime.stores.ports import Identity
from tests.integration.runtime.test_consumer import made
from tests.integration.runtime.things import Backend, PlainCodec

pytestmark = pytest.mark.usefixtures("staff_call")


class Case:
    """A service that renames a thing of its own for each event, unless it is `early`; counts its tries."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.early, self.late_early = backend, set[str](), set[str]()
        self.tries, self.handled = list[str](), list[str]()
        self.inbox = Inbox("listener", backend.store, PlainCodec(), {backend.outbox.event: self.handle})

    def handle(self, message: Any) -> None:
        self.tries.append(message.name)
        if message.name in self.early:
            raise NotYet("what it needs is not here")
        self.backend.create(f"of {message.name}")
        if message.name in self.late_early:
            raise NotYet("that was found late")
        self.handled.append(message.name)

    def receive(self, *events: Event) -> list[Outcome]:
        found: list[tuple[Outcome, list[Identity]]] = []
        self.inbox.receive_all(events, found)
        return [outcome for outcome, _ in found]

    def made(self) -> list[str]:
        return sorted(row["name"] for row in self.backend.rows("things") if row["name"].startswith("of "))

    def events(self, *names: str) -> list[Event]:
        """Of one aggregate."""
        return [Event.read(row.topic, row.key, row.headers, row.payload) for row in made(self.backend, *names)]


@pytest.fixture
def case(backend: Backend) -> Case:
    return Case(backend)


def test_the_others_of_its_batch_are_applied_with_one_try_each(case: Case) -> None:
    case.early = {"early"}
    early, after = case.events("early", "after")
    others = [case.events(f"other {number}")[0] for number in range(8)]
    outcomes = case.receive(*others[:4], early, after, *others[4:])
    assert outcomes == [Outcome.APPLIED] * 4 + [Outcome.WAITING, Outcome.PARKED] + [Outcome.APPLIED] * 4
    assert case.tries == [*(f"other {number}" for number in range(4)), "early", *(f"other {n}" for n in range(4, 8))]
    assert case.made() == [f"of other {number}" for number in range(8)]
    assert {row["key"] for row in case.backend.rows("parked")} == {early.key}
    # It does not count as received: once what it needs is here, it is handled, and what waits behind it.
    case.early = set()
    copies = [case.inbox.copy(each.identity) for each in (early, after)]
    assert case.receive(*(each for each in copies if each)) == [Outcome.APPLIED] * 2
    assert case.handled[-2:] == ["early", "after"]
    assert case.backend.rows("parked") == []


def test_one_that_comes_again_while_it_waits_is_kept_once(case: Case) -> None:
    case.early = {"early"}
    (early,) = case.events("early")
    assert case.receive(early, early) == [Outcome.WAITING] * 2
    assert case.receive(early) == [Outcome.WAITING]
    assert len(case.backend.rows("parked")) == 1
    case.early = set()
    assert case.receive(early, early) == [Outcome.APPLIED, Outcome.STALE]
    assert case.handled == ["early"]
    assert case.backend.rows("parked") == []


def test_what_finds_out_late_undoes_the_batch_and_waits_by_itself(case: Case) -> None:
    case.late_early = {"late"}
    (late,), (other,) = case.events("late"), case.events("other")
    with pytest.raises(NotYet):
        case.receive(other, late)
    assert case.made() == []
    assert case.inbox.receive(late) == (Outcome.WAITING, [])
    assert case.made() == []
    assert len(case.backend.rows("parked")) == 1
    assert case.receive(other) == [Outcome.APPLIED]
