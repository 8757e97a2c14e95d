"""Streams between a caller and a handler whose waiting is measured: a slow peer holds no thread."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import grpc

from services.runtime.errors import InvalidArgument
from services.runtime.serving.pace import Pace

_WAITING_MESSAGES = 2
_END = object()


class Reading:
    """The messages of a caller, read in a thread of their own, so that the handler need not wait for them for ever.

    Iterating raises InvalidArgument (UPLOAD_TOO_SLOW) when they come more slowly than the pace, and what gRPC raises
    when the caller is gone. `close` lets go of the thread.
    """

    def __init__(self, messages: Iterator[Any], pace: Pace) -> None:
        self._pace, self._size, self._waited = pace, 0, 0.0
        self._queue: queue.Queue[Any] = queue.Queue(_WAITING_MESSAGES)
        self._closed = threading.Event()
        threading.Thread(target=self._read, args=(messages,), name="reading", daemon=True).start()

    def __iter__(self) -> Iterator[Any]:
        while (message := self._next()) is not _END:
            if isinstance(message, BaseException):
                raise message
            self._size += message.ByteSize()
            yield message

    def close(self) -> None:
        """Reads no more; a reader that waits is woken at once when the caller has gone."""
        self._closed.set()
        with suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        with suppress(queue.Full):
            self._queue.put_nowait(grpc.RpcError("the call is over"))

    def _next(self) -> Any:
        began, left = time.monotonic(), self._pace.allowed(self._size) - self._waited
        try:
            return self._queue.get(timeout=max(0.0, left))
        except queue.Empty:
            text = "the upload comes too slowly, or takes too long"
            raise InvalidArgument(text, reason="UPLOAD_TOO_SLOW") from None
        finally:
            self._waited += time.monotonic() - began

    def _read(self, messages: Iterator[Any]) -> None:
        try:
            for message in messages:
                if not self._put(message):
                    return
            self._put(_END)
        except Exception as error:
            # Most often the caller has gone; the handler notices when it reads.
            self._put(error)

    def _put(self, message: object) -> bool:
        while not self._closed.is_set():
            try:
                self._queue.put(message, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False


class Watched(Protocol):
    """What is open to one caller, and can be ended from any thread."""

    def over(self, now: float) -> bool:
        """Whether it has to end, at a moment of the monotonic clock."""
        ...

    def cancel(self) -> None:
        """Ends it."""
        ...


class Sending:
    """A call's stream to or from one caller, with the messages to the caller measured.

    It is over when the caller takes them more slowly than the pace, or is not `trusted` any more.
    """

    def __init__(self, context: grpc.ServicerContext, pace: Pace, trusted: Callable[[], bool]) -> None:
        self._context, self._pace, self._trusted = context, pace, trusted
        self._size, self._waited, self._since = 0, 0.0, 0.0

    def paced(self, messages: Iterator[Any]) -> Iterator[Any]:
        """The messages; gRPC comes back for the next when the last is taken."""
        for message in messages:
            self._size += message.ByteSize()
            self._since = time.monotonic()
            yield message
            self._waited += time.monotonic() - self._since
            self._since = 0.0

    def over(self, now: float) -> bool:
        """Whether the caller has used up its time, or its token is revoked."""
        if not self._trusted():
            return True
        since = self._since
        return bool(since) and self._waited + now - since > self._pace.allowed(self._size)

    def cancel(self) -> None:
        """Ends the call, from any thread."""
        self._context.cancel()


class Watch:
    """Ends what is over, looking twice a second; a services.runtime.serving.background.Background."""

    def __init__(self, every: float = 0.5) -> None:
        self._every = every
        self._open: set[Watched] = set()
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def stop(self) -> None:
        """Ends."""
        self._end.set()
        self._thread.join(5)

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    @contextmanager
    def watching(self, thing: Watched) -> Iterator[None]:
        """Looks after it during the block."""
        with self._lock:
            self._open.add(thing)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(thing)

    def _run(self) -> None:
        while not self._end.wait(self._every):
            now = time.monotonic()
            with self._lock:
                over = [thing for thing in self._open if thing.over(now)]
            for thing in over:
                thing.cancel()
