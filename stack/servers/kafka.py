"""Kafka: one broker that is its own controller, with the topics and rights of the contract.

It speaks TLS alone, with clients that show a certificate of the local authority, and knows each by the SPIFFE id in it.
Whatever gen/acls.json does not list is refused; only the broker itself and the deploy step stand above it.
"""

import base64
import os
import subprocess
import uuid
from pathlib import Path

from confluent_kafka.admin import AdminClient

from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.provision import ProvisionSettings, provision
from services.runtime.tls import MutualTlsSettings
from stack import folders, pki, probes, programs
from stack.layout import Layout, properties, write_private

PARTITIONS = 12
# The client compiler alone: it starts with half the processor (3 s, not 6) and 55 MB less. With the other one an event
# costs more for the first forty thousand, and then as much; another collector made no difference.
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
    """Writes the settings and the certificate, and formats the storage the first time."""
    # Key and certificate in one file, as the broker reads them.
    folder = layout.pki / "kafka"
    write_private(_keystore(layout), (folder / "tls.key").read_text() + (folder / "tls.pem").read_text())
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
    if not AdminClient(client(layout, pki.DEPLOY).client()).list_topics(timeout=2).brokers:
        raise ConnectionError("no broker in the metadata yet")


def settle(layout: Layout) -> None:
    """Makes the topics that are missing, and sets the rights."""
    provision(client(layout, pki.DEPLOY), ProvisionSettings(pki.TRUST_DOMAIN, partitions=PARTITIONS, replicas=1))


def client(layout: Layout, workload: str) -> KafkaSettings:
    """How a workload reaches the broker."""
    authority, folder = layout.pki / "ca.pem", layout.pki / workload
    tls = MutualTlsSettings(authority, certificate_file=folder / "tls.pem", key_file=folder / "tls.key")
    return KafkaSettings(f"127.0.0.1:{layout.ports.of('kafka')}", tls)


def _settings(layout: Layout) -> dict[str, object]:
    broker, controller = layout.ports.of("kafka"), layout.ports.of("kafka controller")
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"MTLS://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"MTLS://127.0.0.1:{broker}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "MTLS",
        "listener.security.protocol.map": "CONTROLLER:SSL,MTLS:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": _keystore(layout),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": layout.pki / "ca.pem",
        "ssl.client.auth": "required",
        "ssl.enabled.protocols": "TLSv1.3",
        "principal.builder.class": "loanflow.SpiffePrincipalBuilder",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": ";".join(f"User:{pki.spiffe_id(name)}" for name in ("kafka", pki.DEPLOY)),
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


def _data(layout: Layout) -> Path:
    return layout.state / "kafka" / "data"


def _settings_file(layout: Layout) -> Path:
    return layout.folder("kafka") / "server.properties"


def _keystore(layout: Layout) -> Path:
    return layout.folder("kafka") / "keystore.pem"


def _jars() -> str:
    return f"{programs.jar_folder('kafka') / '*'}{os.pathsep}{folders.kafka_principal()}"
