"""One person's files take neither both readers nor the turns of others."""

import threading
from contextlib import ExitStack

import pytest

from services.runtime.errors import Unavailable
from services.runtime.files.turns import Turns


def is_taken(turns: Turns, person: str) -> bool:
    try:
        with turns.turn(person):
            return True
    except Unavailable:
        return False


def test_two_persons_have_a_file_read_at_once_and_a_third_waits() -> None:
    turns = Turns(patience=0.01)
    with turns.turn("ada"):
        assert is_taken(turns, "bob")
        with turns.turn("bob"):
            assert not is_taken(turns, "eve")
    assert is_taken(turns, "eve")


def test_of_one_person_there_is_one_at_a_time_and_others_get_their_turn() -> None:
    turns = Turns(patience=0.01)
    with turns.turn("eve"):
        assert not is_taken(turns, "eve")
        assert is_taken(turns, "ada")
    assert is_taken(turns, "eve")


def test_a_turn_that_becomes_free_is_given_to_who_waits() -> None:
    turns, got = Turns(patience=30), threading.Event()

    def wait() -> None:
        with turns.turn("ada"):
            got.set()

    with ExitStack() as block:
        block.enter_context(turns.turn("ada"))
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not got.wait(0.05)
    assert got.wait(30)
    waiting.join()


def test_a_turn_is_free_again_after_a_failure() -> None:
    turns = Turns(patience=0.01)
    for _ in range(3):
        with pytest.raises(LookupError), turns.turn("ada"):
            raise LookupError
    assert is_taken(turns, "ada")


def test_who_took_too_much_waits_for_a_minute_and_nobody_else() -> None:
    now = [100.0]
    turns = Turns(lambda: now[0], patience=0.01)
    turns.took_too_much("eve")
    assert is_taken(turns, "ada")
    with pytest.raises(Unavailable) as waits, turns.turn("eve"):
        pass
    assert waits.value.retry_after == 61
    now[0] += 59
    assert not is_taken(turns, "eve")
    now[0] += 2
    assert is_taken(turns, "eve")


def test_no_pause_is_remembered_for_ever() -> None:
    now = [100.0]
    turns = Turns(lambda: now[0])
    for number in range(1_000):
        turns.took_too_much(f"eve {number}")
        now[0] += 1
    assert len(turns._paused) <= 61
