"""The line in front of the hashing: who is refused at once, who is dropped, and how much goes on at a time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from services.auth.hashing import Hashing, HashingSettings
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import Cancelled, ResourceExhausted
from tests.waiting import PATIENCE_SECONDS, until


class Works:
    """Work that takes as long as a test wants, and seconds of a clock that only tests move."""

    def __init__(self, **settings: Any) -> None:
        self.now, self.begun, self.done = 0.0, 0, 0
        self.at_once = self.most = 0
        self._lock, self._go = threading.Lock(), threading.Semaphore(0)
        self.hashing = Hashing(HashingSettings(**settings), lambda: self.now)
        self._callers = ThreadPoolExecutor(50)

    def call(self, deadline: float | None = None, active: Callable[[], bool] = lambda: True) -> "Future[int]":
        """A caller comes; gives what becomes of them once they are in line or refused."""
        before = self.hashing.busy
        done = self.come(deadline, active)
        until(lambda: done.done() or self.hashing.busy > before)
        return done

    def come(self, deadline: float | None = None, active: Callable[[], bool] = lambda: True) -> "Future[int]":
        """A caller comes."""
        return self._callers.submit(self._run, deadline, active)

    def finish(self, count: int = 1) -> None:
        """Lets so many come to their end."""
        for _ in range(count):
            self._go.release()

    def close(self) -> None:
        """Lets all come to their end."""
        self.finish(100)
        self._callers.shutdown()
        self.hashing.close()

    def _run(self, deadline: float | None, active: Callable[[], bool]) -> int:
        bound = RequestContext(Caller(CallerKind.ANONYMOUS), deadline=deadline, active=active)
        with context.bind(bound):
            return self.hashing.run(self._work)

    def _work(self) -> int:
        with self._lock:
            self.begun += 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        assert self._go.acquire(timeout=PATIENCE_SECONDS)
        with self._lock:
            self.at_once -= 1
            self.done += 1
            return self.done


@pytest.fixture
def works() -> Iterator[Callable[..., Works]]:
    made: list[Works] = []

    def make(**settings: Any) -> Works:
        made.append(Works(**settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


def one_took(works: Works, seconds: float) -> None:
    """Has the line learn how long one takes."""
    before = works.done
    first = works.call()
    until(lambda: works.begun == before + 1)
    works.now += seconds
    works.finish()
    first.result(PATIENCE_SECONDS)


def refused(call: "Future[int]") -> ResourceExhausted:
    error = call.exception(10)
    assert isinstance(error, ResourceExhausted)
    assert error.reason == "OVERLOADED"
    return error


def test_no_more_go_on_at_a_time_than_are_set(works: Callable[..., Works]) -> None:
    work = works(parallel=2, waiting=10)
    calls = [work.call() for _ in range(12)]
    until(lambda: work.begun == 2)
    work.finish(12)
    assert sorted(call.result(PATIENCE_SECONDS) for call in calls) == list(range(1, 13))
    assert work.most == 2


def test_the_line_has_an_end_and_who_is_past_it_is_refused_at_once(works: Callable[..., Works]) -> None:
    work = works(parallel=2, waiting=3)
    calls = [work.call() for _ in range(5)]
    assert refused(work.call()).retry_after >= 1
    work.finish()
    until(lambda: work.hashing.busy == 4)
    calls.append(work.call())
    work.finish(5)
    assert sorted(call.result(PATIENCE_SECONDS) for call in calls) == list(range(1, 7))


def test_who_would_wait_for_too_long_is_refused_at_once(works: Callable[..., Works]) -> None:
    work = works(parallel=1, waiting=100, longest=10.0)
    one_took(work, 4.0)
    calls = [work.call() for _ in range(3)]  # the third is to wait for 8 s
    assert refused(work.call()).retry_after == 12
    work.finish(3)
    assert all(call.result(PATIENCE_SECONDS) for call in calls)


def test_who_would_be_late_for_their_own_deadline_is_refused_at_once(works: Callable[..., Works]) -> None:
    work = works(parallel=1, waiting=100, longest=100.0)
    one_took(work, 4.0)
    refused(work.call(deadline=work.now + 3.9))
    first = work.call(deadline=work.now + 4.0)
    refused(work.call(deadline=work.now + 7.9))
    second = work.call(deadline=work.now + 8.0)
    work.finish(2)
    assert first.result(PATIENCE_SECONDS) < second.result(PATIENCE_SECONDS)


def test_who_is_gone_before_their_turn_costs_nothing(works: Callable[..., Works]) -> None:
    work, gone = works(parallel=1, waiting=5), threading.Event()
    first = work.call()
    left = work.call(active=lambda: not gone.is_set())
    last = work.call()
    gone.set()
    work.finish(2)
    assert isinstance(left.exception(10), Cancelled)
    assert (first.result(PATIENCE_SECONDS), last.result(PATIENCE_SECONDS), work.begun) == (1, 2, 2)


def test_who_is_gone_takes_no_place_from_others(works: Callable[..., Works]) -> None:
    work, gone = works(parallel=1, waiting=2), threading.Event()
    first = work.call()
    left = [work.call(active=lambda: not gone.is_set()) for _ in range(2)]
    refused(work.call())
    gone.set()
    others = [work.come() for _ in range(2)]
    assert all(isinstance(each.exception(10), Cancelled) for each in left)
    until(lambda: work.hashing.busy == 3)
    refused(work.call())
    work.finish(3)
    assert sorted(each.result(PATIENCE_SECONDS) for each in (first, *others)) == [1, 2, 3]


def test_what_the_work_raises_is_its_callers_and_ends_nothing(works: Callable[..., Works]) -> None:
    work = works(parallel=1)

    def broken() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        work.hashing.run(broken)
    after = work.call()
    work.finish()
    assert after.result(PATIENCE_SECONDS) == 1


def test_memory_is_bounded_by_the_threads_that_hash() -> None:
    names: set[str] = set()
    hashing = Hashing(HashingSettings(parallel=2, waiting=50))
    with ThreadPoolExecutor(20) as callers:
        list(callers.map(lambda _: hashing.run(lambda: names.add(threading.current_thread().name)), range(200)))
    hashing.close()
    assert len(names) <= 2
    assert all(name.startswith("hash") for name in names)
