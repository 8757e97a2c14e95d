"""How often the relay looks into the outbox: each look costs about what an event does."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.runtime.events import outbox as module
from services.runtime.events.avro import Codec
from services.runtime.events.kafka import Producer
from services.runtime.events.outbox import Outbox, Relay
from services.runtime.stores.archive import ArchivingStore
from services.runtime.stores.ports import SHARDS

SECONDS = 60


class Rows:
    """An outbox whose rows, one at a moment, are acknowledged at once."""

    def __init__(self, clock: SimpleNamespace, shards: int) -> None:
        self.due: list[float] = []
        self.looks: list[float] = []
        self.taken: list[float] = []
        self._clock, self._shards = clock, frozenset(range(shards))

    def lease(self, _owner: str, _seconds: float) -> frozenset[int]:
        return self._shards

    def backlog(self) -> tuple[int, float]:
        return 0, 0.0

    def waiting(self, _shards: object, _limit: int) -> list[Any]:
        self.looks.append(self._clock.now)
        if not self.due or self.due[0] > self._clock.now:
            return []
        self.taken.append(self._clock.now - self.due.pop(0))
        named = {"event_id": "1", "aggregate_type": "a", "aggregate_id": "1", "topic": "t", "key": "k"}
        created = SimpleNamespace(timestamp=lambda: 0.0)
        return [SimpleNamespace(shard=0, payload=b"", headers={}, create_time=created, **named)]

    def archive(self, _rows: object) -> None:
        pass


class Waker(threading.Event):
    """Waits by moving the clock on; the rows of `commits` wake it, as those of its own process do."""

    def __init__(self, clock: SimpleNamespace, commits: list[float]) -> None:
        super().__init__()
        self._clock, self._commits = clock, commits

    def wait(self, timeout: float | None = None) -> bool:
        end = self._clock.now + max(timeout or 0.0, 0.001)
        if self._commits and self._commits[0] <= end:
            self._clock.now = max(self._clock.now, self._commits.pop(0))
            self.set()
        else:
            self._clock.now = end
        return self.is_set()


Played = Callable[..., Rows]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Played:
    """Plays a minute of a relay that holds so many shards, with rows at these moments."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now, time=lambda: clock.now))

    def played(shards: int, rows: list[float], *, own: bool) -> Rows:
        kept = Rows(clock, shards)
        kept.due = list(rows)
        outbox = Outbox("service", lambda event: cast("Any", event), cast("Codec", None))
        outbox.woken = Waker(clock, list(rows) if own else [])
        producer = SimpleNamespace(
            generation=0, send=lambda _topic, _key, _payload, _headers, report: report(None), poll=lambda _seconds: None
        )
        store = SimpleNamespace(outbox=kept, tidy=lambda: None)
        relay = Relay(outbox, cast("ArchivingStore", store), cast("Producer", producer))
        while clock.now < SECONDS:
            relay._round()
        return kept

    return played


def test_one_alone_looks_once_a_second_and_when_it_is_woken(play: Played) -> None:
    rows = play(SHARDS, [10.0, 20.0, 20.5], own=True)
    assert not rows.due and max(rows.taken) == 0
    # Each event: the look that finds it, and the one after it was archived.
    assert len(rows.looks) <= SECONDS + 2 * 3 + 1


def test_one_of_several_looks_soon_after_a_row_and_ever_later_then(play: Played) -> None:
    rows = play(SHARDS // 2, [10.0, 10.25, 10.26, 10.27, 40.0], own=False)
    assert not rows.due
    assert max(rows.taken) <= 0.26
    assert max(rows.taken[2:4]) < 0.1, "what follows one that was found comes soon"
    assert len(rows.looks) <= 4 * SECONDS + 8 * 4
