"""Streams on a real server: a share for each caller, threads for everybody else, a reason for what is no message."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from services.runtime import errors
from services.runtime.calling import clients
from services.runtime.context import Caller
from services.runtime.serving.interceptors.admission import StreamSettings
from tests.harness import Mesh, Running, Servers, customer, staff
from tests.waiting import PATIENCE_SECONDS, until

ADA, BEN, EVE = (staff("OFFICER", account_id=name) for name in ("ada", "ben", "eve"))


@pytest.fixture
def running(shelf: ModuleType, client_for: Servers) -> Running:
    return client_for.serve(
        shelf.Shelf(),
        owners={"book_id": shelf.owner_of},
        store=shelf.MemoryStore(),
        threads=1,
        streams=StreamSettings(all=3, each=2),
    )


class Writers:
    """Callers who write and do not come to an end until they are let go."""

    def __init__(self, running: Running, page: Any) -> None:
        self._running, self._page = running, page
        self._pool = ThreadPoolExecutor(10)
        self._go = threading.Event()

    def write(self, caller: Caller) -> "Future[Any]":
        """Begins; gives what becomes of it."""
        begun = threading.Event()
        done = self._pool.submit(self._running.client(caller).Write, self._pages(begun))
        until(lambda: done.done() or begun.is_set())
        return done

    def end(self) -> None:
        """Lets them all come to their end."""
        self._go.set()
        self._pool.shutdown()

    def _pages(self, begun: threading.Event) -> Iterator[Any]:
        yield self._page
        begun.set()
        self._go.wait(20)


@pytest.fixture
def writers(running: Running, shelf: ModuleType) -> Iterator[Writers]:
    made = Writers(running, shelf.pb.Page(book_id="mine", text="x"))
    yield made
    made.end()


def test_each_has_a_share_and_all_have_theirs(writers: Writers, running: Running, shelf: ModuleType) -> None:
    open_ = [writers.write(caller) for caller in (ADA, ADA, BEN)]
    for caller in (ADA, BEN, EVE):
        refused = writers.write(caller).exception(10)
        assert isinstance(refused, errors.ResourceExhausted)
        assert refused.reason == "RATE_LIMITED"
    assert not any(each.done() for each in open_)
    assert running.client(EVE).GetOpen(shelf.pb.GetRequest(book_id="any")).actor == "anonymous"
    writers.end()
    assert [each.result(PATIENCE_SECONDS).actor for each in open_] == ["staff:ada", "staff:ada", "staff:ben"]
    assert len(list(running.client(customer()).ListOwn(shelf.pb.GetRequest(book_id="any")))) == 2


def test_limits_change_while_streams_are_open_and_never_exceed_the_threads(
    writers: Writers, running: Running, shelf: ModuleType
) -> None:
    open_, limits = [writers.write(caller) for caller in (ADA, ADA)], running.builder.streams
    limits.admit(50)
    assert isinstance(writers.write(BEN).exception(10), errors.ResourceExhausted)
    limits.admit(100)
    limits.share(1)
    open_.append(writers.write(BEN))
    assert isinstance(writers.write(BEN).exception(10), errors.ResourceExhausted)
    limits.share(100)
    assert isinstance(writers.write(EVE).exception(10), errors.ResourceExhausted), "there are threads for three"
    writers.end()
    assert [each.result(PATIENCE_SECONDS).actor for each in open_] == ["staff:ada", "staff:ada", "staff:ben"]


def test_what_is_no_message_is_the_callers_mistake(running: Running) -> None:
    with clients.channel("tested", running.target, running.mesh.caller_identity(ADA)) as channel:
        for method, sent in (("GetBook", b"\x0a\x01\xff"), ("Write", iter([b"\x0a\x01\xff"]))):
            make = channel.stream_unary if method == "Write" else channel.unary_unary
            with pytest.raises(errors.InvalidArgument) as refused:
                make(f"/meshtest.v1.ShelfService/{method}", bytes, bytes)(sent)
            assert refused.value.reason == "REQUEST_MALFORMED"


def test_streams_are_ended_before_the_server_waits_for_them(shelf: ModuleType, mesh: Mesh) -> None:
    running = Running(mesh, shelf.Shelf(), {"book_id": shelf.owner_of}, shelf.MemoryStore(), grace=20.0)
    go = threading.Event()
    running.builder.drains(go.set)
    page, begun = shelf.pb.Page(book_id="mine", text="x"), threading.Event()

    def pages() -> Iterator[Any]:
        yield page
        begun.set()
        go.wait(20)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(running.client(ADA).Write, pages())
        assert begun.wait(PATIENCE_SECONDS)
        running.server.stop()
        assert done.result(PATIENCE_SECONDS).actor == "staff:ada"
    running.stop()
