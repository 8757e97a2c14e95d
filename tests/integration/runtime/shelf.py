"""A servicer of the test's contract, and a store for its answers that keeps them in memory."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from meshtest.v1 import shelf_service_pb2 as pb  # type: ignore[import-not-found]
from meshtest.v1 import shelf_service_pb2_grpc as rpc

from services.runtime import context, errors


class Shelf(rpc.ShelfServiceServicer):  # type: ignore[misc]
    """Answers with what the context says; some book ids break it on purpose."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.conflicts = 0
        self.hold = threading.Event()
        self.entered = threading.Event()

    def answer(self, book_id: str) -> Any:
        now = context.current()
        return pb.GetResponse(
            actor=now.caller.actor, correlation_id=now.correlation_id, book=pb.Book(book_id=book_id, reader="Ada")
        )

    def GetOpen(self, request: Any, _: Any) -> Any:
        return self.answer(request.book_id)

    def GetBook(self, request: Any, _: Any) -> Any:
        if request.book_id == "broken":
            raise ZeroDivisionError("a secret of the inside")
        if request.book_id == "lent":
            raise errors.FailedPrecondition.wrong_status("the book", "LENT", ["SHELVED"])
        if request.book_id == "slow":
            self.entered.set()
            self.hold.wait(5)
        return self.answer(request.book_id)

    def ListOwn(self, request: Any, _: Any) -> Iterator[Any]:
        yield self.answer("1")
        if request.book_id == "broken":
            raise errors.NotFound("no such book")
        yield self.answer("2")

    def Write(self, requests: Iterator[Any], _: Any) -> Any:
        return self.answer("".join(page.text for page in requests))

    def Talk(self, requests: Iterator[Any], _: Any) -> Iterator[Any]:
        for page in requests:
            yield pb.Page(text=page.text, book_id=context.caller().actor)

    def Sweep(self, request: Any, _: Any) -> Any:
        return self.answer(request.book_id)

    def AddBook(self, request: Any, _: Any) -> Any:
        if self.conflicts:
            self.conflicts -= 1
            raise errors.Aborted("two at once")
        if request.book_id == "refused":
            raise errors.AlreadyExists("there is one")
        self.added.append(request.book_id)
        return self.answer(f"{request.book_id}{len(self.added)}")

    def PayBook(self, request: Any, context: Any) -> Any:
        return self.AddBook(request, context)


class Asking(Shelf):
    """Does something of the test's before it hands out a book."""

    def __init__(self, first: Callable[[Any, Any], object]) -> None:
        super().__init__()
        self._first = first

    def GetBook(self, request: Any, context: Any) -> Any:
        self._first(request, context)
        return self.answer(request.book_id)


class Endless(Shelf):
    """Goes on answering for as long as anybody listens."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = threading.Event()

    def ListOwn(self, request: Any, context: Any) -> Iterator[Any]:
        context.add_callback(self.ended.set)
        while not self.ended.is_set():
            yield self.answer("1")

    def Talk(self, requests: Iterator[Any], context: Any) -> Iterator[Any]:
        context.add_callback(self.ended.set)
        yield from requests
        # The end of the requests may be seen a moment before it is known that the reader hung up.
        self.ended.wait(5)


class Incomplete(rpc.ShelfServiceServicer):  # type: ignore[misc]
    """Lacks its methods."""


class Unruled(rpc.UnruledServiceServicer):  # type: ignore[misc]
    """Serves a contract without a rule."""

    def GetBook(self, request: Any, _: Any) -> Any:
        return pb.GetResponse()


class MemoryStore:
    """A store with nothing but answers, all of whose transactions succeed."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], tuple[bytes, bytes]] = {}
        self.idempotency = self
        self.checked = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def find(self, subject: str, method: str, key: str) -> tuple[bytes, bytes] | None:
        return self.rows.get((subject, method, key))

    def save(self, subject: str, method: str, key: str, request_hash: bytes, response: bytes) -> None:
        self.rows[subject, method, key] = (request_hash, response)

    def check(self) -> None:
        self.checked = True


OWNED = {"mine": "c1", "broken": "c1"}


def owner_of(book_id: str) -> str:
    """Whose a book is."""
    if book_id not in OWNED:
        raise errors.NotFound(f"no book {book_id}")
    return OWNED[book_id]
