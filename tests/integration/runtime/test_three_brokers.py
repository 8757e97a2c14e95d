"""Three brokers: each record is on all of them, acknowledged by two, and one that is killed takes nothing with it."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextvars import copy_context
from functools import partial
from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata, NewTopic  # type: ignore[attr-defined]

from services.runtime.events.kafka import KafkaSettings, dead_letters, retries
from stack import folders, pki, programs
from stack.layout import Layout
from stack.parts import table
from stack.servers import kafka as broker
from stack.supervisor import Supervisor
from tests.bases import own_base
from tests.integration.runtime.listening import Listener, consuming, relaying
from tests.integration.runtime.things import Backend
from tests.waiting import PATIENCE_SECONDS, until

THINGS, NAMES = 20, 10


@pytest.fixture(scope="module")
def cluster() -> Iterator[Layout]:
    with own_base() as base:
        layout = Layout.of(base)
        try:
            _stack(layout, "up", "--only", "kafka", "--brokers", "3")
            yield layout
        finally:
            _stack(layout, "down")
            shutil.rmtree(layout.state, ignore_errors=True)


@pytest.fixture
def kafka(cluster: Layout) -> KafkaSettings:
    return broker.client(cluster, pki.DEPLOY)


@pytest.fixture
def listener_name(kafka: KafkaSettings, backend: Backend) -> str:
    name, admin = f"{backend.outbox.topic.partition('.')[0]}listener", AdminClient(kafka.client())
    topics = [backend.outbox.topic, dead_letters(name), retries(name)]
    for made in admin.create_topics([NewTopic(each, 3, 3) for each in topics]).values():
        made.result(PATIENCE_SECONDS)
    # Each broker learns of them by itself.
    for address in str(kafka.client()["bootstrap.servers"]).split(","):
        until(partial(_has, {**kafka.client(), "bootstrap.servers": address}, topics))
    return name


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
@pytest.mark.usefixtures("staff_call")
def test_a_broker_that_is_killed_under_load_loses_nothing(
    backend: Backend,
    kafka: KafkaSettings,
    cluster: Layout,
    listener_name: str,
) -> None:
    listener, half = Listener(), threading.Event()

    def work() -> None:
        things = [backend.create(f"{number}.0") for number in range(THINGS)]
        for step in range(1, NAMES):
            for number, thing in enumerate(things):
                backend.rename(thing.thing_id, f"{number}.{step}")
            if step == NAMES // 2:
                half.set()

    with relaying(backend, kafka), consuming(backend, kafka, listener_name, listener):
        # With the call's context: a change needs somebody who makes it.
        working = threading.Thread(target=copy_context().run, args=(work,))
        working.start()
        assert half.wait(PATIENCE_SECONDS)
        _kill_leader(cluster, kafka, backend.outbox.topic)
        working.join(PATIENCE_SECONDS)
        until(lambda: len(listener.names) >= THINGS * NAMES, lambda: f"{len(listener.names)} events handled")
    for number in range(THINGS):
        own = [name for name in listener.names if name.startswith(f"{number}.")]
        assert own == [f"{number}.{step}" for step in range(NAMES)]
    # An event may be handled before the relay hears that its record was taken.
    until(lambda: not backend.store.outbox.waiting(range(12), 10), "the outbox to be empty")
    until(lambda: _brokers(kafka) == set(broker.NODES), "the broker that was killed to be back")


def test_a_stack_keeps_the_number_of_brokers_that_it_was_started_with(cluster: Layout) -> None:
    assert [part.name for part in table(cluster.brokers) if part.name in broker.NODES.values()] == [
        "kafka-2", "kafka-3", "kafka",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="has its records on 3 brokers, not 1"):
        cluster.set_brokers(1)
    assert cluster.brokers == len(broker.NODES)


@pytest.mark.parametrize("part", [each for name in broker.NODES.values() for each in (name, f"{name} controller")])
def test_no_broker_answers_plain_text(cluster: Layout, part: str) -> None:
    with socket.create_connection(("127.0.0.1", cluster.ports.of(part)), 5) as connection:
        connection.settimeout(10)
        try:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = connection.recv(4096)
        except ConnectionError:
            answer = b""
    # An end, or a TLS alert.
    assert not answer or answer.startswith(b"\x15\x03"), answer


def _kill_leader(layout: Layout, kafka: KafkaSettings, topic: str) -> None:
    leader = until(lambda: _listed(kafka.client())).topics[topic].partitions[0].leader
    supervisor = Supervisor(layout, table(layout.brokers))
    os.kill(supervisor.process(broker.NODES[leader]).pid, signal.SIGKILL)


def _has(client: dict[str, Any], topics: list[str]) -> bool:
    # A client that has asked once knows the other brokers, and may ask one of them.
    found = _listed(client)
    return found is not None and set(topics) <= found.topics.keys()


def _brokers(kafka: KafkaSettings) -> set[int]:
    found = _listed(kafka.client())
    return set(found.brokers) if found else set()


def _listed(client: dict[str, Any]) -> ClusterMetadata | None:
    """What a broker lists; None while none answers."""
    try:
        return AdminClient(client).list_topics(timeout=PATIENCE_SECONDS)
    except KafkaException:
        return None


def _stack(layout: Layout, *words: str) -> None:
    line = [programs.python(), "-m", "stack", "--base", str(layout.base), *words]
    done = subprocess.run(
        line, env=programs.environment(), cwd=folders.CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
