"""Streams whose waiting is measured: the slow are distinguished from the silent and from those who wait for us."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.api.httpbody_pb2 import HttpBody

from services.runtime.errors import InvalidArgument
from services.runtime.serving.pace import Pace
from services.runtime.serving.streams import Reading, Sending, Watch
from tests.waiting import until

FAST = Pace(patience=0.2, rate=1000, total=0.6)


def pieces(number: int, size: int, every: float = 0.0) -> Iterator[HttpBody]:
    for _ in range(number):
        time.sleep(every)
        yield HttpBody(data=b"x" * size)


class Context:
    """What a stream needs of gRPC's context."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


def test_messages_come_out_as_they_went_in() -> None:
    sent = list(pieces(20, 7))
    assert list(Reading(iter(sent), FAST)) == sent


@pytest.mark.parametrize(("size", "every"), [(1, 0.1), (0, 5.0), (100, 0.2)])
def test_a_caller_that_sends_too_slowly_is_refused(size: int, every: float) -> None:
    with pytest.raises(InvalidArgument) as refused:
        list(Reading(pieces(100, size, every), FAST))
    assert refused.value.reason == "UPLOAD_TOO_SLOW"


def test_a_handler_may_take_its_time() -> None:
    found = 0
    for _ in Reading(pieces(4, 10), FAST):
        time.sleep(0.3)
        found += 1
    assert found == 4


@pytest.mark.parametrize("sent", [0, 1, 5])
def test_a_handler_that_waits_learns_at_once_that_the_call_is_over(sent: int) -> None:
    silent = threading.Event()

    def stopping() -> Iterator[HttpBody]:
        yield from pieces(sent, 10)
        silent.wait()

    reading = Reading(stopping(), Pace(patience=60.0, rate=1, total=60.0))
    threading.Timer(0.2, reading.close).start()
    # Never the end of the messages: half of a file is no file.
    with pytest.raises(grpc.RpcError):
        list(reading)
    silent.set()


def test_a_failure_of_the_caller_is_raised_where_it_is_read() -> None:
    def broken() -> Iterator[HttpBody]:
        yield HttpBody(data=b"x")
        raise ConnectionResetError("gone")

    reading = iter(Reading(broken(), FAST))
    next(reading)
    with pytest.raises(ConnectionResetError):
        next(reading)


def test_a_handler_that_stops_reading_leaves_no_thread() -> None:
    before = threading.active_count()
    reading = Reading(pieces(1000, 1), FAST)
    next(iter(reading))
    reading.close()
    until(lambda: threading.active_count() <= before)


def test_who_does_not_read_is_cut_off_and_who_has_nothing_to_read_is_not() -> None:
    watch = Watch(every=0.02)
    watch.start()
    contexts: Any = [Context(), Context()]
    stuck, silent = (Sending(context, FAST, lambda: True) for context in contexts)
    with watch.watching(stuck), watch.watching(silent):
        # It never comes back for a second message.
        next(stuck.paced(pieces(2, 10)))
        taken = silent.paced(pieces(2, 10, every=0.5))
        assert len(list(taken)) == 2
        until(contexts[0].cancelled.is_set)
        assert not contexts[1].cancelled.is_set()
    watch.stop()


def test_a_stream_ends_when_its_caller_is_trusted_no_more() -> None:
    watch, trusted = Watch(every=0.02), threading.Event()
    trusted.set()
    watch.start()
    contexts: Any = [Context(), Context()]
    revoked, other = Sending(contexts[0], FAST, trusted.is_set), Sending(contexts[1], FAST, lambda: True)
    with watch.watching(revoked), watch.watching(other):
        trusted.clear()
        until(contexts[0].cancelled.is_set)
        assert not contexts[1].cancelled.is_set()
    watch.stop()
