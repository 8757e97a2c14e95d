"""Which dead letters were dealt with, in the service's own store: by whom, and whether it is done.

A letter is claimed, with the audit row of the act, before anything is done with it: of two operators one gets it. One
whose claim is not done after a minute, such as after a crash, may be claimed again. Of the letters at the beginning of
a partition that are all dealt with only their end is kept, and for a week which of them were discarded. Names have the
topic's id in them: after a topic was made anew, its offsets are of other letters.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from services.runtime.retry import on_conflict
from services.runtime.stores.archive import ArchivingStore

# What an operator does with a letter.
REPLAYED, DISCARDED = "replayed", "discarded"
_ABANDONED = timedelta(seconds=60)
# So long the record of a discarded letter may be on its way to the service, which asks for its claim.
_ON_ITS_WAY = timedelta(days=7)


@dataclass(frozen=True)
class Claim:
    """What was done, or is about to be, with a letter; `attempt` counts from 1."""

    act: str
    by: str
    time: str
    attempt: int = 1
    done: bool = False

    @property
    def abandoned(self) -> bool:
        """Whether it was begun so long ago that it will not be done any more."""
        return not self.done and self._age > _ABANDONED

    @property
    def on_its_way(self) -> bool:
        """Whether it was discarded so lately that the service may not have passed over it yet."""
        return self.act == DISCARDED and self._age < _ON_ITS_WAY

    @property
    def _age(self) -> timedelta:
        return datetime.now(UTC) - datetime.fromisoformat(self.time)


# For one whose claim is not kept any more.
EARLIER = Claim("dealt with", "earlier", "", done=True)


class Claims:
    """Of the letters of one topic, by (partition, offset)."""

    def __init__(self, store: ArchivingStore, topic_id: str) -> None:
        self._store, self._prefix = store, f"letter {topic_id} "

    def floor(self, partition: int) -> int:
        """Everything before this offset is dealt with."""
        return int(self._store.archive.noted(self._floor_of(partition)) or 0)

    def waiting(self, spans: Mapping[int, tuple[int, int]]) -> int:
        """How many letters nothing was done with, `spans` being the first and the next offset by partition."""
        begins = {each: max(low, self.floor(each)) for each, (low, _) in spans.items()}
        over = [place for place, claim in self.known().items() if claim.done and place[1] >= begins.get(place[0], 0)]
        return sum(max(0, end - begins[each]) for each, (_, end) in spans.items()) - len(over)

    def of(self, place: tuple[int, int]) -> Claim | None:
        """The claim of one letter; EARLIER when it is not kept any more, None when there was none."""
        held = self._store.archive.noted(self._name_of(place))
        if held:
            return Claim(**json.loads(held))
        return EARLIER if place[1] < self.floor(place[0]) else None

    def known(self) -> dict[tuple[int, int], Claim]:
        """Every claim that is kept."""
        found = {}
        for name, value in self._store.archive.notes(self._prefix).items():
            partition, _, offset = name.removeprefix(self._prefix).partition("/")
            if offset.isdigit():
                found[int(partition), int(offset)] = Claim(**json.loads(value))
        return found

    def take(self, place: tuple[int, int], act: str, by: str) -> tuple[Claim, bool]:
        """The claim of a letter, and whether it is ours, made now; with the open transaction. errors.Aborted."""
        name = self._name_of(place)
        before = self._store.archive.noted(name)
        held = Claim(**json.loads(before)) if before else None
        if held is not None and not held.abandoned:
            return held, False
        made = Claim(act, by, datetime.now(UTC).isoformat(), held.attempt + 1 if held else 1)
        if not self._store.archive.exchange(name, before, _text(made)):
            found = self._store.archive.noted(name)
            return (Claim(**json.loads(found)) if found else EARLIER), False
        # Asked after the claim: one who raises the floor takes claims back in the same transaction.
        if place[1] < self.floor(place[0]):
            self._store.archive.note(name, "")
            return EARLIER, False
        return made, True

    def finish(self, place: tuple[int, int], claim: Claim) -> None:
        """What was claimed is done."""
        self._change(place, claim, replace(claim, done=True))

    def release(self, place: tuple[int, int], claim: Claim) -> None:
        """What was claimed could not be done, and may be claimed again at once."""
        ended = replace(claim, time=datetime.min.replace(tzinfo=UTC).isoformat())
        self._change(place, claim, ended)

    def _change(self, place: tuple[int, int], before: Claim, after: Claim) -> None:
        name = self._name_of(place)
        on_conflict(lambda: self._store.archive.exchange(name, _text(before), _text(after)))

    def raise_floor(self, partition: int, offsets: Sequence[int]) -> None:
        """Notes the end of these letters, all the first of a partition and all dealt with."""
        with self._store.transaction():
            if offsets and offsets[-1] >= self.floor(partition):
                self._store.archive.note(self._floor_of(partition), str(offsets[-1] + 1))

    def forget(self) -> None:
        """Removes the claims before those ends, but of what was discarded lately."""
        with self._store.transaction():
            for place, claim in self.known().items():
                if place[1] < self.floor(place[0]) and not claim.on_its_way:
                    self._store.archive.note(self._name_of(place), "")

    def _floor_of(self, partition: int) -> str:
        return f"{self._prefix}floor {partition}"

    def _name_of(self, place: tuple[int, int]) -> str:
        return f"{self._prefix}{place[0]}/{place[1]}"


def _text(claim: Claim) -> str:
    return json.dumps(asdict(claim), sort_keys=True)
