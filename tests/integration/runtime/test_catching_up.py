"""What a service does not know, or not yet, is refused only when it was through with all that had been published."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, cast

import pytest

from services.runtime import errors
from services.runtime.context import Caller
from services.runtime.events import catching_up
from services.runtime.events.catching_up import CatchingUp, Standing
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.progress import Progress
from services.runtime.events.topics import TopicIds, Topics
from services.runtime.tls import MutualTlsSettings
from tests.harness import Servers, customer, service, staff
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend
from tests.waiting import PATIENCE_SECONDS, until

OFFICER, OWNER = staff("OFFICER"), customer("c1")
LATER = pytest.mark.parametrize("backend", ["postgres"], indirect=True)


@dataclass
class Held:
    """A listener's handler that goes on when it is let."""

    let: threading.Event = field(default_factory=threading.Event)

    def __call__(self, message: Any) -> None:
        self.let.wait(20)


@LATER
@pytest.mark.usefixtures("staff_call")
def test_a_consumer_is_level_when_all_was_handled_and_catches_up_when_it_was_not(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    listener = Listener(held)
    rows = made(backend, "1", "2")
    with consuming(backend, kafka, topics, listener) as consumer, ThreadPoolExecutor(1) as pool:
        until(lambda: consumer.catching_up.wait() is Standing.LEVEL, "to be level with topics that are empty")
        send(kafka, rows[0])
        monkeypatch.setattr(catching_up, "_PATIENCE", 0.2)
        assert consumer.catching_up.wait() is Standing.BEHIND
        monkeypatch.setattr(catching_up, "_PATIENCE", 20.0)
        looked, committed = threading.Event(), consumer.ids.committed

        def looking(*asked: Any) -> dict[tuple[str, int], int]:
            found = committed(*asked)
            looked.set()
            return found

        monkeypatch.setattr(consumer.ids, "committed", looking)
        waiting = pool.submit(consumer.catching_up.wait)
        assert looked.wait(PATIENCE_SECONDS)
        held.let.set()
        assert waiting.result() is Standing.CAUGHT_UP
        assert (listener.names, consumer.catching_up.wait()) == (["1"], Standing.LEVEL)
        # A replica knows it of what is committed alone.
        replica = _replica(consumer.ids, backend.outbox.topic, topics)
        assert replica.wait() in (Standing.CAUGHT_UP, Standing.LEVEL)
        send(kafka, rows[1])
        assert consumer.catching_up.wait() is not Standing.BEHIND
        assert listener.names == ["1", "2"]


@LATER
@pytest.mark.usefixtures("staff_call")
def test_what_stays_untaken_is_behind_also_for_a_replica_without_the_partition(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "_PATIENCE", 0.2)
    replica = _replica(TopicIds(kafka), backend.outbox.topic, topics)
    until(lambda: replica.wait() is Standing.LEVEL, "to know of the topic that was just made")
    send(kafka, *made(backend, "1"))
    assert replica.wait() is Standing.BEHIND


def test_without_a_broker_nobody_knows_and_the_consumer_counts_as_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.events.topics._ASK_SECONDS", 0.2)
    away = KafkaSettings("127.0.0.1:1", tls=MutualTlsSettings(plaintext=True))
    assert _replica(TopicIds(away), "away", "away").wait() is Standing.BEHIND


def test_no_more_calls_wait_than_threads_can_be_spared_for() -> None:
    entered, let = threading.Semaphore(0), threading.Event()

    @dataclass
    class Slow:
        def ends(self, _topics: object) -> dict[tuple[str, int], int]:
            entered.release()
            let.wait(20)
            return {}

    full = _replica(cast(TopicIds, Slow()), "slow", "slow")
    with ThreadPoolExecutor(catching_up._MOST_WAITING) as pool:
        waiting = [pool.submit(full.wait) for _ in range(catching_up._MOST_WAITING)]
        for _ in waiting:
            assert entered.acquire(timeout=PATIENCE_SECONDS)
        assert full.wait() is Standing.LEVEL
        let.set()
        assert {each.result() for each in waiting} == {Standing.LEVEL}
    assert not entered.acquire(blocking=False)


def _replica(ids: TopicIds, topic: str, name: str) -> CatchingUp:
    return CatchingUp(name, [topic], ids, Progress(name, [topic], Topics(name, [topic], ids)))


@dataclass
class Consumer:
    """A consumer that stands as it is set, and learns of things while it is waited for."""

    standing: Standing
    learns: Callable[[], None] = lambda: None
    asked: int = 0

    def wait(self) -> Standing:
        self.asked += 1
        if self.standing is Standing.CAUGHT_UP:
            self.learns()
        return self.standing


@dataclass
class Books:
    """The books that a shelf knows so far, and how often it was asked for one."""

    known: set[str] = field(default_factory=set)
    asked: int = 0

    def owner(self, book_id: str) -> str:
        """c1, of those that are known."""
        self.asked += 1
        if book_id not in self.known:
            raise errors.NotFound("no such book")
        return "c1"


def _client(
    books: Books, consumer: Consumer, caller: Caller, client_for: Servers, shelf: ModuleType,
    refusal: errors.Error | None = None,
) -> Any:  # fmt: skip
    def first(request: Any, _context: Any) -> None:
        if refusal is not None and "lent" not in books.known:
            raise refusal
        books.owner(request.book_id)

    def write(servicer: Any, requests: Iterator[Any], _context: Any) -> Any:
        page = next(requests)
        books.owner(page.book_id)
        return servicer.answer(page.text + "".join(each.text for each in requests))

    writing = type("Writing", (shelf.Asking,), {"Write": write})
    running = client_for.serve(
        writing(first), owners={"book_id": books.owner}, store=shelf.MemoryStore(), consumer=cast(CatchingUp, consumer)
    )
    return running.client(caller)


@pytest.mark.parametrize("caller", [OFFICER, OWNER], ids=["an officer", "an owner"])
def test_a_book_whose_event_is_under_way_is_found(caller: Caller, client_for: Servers, shelf: ModuleType) -> None:
    books = Books()
    consumer = Consumer(Standing.CAUGHT_UP, lambda: books.known.add("mine"))
    client = _client(books, consumer, caller, client_for, shelf)
    assert client.GetBook(shelf.pb.GetRequest(book_id="mine")).book.book_id == "mine"
    assert consumer.asked == 1


@pytest.mark.parametrize("caller", [OFFICER, OWNER], ids=["an officer", "an owner"])
def test_a_book_that_is_nowhere_is_not_found(caller: Caller, client_for: Servers, shelf: ModuleType) -> None:
    books, consumer = Books(), Consumer(Standing.LEVEL)
    with pytest.raises(errors.NotFound):
        _client(books, consumer, caller, client_for, shelf).GetBook(shelf.pb.GetRequest(book_id="mine"))
    assert (books.asked, consumer.asked) == (1, 1)


def test_a_book_that_does_not_come_is_looked_for_twice(client_for: Servers, shelf: ModuleType) -> None:
    books, consumer = Books(), Consumer(Standing.CAUGHT_UP)
    with pytest.raises(errors.NotFound):
        _client(books, consumer, OFFICER, client_for, shelf).GetBook(shelf.pb.GetRequest(book_id="mine"))
    assert (books.asked, consumer.asked) == (2, 1)


@pytest.mark.parametrize(
    "refusal", [None, errors.FailedPrecondition("the book is lent")], ids=["not there", "in another state"]
)
def test_while_the_consumer_is_behind_nothing_is_refused_for_good(
    refusal: errors.Error | None, client_for: Servers, shelf: ModuleType
) -> None:
    books, consumer = Books(), Consumer(Standing.BEHIND)
    client = _client(books, consumer, OFFICER, client_for, shelf, refusal)
    with pytest.raises(errors.Unavailable) as caught:
        client.GetBook(shelf.pb.GetRequest(book_id="mine"))
    assert caught.value.retry_after == 1


def test_a_state_that_an_event_under_way_changes_is_no_refusal(client_for: Servers, shelf: ModuleType) -> None:
    books = Books({"mine"})
    consumer = Consumer(Standing.CAUGHT_UP, lambda: books.known.add("lent"))
    client = _client(books, consumer, OFFICER, client_for, shelf, errors.FailedPrecondition("the book is not lent"))
    assert client.GetBook(shelf.pb.GetRequest(book_id="mine")).book.book_id == "mine"


@pytest.mark.parametrize(
    "refusal",
    [errors.PermissionDenied("no"), errors.InvalidArgument("no"), errors.AlreadyExists("no"), errors.Unavailable("no")],
    ids=lambda error: type(error).__name__,
)
def test_other_refusals_ask_no_consumer(refusal: errors.Error, client_for: Servers, shelf: ModuleType) -> None:
    books, consumer = Books({"mine"}), Consumer(Standing.CAUGHT_UP)
    client = _client(books, consumer, OFFICER, client_for, shelf, refusal)
    with pytest.raises(type(refusal)):
        client.GetBook(shelf.pb.GetRequest(book_id="mine"))
    assert consumer.asked == 0


def test_a_service_is_refused_at_once(client_for: Servers, shelf: ModuleType) -> None:
    books, consumer = Books(), Consumer(Standing.CAUGHT_UP, lambda: None)
    with pytest.raises(errors.NotFound):
        _client(books, consumer, service("reader"), client_for, shelf).GetBook(shelf.pb.GetRequest(book_id="mine"))
    assert consumer.asked == 0


@pytest.mark.parametrize("caller", [OFFICER, OWNER], ids=["an officer", "an owner"])
def test_an_upload_for_a_book_whose_event_is_under_way_arrives_whole(
    caller: Caller, client_for: Servers, shelf: ModuleType
) -> None:
    books = Books()
    consumer = Consumer(Standing.CAUGHT_UP, lambda: books.known.add("mine"))
    client = _client(books, consumer, caller, client_for, shelf)
    pages = [shelf.pb.Page(text=text, book_id="mine") for text in ("a", "b", "c")]
    answer = client.Write(iter(pages))
    assert (answer.book.book_id, consumer.asked) == ("abc", 1)


def test_an_upload_that_was_read_cannot_be_read_again(client_for: Servers, shelf: ModuleType) -> None:
    def write(_servicer: Any, requests: Iterator[Any], _context: Any) -> Any:
        assert [page.text for page in requests] == ["a", "b"]
        raise errors.NotFound("no such book")

    reading, consumer = type("Reading", (shelf.Shelf,), {"Write": write}), Consumer(Standing.CAUGHT_UP)
    owners = {"book_id": lambda _: "c1"}
    running = client_for.serve(reading(), owners=owners, store=shelf.MemoryStore(), consumer=cast(CatchingUp, consumer))
    with pytest.raises(errors.Unavailable):
        running.client(OFFICER).Write(iter([shelf.pb.Page(text="a"), shelf.pb.Page(text="b")]))
