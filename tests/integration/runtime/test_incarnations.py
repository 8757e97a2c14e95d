"""A store was restored: its publisher's new events are handled, and those that contradict old ones are reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Consumer as Client
from confluent_kafka import TopicPartition
from prometheus_client import REGISTRY

from services.runtime.events import gate
from services.runtime.events import inbox as inbox_module
from services.runtime.events.kafka import KafkaSettings, dead_letters, headers_of
from services.runtime.events.outbox import Relay
from services.runtime.events.versions import INCARNATION, NOTE
from services.runtime.ids import new_id
from services.runtime.stores.ports import OutboxRow
from tests.integration.runtime.listening import Listener, consuming, relaying
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("staff_call")


def letters(kafka: KafkaSettings, service: str) -> list[dict[str, str]]:
    client = Client({**kafka.client(), "group.id": f"look.{new_id()}", "auto.offset.reset": "earliest"})
    client.assign([TopicPartition(dead_letters(service), partition, 0) for partition in range(3)])
    try:
        return [headers_of(record) for record in client.consume(100, 2.0)]
    finally:
        client.close()


def again(row: OutboxRow, **headers: str) -> OutboxRow:
    """Another event with the version of one that was."""
    event_id = new_id()
    return replace(row, event_id=event_id, headers={**row.headers, "ce_id": event_id, **headers})


def conflicts(service: str) -> float:
    labels = {"service": service, "type": "thing.renamed", "outcome": "conflict"}
    return REGISTRY.get_sample_value("loanflow_events_received_total", labels) or 0.0


def test_a_raised_incarnation_has_lower_versions_be_new(backend: Backend, kafka: KafkaSettings, topics: str) -> None:
    listener = Listener()
    with consuming(backend, kafka, topics, listener):
        with relaying(backend, kafka):
            thing = backend.create("1")
            for step in (2, 3, 4):
                backend.rename(thing.thing_id, str(step))
            until(lambda: len(listener.names) == 4)
        # As a restore leaves it: the thing has version 2 again, and what its listeners were sent is of then.
        restored = listener.metas[1]
        set_back(backend, thing.thing_id, restored.aggregate_version, topics)
        backend.store.archive.note(NOTE, "9")
        with relaying(backend, kafka):
            backend.rename(thing.thing_id, "3 after the restore")
            backend.rename(thing.thing_id, "4 after the restore")
            until(lambda: len(listener.names) == 6)
    assert listener.names == ["1", "2", "3", "4", "3 after the restore", "4 after the restore"]
    assert [meta.aggregate_version for meta in listener.metas] == [1, 2, 3, 4, 3, 4]
    rows = sorted(backend.rows("outbox_archive"), key=lambda row: str(row["create_time"]))
    assert [row["headers"].get(INCARNATION) for row in rows] == [None] * 4 + ["9"] * 2
    assert not letters(kafka, topics)


def set_back(backend: Backend, thing_id: str, version: int, listener: str) -> None:
    store: Any = backend.store
    if hasattr(store, "engine"):
        with store.engine.connect() as connection:
            connection.exec_driver_sql(
                "UPDATE things SET version = %s, listener_versions = jsonb_build_object(%s::text, %s::int)",
                (version, listener, version),
            )
    else:
        change = {"version": version, "listener_versions": {listener: version}}
        store.database.things.update_one({"_id": thing_id}, {"$set": change})


def play_without_bump(backend: Backend, kafka: KafkaSettings, name: str) -> tuple[Listener, OutboxRow]:
    """The store was restored, and its incarnation was not raised."""
    listener, rows = Listener(), made(backend, "1", "2", "3")
    other = again(rows[1])
    with consuming(backend, kafka, name, listener):
        send(kafka, *rows)
        until(lambda: len(listener.names) == 3)
        # The relay may send one twice, which is no conflict; neither is the report repeated.
        send(kafka, other, rows[1], other)
        more = made(backend, "next")
        send(kafka, *more)
        until(lambda: "next" in listener.names)
        until(lambda: not backend.rows("parked"))
    return listener, other


def test_the_same_version_with_another_id_is_reported(backend: Backend, kafka: KafkaSettings, topics: str) -> None:
    listener, other = play_without_bump(backend, kafka, topics)
    assert listener.names == ["1", "2", "3", "next"]
    until(lambda: len(letters(kafka, topics)) == 1)
    (letter,) = letters(kafka, topics)
    assert (letter["ce_id"], letter["dlq_reason"]) == (other.event_id, "VersionConflict")
    assert conflicts(topics) == 1


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_without_the_look_at_ids_it_is_dropped(
    backend: Backend, kafka: KafkaSettings, topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "is_remembered", lambda _: False)
    play_without_bump(backend, kafka, topics)
    assert not letters(kafka, topics)
    assert conflicts(topics) == 0


def test_what_is_older_than_the_memory_of_ids_is_no_conflict() -> None:
    assert gate.is_remembered(datetime.now(UTC) - timedelta(days=28))
    assert not gate.is_remembered(datetime.now(UTC) - timedelta(days=30))


def test_the_relay_reads_the_incarnation_before_the_first_event(backend: Backend) -> None:
    backend.store.archive.note(NOTE, "12")
    relay: Any = Relay(backend.outbox, backend.store, SilentProducer())  # type: ignore[arg-type]
    relay.check()
    backend.create("a")
    (row,) = backend.rows("outbox")
    assert row["headers"][INCARNATION] == "12"


class SilentProducer:
    generation = 0

    def require(self, _: Any) -> None:
        """All topics are there."""
