"""Who comes back goes on from the last notice that they have seen, and misses none, however many replicas make them."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from services.runtime.errors import Aborted
from services.runtime.ids import new_id
from services.runtime.stores.paging import Page
from tests.fakes.clock import NOON, FakeClock
from tests.integration.notification.conftest import Service


def replica(running: Service, behind: timedelta = timedelta(0)) -> Service:
    """Another replica on the same database, whose clock is behind."""
    clock = FakeClock()
    clock.advance(-behind)
    return replace(running, app=replace(running.app, clock=clock), application_id=new_id())


def newer_than(running: Service, last_id: str) -> list[str]:
    """What an app finds that comes back: the ids above the last one that it has seen, the oldest first."""
    found, token = list[str](), ""
    while True:
        page = running.app.inbox(running.customer_id, Page(3, token), unread_only=False).page
        for each in page.items:
            if each.notification_id == last_id:
                return found[::-1]
            found.append(each.notification_id)
        token = page.next_token
        if not token:
            return found[::-1]


def in_thread(call: Callable[[], object]) -> None:
    """Does something beside an open transaction, as another replica does."""
    thread = threading.Thread(target=call)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_what_was_begun_earlier_and_can_be_read_later_comes_in_above_what_was_read_meanwhile(running: Service) -> None:
    slow, quick = replica(running, behind=timedelta(seconds=5)), replica(running)
    seen = list[str]()

    def overtakes() -> None:
        quick.happens(KycApproved)
        seen.extend(newer_than(running, ""))

    with pytest.raises(Aborted), running.database.transaction():
        slow.happens(KycApproved)
        # Before the first is committed, another about another application of the customer is, and it is seen.
        in_thread(overtakes)
    assert len(seen) == 1
    assert newer_than(running, seen[-1]) == []
    # As the consumer does, it is handled again.
    slow.happens(KycApproved)
    (missed,) = newer_than(running, seen[-1])
    assert missed != seen[-1]
    assert [each.notification_id for each in running.inbox()] == [missed, seen[-1]]


def test_a_replica_whose_clock_is_behind_puts_nothing_below_what_is_there(running: Service) -> None:
    seen = list[str]()
    for replica_of_it in (replica(running), replica(running, behind=timedelta(minutes=2)), replica(running)):
        replica_of_it.happens(KycApproved)
        (new,) = newer_than(running, seen[-1] if seen else "")
        seen.append(new)
    assert [each.notification_id for each in running.inbox()] == seen[::-1]
    assert all(each.create_time.ToDatetime(NOON.tzinfo) >= NOON for each in running.inbox())


def test_an_app_that_comes_back_all_the_time_sees_everything_once_while_two_replicas_make_it(running: Service) -> None:
    each_makes, over = 25, threading.Event()
    seen, failures = list[str](), list[BaseException]()

    def make(one: Service, seed: int) -> None:
        chance = Random(seed)
        for _ in range(each_makes):
            event_id, one.application_id = new_id(), new_id()
            one.app.clock.advance(timedelta(milliseconds=chance.randrange(0, 3)))  # type: ignore[attr-defined]
            _until_it_is_made(partial(one.happens, KycApproved, event_id))

    def follow() -> None:
        try:
            while not over.is_set():
                seen.extend(newer_than(running, seen[-1] if seen else ""))
        except BaseException as error:
            failures.append(error)

    reader = threading.Thread(target=follow)
    makers = [
        threading.Thread(target=make, args=(replica(running, timedelta(milliseconds=40 * number)), number))
        for number in range(2)
    ]
    for thread in (reader, *makers):
        thread.start()
    for thread in makers:
        thread.join(120)
    over.set()
    reader.join(30)
    seen.extend(newer_than(running, seen[-1] if seen else ""))
    assert failures == []
    assert len(seen) == len({*seen}) == 2 * each_makes
    assert seen == newer_than(running, "")


def test_of_who_is_erased_not_even_the_moment_is_kept(running: Service) -> None:
    running.happens(KycApproved)
    assert [row["_id"] for row in running.rows("moments")] == [running.customer_id]
    running.happens(CustomerErased)
    assert running.rows("moments") == []


def _until_it_is_made(call: Callable[[], Any]) -> None:
    for _ in range(200):
        with suppress(Aborted):
            call()
            return
    raise AssertionError("it met another every time")
