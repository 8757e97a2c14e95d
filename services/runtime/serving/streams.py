"""Streams between a caller and a handler whose waiting is measured: a slow peer holds no thread."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

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


class Sending:
    """The messages to one caller; `late` says that the caller takes them more slowly than the pace."""

    def __init__(self, context: grpc.ServicerContext, pace: Pace) -> None:
        self._context, self._pace = context, pace
        self._size, self._waited, self._since = 0, 0.0, 0.0

    def paced(self, messages: Iterator[Any]) -> Iterator[Any]:
        """The messages; gRPC comes back for the next when the last is taken."""
        for message in messages:
            self._size += message.ByteSize()
            self._since = time.monotonic()
            yield message
            self._waited += time.monotonic() - self._since
            self._since = 0.0

    def late(self, now: float) -> bool:
        """Whether the caller has used up its time."""
        since = self._since
        return bool(since) and self._waited + now - since > self._pace.allowed(self._size)

    def cancel(self) -> None:
        """Ends the call, from any thread."""
        self._context.cancel()


class Watch:
    """Ends the calls of callers that are late with reading; a services.runtime.serving.background.Background."""

    def __init__(self, every: float = 0.5) -> None:
        self._every = every
        self._sendings: set[Sending] = set()
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

    def add(self, sending: Sending) -> None:
        """Looks after these messages."""
        with self._lock:
            self._sendings.add(sending)

    def remove(self, sending: Sending) -> None:
        """Looks after them no more."""
        with self._lock:
            self._sendings.discard(sending)

    def _run(self) -> None:
        while not self._end.wait(self._every):
            now = time.monotonic()
            with self._lock:
                late = [sending for sending in self._sendings if sending.late(now)]
            for sending in late:
                sending.cancel()
