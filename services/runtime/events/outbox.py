"""Events on their way out: rows written with the state that they report, and the relay that sends and archives them."""

import os
import socket
import threading
import time
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

import structlog
from confluent_kafka import KafkaError
from google.protobuf.message import Message
from opentelemetry import propagate
from prometheus_client import Counter, Gauge, Histogram

from services.runtime import context, errors
from services.runtime.clock import Clock, SystemClock
from services.runtime.events import versions
from services.runtime.events.avro import Codec, event_classes, event_option
from services.runtime.events.kafka import Producer, is_refusal
from services.runtime.ids import new_id
from services.runtime.stores.archive import ArchivingStore
from services.runtime.stores.ports import SHARDS, OutboxRow

log = structlog.get_logger(__name__)
_DEPTH = Gauge("loanflow_outbox_rows", "Events that wait to be published.", ["service"])
_AGE = Gauge("loanflow_outbox_oldest_seconds", "Age of the oldest event that waits.", ["service"])
_SENT = Counter("loanflow_outbox_published", "Events that the broker acknowledged.", ["service"])
_FAILED = Counter("loanflow_outbox_failed", "Events that the broker did not take; they are sent again.", ["service"])
_LATENCY = Histogram(
    "loanflow_outbox_publish_seconds",
    "From the moment of the event to the broker's acknowledgement.",
    ["service"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
# The header with the version that an event follows, by listener: `one=3,other=1`.
FOLLOWS = "ce_follows"
_BATCH = 300
_LEASE_SECONDS, _RENEW_SECONDS = 3.0, 1.0
_SOON_SECONDS, _IDLE_SECONDS, _ALONE_SECONDS, _BACKOFF_SECONDS = 0.01, 0.25, 1.0, 0.5
_MEASURE_SECONDS, _TIDY_SECONDS = 5.0, 3600.0
# How long an aggregate waits whose event the broker refuses for good, before the cause may have been mended.
_REFUSED_SECONDS = 60.0
_REFUSED = Gauge("loanflow_outbox_refused", "Aggregates with an event that the broker refuses.", ["service"])


class Outbox:
    """Makes rows of a service's events; `event_message` turns one of the model's into its message of the contract."""

    def __init__(
        self, service: str, event_message: Callable[[object], Message], codec: Codec, clock: Clock | None = None
    ) -> None:
        self.service, self.codec = service, codec
        self._message, self._clock = event_message, clock or SystemClock()
        # Of the store that the rows are written to; see versions.py.
        self.incarnation = 0
        self.woken = threading.Event()

    def rows(
        self, aggregate_type: str, aggregate_id: str, version: int, events: Sequence[object], sent: dict[str, int]
    ) -> list[OutboxRow]:
        """The rows of consecutive events of an aggregate, the first with `version`, encoded.

        `sent` has, by listener, the ordinal of the aggregate's last event that is meant for it; it is brought up to
        date.
        """
        return [
            self._row(aggregate_type, aggregate_id, version + step, self._message(event), sent)
            for step, event in enumerate(events)
        ]

    def wake(self) -> None:
        """Has the relay look at once."""
        self.woken.set()

    def topics(self) -> set[str]:
        """The topics that the service publishes on: the packages of its events."""
        return {each.DESCRIPTOR.file.package for each in event_classes(self.service)}

    def check(self) -> None:
        """Fetches every schema's id, so that no later commit needs the registry; errors.Unavailable."""
        self.codec.prepare(event_classes(self.service))

    def _row(
        self, aggregate_type: str, aggregate_id: str, version: int, message: Message, sent: dict[str, int]
    ) -> OutboxRow:
        option, now, occasion = event_option(message.DESCRIPTOR), self._clock.now(), context.current()
        key, event_id = str(getattr(message, option.key)), new_id()
        headers = {
            "ce_specversion": "1.0",
            "ce_id": event_id,
            "ce_type": option.type,
            "ce_source": self.service,
            "ce_time": now.isoformat(),
            "ce_subject": key,
            "ce_aggregatetype": aggregate_type,
            "ce_aggregateid": aggregate_id,
            "ce_aggregateversion": str(version),
            "ce_actor": occasion.caller.actor,
            "ce_correlationid": occasion.correlation_id,
            "content-type": "application/avro",
        }
        # What came before it, as far as it concerns each listener: none has to look at what is not meant for it.
        if earlier := versions.named({each: sent[each] for each in option.listeners if each in sent}):
            headers[FOLLOWS] = earlier
        sent.update(dict.fromkeys(option.listeners, versions.ordinal(self.incarnation, version)))
        headers |= versions.headers_of(self.incarnation)
        propagate.inject(headers)
        return OutboxRow(
            event_id=event_id,
            shard=zlib.crc32(f"{aggregate_type}/{aggregate_id}".encode()) % SHARDS,
            aggregate_type=aggregate_type,
            aggregate_id=aggregate_id,
            version=version,
            topic=message.DESCRIPTOR.file.package,
            key=key,
            headers=headers,
            payload=self.codec.encode(message),
            create_time=now,
        )


class Relay:
    """Sends what waits in the outbox, one batch in flight per shard, and archives what the broker acknowledged.

    A row is never lost: it stays until its acknowledgement. It may be sent twice (a crash between the two); listeners
    know it by its id. One that cannot be published holds up what follows of its own aggregate, and nothing else.
    """

    def __init__(self, outbox: Outbox, store: ArchivingStore, producer: Producer) -> None:
        self._outbox, self._store, self._producer = outbox, store, producer
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{new_id()[:8]}"
        self._shards: frozenset[int] = frozenset()
        self._flying: dict[int, dict[str, OutboxRow]] = defaultdict(dict)
        self._reports: deque[tuple[OutboxRow, KafkaError | None]] = deque()
        self._acknowledged: list[OutboxRow] = []
        self._generation = producer.generation
        self._due: dict[str, float] = {}
        self._next_look, self._busy_until, self._rest = 0.0, 0.0, _SOON_SECONDS
        # Aggregates that are passed over until then, and how many of their rows the last look found.
        self._refused: dict[tuple[str, str], float] = {}
        self._passed_over = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox-relay", daemon=True)

    def check(self) -> None:
        """Says which part is missing at start: broker, topics, schemas or database; warms all of them."""
        self._store.check()
        self._outbox.incarnation = int(self._store.archive.noted(versions.NOTE) or 0)
        self._outbox.check()
        self._producer.require(self._outbox.topics())

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Sends what waits now, if the broker takes it within seconds, and gives the leases back."""
        self._stopping.set()
        self._outbox.wake()
        self._thread.join(15)

    def _run(self) -> None:
        with context.background(self._outbox.service, "outbox relay"):
            while not self._stopping.is_set():
                self._guarded(self._round)
            self._guarded(self._finish)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except errors.Error as error:
            log.warning("outbox_relay_waits", grpc_reason=error.reason, cause=error.message)
            self._stopping.wait(_BACKOFF_SECONDS)
        except Exception:
            # Whatever it was, the thread must live: the rows are kept and sent in a later round.
            log.exception("outbox_relay_failed")
            self._stopping.wait(_BACKOFF_SECONDS)

    def _round(self) -> None:
        self._keep_leases()
        self._forget_lost()
        now = time.monotonic()
        if self._outbox.woken.is_set() or now >= self._next_look:
            self._outbox.woken.clear()
            if self._send():
                self._busy_until, self._rest = now + 1.0, _SOON_SECONDS
            self._next_look = now + self._pause()
        if any(self._flying.values()):
            # Short while reports are due at once; a broker that is away is not asked 200 times a second.
            self._producer.poll(0.005 if now < self._busy_until else 0.1)
        else:
            self._outbox.woken.wait(max(0.0, self._next_look - now))
        self._settle()

    def _pause(self) -> float:
        """How long until the next look: its own rows wake it, for those of others it looks soon, then ever later."""
        if len(self._shards) == SHARDS:
            return _ALONE_SECONDS
        self._rest = min(_IDLE_SECONDS, 2 * self._rest)
        return self._rest

    def _finish(self) -> None:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and (self._send() or any(self._flying.values())):
            self._producer.poll(0.05)
            self._settle()
        self._store.outbox.release(self._owner)

    def _keep_leases(self) -> None:
        if self._is_due("lease", _RENEW_SECONDS):
            self._shards = self._store.outbox.lease(self._owner, _LEASE_SECONDS)
        if self._is_due("measure", _MEASURE_SECONDS):
            count, age = self._store.outbox.backlog()
            _DEPTH.labels(self._outbox.service).set(count)
            _AGE.labels(self._outbox.service).set(age)
        if self._is_due("tidy", _TIDY_SECONDS):
            self._store.tidy()

    def _is_due(self, task: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(task, 0.0):
            return False
        self._due[task] = now + seconds
        return True

    def _send(self) -> int:
        """Sends the waiting rows of every shard that has nothing in flight; returns how many."""
        free = [shard for shard in self._shards if not self._flying[shard]]
        # Those that are passed over take no place of the others.
        found = self._store.outbox.waiting(free, _BATCH + self._passed_over) if free else []
        rows = [row for row in found if not self._is_refused(row)]
        self._passed_over = len(found) - len(rows) if free else self._passed_over
        for row in rows:
            if not self._is_refused(row):  # by a row before it
                self._send_one(row)
        return len(rows)

    def _send_one(self, row: OutboxRow) -> None:
        # Noted one by one: rows that a failure before them leaves unsent must not count as in flight.
        self._flying[row.shard][row.event_id] = row
        try:
            self._producer.send(
                row.topic, row.key, row.payload, row.headers, lambda error: self._reports.append((row, error))
            )
        except (BufferError, errors.Unavailable) as error:
            self._flying[row.shard].pop(row.event_id, None)
            if isinstance(error, errors.Unavailable):
                raise
        except Exception as error:
            self._flying[row.shard].pop(row.event_id, None)
            self._pass_over(row, f"{type(error).__name__}: {error}")

    def _pass_over(self, row: OutboxRow, cause: str) -> None:
        """A row that cannot be published: its aggregate waits, for the order of its events; all others go on."""
        self._refused[row.aggregate_type, row.aggregate_id] = time.monotonic() + _REFUSED_SECONDS
        _REFUSED.labels(self._outbox.service).set(len(self._refused))
        log.error("outbox_event_refused", event_id=row.event_id, aggregate_type=row.aggregate_type,
                  aggregate_id=row.aggregate_id, cause=cause)  # fmt: skip

    def _is_refused(self, row: OutboxRow) -> bool:
        until = self._refused.get((row.aggregate_type, row.aggregate_id))
        if until is None or until > time.monotonic():
            return until is not None
        del self._refused[row.aggregate_type, row.aggregate_id]
        _REFUSED.labels(self._outbox.service).set(len(self._refused))
        return False

    def _forget_lost(self) -> None:
        """What a replaced producer had queued is sent again."""
        if self._generation != self._producer.generation:
            self._generation = self._producer.generation
            self._flying.clear()

    def _settle(self) -> None:
        """Archives the rows that were acknowledged; a shard is free again when all of its batch is settled."""
        while self._reports:
            row, error = self._reports.popleft()
            if error is None:
                self._acknowledged.append(row)
                _LATENCY.labels(self._outbox.service).observe(max(0.0, time.time() - row.create_time.timestamp()))
            else:
                self._flying[row.shard].pop(row.event_id, None)
                _FAILED.labels(self._outbox.service).inc()
                if is_refusal(error):
                    self._pass_over(row, error.name())
                else:
                    log.warning("outbox_event_not_taken", event_id=row.event_id, cause=error.name())
        if self._acknowledged:
            # Should this fail, it is tried again before the shards are read again: nothing is sent twice for it.
            self._store.outbox.archive(self._acknowledged)
            _SENT.labels(self._outbox.service).inc(len(self._acknowledged))
            for row in self._acknowledged:
                self._flying[row.shard].pop(row.event_id, None)
            self._acknowledged, self._next_look = [], 0.0
