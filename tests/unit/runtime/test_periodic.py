"""Work that comes round by itself."""

import queue
import threading

from services.runtime import context
from services.runtime.periodic import Periodic

SOON = 5.0


def test_a_round_that_breaks_is_followed_by_others() -> None:
    rounds, enough = [], threading.Event()

    def work() -> None:
        rounds.append(context.current().method)
        if len(rounds) == 3:
            enough.set()
        raise RuntimeError("broken")

    periodic = Periodic("shelf", "shelf.dust", work, 0.01)
    periodic.start()
    assert enough.wait(SOON)
    assert periodic.alive()
    periodic.stop()
    assert not periodic.alive()
    assert set(rounds) == {"shelf.dust"}


def test_as_long_as_there_is_more_to_do_no_one_waits() -> None:
    left, done = [3, 2, 1, 0], threading.Event()

    def work() -> int:
        more = left.pop(0)
        if not more:
            done.set()
        return more

    periodic = Periodic("shelf", "shelf.dust", work, 1.0)
    periodic.start()
    # One pause and not four.
    assert done.wait(3.5)
    periodic.stop()
    assert left == []


def test_it_ends_at_once_while_it_waits() -> None:
    periodic = Periodic("shelf", "shelf.dust", lambda: None, 3600)
    periodic.start()
    periodic.stop()
    assert not periodic.alive()


def test_it_is_woken_before_its_time() -> None:
    rounds: queue.Queue[None] = queue.Queue()
    periodic = Periodic("shelf", "shelf.dust", lambda: rounds.put(None), 3600)
    periodic.start()
    for _ in range(3):
        periodic.wake()
        rounds.get(timeout=SOON)
    periodic.stop()


def test_a_call_to_wake_during_a_round_is_followed_by_another_round() -> None:
    """What became due after a round had looked would else wait for the next one by time."""
    rounds, again = list[None](), threading.Event()

    def work() -> None:
        rounds.append(None)
        if len(rounds) == 1:
            periodic.wake()
        else:
            again.set()

    periodic = Periodic("shelf", "shelf.dust", work, 3600)
    periodic.start()
    periodic.wake()
    assert again.wait(SOON)
    periodic.stop()
