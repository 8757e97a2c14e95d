"""Letters to the dead-letter topic: what a service could not handle, with where it came from and why.

Whatever the bytes are, a letter can be written: what the broker does not take with all its content goes without it, and
says where the record still is.
"""

import hashlib
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from confluent_kafka import Message
from prometheus_client import Counter

from services.runtime import errors
from services.runtime.events.kafka import Producer, RecordRefused, dead_letters, headers_of, text_of

log = structlog.get_logger(__name__)
_DEAD = Counter("loanflow_events_dead_lettered", "Events that could not be handled.", ["service", "type"])
# The header of a letter whose record came with more than the broker takes: how many bytes it had.
LEFT_OUT = "dlq_left_out_bytes"
_SHORT = 200


@dataclass(frozen=True)
class Letter:
    """A record as it came, or as it was parked; bytes that are no text are kept in it as surrogates.

    `topic` is where its event was published, `place` where the record is: topic, partition and offset.
    """

    topic: str
    key: str
    headers: Mapping[str, str]
    value: bytes
    place: str = ""

    @classmethod
    def of(cls, record: Message) -> "Letter":
        """The letter that a record would be; nothing in it can make this fail."""
        topic = record.topic() or ""
        place = f"{topic}/{record.partition()}/{record.offset()}"
        return cls(topic, text_of(record.key()), headers_of(record), record.value() or b"", place)


class Letters:
    """Writes the letters of a service; `types` are the types of event that it knows."""

    def __init__(self, service: str, producer: Producer, types: frozenset[str]) -> None:
        self._service, self._producer, self._types = service, producer, types

    def send(self, letter: Letter, error: Exception) -> None:
        """Returns when all replicas have it; errors.Unavailable."""
        # The reason without the error's text, which may quote personal data; so may not the log.
        reason = f"{type(error).__name__}" + (f" {error.reason}" if isinstance(error, errors.Error) else "")
        added = {"dlq_topic": letter.topic[:_SHORT], "dlq_reason": reason, "dlq_time": datetime.now(UTC).isoformat()}
        if letter.place:
            added["dlq_place"] = letter.place
        topic = dead_letters(self._service)
        try:
            self._producer.deliver(topic, letter.key, letter.value, {**letter.headers, **added})
        except RecordRefused:
            key, headers = _short(letter)
            self._producer.deliver(topic, key, b"", {**headers, **added, **_left_out(letter)})
        self._tell(letter, reason, error)

    def _tell(self, letter: Letter, reason: str, error: Exception) -> None:
        # Of the types that are known: labels of any text that is sent would fill the memory of metrics.
        kind = letter.headers.get("ce_type", "")
        kind = kind if kind in self._types else "unknown"
        _DEAD.labels(self._service, kind).inc()
        event_id = letter.headers.get("ce_id", "")[:_SHORT].encode(errors="backslashreplace").decode()
        log.error("event_dead_lettered", event_id=event_id, type=kind, dlq_reason=reason, place=letter.place,
                  at="".join(traceback.format_tb(error.__traceback__)[-4:]))  # fmt: skip


def _short(letter: Letter) -> tuple[str, dict[str, str]]:
    """What is short of key and headers."""
    headers = {name: text for name, text in letter.headers.items() if len(name) <= _SHORT and len(text) <= _SHORT}
    named = {name: text for name, text in headers.items() if name.startswith("ce_")}
    return (letter.key if len(letter.key) <= _SHORT else ""), named


def _left_out(letter: Letter) -> dict[str, str]:
    return {LEFT_OUT: str(len(letter.value)), "dlq_sha256": hashlib.sha256(letter.value).hexdigest()}
