"""The thread that consumes: takes records off Kafka in batches, hands them on, and waits where infrastructure fails.

One thread owns the client. A failure of infrastructure pauses the partition and tries the same record again, while the
others go on. Offsets are stored once per batch, after its transactions.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import Consumer as Client
from confluent_kafka import KafkaError, KafkaException, Message, TopicPartition
from prometheus_client import Counter, Gauge

from services.runtime import errors
from services.runtime.events.catching_up import CatchingUp
from services.runtime.events.dead_letters import Letters
from services.runtime.events.inbox import Inbox
from services.runtime.events.intake import Intake, Place, Stuck
from services.runtime.events.kafka import (
    LIBRARY_LOG,
    KafkaSettings,
    Producer,
    ThrottledErrorLog,
    dead_letters,
    group,
    retries,
)
from services.runtime.events.progress import Progress
from services.runtime.events.recall import Recall
from services.runtime.events.topics import TopicIds, Topics

log = structlog.get_logger(__name__)
_RETRIED = Counter("loanflow_events_retried", "Attempts that infrastructure failed.", ["service"])
_PARKED = Gauge("loanflow_events_parked", "Events that wait for an earlier one.", ["service"])
_FIRST_WAIT, _LONGEST_WAIT, _MEASURE_SECONDS, _IDLE_SECONDS = 0.05, 2.0, 5.0, 0.5
# How long to be without a partition before joining anew. A coordinator that fails in the middle of a join may never
# answer, and the client waits for it without a word (seen with a broker that came back on a busy machine).
_UNASSIGNED_SECONDS = 30.0
# Records of one batch. More would only have the first of them wait for their offsets.
_MOST_RECORDS = 500


@dataclass
class _Pause:
    """A partition that waits: for which offset, until when (0: it is fetched again), after how many attempts."""

    offset: int
    until: float
    attempts: int


class Consumer:
    """Consumes the topics of an inbox's subscriptions, and the topic by which dead letters come back."""

    def __init__(self, settings: KafkaSettings, inbox: Inbox, producer: Producer) -> None:
        self._settings, self._inbox, self._producer = settings, inbox, producer
        self._service = inbox.service
        self._topics = [*sorted(inbox.topics()), retries(self._service)]
        self._pauses: dict[Place, _Pause] = {}
        self.ids = TopicIds(settings)
        self._recall = Recall(settings, self._service, inbox.store, self.ids)
        self.intake = Intake(inbox, Letters(self._service, producer, inbox.types), self._recall.letter)
        self._offsets = Topics(self._service, self._topics, self.ids)
        self._progress = Progress(self._service, self._topics, self._offsets)
        self._next_measure = 0.0
        self._unassignable: Exception | None = None
        self._stamp = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="consumer", daemon=True)

    @property
    def catching_up(self) -> CatchingUp:
        """For the threads that serve calls."""
        return CatchingUp(self._service, self._inbox.topics(), self.ids, self._progress)

    def check(self) -> None:
        """Says which part is missing at start: database, broker or topics."""
        self._inbox.store.check()
        self._producer.require([*self._topics, dead_letters(self._service)])

    def start(self) -> None:
        """Begins to consume."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended, or has long handled nothing of what is there."""
        return self._thread.is_alive() and not self._progress.hopeless()

    def stop(self) -> None:
        """Finishes the batch in hand and commits the offsets."""
        self._stopping.set()
        self._thread.join(15)
        self._recall.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(self._connect()) as client:
                    client.subscribe(
                        self._topics, on_assign=self._assigned, on_revoke=self._forget, on_lost=self._forget
                    )
                    while not (self._stopping.is_set() or self._left_out()):
                        self._round(client)
            except Exception:
                # Whatever it was, a new client begins at the committed offsets, and the inbox knows what was handled.
                log.exception("consumer_restarts")
                self._stopping.wait(1)

    def _left_out(self) -> bool:
        """Whether to join the group anew."""
        if self._settings.stamp() != self._stamp:
            log.info("consumer_renewed")
            return True
        if self._progress.unassigned_seconds() < _UNASSIGNED_SECONDS and not self._progress.stalled():
            return False
        log.warning("consumer_joins_anew", stalled=self._progress.stalled())
        return True

    def _connect(self) -> Client:
        self._pauses.clear()
        self._unassignable = None
        self._progress.begin()
        self._stamp = self._settings.stamp()
        options: dict[str, Any] = {
            **self._settings.client(),
            "group.id": group(self._service),
            "partition.assignment.strategy": "cooperative-sticky",
            "auto.offset.reset": "earliest",
            # Committed in the background, but only what was stored after its transaction.
            "enable.auto.commit": True,
            "auto.commit.interval.ms": 500,
            "enable.auto.offset.store": False,
            # Where retention deleted the last records, or a transaction left its marker, nothing is ever taken: only
            # this says that the end is reached.
            "enable.partition.eof": True,
            "session.timeout.ms": 6_000,
            "heartbeat.interval.ms": 1_500,
            "queued.min.messages": 1_000,
            "queued.max.messages.kbytes": 4_096,
            # Twice the default: a fetch that waits costs broker and client the same whatever it waits for.
            "fetch.wait.max.ms": 1_000,
            "fetch.error.backoff.ms": 100,
            "error_cb": ThrottledErrorLog("consumer"),
        }
        if self._settings.instance:
            options["group.instance.id"] = f"{self._service}.{self._settings.instance}"
        return Client(options, logger=LIBRARY_LOG)

    def _assigned(self, client: Client, partitions: list[TopicPartition]) -> None:
        """A partition that is assigned begins at its committed offset, if that is of the topic that is there now."""
        self._forget(client, partitions)
        try:
            self._offsets.assign(client, partitions)
        except Exception as error:
            # What is raised here comes out of poll() as an object that no `except` catches, and without an assignment
            # close() waits for ever: they are assigned, and left again before anything of them is handled.
            self._unassignable = error
            client.incremental_assign(partitions)

    def _forget(self, _client: Client, partitions: Sequence[TopicPartition]) -> None:
        """Nothing of these partitions is paused, or known to be taken."""
        for each in partitions:
            self._pauses.pop((each.topic, each.partition), None)
            self._progress.leave(each.topic, each.partition)

    def _round(self, client: Client) -> None:
        now = time.monotonic()
        for place, pause in list(self._pauses.items()):
            if pause.until <= now:
                self._resume(client, place, pause)
        if now >= self._next_measure:
            self._next_measure = now + _MEASURE_SECONDS
            self._measure(client)
            if self._progress.stalled():
                # Nothing more is taken from where it should not be.
                return
            self.intake.try_parked()
        waits = [pause.until - now for pause in self._pauses.values() if pause.until > now]
        record = client.poll(max(0.001, min([_IDLE_SECONDS, *waits])))
        if self._unassignable is not None:
            raise self._unassignable
        if record is not None:
            # With the first one whatever has come by now; for more, no time is spent.
            self.take(client, [record, *client.consume(_MOST_RECORDS - 1, 0)])

    def take(self, client: Client, records: Sequence[Message]) -> None:
        """Handles records, and stores the offsets of those that are done with."""
        fresh: list[Message] = []
        ends: dict[Place, int] = {}
        for record in records:
            place, offset = (record.topic() or "", record.partition() or 0), record.offset() or 0
            error = record.error()
            if error is not None:
                self._report(error, place, offset)
                continue
            pause = self._pauses.get(place)
            if pause is None or (pause.until == 0.0 and (pause.offset == offset or place in ends)):
                ends[place] = offset + 1
                fresh.append(record)
            # Else it was fetched before the pause, and comes again after the record that is waited for.
        if not fresh:
            return
        stuck = self.intake.take(fresh)
        for place in ends:
            if place in stuck:
                ends[place] = stuck[place].offset
                self._pause(client, place, stuck[place])
            else:
                self._pauses.pop(place, None)
        self._progress.note(len(stuck) < len(ends))
        for place, end in ends.items():
            self._progress.reach(*place, end)
        self._store(client, ends)

    def _report(self, error: KafkaError, place: Place, offset: int) -> None:
        if error.code() == KafkaError._PARTITION_EOF:
            self._progress.reach(*place, offset)
            return
        # A member whose name another one took over is done for; a new client joins at once.
        if error.fatal() or error.code() == KafkaError._FATAL:
            raise KafkaException(error)
        log.warning("consumer_waits", cause=error.name())

    def _store(self, client: Client, ends: Mapping[Place, int]) -> None:
        found = [self._offsets.place(*place, offset) for place, offset in ends.items()]
        try:
            client.store_offsets(offsets=found)
        except KafkaException as error:
            if len(found) > 1:
                for place, offset in ends.items():
                    self._store(client, {place: offset})
                return
            # The partition went to another replica meanwhile, which will find the events in the inbox.
            log.info("offset_not_stored", topic=found[0].topic, partition=found[0].partition,
                     cause=error.args[0].name())  # fmt: skip

    def _pause(self, client: Client, place: Place, stuck: Stuck) -> None:
        earlier, error = self._pauses.get(place), stuck.error
        attempts = earlier.attempts + 1 if earlier is not None and earlier.offset == stuck.offset else 1
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts, 10))
        self._pauses[place] = _Pause(stuck.offset, time.monotonic() + wait, attempts)
        _RETRIED.labels(self._service).inc()
        if attempts in (1, 10, 100) or attempts % 1000 == 0:
            log.warning("event_waits", topic=place[0], partition=place[1], offset=stuck.offset, attempts=attempts,
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

    def _measure(self, client: Client) -> None:
        self._progress.measure(client, waiting=len(self._pauses))
        try:
            _PARKED.labels(self._service).set(self._inbox.parked_count())
        except errors.Error as error:
            log.warning("consumer_cannot_count", cause=error.message)
