"""Kafka: one broker that is its own controller, or three that are that together, with the contract's topics and rights.

With three each record is on all of them, and is acknowledged when two have it: one may be lost.

It speaks TLS alone, with clients that show a certificate of the local authority, and knows each by the SPIFFE id in it.
Whatever gen/acls.json does not list is refused; only the broker itself and the deploy step stand above it.
"""

import base64
import hashlib
import os
import subprocess
from pathlib import Path

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType

from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.provision import ProvisionSettings, provision
from services.runtime.secrets import private_files
from services.runtime.tls import MutualTlsSettings
from stack import folders, pki, probes, programs
from stack.layout import Layout, properties, write_private

# Of each topic: as many as a service has replicas here at most. A client asks for all its partitions in each fetch,
# and the one broker looks at each of them: twelve, as in a cluster, cost more than what is fetched (docs/adr/0052).
# Topics that are there keep theirs.
PARTITIONS = 4
_SECONDS = 20
# The names of the brokers' parts and folders, by their ids.
NODES = {1: "kafka", 2: "kafka-2", 3: "kafka-3"}
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


def command(layout: Layout, node: int = 1) -> list[str]:
    """The broker from plain jars; the Java runtime expands the wildcard itself."""
    return [programs.java(), *HEAP, *LOGGING, "-cp", _jars(), "kafka.Kafka", str(_settings_file(layout, node))]


def prepare(layout: Layout, node: int = 1) -> None:
    """Writes the settings and the certificate, and formats the storage the first time."""
    # Key and certificate in one file, as the broker reads them; the brokers are one workload.
    folder = layout.pki / "kafka"
    private_files.replace(_keystore(layout, node), _pair(folder))
    write_private(_settings_file(layout, node), properties(_settings(layout, node)))
    if not (_data(layout, node) / "meta.properties").exists():
        # Behind an equals sign, as one id in 64 begins with a dash.
        format_ = ["format", f"--cluster-id={_cluster(layout)}", "-c", str(_settings_file(layout, node))]
        done = subprocess.run(
            [programs.java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", *LOGGING, "-cp", _jars(),
             "kafka.tools.StorageTool", *format_],
            capture_output=True, text=True, env={**os.environ, **programs.java_environment(layout)}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"kafka storage format: {done.stderr.strip() or done.stdout.strip()}")


def _pair(folder: Path) -> bytes:
    return private_files.read(folder / "tls.key") + private_files.read(folder / "tls.pem")


def take_certificate(layout: Layout) -> None:
    """Has the running brokers use the pair that is there now for new connections.

    A broker looks at the file again when its path is set, also to what it was.
    """
    folder, admin = layout.pki / "kafka", AdminClient(client(layout, pki.DEPLOY).client())
    pair = _pair(folder)
    for node in range(1, layout.brokers + 1):
        private_files.replace(_keystore(layout, node), pair)
        entries = [
            ConfigEntry(f"listener.name.{name}.ssl.keystore.{key}", value, incremental_operation=AlterConfigOpType.SET)
            for name in ("mtls", "controller")
            for key, value in (("type", "PEM"), ("location", str(_keystore(layout, node))))
        ]
        broker = ConfigResource(ResourceType.BROKER, str(node), incremental_configs=entries)
        for future in admin.incremental_alter_configs([broker]).values():
            future.result(_SECONDS)


def ready(layout: Layout, node: int = 1) -> None:
    """Returns when the broker is in the metadata, and for the first of them all the others, too."""
    probes.port_open(layout.ports.of(NODES[node]))
    found = AdminClient(client(layout, pki.DEPLOY).client()).list_topics(timeout=2).brokers
    if missing := {*range(1, layout.brokers + 1)} - found.keys() if node == 1 else {node} - found.keys():
        raise ConnectionError(f"not in the metadata yet: broker {missing}")


def settle(layout: Layout) -> None:
    """Makes the topics that are missing, and sets the rights."""
    provision(
        client(layout, pki.DEPLOY), ProvisionSettings(pki.TRUST_DOMAIN, partitions=PARTITIONS, replicas=layout.brokers)
    )


def client(layout: Layout, workload: str) -> KafkaSettings:
    """How a workload reaches the broker."""
    authority, folder = layout.pki / "ca.pem", layout.pki / workload
    tls = MutualTlsSettings(authority, certificate_file=folder / "tls.pem", key_file=folder / "tls.key")
    return KafkaSettings(bootstrap(layout), tls)


def bootstrap(layout: Layout) -> str:
    """Where clients find all brokers, as they are given it."""
    return ",".join(f"127.0.0.1:{layout.ports.of(NODES[node])}" for node in range(1, layout.brokers + 1))


def _cluster(layout: Layout) -> str:
    """The id of the cluster, which all of its brokers are formatted with: of the local authority's certificate."""
    digest = hashlib.sha256((layout.pki / "ca.pem").read_bytes()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _settings(layout: Layout, node: int) -> dict[str, object]:
    broker, copies = layout.ports.of(NODES[node]), layout.brokers
    controllers = {each: layout.ports.of(f"{NODES[each]} controller") for each in range(1, copies + 1)}
    acknowledging = 2 if copies > 1 else 1
    return {
        "process.roles": "broker,controller",
        "node.id": node,
        "controller.quorum.voters": ",".join(f"{each}@127.0.0.1:{port}" for each, port in controllers.items()),
        "listeners": f"MTLS://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controllers[node]}",
        "advertised.listeners": f"MTLS://127.0.0.1:{broker}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "MTLS",
        "listener.security.protocol.map": "CONTROLLER:SSL,MTLS:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": _keystore(layout, node),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": layout.pki / "ca.pem",
        "ssl.client.auth": "required",
        "ssl.enabled.protocols": "TLSv1.3",
        "principal.builder.class": "loanflow.SpiffePrincipalBuilder",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": ";".join(f"User:{pki.spiffe_id(name)}" for name in ("kafka", pki.DEPLOY)),
        "log.dirs": _data(layout, node),
        # A service that was away for a month must still find what it missed.
        "log.retention.ms": -1,
        "auto.create.topics.enable": "false",
        "num.partitions": PARTITIONS,
        "default.replication.factor": copies,
        "min.insync.replicas": acknowledging,
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": acknowledging,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": acknowledging,
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


def _data(layout: Layout, node: int) -> Path:
    return layout.state / NODES[node] / "data"


def _settings_file(layout: Layout, node: int) -> Path:
    return layout.folder(NODES[node]) / "server.properties"


def _keystore(layout: Layout, node: int) -> Path:
    return layout.folder(NODES[node]) / "keystore.pem"


def _jars() -> str:
    return f"{programs.jar_folder('kafka') / '*'}{os.pathsep}{folders.kafka_principal()}"
