"""Events on their way in: each handled once, in the order of its aggregate, a batch of them in one transaction.

Stale events are dropped, the next is applied, one after a gap is parked until the gap closes (gate.py). So is one whose
handler needs an event of another topic that is not here yet (NotYet), until something of the same key has been applied;
no other waits meanwhile. A dead-lettered event holds up its key: what comes after it is parked until it is replayed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from google.protobuf.message import Message
from opentelemetry import propagate, trace

from services.runtime import context
from services.runtime.context import Caller, RequestContext
from services.runtime.errors import Unavailable
from services.runtime.events.avro import Codec, event_option
from services.runtime.events.event import Event
from services.runtime.events.gate import Gate, VersionConflict, followed, is_remembered
from services.runtime.events.provenance import Provenance
from services.runtime.events.read_ahead import ReadAhead
from services.runtime.observing import spans
from services.runtime.stores.archive import ArchivingStore
from services.runtime.stores.ports import Arrival, Identity, Transaction

Handler = Callable[[Any], None]
Subscriptions = Mapping[type[Message], Handler]
# The header by which an operator has a service pass over a dead letter.
SKIP = "replay_skip"
# The header of what came back by an operator's command: which letter it was.
LETTER = "replay_letter"


class NotYet(Unavailable):
    """What the event needs is on another topic and not here yet: the event is kept, and tried again when it may be.

    A handler that raises it before any unit of work of it commits holds up none of the batch; later, all is undone.
    """


class Outcome(Enum):
    """What became of a received event."""

    APPLIED = "applied"
    STALE = "stale"
    CONFLICT = "conflict"
    PARKED = "parked"
    WAITING = "waiting"
    FOREIGN = "foreign"


class Inbox:
    """Hands events to a service's handlers; `subscriptions` maps a message of a contract to its handler."""

    def __init__(
        self,
        service: str,
        store: ArchivingStore,
        codec: Codec,
        subscriptions: Subscriptions,
        read_ahead: ReadAhead | None = None,
    ) -> None:
        self.service, self.store = service, store
        self._codec, self._read_ahead = codec, read_ahead
        self._kinds = {event_option(kind.DESCRIPTOR).type: (kind, handler) for kind, handler in subscriptions.items()}
        self._provenance = Provenance(subscriptions)

    @property
    def types(self) -> frozenset[str]:
        """The types of event that are subscribed."""
        return frozenset(self._kinds)

    @property
    def foreign_types(self) -> frozenset[tuple[str, str]]:
        """Topic and type of what else is published there: such an event needs no look beyond its type."""
        files = {kind.DESCRIPTOR.file for kind, _ in self._kinds.values()}
        published = {
            (file.package, event_option(each).type) for file in files for each in file.message_types_by_name.values()
        }
        return frozenset((topic, kind) for topic, kind in published if kind and kind not in self._kinds)

    def topics(self) -> set[str]:
        """The topics on which the subscribed events are published."""
        return set(self._provenance.topics)

    def admit(self, event: Event) -> None:
        """ForeignRecord when the event may not be on its topic."""
        self._provenance.check(event.topic, event.meta.type, event.meta.source)

    def receive(self, event: Event) -> tuple[Outcome, list[Identity]]:
        """Applies, drops or parks one event; also the parked events that may be applied after it, in order.

        Raises what the handler raises, but for NotYet; then nothing of it has happened.
        """
        try:
            found: list[tuple[Outcome, list[Identity]]] = []
            self.receive_all([event], found)
            return found[0]
        except NotYet:
            with self.store.transaction():
                self.store.inbox.park(event.parked(self._followed(event), dead=False))
            return Outcome.WAITING, []

    def receive_all(self, events: Sequence[Event], found: list[tuple[Outcome, list[Identity]]]) -> None:
        """The same of several, in order and in one transaction; what becomes of each is added to `found`.

        What one of them raises undoes all; `found` then says how many were before it.
        """
        rows, own = self.store.inbox, [event for event in events if event.meta.type in self._kinds]
        with self.store.transaction() as transaction:
            arrivals = [Arrival(event.meta.id, event.meta.source, event.aggregate, event.key) for event in own]
            gate = Gate(rows.take(arrivals)) if own else None
            messages = dict[int, Message]()
            if gate and self._read_ahead and len(own) > 1:
                # One that cannot be read fails the batch here, and by itself where it is alone.
                messages = {id(each): self._message(each) for each in own if gate.is_unseen(each.identity)}
                self._read_ahead([*messages.values()])
            for event in events:
                if gate and event.meta.type in self._kinds:
                    found.append(self._receive(event, gate, messages.get(id(event)), transaction))
                else:
                    found.append(self._pass_over(event))
            if gate and gate.refused:
                rows.forget(gate.refused)
            if gate and gate.advanced:
                rows.advance(*gate.moved_and_begun())

    def _receive(
        self, event: Event, gate: Gate, message: Message | None, transaction: Transaction
    ) -> tuple[Outcome, list[Identity]]:
        identity, follows = event.identity, self._followed(event)
        standing = gate.standing(identity, event.place, event.ordinal, follows, event.key)
        unseen = gate.is_unseen(identity)
        if standing.stale and unseen and SKIP not in event.headers and is_remembered(event.meta.time):
            raise VersionConflict(f"{event.aggregate} has had version {event.ordinal}")
        if not standing.stale and not standing.free:
            # One that came back waits for those before it, but for no command any more.
            if standing.own is None or (standing.own.dead and LETTER in event.headers):
                self._park(event, follows, gate)
            gate.refuse(identity)
            return Outcome.PARKED, []
        if not standing.stale:
            if unseen and SKIP not in event.headers and not self._has_handled(event, message, transaction):
                self._park(event, follows, gate)
                gate.refuse(identity)
                return Outcome.WAITING, []
            gate.handled(identity)
            gate.advance(event.place, event.ordinal)
        if standing.own is not None:
            self.store.inbox.unpark(identity)
            gate.unpark(standing.own)
        outcome = Outcome.STALE if standing.stale else Outcome.APPLIED
        return outcome, standing.released(event.aggregate, event.ordinal)

    def _has_handled(self, event: Event, message: Message | None, transaction: Transaction) -> bool:
        """Hands an event to its handler; False when it is too early for it, and nothing of it has happened."""
        before = transaction.units
        try:
            self._handle(event, self._message(event) if message is None else message)
        except NotYet:
            if transaction.units != before:
                raise
            return False
        return True

    def _park(self, event: Event, follows: int, gate: Gate) -> None:
        row = event.parked(follows, dead=False)
        self.store.inbox.park(row)
        gate.park(row)

    def _pass_over(self, event: Event) -> tuple[Outcome, list[Identity]]:
        """One that is not subscribed; it may have been, and be parked from then."""
        self.store.inbox.unpark(event.identity)
        return Outcome.FOREIGN, []

    def _followed(self, event: Event) -> int:
        if event.follows is not None:
            return event.follows
        return followed(event.headers, self.service, event.ordinal)

    def copy(self, identity: Identity) -> Event | None:
        """A parked event, or None when another replica was quicker."""
        with self.store.transaction():
            row = self.store.inbox.copy(identity)
        if row is None:
            return None
        return replace(Event.kept(row.topic, row.key, row.headers, row.value), follows=row.follows)

    def dismiss(self, event: Event) -> None:
        """Records that an event is done with, although it was not applied: it is not looked at again."""
        with self.store.transaction():
            self.store.inbox.take([Arrival(event.meta.id, event.meta.source, event.aggregate, event.key)])
            self.store.inbox.unpark(event.identity)

    def bury(self, event: Event) -> None:
        """Records that an event was dead-lettered, so that its key waits for it."""
        with self.store.transaction():
            self.store.inbox.park(event.parked(self._followed(event), dead=True))

    def runnable(self, limit: int = 50) -> list[Identity]:
        """Parked events that nothing of their own aggregate holds up: worth another try."""
        with self.store.transaction():
            return self.store.inbox.runnable(limit)

    def parked_count(self) -> int:
        """How many events are parked, the dead ones included."""
        with self.store.transaction():
            return self.store.inbox.parked_count()

    def _message(self, event: Event) -> Message:
        kind, _ = self._kinds[event.meta.type]
        return self._codec.decode(event.value, kind)

    def _handle(self, event: Event, message: Message) -> None:
        meta = event.meta
        _, handler = self._kinds[meta.type]
        occasion = RequestContext(Caller.of_service(meta.source), event.correlation_id, meta.type, event=meta)
        span = spans.tracer().start_as_current_span(
            f"process {meta.type}",
            propagate.extract(event.headers),
            trace.SpanKind.CONSUMER,
            {
                "messaging.system": "kafka",
                "messaging.destination.name": event.topic,
                "messaging.message.id": meta.id,
                spans.CORRELATION_ID: event.correlation_id,
            },
        )
        with context.bind(occasion), span:
            handler(message)
