"""Events on their way in: each handled once, in the order of its aggregate's versions, in one transaction.

Stale versions are dropped, the next is applied, one after a gap is parked until the gap closes. So is one whose handler
needs an event of another topic that is not here yet (NotYet), until something of the same key has been applied; nobody
else waits meanwhile. A dead-lettered event holds up its key: what comes after it is parked until it is replayed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from google.protobuf.message import Message
from opentelemetry import propagate, trace

from services.runtime import context
from services.runtime.context import Caller, EventMeta, RequestContext
from services.runtime.errors import Unavailable
from services.runtime.events.avro import Codec, Undecodable, event_option
from services.runtime.events.provenance import Provenance
from services.runtime.observing import tracing
from services.runtime.stores.ports import ParkedRow, Store, Waiting

Handler = Callable[[Any], None]
Subscriptions = Mapping[type[Message], Handler]
# The header by which an operator has a service pass over a dead letter.
SKIP = "replay_skip"
# What every store can keep and find again: text without controls, short enough for an index of two of them.
_NAMING = ("ce_id", "ce_type", "ce_source", "ce_aggregateid", "ce_aggregatetype")
_TELLING = ("ce_subject", "ce_actor", "ce_correlationid")
_MOST_BYTES = 200
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_VERSION = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
# The one after it must still be a version, in an integer of 32 bits.
_MOST_VERSION = 2**31 - 2
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
_HEADER = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_MOST_HEADER_BYTES = 4_000


class NotYet(Unavailable):
    """What the event needs is on another topic and not here yet: the event is kept, and tried again when it may be."""


class Outcome(Enum):
    """What became of a received event."""

    APPLIED = "applied"
    STALE = "stale"
    PARKED = "parked"
    WAITING = "waiting"


@dataclass(frozen=True)
class Event:
    """A received event, its body still encoded."""

    meta: EventMeta
    aggregate: str
    correlation_id: str
    topic: str
    key: str
    headers: Mapping[str, str]
    value: bytes

    @classmethod
    def read(cls, topic: str, key: str, headers: Mapping[str, str], value: bytes) -> "Event":
        """The event of a record; Undecodable when headers are missing or malformed, or no store could keep them.

        So whatever is an event can be parked and buried: what fails in here has nothing to be found by.
        """
        wrong = [name for name in (*_NAMING, *_TELLING) if not _is_storable(headers.get(name, ""), _MOST_BYTES)]
        wrong += [name for name in _NAMING if not headers.get(name)]
        if wrong or not _is_storable(key, _MOST_BYTES) or not _is_storable(topic, _MOST_BYTES):
            raise Undecodable(f"the record lacks the headers of an event: {', '.join(wrong) or 'its key or topic'}")
        version = headers.get("ce_aggregateversion", "")
        if not _VERSION.fullmatch(version) or int(version) > _MOST_VERSION:
            raise Undecodable("the version is none")
        event = cls.kept(topic, key, headers, value)
        if event.meta.time.tzinfo is None or not _FIRST_YEAR <= event.meta.time.year <= _LAST_YEAR:
            raise Undecodable("the time is none of this platform's")
        return event

    @classmethod
    def kept(cls, topic: str, key: str, headers: Mapping[str, str], value: bytes) -> "Event":
        """The event that a store has kept; Undecodable when headers are missing or malformed."""
        try:
            meta = EventMeta(
                id=headers["ce_id"],
                type=headers["ce_type"],
                source=headers["ce_source"],
                time=datetime.fromisoformat(headers["ce_time"]),
                subject=headers["ce_subject"],
                aggregate_id=headers["ce_aggregateid"],
                aggregate_version=int(headers["ce_aggregateversion"]),
                actor=headers["ce_actor"],
            )
            aggregate = f"{headers['ce_aggregatetype']}/{meta.aggregate_id}"
            return cls(meta, aggregate, headers["ce_correlationid"], topic, key, headers, value)
        except (KeyError, ValueError, OverflowError) as error:
            raise Undecodable("the record lacks the headers of an event") from error

    def parked(self, *, dead: bool) -> ParkedRow:
        """The row that keeps it for later."""
        return ParkedRow(
            event_id=self.meta.id,
            source=self.meta.source,
            aggregate=self.aggregate,
            version=self.meta.aggregate_version,
            follows=self.meta.aggregate_version - 1,
            key=self.key,
            topic=self.topic,
            dead=dead,
            headers={name: text for name, text in self.headers.items() if _is_header(name, text)},
            value=self.value,
        )


class Inbox:
    """Hands events to a service's handlers; `subscriptions` maps a message of a contract to its handler."""

    def __init__(self, service: str, store: Store, codec: Codec, subscriptions: Subscriptions) -> None:
        self.service, self.store = service, store
        self._codec = codec
        self._kinds = {event_option(kind.DESCRIPTOR).type: (kind, handler) for kind, handler in subscriptions.items()}
        self._provenance = Provenance(subscriptions)

    @property
    def types(self) -> frozenset[str]:
        """The types of event that are subscribed."""
        return frozenset(self._kinds)

    def topics(self) -> set[str]:
        """The topics on which the subscribed events are published."""
        return set(self._provenance.topics)

    def admit(self, event: Event) -> None:
        """ForeignRecord when the event may not be on its topic."""
        self._provenance.check(event.topic, event.meta.type, event.meta.source)

    def receive(self, event: Event) -> tuple[Outcome, list[str]]:
        """Applies, drops or parks one event; also the ids of parked events that may be applied after it, in order.

        Raises what the handler raises, but for NotYet; then nothing of it has happened.
        """
        try:
            return self._receive(event)
        except NotYet:
            with self.store.transaction():
                # Also makes the position, without which it would not be seen that the event is the next one.
                self.store.inbox.reached(event.meta.source, event.aggregate)
                self.store.inbox.park(event.parked(dead=False))
            return Outcome.WAITING, []

    def _receive(self, event: Event) -> tuple[Outcome, list[str]]:
        meta, rows = event.meta, self.store.inbox
        with self.store.transaction():
            reached = rows.reached(meta.source, event.aggregate)
            waiting = rows.waiting(meta.source, event.key, event.aggregate)
            own = next((each for each in waiting if each.event_id == meta.id), None)
            others = [each for each in waiting if each is not own and each.source == meta.source]
            elsewhere = [each.event_id for each in waiting if each.source != meta.source and not each.dead]
            held_up = any(each.dead and each.key == event.key for each in others)
            stale = meta.aggregate_version <= reached
            if not stale and (held_up or meta.aggregate_version > reached + 1):
                if own is None:
                    rows.park(event.parked(dead=False))
                return Outcome.PARKED, []
            if not stale:
                self._apply(event)
            if own is not None:
                rows.unpark(meta.id)
        outcome = Outcome.STALE if stale else Outcome.APPLIED
        if held_up:
            return outcome, elsewhere
        if stale or (own is not None and own.dead):
            return outcome, [*(each.event_id for each in others if not each.dead), *elsewhere]
        return outcome, [*_chain(event, others), *elsewhere]

    def copy(self, event_id: str) -> Event | None:
        """A parked event, or None when another replica was quicker."""
        with self.store.transaction():
            row = self.store.inbox.copy(event_id)
        return None if row is None else Event.kept(row.topic, row.key, row.headers, row.value)

    def bury(self, event: Event) -> None:
        """Records that an event was dead-lettered, so that its key waits for it."""
        with self.store.transaction():
            self.store.inbox.park(event.parked(dead=True))

    def runnable(self, limit: int = 50) -> list[str]:
        """Ids of parked events that nothing of their own aggregate holds up: worth another try."""
        with self.store.transaction():
            return self.store.inbox.runnable(limit)

    def parked_count(self) -> int:
        """How many events are parked, the dead ones included."""
        with self.store.transaction():
            return self.store.inbox.parked_count()

    def _apply(self, event: Event) -> None:
        meta = event.meta
        if meta.type in self._kinds and SKIP not in event.headers and self.store.inbox.add(meta.id, meta.source):
            self._handle(event)
        self.store.inbox.advance(meta.source, event.aggregate, meta.aggregate_version)

    def _handle(self, event: Event) -> None:
        meta = event.meta
        kind, handler = self._kinds[meta.type]
        message = self._codec.decode(event.value, kind)
        occasion = RequestContext(Caller.of_service(meta.source), event.correlation_id, meta.type, event=meta)
        span = tracing.tracer().start_as_current_span(
            f"process {meta.type}",
            propagate.extract(event.headers),
            trace.SpanKind.CONSUMER,
            {
                "messaging.system": "kafka",
                "messaging.destination.name": event.topic,
                "messaging.message.id": meta.id,
                tracing.CORRELATION_ID: event.correlation_id,
            },
        )
        with context.bind(occasion), span:
            handler(message)


def _is_storable(text: str, most_bytes: int) -> bool:
    """Whether every store keeps the text as it is."""
    return not _UNSTORABLE.search(text) and len(text.encode(errors="replace")) <= most_bytes


def _is_header(name: str, text: str) -> bool:
    return bool(_HEADER.fullmatch(name)) and _is_storable(text, _MOST_HEADER_BYTES)


def _chain(event: Event, others: list[Waiting]) -> list[str]:
    """The parked events of the same aggregate that follow without a gap."""
    found, expected = [], event.meta.aggregate_version + 1
    for each in others:
        if each.aggregate == event.aggregate and not each.dead and each.version == expected:
            found.append(each.event_id)
            expected += 1
    return found
