"""Whatever comes between: each own event has one effect, in the order of its aggregate, and none is lost.

A broker is played, the inbox and its database are real. Aggregates have events of a subscribed and of a foreign type;
the log has them again (a relay that crashed) and out of order (a producer that failed in between). Members take
batches, crash before, in and after the transaction and before the offsets are stored; partitions move, while their
former member goes on with what it has fetched; infrastructure fails handlers, poison is dead-lettered and replayed; in
the end all comes once more from offset 0. Publishers' stores are restored, and count on from what they have kept.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from services.runtime import errors
from services.runtime.events import gate
from services.runtime.events.dead_letters import Letter, Letters
from services.runtime.events.event import Event
from services.runtime.events.gate import Gate, Standing
from services.runtime.events.inbox import LETTER, Inbox
from services.runtime.events.intake import Intake
from services.runtime.events.kafka import retries
from services.runtime.events.outbox import FOLLOWS
from services.runtime.events.versions import headers_of, named, ordinal
from services.runtime.ids import new_id
from services.runtime.stores.ports import Known
from services.runtime.stores.postgres_rows import PostgresInbox
from tests.integration.runtime.test_any_bytes import Record
from tests.integration.runtime.test_consumer import made
from tests.integration.runtime.things import Backend, PlainCodec, Thing
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.usefixtures("staff_call")
SEEDS = range(10)


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Member:
    """One replica: what it reads, and where it is."""

    intake: Intake
    positions: dict[int, int] = field(default_factory=dict)


@dataclass
class World:
    """A topic of three partitions, a topic of replays, and the members that share them."""

    backend: Backend
    random: Random
    troubled: bool = True
    log: list[list[Record]] = field(default_factory=lambda: [[], [], [], []])
    committed: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    expected: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    poisonous: set[str] = field(default_factory=set)
    letters: list[Letter] = field(default_factory=list)
    away: dict[str, int] = field(default_factory=dict)
    attempts: int = 0
    conflicts: int = 0

    def __post_init__(self) -> None:
        self.run = new_id()[:8]
        self.members = [self.member(), self.member()]
        self.owners = [self.random.choice((0, 1)) for _ in self.log]

    # What the producer does.

    def publish(self) -> None:
        for number in range(4):
            aggregate, partition = f"{self.run}-{number}", number % 3
            records = [self.event(aggregate, version, partition) for version in range(1, self.random.randint(4, 9))]
            found = self.repeated(records)
            if number % 2:
                found += self.repeated(self.after_restore(aggregate, partition, len(records)))
                # What was sent before the restore, again.
                found += self.random.sample(records, 2)
            self.log[partition] = self.shuffled(self.log[partition], found)
        for partition, records in enumerate(self.log):
            for offset, record in enumerate(records):
                self.log[partition][offset] = Record(record.pairs, record.raw_key, record.raw_value,
                                                     (self.backend.outbox.topic, partition, offset))  # fmt: skip

    def after_restore(self, aggregate: str, partition: int, last: int) -> list[Record]:
        """The publisher's store goes back to an earlier version, and counts on from there in its next incarnation."""
        kept = self.random.randint(1, last)
        return [
            self.event(aggregate, version, partition, incarnation=1, kept=kept)
            for version in range(kept + 1, kept + self.random.randint(2, 5))
        ]

    def event(self, aggregate: str, version: int, partition: int, *, incarnation: int = 0, kept: int = 99) -> Record:
        own, place = self.random.random() < 0.6, ordinal(incarnation, version)
        # Of what was rolled back the store knows nothing.
        earlier = [each for each in self.expected[aggregate] if each <= kept or each >= ordinal(1, 0)]
        name = f"{aggregate}:{place}"
        headers = {
            "ce_id": f"{self.run}{name}", "ce_type": "thing.renamed" if own else "thing.painted",
            "ce_source": self.backend.outbox.service,
            "ce_time": "2030-01-01T00:00:00+00:00", "ce_subject": aggregate, "ce_aggregatetype": "Thing",
            "ce_aggregateid": aggregate, "ce_aggregateversion": str(version), "ce_actor": "service:here",
            "ce_correlationid": "corr-1", FOLLOWS: named({"listener": earlier[-1]}) if earlier else "other=1",
            **headers_of(incarnation),
        }  # fmt: skip
        if own:
            self.expected[aggregate].append(place)
            if self.random.random() < 0.08:
                self.poisonous.add(name)
        event: Any = self.backend.outbox.event
        value = event(thing_id=aggregate, name=name).SerializeToString()
        pairs: Any = [(each, text.encode()) for each, text in headers.items()]
        return Record(pairs, aggregate.encode(), value, ("", partition, 0))

    def repeated(self, records: list[Record]) -> list[Record]:
        """Some are sent again with what followed them; some change places."""
        found: list[Record] = []
        for number, record in enumerate(records):
            found.append(record)
            if self.random.random() < 0.25:
                found += records[self.random.randint(0, number) : number + 1]
        for _ in range(self.random.choice((0, 1, 2))):
            here, there = (self.random.randrange(len(found)) for _ in range(2))
            found[here], found[there] = found[there], found[here]
        return found

    def shuffled(self, one: list[Record], other: list[Record]) -> list[Record]:
        """Both, each in its order."""
        rest = [list(one), list(other)]
        found = []
        while any(rest):
            lane = self.random.choice([lane for lane in rest if lane])
            found.append(lane.pop(0))
        return found

    # What the members do.

    def member(self) -> Member:
        inbox = Inbox("listener", self.backend.store, PlainCodec(), {self.backend.outbox.event: self.handle})
        producer: Any = self
        return Member(Intake(inbox, Letters("listener", producer, inbox.types), self.recall))

    def recall(self, name: str, key: str, _act: str) -> Letter:
        """The letter that the record names."""
        found = self.letters[int(name.partition("/")[2])]
        assert found.key == key
        return found

    def handle(self, message: Any) -> None:
        """The effect is in the transaction, and numbered in the order of the attempts."""
        luck = self.random.random() if self.troubled else 1.0
        if luck < 0.04:
            raise Crash
        self.attempts += 1
        with self.backend.begin() as uow:
            uow.things.add(Thing(new_id(), f"{message.name}#{self.attempts}"))
            uow.commit()
        # Away for a while: for as many attempts as splitting a batch takes, too.
        if self.away.setdefault(message.name, self.random.choice((0, 0, 0, 0, 0, 1, 9))) > 0 and self.troubled:
            self.away[message.name] -= 1
            raise errors.Unavailable("away")
        if message.name in self.poisonous:
            raise ValueError(message.name)
        if luck < 0.14:
            raise Crash

    def deliver(self, _topic: str, key: str, value: bytes, headers: dict[str, str]) -> None:
        """A dead letter, which an operator replays later; they have mended the cause."""
        self.conflicts += headers["dlq_reason"] == "VersionConflict"
        self.poisonous -= {headers["ce_id"].removeprefix(self.run)}
        pairs: Any = [(LETTER, f"3/{len(self.letters)}".encode())]
        self.letters.append(Letter(headers["dlq_topic"], key, headers, value))
        self.log[3].append(Record(pairs, key.encode(), None, (retries("listener"), 3, len(self.log[3]))))

    def step(self, most: int = 8) -> None:
        partition = self.random.randrange(4)
        member = self.members[self.owners[partition]]
        if self.troubled and self.random.random() < 0.1:
            # A partition moves; sometimes its former member still handles what it has fetched.
            self.owners[partition] = 1 - self.owners[partition]
            self.members[self.owners[partition]].positions.pop(partition, None)
            if self.random.random() < 0.5:
                member.positions.pop(partition, None)
                return
        start = member.positions.get(partition, self.committed[partition])
        records: Any = self.log[partition][start : start + self.random.randint(1, most)]
        try:
            stuck = member.intake.take(records)
        except Crash:
            self.restart(member)
            return
        place = (records[0].topic(), partition) if records else None
        end = stuck[place].offset if place in stuck else start + len(records)
        member.positions[partition] = end
        if self.troubled and self.random.random() < 0.1:
            self.restart(member)
        elif self.troubled and self.random.random() < 0.3:
            return  # offsets are committed in the background, later
        else:
            self.committed[partition] = end

    def restart(self, member: Member) -> None:
        self.members[self.members.index(member)] = self.member()

    def settle(self) -> None:
        """Everything is well, and goes on until nothing is left."""
        self.troubled = False
        while any(self.committed[each] < len(self.log[each]) for each in range(4)):
            self.step(most=50)
        for _ in range(12):
            self.members[0].intake.try_parked()

    def effects(self) -> dict[str, list[int]]:
        """The versions that had an effect, by aggregate, in the order of the effects."""
        found = defaultdict(list)
        rows = [str(row["name"]) for row in self.backend.rows("things")]
        for name in sorted(rows, key=lambda name: int(name.partition("#")[2])):
            aggregate, _, version = name.partition("#")[0].partition(":")
            if aggregate.startswith(self.run):
                found[aggregate].append(int(version))
        return found

    def play(self) -> bool:
        """Whether the promise was kept, also when all comes once more from offset 0."""
        self.publish()
        for _ in range(40):
            self.step()
        self.settle()
        kept = self.is_kept()
        self.committed, self.members = [0, 0, 0, 0], [self.member(), self.member()]
        self.settle()
        return kept and self.is_kept()

    def is_kept(self) -> bool:
        """Whether each own event had its one effect, in order."""
        wanted = {name: versions for name, versions in self.expected.items() if versions}
        return self.effects() == wanted and not self.conflicts


