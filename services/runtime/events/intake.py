"""What is done with records: foreign ones are passed over by their type, own ones share as few transactions as may be.

The events of a batch are one transaction. When it fails, its parts are tried by themselves, down to the one event that
fails: infrastructure has it wait and its partition with it, anything else sends it to the dead-letter topic. The others
are handled all the same, and no event is handled before an earlier one of its partition. A handler is called again for
an event whose batch failed: what it does outside of the transaction has to bear that, as after a crash.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import structlog
from confluent_kafka import Message
from prometheus_client import Counter as CounterMetric
from prometheus_client import Histogram

from services.runtime import errors
from services.runtime.events.claims import DISCARDED, REPLAYED
from services.runtime.events.dead_letters import Letter, Letters
from services.runtime.events.event import Event
from services.runtime.events.gate import VersionConflict
from services.runtime.events.inbox import LETTER, SKIP, Inbox, Outcome
from services.runtime.events.kafka import retries
from services.runtime.events.recall import NoLetter
from services.runtime.stores.ports import Identity

log = structlog.get_logger(__name__)
_HANDLED = CounterMetric("loanflow_events_received", "Events that were received.", ["service", "type", "outcome"])
_LATENCY = Histogram(
    "loanflow_event_seconds",
    "From an event's commit to its being handled.",
    ["service"],
    # Fine where the goal is, a p99 of 25 ms.
    buckets=(0.005, 0.01, 0.015, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
# Worth waiting out. An error of a peer or of the model is not among them: the same event would fail again.
INFRASTRUCTURE = (
    errors.Unavailable,
    errors.Aborted,
    errors.DeadlineExceeded,
    errors.ResourceExhausted,
    ConnectionError,
    TimeoutError,
)
# So many events share a transaction at most: the rows that it holds are free again soon.
_MOST_EVENTS = 64
Place = tuple[str, int]
# Gives the letter of a name, whose record has this key, that was taken for this act; NoLetter.
Recalls = Callable[[str, str, str], Letter]


@dataclass(frozen=True)
class Stuck:
    """Where a partition waits, and what for."""

    offset: int
    error: Exception


@dataclass(frozen=True)
class _Item:
    place: Place
    offset: int
    event: Event
    # Topic, partition and offset, for its letter.
    origin: str


class Intake:
    """Hands records to the inbox of a service, and those that cannot be handled to its dead letters."""

    def __init__(self, inbox: Inbox, letters: Letters, recall: Recalls) -> None:
        self._inbox, self._letters, self._service, self._recall = inbox, letters, inbox.service, recall
        self._retries, self._types = retries(inbox.service), inbox.types
        self._foreign = {(topic, kind.encode()): kind for topic, kind in inbox.foreign_types}
        # Events whose letter is written and whose burial is not: it is tried again without another letter.
        self._unburied: set[Identity] = set()
        self._counted = cache(lambda kind, outcome: _HANDLED.labels(self._service, kind, outcome))
        self._latency = _LATENCY.labels(self._service)

    def take(self, records: Sequence[Message]) -> dict[Place, Stuck]:
        """Handles records, each partition's in order; the partitions that wait, all before that offset handled."""
        stuck: dict[Place, Stuck] = {}
        items, foreign = [], Counter[str]()
        for record in records:
            kind = self._foreign_type(record)
            if kind is not None:
                foreign[kind] += 1
                continue
            item = self._read(record, stuck)
            if item is not None and item.event.meta.type not in self._types and item.place[0] != self._retries:
                foreign["unknown"] += 1
            elif item is not None:
                items.append(item)
        for kind, count in foreign.items():
            self._counted(kind, Outcome.FOREIGN.value).inc(count)
        for start in range(0, len(items), _MOST_EVENTS):
            self._handle(items[start : start + _MOST_EVENTS], stuck)
        return stuck

    def work(self, event: Event, origin: str = "") -> None:
        """Applies the event and what it lets go on; `origin` is where its record is. Raises what is INFRASTRUCTURE."""
        following = self._attempt(event, origin)
        if following is not None:
            self._follow(following, event.identity)

    def try_parked(self) -> None:
        """Tries what waits for another topic once more, in case what it waits for came under another key."""
        try:
            for identity in self._inbox.runnable():
                event = self._inbox.copy(identity)
                if event is not None:
                    self.work(event)
        except INFRASTRUCTURE as error:
            log.warning("parked_events_wait", error=type(error).__name__, cause=str(error))
        except Exception:
            # They are tried again; the records that come are not to wait for them.
            log.exception("parked_events_failed")

    def _foreign_type(self, record: Message) -> str | None:
        """The type of a record that is not subscribed; None when it is, or when only a closer look can say."""
        if record.topic() == self._retries:
            return None
        try:
            kind = dict(record.headers() or ()).get("ce_type")
            # By the stub a header's value may be text or none as well; such a key is no key of the table.
            return self._foreign.get((record.topic(), kind))  # type: ignore[arg-type]
        except Exception:
            # The client decodes names, and a name may be any bytes.
            return None

    def _read(self, record: Message, stuck: dict[Place, Stuck]) -> _Item | None:
        """The event of a record; what is none goes to the dead letters."""
        letter, place, offset = Letter.of(record), (record.topic() or "", record.partition() or 0), record.offset() or 0
        if place in stuck:
            # It comes again.
            return None
        try:
            if place[0] == self._retries:
                letter = self._recalled(letter)
            event = Event.read(letter.topic, letter.key, letter.headers, letter.value)
            self._inbox.admit(event)
        except NoLetter as error:
            # It has nothing of its own that could be kept.
            log.error("record_passed_over", place=letter.place, cause=str(error))
            self._counted("unknown", Outcome.FOREIGN.value).inc()
            return None
        except INFRASTRUCTURE as error:
            stuck[place] = Stuck(offset, error)
            return None
        except Exception as error:
            if SKIP in letter.headers and place[0] == self._retries:
                # Discarded, and it is no event that anything waits for: another letter would come back for ever.
                self._counted("unknown", Outcome.FOREIGN.value).inc()
            else:
                self._guarded(place, offset, stuck, partial(self._letters.send, letter, error))
            return None
        return _Item(place, offset, event, letter.place)

    def _recalled(self, record: Letter) -> Letter:
        """The letter that a record of the retry topic names, as if it came from there."""
        skip = SKIP in record.headers
        found = self._recall(record.headers.get(LETTER, ""), record.key, DISCARDED if skip else REPLAYED)
        headers = {**found.headers, LETTER: record.headers[LETTER]} | ({SKIP: "true"} if skip else {})
        return replace(found, headers=headers, value=b"" if skip else found.value, place=record.place)

    def _handle(self, items: Sequence[_Item], stuck: dict[Place, Stuck]) -> None:
        items = [each for each in items if each.place not in stuck or each.offset < stuck[each.place].offset]
        if len(items) == 1:
            (only,) = items
            self._guarded(only.place, only.offset, stuck, partial(self.work, only.event, only.origin))
        elif items:
            found: list[tuple[Outcome, list[Identity]]] = []
            try:
                self._inbox.receive_all([each.event for each in items], found)
            except Exception:
                # Those before the one that raised, then the rest. In halves when that says nothing: nothing was before
                # it, or the commit failed.
                middle = len(found) if 0 < len(found) < len(items) else len(items) // 2
                self._handle(items[:middle], stuck)
                self._handle(items[middle:], stuck)
                return
            for item, (outcome, following) in zip(items, found, strict=True):
                self._count(item.event, outcome)
                if following:
                    step = partial(self._follow, following, item.event.identity)
                    self._guarded(item.place, item.offset, stuck, step)

    def _guarded(self, place: Place, offset: int, stuck: dict[Place, Stuck], step: Callable[[], None]) -> None:
        """Does a step; when infrastructure fails it, the partition waits at this record."""
        try:
            step()
        except INFRASTRUCTURE as error:
            if place not in stuck or offset < stuck[place].offset:
                stuck[place] = Stuck(offset, error)

    def _follow(self, following: Iterable[Identity], after: Identity) -> None:
        """Applies what an event lets go on. A dead letter among them ends the row: the rest waits for it."""
        pending, known = deque(following), {after}
        while pending:
            identity = pending.popleft()
            copy = None if identity in known else self._inbox.copy(identity)
            if copy is None:
                continue
            known.add(identity)
            released = self._attempt(copy, "")
            if released is None:
                return
            pending.extend(released)

    def _attempt(self, event: Event, origin: str) -> list[Identity] | None:
        """What may be tried after it; None when it was set aside."""
        try:
            outcome, following = self._inbox.receive(event)
        except INFRASTRUCTURE:
            raise
        except VersionConflict as conflict:
            # It holds up nothing: whatever is behind it has a version of its own.
            self._letters.send(Letter(event.topic, event.key, event.headers, event.value, origin), conflict)
            self._inbox.dismiss(event)
            outcome, following = Outcome.CONFLICT, []
        except Exception as error:
            self._set_aside(event, origin, error)
            return None
        self._count(event, outcome)
        return following

    def _set_aside(self, event: Event, origin: str, error: Exception) -> None:
        if event.identity not in self._unburied:
            self._letters.send(Letter(event.topic, event.key, event.headers, event.value, origin), error)
            self._unburied.add(event.identity)
        try:
            self._inbox.bury(event)
        except INFRASTRUCTURE:
            raise
        except Exception:
            # Its letter is there; what follows under its key goes on without it.
            log.exception("event_not_buried")
        self._unburied.discard(event.identity)

    def _count(self, event: Event, outcome: Outcome) -> None:
        # Of the types that are known: labels of any text that is sent would fill the memory of metrics.
        self._counted(event.meta.type if event.meta.type in self._types else "unknown", outcome.value).inc()
        if outcome is Outcome.APPLIED:
            self._latency.observe(max(0.0, time.time() - event.meta.time.timestamp()))
