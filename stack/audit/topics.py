"""Every record of every topic, by its headers; what is in the topics as the reading begins."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin import OffsetSpec as Offset  # type: ignore[attr-defined]

Json = dict[str, Any]
# First and next offset by topic and partition.
Ends = dict[tuple[str, int], tuple[int, int]]
PATIENCE_SECONDS = 20.0
_READING = {
    "group.id": "loanflow.audit",
    "enable.auto.commit": False,
    # Bounds what the client keeps before it is asked for: a topic may hold far more than memory does.
    "queued.max.messages.kbytes": 32_768,
}
_HEADERS = ("ce_id", "ce_source", "ce_type", "ce_aggregateid", "ce_aggregateversion", "ce_subject", "ce_correlationid")
_WANTED = frozenset(_HEADERS)


class Unreadable(RuntimeError):
    """A topic cannot be read to its end: nothing can be said of the platform."""


def table(generated: Path) -> dict[str, Json]:
    """The topics of the contract, with their listeners."""
    found: dict[str, Json] = json.loads((generated / "topics.json").read_text())
    return found


def ends_of(client: Json, topics: list[str]) -> Ends:
    """Where topics begin and end now; those that hold nothing are left out. Unreadable without one of them."""
    # All partitions in two requests, not each in one of its own.
    admin = AdminClient(client)
    known = admin.list_topics(timeout=PATIENCE_SECONDS).topics
    if missing := [topic for topic in topics if topic not in known]:
        raise Unreadable(f"there is no topic {', '.join(missing)}")
    places = [TopicPartition(topic, partition) for topic in topics for partition in known[topic].partitions]
    low, high = (_offsets(admin, places, getattr(Offset, which)()) for which in ("earliest", "latest"))
    return {place: (low[place], end) for place, end in high.items() if end > low[place]}


def _offsets(admin: AdminClient, places: list[TopicPartition], which: Any) -> dict[tuple[str, int], int]:
    asked = admin.list_offsets(dict.fromkeys(places, which), request_timeout=PATIENCE_SECONDS)
    return {(place.topic, place.partition): answer.result().offset for place, answer in asked.items()}


def records(client: Json, known: Ends) -> Iterator[tuple[str, int, int, bytes, bytes, dict[str, str]]]:
    """Topic, partition, offset, key, value and CloudEvents headers of every record; of a partition by its offsets."""
    consumer, ends = Consumer({**client, **_READING}), dict(known)
    try:
        consumer.assign([TopicPartition(topic, partition, low) for (topic, partition), (low, _) in ends.items()])
        while ends:
            found = consumer.consume(5000, 0.5) or consumer.consume(1, PATIENCE_SECONDS)
            if not found or (wrong := next((each.error() for each in found if each.error()), None)):
                raise Unreadable(f"the topics cannot be read to their ends: {wrong if found else 'nothing comes'}")
            for each in found:
                place = str(each.topic()), int(each.partition() or 0)
                if place in ends:
                    if int(each.offset() or 0) + 1 >= ends[place][1]:
                        del ends[place]
                    yield *place, int(each.offset() or 0), _bytes(each.key()), _bytes(each.value()), _headers(each)
    finally:
        consumer.close()


def events(client: Json, known: Ends) -> Iterator[tuple[Any, ...]]:
    """The rows of `events`."""
    for topic, partition, offset, _, _, headers in records(client, known):
        event_id, source, kind, aggregate_id, version, key, correlation_id = (
            headers.get(name, "") for name in _HEADERS
        )
        number = int(version) if version.isdigit() else -1
        yield event_id, source, kind, aggregate_id, number, key, correlation_id, topic, partition, offset


def _headers(record: Any) -> dict[str, str]:
    try:
        return {
            name: (value or b"").decode("utf-8", "replace") for name, value in record.headers() or () if name in _WANTED
        }
    except UnicodeDecodeError:
        return {}


def _bytes(data: str | bytes | None) -> bytes:
    return data.encode() if isinstance(data, str) else data or b""