@pytest.mark.parametrize("seed", SEEDS)
def test_each_own_event_has_one_effect_in_order(backend: Backend, seed: int) -> None:
    world = World(backend, Random(seed))
    assert world.play(), f"{dict(world.effects())} of {dict(world.expected)}"
    assert backend.rows("parked") == []
    positions = {row.get("aggregate", row.get("_id")) for row in backend.rows("inbox_position")}
    assert len(positions) == sum(bool(versions) for versions in world.expected.values())


def nothing_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is not stale is next."""
    stand = Gate.standing

    def standing(self: Gate, event: Any, aggregate: Any, version: int, _follows: int, key: str) -> Standing:
        return stand(self, event, aggregate, version, 0, key)

    monkeypatch.setattr(Gate, "standing", standing)


def nothing_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither versions nor ids are looked at."""
    monkeypatch.setattr(Gate, "standing", lambda *_: gate._NOTHING)
    monkeypatch.setattr(Gate, "is_unseen", lambda *_: True)


def offsets_run_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partition that waits is passed over."""
    take = Intake.take

    def careless(self: Intake, records: Any) -> Any:
        take(self, records)
        return {}

    monkeypatch.setattr(Intake, "take", careless)


def no_incarnations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A restored publisher's versions are taken for those that were."""
    monkeypatch.setattr(Event, "ordinal", property(lambda self: self.meta.aggregate_version))


