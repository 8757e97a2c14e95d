"""The topics that a consumer reads, by their ids: one that was deleted, or made anew under its name, is noticed.

Kafka gives each topic an id when it is made. A consumer commits it with each offset, as the offset's metadata: an
offset of another topic than the one that is there now says nothing about it, whether or not there are as many records
again. Then all of the topic is read from its beginning; the inbox knows what of it was handled.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from confluent_kafka import (
    OFFSET_BEGINNING,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka import Consumer as Client
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # not said to be exported
from prometheus_client import Counter, Gauge

from services.runtime import errors
from services.runtime.events.kafka import LIBRARY_LOG, KafkaSettings

log = structlog.get_logger(__name__)
_REMADE = Counter(
    "loanflow_consumer_topics_remade",
    "Topics found to be others than those of what was committed.",
    ["service", "topic"],
)
_MISSING = Gauge("loanflow_consumer_topics_missing", "Topics that are read and not there.", ["service"])
_ASK_SECONDS = 2.0
Place = tuple[str, int]


class TopicIds:
    """Asks the broker for the ids of topics."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._connected: AdminClient | None = None
        self._groups: dict[str, Client] = {}

    @property
    def _admin(self) -> AdminClient:
        if self._connected is None:
            self._connected = AdminClient(self._settings.client())
        return self._connected

    def of(self, topics: Iterable[str]) -> dict[str, str]:
        """The ids by topic, without those that are not there; errors.Unavailable."""
        return {name: str(found.topic_id) for name, found in self._described(topics).items()}

    def spans(self, topic: str) -> tuple[str, dict[int, tuple[int, int]]]:
        """The topic's id, and its first and next offset by partition; empty: it is not there. errors.Unavailable."""
        found = self._described([topic]).get(topic)
        if found is None:
            return "", {}
        numbers = [each.id for each in found.partitions]
        low, end = (self._offsets(topic, numbers, each) for each in ("earliest", "latest"))
        return str(found.topic_id), {each: (low[each], end[each]) for each in numbers}

    def ends(self, topics: Iterable[str]) -> dict[Place, int]:
        """The next offset of each partition of the topics that are there; errors.Unavailable."""
        found = self._described(topics)
        wanted = [TopicPartition(name, each.id) for name, topic in found.items() for each in topic.partitions]
        return self._asked(wanted, "latest")

    def committed(self, group: str, places: Iterable[Place]) -> dict[Place, int]:
        """Up to which offset a group has committed each partition, 0 where it has nothing. errors.Unavailable."""
        # By a consumer that never joins: asked by an administrator's client, a coordinator that has just moved ends the
        # process, for librdkafka has no group there to look for the new one.
        client = self._groups.get(group)
        if client is None:
            client = self._groups[group] = Client({**self._settings.client(), "group.id": group}, logger=LIBRARY_LOG)
        try:
            found = client.committed([TopicPartition(*place) for place in places], timeout=_ASK_SECONDS)
        except KafkaException as error:
            raise errors.Unavailable(f"kafka: {error.args[0].name()}") from error
        return {(each.topic, each.partition): max(0, each.offset) for each in found}

    def _described(self, topics: Iterable[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        asked = self._admin.describe_topics(TopicCollection(list(topics)), request_timeout=_ASK_SECONDS)
        for name, answer in asked.items():
            described = _answered(answer)
            if described is not None:
                found[name] = described
        return found

    def _offsets(self, topic: str, partitions: Sequence[int], which: str) -> dict[int, int]:
        found = self._asked([TopicPartition(topic, each) for each in partitions], which)
        return {partition: offset for (_, partition), offset in found.items()}

    def _asked(self, places: Sequence[TopicPartition], which: str) -> dict[Place, int]:
        wanted = {place: getattr(OffsetSpec, which)() for place in places}
        asked = self._admin.list_offsets(wanted, request_timeout=_ASK_SECONDS) if wanted else {}
        answers = {(place.topic, place.partition): _answered(answer) for place, answer in asked.items()}
        return {place: found.offset if found else 0 for place, found in answers.items()}


def _answered(answer: Any) -> Any:
    """What the broker says; None: there is no such topic. errors.Unavailable."""
    try:
        return answer.result(_ASK_SECONDS + 1)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return None
        raise errors.Unavailable(f"kafka: {error.args[0].name()}") from error
    except TimeoutError as error:
        raise errors.Unavailable("kafka does not answer") from error


class Topics:
    """Of which topic each offset of a consumer is. Belongs to the consumer's thread."""

    def __init__(self, service: str, names: Sequence[str], ids: TopicIds) -> None:
        self._service, self._names, self._ids = service, names, ids
        self._of: dict[tuple[str, int], str] = {}
        self._present: dict[str, str] = {}
        self._missing: list[str] = []

    def assign(self, client: Client, partitions: list[TopicPartition]) -> None:
        """Has partitions be read from their committed offsets, or those of another topic from the beginning.

        KafkaException.
        """
        if not partitions:
            return
        for each in client.committed(partitions, timeout=2 * _ASK_SECONDS):
            self._of[each.topic, each.partition] = each.metadata or ""
        try:
            stale = {(each.topic, each.partition) for each in self._stale(partitions)}
        except errors.Unavailable:
            # Then `remade` finds them.
            stale = set()
        for each in partitions:
            if (each.topic, each.partition) in stale:
                self._of[each.topic, each.partition] = self._present[each.topic]
                each.offset = OFFSET_BEGINNING
        client.incremental_assign(partitions)

    def place(self, topic: str, partition: int, offset: int) -> TopicPartition:
        """The offset as it is to be committed."""
        # The id that it was consumed under, which need not be that of now.
        return TopicPartition(topic, partition, offset, self._of.get((topic, partition), ""))

    def missing(self) -> bool:
        """Whether a topic was not there when it was last asked for."""
        return bool(self._missing)

    def remade(self, client: Client, assignment: Sequence[TopicPartition]) -> bool:
        """Whether a topic is another than the one whose offsets are held; then they are set to its beginning.

        The group has to be joined anew after that. errors.Unavailable, KafkaException.
        """
        stale = self._stale(assignment)
        if stale:
            self.rewind(client, stale)
        return bool(stale)

    def rewind(self, client: Client, partitions: Sequence[TopicPartition]) -> None:
        """Commits the beginning of partitions, of the topics that were there when `remade` asked. KafkaException."""
        places = []
        for each in partitions:
            low, _ = client.get_watermark_offsets(each, timeout=_ASK_SECONDS)
            places.append(TopicPartition(each.topic, each.partition, low, self._present[each.topic]))
        # Stored besides, or what was stored before would be committed over it when the client is closed.
        client.store_offsets(offsets=places)
        client.commit(offsets=places, asynchronous=False)

    def _stale(self, partitions: Sequence[TopicPartition]) -> list[TopicPartition]:
        """Those whose offsets are of another topic; errors.Unavailable."""
        self._present = ids = self._ids.of(self._names)
        self._note_missing([name for name in self._names if name not in ids])
        found = []
        for each in partitions:
            place, topic_id = (each.topic, each.partition), ids.get(each.topic, "")
            # Without an id nothing was committed yet, or by a version that committed none.
            self._of[place] = self._of.get(place) or topic_id
            if topic_id and self._of[place] != topic_id:
                found.append(each)
        for topic in {each.topic for each in found}:
            _REMADE.labels(self._service, topic).inc()
            log.error("topic_remade", topic=topic, topic_id=ids[topic])
        return found

    def _note_missing(self, names: list[str]) -> None:
        _MISSING.labels(self._service).set(len(names))
        if names and names != self._missing:
            log.error("topics_missing", topics=names)
        self._missing = names
