"""Live notifications: a notification sent by one replica reaches followers at any, through Redis."""

import json
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

from services.notification.model import Notification
from services.notification.redis import Redis
from services.notification.settings import LiveSettings
from services.runtime import errors
from services.runtime.calling.keepalive import MESH
from services.runtime.stores.json_codec import from_plain, to_plain

log = structlog.get_logger(__name__)
_CHANNEL = "loanflow:notification:live"
_QUEUED = 100
_END = None


class Follower:
    """One who follows; iterating waits for the next notification until the time is over or `close` is called.

    errors.Unavailable when it is not sure any more that nothing is missed: Redis went away, or the reader is too slow.
    """

    def __init__(self, seconds: float) -> None:
        self._end_time = time.monotonic() + seconds
        self._waiting: queue.Queue[Notification | None] = queue.Queue(_QUEUED)
        self._lost = False
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Notification]:
        while (notification := self._next()) is not _END:
            yield notification

    def close(self) -> None:
        """Ends the iteration, from any thread."""
        self._closed.set()
        self._wake()

    def lose(self) -> None:
        """Ends the iteration with an error, from any thread."""
        self._lost = True
        self._wake()

    def put(self, notification: Notification) -> None:
        """Hands one on; a reader whose queue is full has lost it."""
        try:
            self._waiting.put_nowait(notification)
        except queue.Full:
            self._lost = True

    def _wake(self) -> None:
        try:
            self._waiting.put_nowait(_END)
        except queue.Full:
            return  # it looks when it has read the next one

    def _next(self) -> Notification | None:
        try:
            notification = self._waiting.get(timeout=max(0.0, self._end_time - time.monotonic()))
        except queue.Empty:
            return _END
        if self._closed.is_set():
            return _END
        if self._lost:
            raise errors.Unavailable("notifications cannot be followed now")
        return notification


class Hub:
    """The followers of this process, and the thread that reads from Redis; a Background of the server."""

    def __init__(self, redis: Redis, settings: LiveSettings) -> None:
        self._redis, self._settings = redis, settings
        self._followers: defaultdict[str, set[Follower]] = defaultdict(set)
        self._lock = threading.Lock()
        self._hearing = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def publish(self, notification: Notification) -> None:
        """Passes a new in-app notification on to all replicas; when that fails, the inbox has it anyway."""
        try:
            with self._redis.use() as client:
                client.publish(_CHANNEL, json.dumps(to_plain(notification)))
        except errors.Unavailable as error:
            log.warning("live_not_published", cause=error.message, notification_id=notification.notification_id)

    @contextmanager
    def follow(self, customer_id: str) -> Iterator[Follower]:
        """A follower of a customer's notifications for the block.

        Errors: Unavailable when Redis is out of reach, ResourceExhausted (RATE_LIMITED) when too many follow.
        """
        follower = self._admit(customer_id)
        try:
            yield follower
        finally:
            with self._lock:
                self._followers[customer_id].discard(follower)
                if not self._followers[customer_id]:
                    del self._followers[customer_id]

    def start(self) -> None:
        """Begins to hear."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends, and with it every follower."""
        self._end.set()
        self._thread.join(5)
        self.close_all()

    def close_all(self) -> None:
        """Ends every follower in good order: followers come back, to another replica."""
        for follower in self._all():
            follower.close()

    def _admit(self, customer_id: str) -> Follower:
        with self._lock:
            if not self._hearing:
                raise errors.Unavailable("notifications cannot be followed now")
            same = len(self._followers.get(customer_id, ()))
            if same >= self._settings.followers_each or self._count() >= self._settings.followers:
                raise errors.ResourceExhausted("too many follow notifications already", reason="RATE_LIMITED")
            follower = Follower(min(self._settings.seconds, MESH.stream))
            self._followers[customer_id].add(follower)
            return follower

    def _count(self) -> int:
        return sum(map(len, self._followers.values()))

    def _all(self) -> list[Follower]:
        with self._lock:
            return [follower for some in self._followers.values() for follower in some]

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self._hear()
            except errors.Unavailable as error:
                log.warning("live_lost", cause=error.message)
            except Exception:
                # Whatever it was, the thread must live: without it nothing would be pushed live again.
                log.exception("live_broke")
            self._lose_all()
            self._end.wait(0.5)

    def _hear(self) -> None:
        # redis does not type the constructor of its subscriptions.
        with self._redis.use() as client, client.pubsub() as subscription:  # type: ignore[no-untyped-call]
            subscription.subscribe(_CHANNEL)
            while not self._end.is_set():
                message = subscription.get_message(timeout=0.5)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    # The client came back by itself, and what was sent meanwhile is missed.
                    self._lose_all()
                    self._hearing = True
                elif message["type"] == "message":
                    self._take(json.loads(message["data"]))

    def _take(self, plain: Mapping[str, Any]) -> None:
        """Passes on what a replica made; what a later version writes that this one cannot read, one customer misses."""
        try:
            self._pass_on(from_plain(Notification, plain))
        except Exception:
            log.exception("live_not_read")
            for follower in self._of(plain["customer_id"]):
                follower.lose()

    def _lose_all(self) -> None:
        self._hearing = False
        for follower in self._all():
            follower.lose()

    def _pass_on(self, notification: Notification) -> None:
        for follower in self._of(notification.customer_id):
            follower.put(notification)

    def _of(self, customer_id: str) -> list[Follower]:
        with self._lock:
            return list(self._followers.get(customer_id, ()))
