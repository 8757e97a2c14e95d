"""Work that comes round by itself."""

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
