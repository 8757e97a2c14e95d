"""Publishes a service's past events again, as they were: a topic that lost its records is rebuilt from the archive.

Ids, versions, headers and bodies are those of the first time, so a listener drops what it has handled. Events that were
not published yet are among them, in their place; a relay that runs meanwhile sends them too, and what is made later.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from confluent_kafka import KafkaError

from services.runtime import errors
from services.runtime.events.kafka import Producer
from services.runtime.events.topics import TopicIds
from services.runtime.stores.archive import ArchivingStore, Selection
from services.runtime.stores.ports import OutboxRow

log = structlog.get_logger(__name__)
_BATCH = 500
# Longer than the producer itself tries.
_PATIENCE_SECONDS = 130.0


@dataclass
class Report:
    """What a run sent, or would send."""

    topics: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, rows: Collection[OutboxRow]) -> None:
        """Counts rows, which follow those counted before."""
        self.topics.update(row.topic for row in rows)
        times = [row.create_time for row in rows]
        self.first, self.last = min([*times, self.first or times[0]]), max([*times, self.last or times[0]])

    def __str__(self) -> str:
        """One line for each topic, with the times of the first and the last event."""
        if self.first is None or self.last is None:
            return "0 events"
        span = f"of {self.first.isoformat()} to {self.last.isoformat()}"
        return "\n".join(f"{count} events on {topic}, {span}" for topic, count in sorted(self.topics.items()))


class Republishing:
    """Of the events that the service `name` published from its `store` on `topics`."""

    def __init__(
        self, name: str, store: ArchivingStore, producer: Producer, ids: TopicIds, topics: Collection[str]
    ) -> None:
        self._name, self._store, self._producer, self._ids, self._topics = name, store, producer, ids, topics

    def run(
        self, selection: Selection, *, dry: bool = False, progress: Callable[[Report], None] = lambda _: None
    ) -> Report:
        """Sends what is selected, each aggregate's events in their order; `dry` only looks.

        A run that ended early is taken up where it was, as long as the topics are the same ones. errors.Unavailable
        when a topic, the broker or the database is not there; errors.FailedPrecondition when the database is another
        service's.
        """
        run = self._run_name(selection)
        report, after = Report(), "" if dry else self._store.archive.noted(run)
        while rows := self._store.archive.read(selection, after, _BATCH):
            self._check(rows)
            if not dry:
                self._send(rows)
            after = self._store.archive.place(rows[-1])
            report.add(rows)
            progress(report)
            if not dry:
                self._store.archive.note(run, after)
            # What is made from here on finds the topics as they are now, by the relay.
            if len(rows) < _BATCH:
                break
        if not dry:
            self._store.archive.note(run, "")
        log.info("republished", service=self._name, dry=dry, events=report.topics.total())
        return report

    def _run_name(self, selection: Selection) -> str:
        """The same for the same selection and the same topics, which are others when they are made anew."""
        ids = self._ids.of(self._topics)
        if missing := sorted(set(self._topics) - ids.keys()):
            raise errors.Unavailable(f"kafka lacks the topics {', '.join(missing)}")
        whole = json.dumps([sorted(ids.items()), [str(value) for value in vars(selection).values()]])
        return f"republish {hashlib.sha256(whole.encode()).hexdigest()[:32]}"

    def _check(self, rows: Collection[OutboxRow]) -> None:
        if foreign := {row.headers.get("ce_source", "") for row in rows} - {self._name}:
            raise errors.FailedPrecondition(f"the database is not of {self._name}, but of {', '.join(sorted(foreign))}")

    def _send(self, rows: Collection[OutboxRow]) -> None:
        """Returns when all replicas have the rows."""
        reports: list[KafkaError | None] = []
        for row in rows:
            self._producer.send(row.topic, row.key, row.payload, row.headers, reports.append)
        self._producer.flush(_PATIENCE_SECONDS)
        failed = [error.name() for error in reports if error is not None]
        if failed or len(reports) < len(rows):
            raise errors.Unavailable(f"the broker does not take records: {failed[0] if failed else 'no answer'}")
