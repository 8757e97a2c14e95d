"""A received event: what its headers say of it, its body still encoded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.runtime.context import EventMeta
from services.runtime.events import versions
from services.runtime.events.registry import Undecodable
from services.runtime.stores.ports import Identity, ParkedRow

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
    incarnation: int = 0
    # The ordinal it was parked behind; None until then.
    follows: int | None = None

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
            incarnation = versions.incarnation_of(headers)
            return cls(meta, aggregate, headers["ce_correlationid"], topic, key, headers, value, incarnation)
        except (KeyError, ValueError, OverflowError) as error:
            raise Undecodable("the record lacks the headers of an event") from error

    @property
    def ordinal(self) -> int:
        """Its version, the incarnation above."""
        return versions.ordinal(self.incarnation, self.meta.aggregate_version)

    @property
    def identity(self) -> Identity:
        """By which it is known; the inbox admits none whose source may not write its topic."""
        return self.meta.source, self.meta.id

    @property
    def place(self) -> tuple[str, str]:
        """Its aggregate among those of all services."""
        return self.meta.source, self.aggregate

    def parked(self, follows: int, *, dead: bool) -> ParkedRow:
        """The row that keeps it for later."""
        return ParkedRow(
            event_id=self.meta.id,
            source=self.meta.source,
            aggregate=self.aggregate,
            version=self.ordinal,
            follows=follows,
            key=self.key,
            topic=self.topic,
            dead=dead,
            headers={name: text for name, text in self.headers.items() if _is_header(name, text)},
            value=self.value,
        )


def _is_storable(text: str, most_bytes: int) -> bool:
    """Whether every store keeps the text as it is."""
    return not _UNSTORABLE.search(text) and len(text.encode(errors="replace")) <= most_bytes


def _is_header(name: str, text: str) -> bool:
    return bool(_HEADER.fullmatch(name)) and _is_storable(text, _MOST_HEADER_BYTES)
