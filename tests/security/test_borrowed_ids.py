"""Ids of others' events on the bus: a publisher that was taken over hides no event of another by its id.

It may write its own topic, whatever ids it likes; a service that listens to both has to hear both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from google.protobuf.message import Message

from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.provenance import publisher_of
from services.runtime.stores.ports import OutboxRow
from tests.integration.runtime.conftest import backend, staff_call, topics
from tests.integration.runtime.conftest import made as topics_made
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.test_incarnations import letters
from tests.integration.runtime.things import Backend, event_class
from tests.waiting import until

__all__ = ["backend", "staff_call", "topics"]
pytestmark = pytest.mark.usefixtures("staff_call")


@dataclass(frozen=True)
class Forger:
    """The other publisher, and its event."""

    kind: type[Message]

    @property
    def topic(self) -> str:
        return self.kind.DESCRIPTOR.file.package

    def copy(self, row: OutboxRow, name: str) -> OutboxRow:
        """All of an event but its source and content, on the forger's own topic."""
        headers = {**row.headers, "ce_source": publisher_of(self.topic), "ce_type": "thing.borrowed"}
        content = self.kind(thing_id=row.aggregate_id, name=name).SerializeToString()
        return replace(row, topic=self.topic, headers=headers, payload=content)


@pytest.fixture
def forger(kafka: KafkaSettings) -> Iterator[Forger]:
    made_up = Forger(event_class("thing.borrowed"))
    with topics_made(kafka, [made_up.topic]):
        yield made_up


def test_an_event_whose_id_was_used_before_is_handled(
    backend: Backend, kafka: KafkaSettings, topics: str, forger: Forger
) -> None:
    (row,) = made(backend, "genuine")
    listener = Listener()
    with consuming(backend, kafka, topics, listener, forger.kind):
        send(kafka, forger.copy(row, "forged"))
        until(lambda: listener.names == ["forged"])
        send(kafka, row, row)
        until(lambda: listener.names == ["forged", "genuine"])
        # What has come again is done with, too.
        send(kafka, *made(backend, "last"))
        until(lambda: listener.names == ["forged", "genuine", "last"])
    assert letters(kafka, topics) == []


def test_an_event_that_waits_is_not_written_over(
    backend: Backend, kafka: KafkaSettings, topics: str, forger: Forger
) -> None:
    one, two = made(backend, "genuine 1", "genuine 2")
    listener = Listener()
    with consuming(backend, kafka, topics, listener, forger.kind):
        send(kafka, two)
        until(lambda: len(backend.rows("parked")) == 1)
        send(kafka, forger.copy(two, "forged 2"))
        until(lambda: len(backend.rows("parked")) == 2)
        send(kafka, one)
        until(lambda: listener.names == ["genuine 1", "genuine 2"])
        send(kafka, forger.copy(one, "forged 1"))
        until(lambda: listener.names == ["genuine 1", "genuine 2", "forged 1", "forged 2"])
        until(lambda: backend.rows("parked") == [])


def test_a_forgery_that_is_set_aside_holds_up_nobody_else(
    backend: Backend, kafka: KafkaSettings, topics: str, forger: Forger
) -> None:
    one, two = made(backend, "genuine 1", "genuine 2")

    def refuse(message: Message) -> None:
        # Made at run time, a message of the test has no stub that names its fields.
        if message.name == "forged":  # type: ignore[attr-defined]
            raise ValueError

    listener = Listener(refuse)
    with consuming(backend, kafka, topics, listener, forger.kind):
        send(kafka, forger.copy(one, "forged"))
        until(lambda: [row["dead"] for row in backend.rows("parked")] == [True])
        send(kafka, one, two)
        until(lambda: listener.names == ["genuine 1", "genuine 2"])
    [letter] = letters(kafka, topics)
    assert (letter["ce_source"], letter["dlq_reason"]) == (publisher_of(forger.topic), ValueError.__name__)
