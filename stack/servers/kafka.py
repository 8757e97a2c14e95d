"""Kafka: one broker that is its own controller, and three topics for each service: its events, what it could
not handle, and what of that comes back to it on command.
"""

import base64
import os
import subprocess
import uuid
from concurrent.futures import Future
from pathlib import Path

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from services import catalog
from stack import probes, programs
from stack.layout import Layout, properties

PARTITIONS = 12
HEAP = (
    "-Xms192m -Xmx256m -XX:+UseSerialGC -XX:MaxMetaspaceSize=128m -XX:ReservedCodeCacheSize=64m"
    " -XX:MaxDirectMemorySize=64m -XX:TieredStopAtLevel=1 -Xss512k"
).split()
LOGGING = [
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
    "-Dlog4j2.StatusLogger.level=OFF",
    "-Djava.awt.headless=true",
]


def command(layout: Layout) -> list[str]:
    """The broker from plain jars; the Java runtime expands the wildcard itself."""
    return [programs.java(), *HEAP, *LOGGING, "-cp", _jars(), "kafka.Kafka", str(_settings_file(layout))]


def prepare(layout: Layout) -> None:
    """Writes the settings and formats the storage the first time."""
    _settings_file(layout).write_text(properties(_settings(layout)))
    if not (_data(layout) / "meta.properties").exists():
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # Behind an equals sign, as one id in 64 begins with a dash.
        format_ = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(_settings_file(layout))]
        done = subprocess.run(
            [programs.java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", *LOGGING, "-cp", _jars(), *format_],
            capture_output=True, text=True, env={**os.environ, **programs.java_environment(layout)}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"kafka storage format: {done.stderr.strip() or done.stdout.strip()}")


def ready(layout: Layout) -> None:
    """Returns when the broker is in its own metadata."""
    probes.port_open(layout.ports.of("kafka"))
    if not _admin(layout).list_topics(timeout=2).brokers:
        raise ConnectionError("no broker in the metadata yet")


def settle(layout: Layout) -> None:
    """Makes the topics that are missing."""
    admin = _admin(layout)
    known = admin.list_topics(timeout=10).topics
    wanted = [name for service in catalog.SERVICES for name in topics(service)]
    missing = [NewTopic(name, PARTITIONS, 1) for name in wanted if name not in known]
    futures: dict[str, Future[None]] = admin.create_topics(missing, operation_timeout=15) if missing else {}
    for future in futures.values():
        future.result(20)


def topics(service: catalog.Service) -> tuple[str, ...]:
    """The topics of a service."""
    return (service.topic, f"loanflow.{service.name}.dlq", f"loanflow.{service.name}.retry")


def _settings(layout: Layout) -> dict[str, object]:
    broker, controller = layout.ports.of("kafka"), layout.ports.of("kafka controller")
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": _data(layout),
        # A service that was away for a month must still find what it missed.
        "log.retention.ms": -1,
        "auto.create.topics.enable": "false",
        "num.partitions": PARTITIONS,
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 4,
        "group.initial.rebalance.delay.ms": 0,
        # The default of 128 MB does not fit the heap.
        "log.cleaner.dedupe.buffer.size": 8388608,
        "log.segment.bytes": 67108864,
        "log.index.size.max.bytes": 1048576,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        # After a kill the old registration must expire first: 3 s instead of 9 s.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
    }


def _admin(layout: Layout) -> AdminClient:
    return AdminClient({"bootstrap.servers": f"127.0.0.1:{layout.ports.of('kafka')}", "log_level": 0})


def _data(layout: Layout) -> Path:
    return layout.state / "kafka" / "data"


def _settings_file(layout: Layout) -> Path:
    return layout.folder("kafka") / "server.properties"


def _jars() -> str:
    return str(programs.jar_folder("kafka") / "*")
