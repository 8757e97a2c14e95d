"""The gate: whether a received event is stale, next, or has to wait; what is known of one batch, kept up to date.

A service sees only what it subscribes to, and yet in order. So an event does not say how many events its aggregate had,
but which of them it follows: for each listener, the version of the last earlier event that the listener is sent
(`ce_follows: one=3,other=1`; the producer keeps it in the aggregate's own row, in the transaction that changes it).
An event that follows f, of an aggregate whose last applied version is r, is

- stale when its version is not above r: it, or a later one, was applied;
- next when f <= r, nothing earlier of its aggregate is parked, and no dead letter holds up its key;
- early otherwise: it is parked until the gap is closed.

Why nothing is lost, doubled or out of order. r is written in the transaction of the effect and only rises. Among the
events of one aggregate that a listener is sent, e1 < e2 < ..., each names the one before: e(n) is next only when r has
reached e(n-1), which happens only by applying it. So they are applied in order and without a gap, whatever the order
and number of their arrivals: duplicates and late ones are stale, early ones parked, and a lost one holds up those after
it, where it is seen, instead of vanishing. All of this is in the event and in committed rows, none in the memory of a
session: a crash at any point, a rebalance and a replay from offset 0 change nothing. Events in between that the service
does not subscribe to need no look and no row.

Versions count within an incarnation of the publisher's store, which a restore raises (versions.py): r, f and the
version of an event are numbers with the incarnation above. One that is stale although it was never handled itself is no
duplicate: a store was restored without raising its incarnation, or what was rolled back by a restore comes after it.
It is a VersionConflict, and goes to the dead letters.

An event without that header, or whose producer does not know what came before (rows older than the header), follows
nothing: it is taken in the order of its topic, in which a producer sends the events of an aggregate.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.runtime.events import versions
from services.runtime.events.outbox import FOLLOWS
from services.runtime.stores.ports import Identity, Known, Waiting

_FOLLOWED = re.compile(rf"([a-z][a-z0-9_-]*)=({versions.PATTERN})", re.ASCII)
# Less than the stores keep it for, from the moment of the event on, which is before it was received.
_REMEMBERED = timedelta(days=29)
Aggregate = tuple[str, str]


class VersionConflict(ValueError):
    """The event was never handled, and yet another with its version, or a later one, was: see gate.py."""


def is_remembered(time: datetime) -> bool:
    """Whether an event of that time, had it been handled, is still known."""
    return datetime.now(UTC) - time < _REMEMBERED


def followed(headers: Mapping[str, str], listener: str, version: int) -> int:
    """The version that the event follows for this listener, less than its own; 0: none that is known."""
    for name, found in _FOLLOWED.findall(headers.get(FOLLOWS, "")):
        if name == listener:
            return min(versions.read(found), version - 1)
    return 0


@dataclass(frozen=True)
class Standing:
    """How one event stands: its own parked row, the other rows of its source, events of its key from other sources."""

    stale: bool
    free: bool
    held_up: bool
    own: Waiting | None
    others: tuple[Waiting, ...]
    elsewhere: tuple[Identity, ...]

    def released(self, aggregate: str, version: int) -> list[Identity]:
        """The parked events that may be tried once this one has had its turn, in order."""
        if self.held_up:
            return [*self.elsewhere]
        if self.stale or (self.own is not None and self.own.dead):
            return [*(each.identity for each in self.others if not each.dead), *self.elsewhere]
        return [*self._chain(aggregate, version), *self.elsewhere]

    def _chain(self, aggregate: str, reached: int) -> list[Identity]:
        """Those of the same aggregate that follow without a gap."""
        found = []
        for each in self.others:
            if each.aggregate == aggregate and each.version > reached:
                if each.dead or each.follows > reached:
                    break
                found.append(each.identity)
                reached = each.version
        return found


_NOTHING = Standing(stale=False, free=True, held_up=False, own=None, others=(), elsewhere=())
_STALE = Standing(stale=True, free=False, held_up=False, own=None, others=(), elsewhere=())


class Gate:
    """What a store knows of the events of a batch, with what the batch itself has changed."""

    def __init__(self, known: Known) -> None:
        self._new, self._reached, self._before = known.new, known.reached, frozenset(known.reached)
        self.advanced: dict[Aggregate, int] = {}
        self.refused: set[Identity] = set()
        self._parked: defaultdict[str | Aggregate, dict[Identity, Waiting]] = defaultdict(dict)
        for each in known.waiting:
            self.park(each)

    def standing(self, event: Identity, aggregate: Aggregate, version: int, follows: int, key: str) -> Standing:
        """How an event stands now."""
        reached = self._reached.get(aggregate, 0)
        if not self._parked:
            if version <= reached:
                return _STALE
            return _NOTHING if follows <= reached else Standing(False, False, False, None, (), ())
        rows = {**self._parked.get(key, {}), **self._parked.get(aggregate, {})}
        own = rows.pop(event, None)
        source, name = aggregate
        others = tuple(sorted((each for each in rows.values() if each.source == source), key=_version))
        held_up = any(each.dead and each.key == key for each in others)
        earlier = any(each.aggregate == name and reached < each.version < version for each in others)
        return Standing(
            stale=version <= reached,
            free=not held_up and not earlier and follows <= reached,
            held_up=held_up,
            own=own,
            others=others,
            elsewhere=tuple(each.identity for each in rows.values() if each.source != source and not each.dead),
        )

    def is_unseen(self, event: Identity) -> bool:
        """Whether the event was not handled before this batch, nor earlier in it."""
        return event in self._new

    def handled(self, event: Identity) -> None:
        """The event counts as handled, from now on in this batch, too."""
        self._new.discard(event)
        self.refused.discard(event)

    def refuse(self, event: Identity) -> None:
        """The event is not applied now, though it may be later in this batch: it is not to count as handled."""
        if event in self._new:
            self.refused.add(event)

    def advance(self, aggregate: Aggregate, version: int) -> None:
        """The event with this version is applied."""
        self._reached[aggregate] = self.advanced[aggregate] = version

    def moved_and_begun(self) -> tuple[dict[Aggregate, int], dict[Aggregate, int]]:
        """The versions that were advanced to, of aggregates that were known before the batch and of all others."""
        moved = {place: version for place, version in self.advanced.items() if place in self._before}
        return moved, {place: version for place, version in self.advanced.items() if place not in moved}

    def park(self, row: Waiting) -> None:
        """The event is parked."""
        self._parked[row.key][row.identity] = self._parked[row.source, row.aggregate][row.identity] = row

    def unpark(self, row: Waiting) -> None:
        """It is not parked any more."""
        self._parked[row.key].pop(row.identity, None)
        self._parked[row.source, row.aggregate].pop(row.identity, None)


def _version(row: Waiting) -> int:
    return row.version
