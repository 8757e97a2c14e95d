"""The thread that listens: takes records off Kafka, hands them to the inbox, and knows which failures to wait out.

One thread owns the client. A failure of infrastructure pauses the partition and tries the same record again, while the
others go on; whatever else a handler raises sends the event to the dead-letter topic.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import OFFSET_INVALID, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka import Consumer as Client
from prometheus_client import Counter, Gauge, Histogram

from services.runtime import errors
from services.runtime.events.dead_letters import Letter, Letters
from services.runtime.events.inbox import Event, Inbox, Outcome
from services.runtime.events.kafka import (
    LIBRARY_LOG,
    KafkaSettings,
    Producer,
    ThrottledErrorLog,
    dead_letters,
    group,
    retries,
)

log = structlog.get_logger(__name__)
_HANDLED = Counter("loanflow_events_received", "Events that were received.", ["service", "type", "outcome"])
_RETRIED = Counter("loanflow_events_retried", "Attempts that infrastructure failed.", ["service"])
_PARKED = Gauge("loanflow_events_parked", "Events that wait for an earlier one.", ["service"])
_LAG = Gauge("loanflow_consumer_lag", "Records not taken yet.", ["service", "topic"])
_LATENCY = Histogram(
    "loanflow_event_seconds",
    "From an event's commit to its being handled.",
    ["service"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
# Worth waiting out. An error of a peer or of the model is not among them: the same event would fail again.
_INFRASTRUCTURE = (
    errors.Unavailable,
    errors.Aborted,
    errors.DeadlineExceeded,
    errors.ResourceExhausted,
    ConnectionError,
    TimeoutError,
)
_FIRST_WAIT, _LONGEST_WAIT, _MEASURE_SECONDS = 0.05, 2.0, 5.0
# How long to be without a partition before joining anew. A coordinator that fails in the middle of a join may never
# answer, and the client waits for it without a word (seen with a broker that came back on a busy machine).
_UNASSIGNED_SECONDS = 30.0
Place = tuple[str, int]


@dataclass
class _Pause:
    """A partition that waits: for which offset, until when, after how many attempts."""

    offset: int
    until: float
    attempts: int


class Consumer:
    """Consumes the topics of an inbox's subscriptions, and the topic by which dead letters come back."""

    def __init__(self, settings: KafkaSettings, inbox: Inbox, producer: Producer) -> None:
        self._settings, self._inbox, self._producer = settings, inbox, producer
        self._service = inbox.service
        self._letters = Letters(self._service, producer, inbox.types)
        # Events whose letter is written and whose burial is not: it is tried again without another letter.
        self._unburied: set[str] = set()
        self._topics = [*sorted(inbox.topics()), retries(self._service)]
        self._pauses: dict[Place, _Pause] = {}
        self._next_measure = self._assigned_time = 0.0
        self._left_out = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="consumer", daemon=True)

    def check(self) -> None:
        """Says which part is missing at start: database, broker or topics."""
        self._inbox.store.check()
        self._producer.require([*self._topics, dead_letters(self._service)])

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Finishes the event in hand and commits the offsets."""
        self._stopping.set()
        self._thread.join(15)

    def _run(self) -> None:
        while not self._stopping.is_set():
            client = self._connect()
            try:
                client.subscribe(self._topics, on_assign=self._forget, on_revoke=self._forget, on_lost=self._forget)
                while not (self._stopping.is_set() or self._left_out):
                    self._round(client)
            except Exception:
                # Whatever it was, a new client begins at the committed offsets, and the inbox knows what was handled.
                log.exception("consumer_restarts")
                self._stopping.wait(1)
            finally:
                client.close()

    def _connect(self) -> Client:
        self._pauses.clear()
        self._assigned_time, self._left_out = time.monotonic(), False
        options: dict[str, Any] = {
            **self._settings.client(),
            "group.id": group(self._service),
            "partition.assignment.strategy": "cooperative-sticky",
            "auto.offset.reset": "earliest",
            # Committed in the background, but only what was stored after its transaction.
            "enable.auto.commit": True,
            "auto.commit.interval.ms": 500,
            "enable.auto.offset.store": False,
            "session.timeout.ms": 6_000,
            "heartbeat.interval.ms": 1_500,
            "queued.min.messages": 1_000,
            "queued.max.messages.kbytes": 4_096,
            "fetch.error.backoff.ms": 100,
            "error_cb": ThrottledErrorLog("consumer"),
        }
        if self._settings.instance:
            options["group.instance.id"] = f"{self._service}.{self._settings.instance}"
        return Client(options, logger=LIBRARY_LOG)

    def _forget(self, _client: Client, partitions: Sequence[TopicPartition]) -> None:
        """A partition that is assigned begins at its committed offset, with nothing paused."""
        for each in partitions:
            self._pauses.pop((each.topic, each.partition), None)

    def _round(self, client: Client) -> None:
        now = time.monotonic()
        for place, pause in list(self._pauses.items()):
            if pause.until <= now:
                self._resume(client, place, pause)
        if now >= self._next_measure:
            self._next_measure = now + _MEASURE_SECONDS
            self._measure(client)
            self._try_parked()
        waits = [pause.until - now for pause in self._pauses.values() if pause.until > now]
        record = client.poll(max(0.001, min([0.2, *waits])))
        if record is None:
            return
        error = record.error()
        if error is not None:
            self._report(error)
        else:
            self._take(client, record)

    def _report(self, error: KafkaError) -> None:
        if error.fatal():
            raise KafkaException(error)
        log.warning("consumer_waits", cause=error.name())

    def _take(self, client: Client, record: Message) -> None:
        place, offset = (record.topic() or "", record.partition() or 0), record.offset() or 0
        pause = self._pauses.get(place)
        if pause is not None and (pause.until != 0.0 or pause.offset != offset):
            # Fetched before the pause; it comes again after the record that is waited for.
            return
        try:
            self._handle(record)
        except _INFRASTRUCTURE as error:
            self._pause(client, place, offset, error)
            return
        self._pauses.pop(place, None)
        try:
            client.store_offsets(offsets=[TopicPartition(*place, offset + 1)])
        except KafkaException as error:
            # The partition went to another replica meanwhile, which will find the event in the inbox.
            log.info("offset_not_stored", topic=place[0], partition=place[1], cause=error.args[0].name())

    def _pause(self, client: Client, place: Place, offset: int, error: Exception) -> None:
        earlier = self._pauses.get(place)
        attempts = earlier.attempts + 1 if earlier is not None else 1
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts, 10))
        self._pauses[place] = _Pause(offset, time.monotonic() + wait, attempts)
        _RETRIED.labels(self._service).inc()
        if attempts in (1, 10, 100) or attempts % 1000 == 0:
            log.warning("event_waits", topic=place[0], partition=place[1], offset=offset, attempts=attempts,
                        error=type(error).__name__, cause=str(error))  # fmt: skip
        try:
            client.pause([TopicPartition(*place)])
        except KafkaException:
            self._pauses.pop(place, None)

    def _resume(self, client: Client, place: Place, pause: _Pause) -> None:
        pause.until = 0.0
        try:
            client.seek(TopicPartition(*place, pause.offset))
            client.resume([TopicPartition(*place)])
        except KafkaException:
            # Not ours any more.
            self._pauses.pop(place, None)

    def _handle(self, record: Message) -> None:
        """Handles a record, or sets it aside: whatever it holds, only infrastructure has it come again."""
        letter = Letter.of(record, self._service)
        try:
            event = Event.read(letter.topic, letter.key, letter.headers, letter.value)
            self._inbox.admit(event)
            self._work(event, letter.place)
        except _INFRASTRUCTURE:
            raise
        except Exception as error:
            self._letters.send(letter, error)

    def _work(self, event: Event, place: str = "") -> None:
        """Applies the event and what it lets go on. A dead letter among them ends the row: the rest waits for it."""
        pending, known = deque([event]), {event.meta.id}
        while pending:
            current = pending.popleft()
            try:
                outcome, following = self._inbox.receive(current)
            except _INFRASTRUCTURE:
                raise
            except Exception as error:
                self._set_aside(current, place if current is event else "", error)
                return
            self._count(current, outcome)
            for event_id in following:
                copy = None if event_id in known else self._inbox.copy(event_id)
                if copy is not None:
                    known.add(event_id)
                    pending.append(copy)

    def _set_aside(self, event: Event, place: str, error: Exception) -> None:
        if event.meta.id not in self._unburied:
            self._letters.send(Letter(event.topic, event.key, event.headers, event.value, place), error)
            self._unburied.add(event.meta.id)
        try:
            self._inbox.bury(event)
        except _INFRASTRUCTURE:
            raise
        except Exception:
            # Its letter is there; what follows under its key goes on without it.
            log.exception("event_not_buried")
        self._unburied.discard(event.meta.id)

    def _try_parked(self) -> None:
        """Tries what waits for another topic once more, in case what it waits for came under another key."""
        try:
            for event_id in self._inbox.runnable():
                event = self._inbox.copy(event_id)
                if event is not None:
                    self._work(event)
        except _INFRASTRUCTURE as error:
            log.warning("parked_events_wait", error=type(error).__name__, cause=str(error))
        except Exception:
            # They are tried again; the records that come are not to wait for them.
            log.exception("parked_events_failed")

    def _count(self, event: Event, outcome: Outcome) -> None:
        _HANDLED.labels(self._service, event.meta.type, outcome.value).inc()
        if outcome is Outcome.APPLIED:
            _LATENCY.labels(self._service).observe(max(0.0, time.time() - event.meta.time.timestamp()))

    def _measure(self, client: Client) -> None:
        lags: dict[str, int] = dict.fromkeys(self._topics, 0)
        assignment, now = client.assignment(), time.monotonic()
        if assignment:
            self._assigned_time = now
        elif now - self._assigned_time >= _UNASSIGNED_SECONDS:
            self._left_out = True
            log.warning("consumer_joins_anew")
        for place in client.position(assignment):
            _, end = client.get_watermark_offsets(place, cached=True)
            if end > 0:
                lags[place.topic] += end - (place.offset if place.offset > OFFSET_INVALID else 0)
        for topic, lag in lags.items():
            _LAG.labels(self._service, topic).set(max(0, lag))
        try:
            _PARKED.labels(self._service).set(self._inbox.parked_count())
        except errors.Error as error:
            log.warning("consumer_cannot_count", cause=error.message)
