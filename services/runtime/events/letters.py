"""Dead letters in the hands of an operator: seen, sent back to the service or discarded, each once.

A letter that is discarded goes back too, with the word that the service is to pass over it: if it holds up its key,
that goes on. Each act is in the service's audit trail before it is done.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from services.runtime import errors
from services.runtime.events.acts import Acts
from services.runtime.events.claims import DISCARDED, EARLIER, REPLAYED, Claim, Claims
from services.runtime.events.dead_letters import LEFT_OUT
from services.runtime.events.inbox import LETTER, SKIP
from services.runtime.events.kafka import (
    READERS,
    KafkaSettings,
    Producer,
    RecordRefused,
    dead_letters,
    headers_of,
    retries,
    text_of,
)
from services.runtime.events.topics import TopicIds
from services.runtime.stores.archive import ArchivingStore

_PATIENCE_SECONDS = 10
_MOST_SHOWN = 200
_SHOWN = ("ce_id", "ce_type", "dlq_reason", "dlq_time", "dlq_place")
_AUDITED = {"event_id": "ce_id", "type": "ce_type", "origin": "dlq_place", "reason": "dlq_reason", "time": "dlq_time"}


@dataclass(frozen=True)
class Found:
    """A letter as it is in the topic, and what was done with it (None: nothing)."""

    place: tuple[int, int]
    written: datetime
    key: str
    headers: Mapping[str, str]
    value: bytes
    claim: Claim | None = None

    @property
    def name(self) -> str:
        """By which a command names it: partition/offset."""
        return f"{self.place[0]}/{self.place[1]}"

    @property
    def waits(self) -> bool:
        """Whether nothing was done with it, or not to the end."""
        return self.claim is None or not self.claim.done

    def line(self) -> str:
        """On one line of plain text, whatever it holds."""
        state = "waits" if self.claim is None else f"{self.claim.act} by {self.claim.by}"
        state += "" if self.claim is None or self.claim.done else ", not done"
        shown = " ".join(escaped(self.headers.get(name, "") or "-") for name in _SHOWN)
        return f"{self.name} key={escaped(self.key) or '-'} {shown} [{state}]"


Wanted = Callable[[Found], bool]


class DeadLetters:
    """Those of a service, whose store it is; acts are those of `operator`."""

    def __init__(self, kafka: KafkaSettings, service: str, store: ArchivingStore, operator: str) -> None:
        self._service, self._topic, self._store = service, dead_letters(service), store
        self._acts = Acts(store, operator)
        self._producer = Producer(kafka)
        # What was dealt with is in the store, and not in a group's offsets.
        options = {"group.id": READERS, "enable.auto.commit": False, "fetch.wait.max.ms": 10}
        self._client = Consumer({**kafka.client(), **options})
        ids = TopicIds(kafka).of([self._topic])
        if self._topic not in ids:
            raise errors.NotFound(f"kafka lacks the topic {self._topic}")
        self._claims = Claims(store, ids[self._topic])

    def find(self, wanted: Wanted = lambda _: True, *, dealt_with: bool = False) -> list[Found]:
        """Those that wait, oldest first within a key; with `dealt_with` the others too, as far as they are kept."""
        return [each for each in self._read(from_floor=not dealt_with) if (dealt_with or each.waits) and wanted(each)]

    def replay(self, wanted: Wanted = lambda _: True) -> list[str]:
        """Sends back those that are wanted and wait; what became of each, on a line. errors.Unavailable."""
        return self._deal(REPLAYED, wanted, "")

    def discard(self, wanted: Wanted, reason: str) -> list[str]:
        """Has the service pass over those that are wanted and wait, for a reason; what became of each, on a line."""
        return self._deal(DISCARDED, wanted, reason)

    def unveil(self, letter: Found, reason: str) -> bytes:
        """The content of a letter as it is, personal or not; that somebody looked at it is audited."""
        self._audit("letters.unveil", letter, {"act": "unveiled"}, why=reason)
        return letter.value

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
        self._producer.close()

    def _deal(self, act: str, wanted: Wanted, reason: str) -> list[str]:
        lines = [f"{each.name} {self._act(act, each, reason)}" for each in self.find(wanted)]
        self._tidy()
        return lines

    def _act(self, act: str, letter: Found, reason: str) -> str:
        if act == REPLAYED and LEFT_OUT in letter.headers:
            return "cannot be sent back: it came without its content, which the broker refused; discard it"
        try:
            with self._store.transaction():
                claim, mine = self._claims.take(letter.place, act, self._acts.operator)
                if mine:
                    what = {REPLAYED: "letters.replay", DISCARDED: "letters.discard"}[act]
                    self._audit(what, letter, {"act": act}, why=reason, version=claim.attempt)
        except errors.Aborted:
            return "is being dealt with by somebody else"
        if not mine:
            return f"{claim.act} by {claim.by}" + ("" if claim.done else ", at this moment")
        try:
            self._send_back(letter, skip=act == DISCARDED)
        except RecordRefused as error:
            self._claims.release(letter.place, claim)
            return f"cannot be sent back, {error}: discard it"
        except errors.Unavailable:
            self._claims.release(letter.place, claim)
            raise
        self._claims.finish(letter.place, claim)
        return act

    def _send_back(self, letter: Found, *, skip: bool) -> None:
        """Only its name: the service reads the rest where it wrote it (recall.py)."""
        headers = {LETTER: letter.name} | ({SKIP: "true"} if skip else {})
        self._producer.deliver(retries(self._service), letter.key, b"", headers)

    def _audit(self, what: str, letter: Found, after: dict[str, str], *, why: str, version: int = 1) -> None:
        about = {name: escaped(letter.headers.get(header, "")) for name, header in _AUDITED.items()}
        thing = f"{self._topic}/{letter.name}"
        correlation_id = escaped(letter.headers.get("ce_correlationid", ""))
        self._acts.write(
            what, "DeadLetter", thing, {**about, "key": escaped(letter.key), **after}, why=why, version=version,
            correlation_id=correlation_id,
        )  # fmt: skip

    def _tidy(self) -> None:
        """Forgets the claims of letters before which, and of which, nothing waits any more."""
        over: dict[int, list[int]] = {}
        for each in self._read(from_floor=True):
            partition, offset = each.place
            kept = over.setdefault(partition, [])
            # Behind one that waits nothing is forgotten.
            if kept[-1:] != [-1]:
                kept.append(-1 if each.waits else offset)
        for partition, offsets in over.items():
            # Another operator does it at this moment, or the next command will.
            with suppress(errors.Aborted):
                self._claims.raise_floor(partition, [each for each in offsets if each >= 0])
        with suppress(errors.Aborted):
            self._claims.forget()

    def _read(self, *, from_floor: bool) -> Iterator[Found]:
        """Every letter to the present ends, from the first that may wait or from the first that is kept."""
        known = self._client.list_topics(self._topic, timeout=_PATIENCE_SECONDS).topics[self._topic].partitions
        claims = self._claims.known()
        for partition in sorted(known):
            floor = self._claims.floor(partition)
            for record in self._records(partition, floor if from_floor else 0):
                place = partition, record.offset() or 0
                claim = EARLIER if place[1] < floor else claims.get(place)
                written = datetime.fromtimestamp(record.timestamp()[1] / 1000, UTC)
                yield Found(place, written, text_of(record.key()), headers_of(record), record.value() or b"", claim)

    def _records(self, partition: int, floor: int) -> Iterator[Message]:
        low, end = self._client.get_watermark_offsets(TopicPartition(self._topic, partition), timeout=_PATIENCE_SECONDS)
        offset = max(low, floor)
        self._client.assign([TopicPartition(self._topic, partition, offset)])
        while offset < end:
            record = self._client.poll(_PATIENCE_SECONDS)
            if record is None:
                raise errors.Unavailable("kafka does not deliver the dead letters")
            error = record.error()
            if error is not None:
                raise errors.Unavailable(f"kafka: {error.name()}") from KafkaException(error)
            offset = (record.offset() or 0) + 1
            yield record


def escaped(text: str) -> str:
    """Text of a record as plain ASCII on one line, cut off."""
    return text[:_MOST_SHOWN].encode("unicode_escape", errors="backslashreplace").decode()