@pytest.mark.parametrize("off", [nothing_follows, nothing_is_stale, offsets_run_ahead, no_incarnations])
def test_without_a_guard_the_promise_breaks(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, off: Callable[[pytest.MonkeyPatch], None]
) -> None:
    off(monkeypatch)
    assert not all(World(backend, Random(seed)).play() for seed in SEEDS)


def test_two_replicas_that_hold_the_same_event_have_one_effect(backend: Backend) -> None:
    """A partition has moved, and its former owner is not done."""
    assert effects_of_two(backend, lambda: None) == 1


# On MongoDB the two transactions conflict over the position, too.
@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_without_the_ids_both_have_an_effect(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostgresInbox, "take", lambda _, arrivals: Known({each.identity for each in arrivals}))
    both = threading.Barrier(2)
    assert effects_of_two(backend, lambda: both.wait(10)) == 2


def effects_of_two(backend: Backend, met: Callable[[], Any]) -> int:
    (row,) = made(backend, "a")
    event = Event.read(row.topic, row.key, row.headers, row.payload)

    def handle(_: Any) -> None:
        met()
        with backend.begin() as uow:
            uow.things.add(Thing(new_id(), f"effect {new_id()}"))
            uow.commit()

    inbox = Inbox("listener", backend.store, PlainCodec(), {backend.outbox.event: handle})
    threads = [threading.Thread(target=until, args=(lambda: received(inbox, event),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return sum(str(each["name"]).startswith("effect") for each in backend.rows("things"))


def received(inbox: Inbox, event: Event) -> bool:
    """Whether it went through; as in a consumer, what met another transaction is tried again."""
    try:
        inbox.receive(event)
    except errors.Aborted:
        return False
    return True
