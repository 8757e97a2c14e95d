"""The broker against those who do not belong: every workload on every topic and in every group, and strangers."""

import json
import socket
import ssl
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, Producer, TopicCollection
from confluent_kafka.admin import AdminClient

from services import catalog
from services.runtime.events.kafka import READERS, KafkaSettings, group
from services.runtime.events.provision import ProvisionSettings, binding, provision
from services.runtime.tls import MutualTlsSettings
from stack import folders, pki
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from tests.security import strangers
from tests.waiting import PATIENCE_SECONDS

RIGHTS = json.loads((folders.CHECKOUT / "gen" / "acls.json").read_text())
TOPICS = sorted({right["name"] for right in RIGHTS if right["resource"] == "TOPIC"})
GROUPS = sorted({READERS, *map(group, catalog.BY_NAME)})
# Above the rights: the broker, and the step that grants them.
ABOVE = {"kafka", pki.DEPLOY}
WORKLOADS = sorted(set(pki.WORKLOADS) - ABOVE)
REFUSED = {"TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED"}
NO_CONNECTION = {"_MSG_TIMED_OUT", "_TRANSPORT", "_ALL_BROKERS_DOWN", "no answer"}
FORGED = {"ce_type": "agreement.signed", "ce_source": "agreement", "ce_id": "forged"}


def allowed(workload: str, operation: str, resource: str) -> set[str]:
    """The names that the contract lets a workload do this with."""
    wanted = (workload, operation, resource)
    return {each["name"] for each in RIGHTS if (each["principal"], each["operation"], each["resource"]) == wanted}


def put(settings: KafkaSettings, topics: list[str], seconds: float = PATIENCE_SECONDS) -> Counter[str]:
    """What became of a forged record on each topic, counted by the error's name; "taken" when the broker took it."""
    found: Counter[str] = Counter()

    def delivered(error: Any, _record: Any) -> None:
        found["taken" if error is None else error.name()] += 1

    producer = Producer({**settings.client(), "message.timeout.ms": int(seconds * 900), "log_level": 0})
    for topic in topics:
        producer.produce(topic, b"forged", b"key", headers=dict(FORGED), on_delivery=delivered)
    producer.flush(seconds)
    found["no answer"] += len(topics) - found.total()
    return +found


def foreign(workload: str) -> list[str]:
    """The topics that it may not write."""
    return [topic for topic in TOPICS if topic not in allowed(workload, "WRITE", "TOPIC")]


@pytest.mark.tries(by=lambda workload: len(foreign(workload)))
@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_forged_record_is_refused_on_every_topic_of_another(layout: Layout, workload: str) -> None:
    topics = foreign(workload)
    assert len(topics) >= 22
    assert put(kafka_server.client(layout, workload), topics) == {"TOPIC_AUTHORIZATION_FAILED": len(topics)}


@pytest.mark.tries(2 * len(TOPICS) + len(GROUPS))
@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_workload_may_do_what_the_contract_says_and_no_more(layout: Layout, workload: str) -> None:
    admin = AdminClient(kafka_server.client(layout, workload).client())
    asked = admin.describe_topics(TopicCollection(TOPICS), include_authorized_operations=True)
    described = {topic: _answered(answer) for topic, answer in asked.items()}
    found = {
        (topic, operation.name)
        for topic, answer in described.items()
        for operation in (answer.authorized_operations if answer else ())
        if operation.name != "DESCRIBE"
    }
    assert found == {(name, each) for each in ("READ", "WRITE") for name in allowed(workload, each, "TOPIC")}
    assert {name for name in GROUPS if _enters(admin, name)} == allowed(workload, "READ", "GROUP")


def _enters(admin: AdminClient, name: str) -> bool:
    [answer] = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(name)]).values()
    return _answered(answer) is not None


def _answered(answer: Any) -> Any:
    """The answer, or None for a refusal; any other error fails the test."""
    try:
        return answer.result(PATIENCE_SECONDS)
    except KafkaException as error:
        if error.args[0].name() not in REFUSED:
            raise
        return None


@pytest.mark.tries(2)
@pytest.mark.parametrize("workload", WORKLOADS)
def test_no_one_gives_rights_or_makes_topics(layout: Layout, workload: str) -> None:
    admin = AdminClient(kafka_server.client(layout, workload).client())
    right = binding(
        {"principal": workload, "operation": "WRITE", "resource": "TOPIC", "name": "loanflow.agreement.v1"},
        ProvisionSettings(pki.TRUST_DOMAIN),
    )
    for answer in (*admin.create_acls([right]).values(), *admin.delete_topics(TOPICS[:1]).values()):
        with pytest.raises(KafkaException) as refused:
            answer.result(PATIENCE_SECONDS)
        assert refused.value.args[0].name() in REFUSED


@pytest.mark.tries(2 * len(TOPICS))
def test_an_unlisted_workload_of_our_own_authority_may_do_nothing(layout: Layout, tmp_path: Path) -> None:
    names = {"odd": [pki.spiffe_id("billing")], "abroad": ["spiffe://elsewhere.local/ns/loanflow/sa/agreement"]}
    for name, uris in names.items():
        strangers.issued(layout, tmp_path / name, uris)
        found = put(strangers.settings(layout, tmp_path / name, "odd"), TOPICS)
        assert found == {"TOPIC_AUTHORIZATION_FAILED": len(TOPICS)}, name


@pytest.mark.parametrize("who", ["another authority", "no certificate", "no name", "two names", "plain text"])
def test_who_cannot_be_named_is_not_let_in(layout: Layout, tmp_path: Path, who: str) -> None:
    agreement, kyc = map(pki.spiffe_id, ("agreement", "kyc"))
    reach = kafka_server.client(layout, "agreement")
    if who == "another authority":
        strangers.forged(tmp_path, "agreement")
        reach = strangers.settings(layout, tmp_path, "agreement")
    elif who == "plain text":
        reach = KafkaSettings(reach.bootstrap, MutualTlsSettings(plaintext=True))
    elif who == "no certificate":
        reach = _Anonymous(reach.bootstrap, reach.tls)
    else:
        strangers.issued(layout, tmp_path, [] if who == "no name" else [agreement, kyc])
        reach = strangers.settings(layout, tmp_path, "odd")
    found = put(reach, ["loanflow.agreement.v1"], seconds=3)
    assert found.total() == 1
    assert set(found) <= NO_CONNECTION, found


class _Anonymous(KafkaSettings):
    """TLS without a certificate of one's own."""

    def client(self) -> dict[str, Any]:
        options = super().client()
        return {name: value for name, value in options.items() if name not in OWN}


OWN = ("ssl.certificate.location", "ssl.key.location")


@pytest.mark.tries(2)
@pytest.mark.parametrize("part", ["kafka", "kafka controller"])
def test_both_listeners_speak_tls_1_3_with_those_alone_who_show_a_certificate(layout: Layout, part: str) -> None:
    port = layout.ports.of(part)
    older = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
    older.load_cert_chain(layout.pki / "kyc" / "tls.pem", layout.pki / "kyc" / "tls.key")
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    anonymous = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
    for context in (older, anonymous):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            _speak(context, port)


def _speak(context: ssl.SSLContext, port: int) -> None:
    """ConnectionError when the server ends the connection without an answer."""
    plain = socket.create_connection(("127.0.0.1", port), 5)
    with plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
        # In TLS 1.3 the client has finished before the server looks at what it was not shown.
        connection.settimeout(5)
        connection.sendall(b"\x00\x00\x00\x01x")
        if not connection.recv(1):
            raise ConnectionError("closed")


def test_a_right_that_the_contract_does_not_list_is_taken_away(layout: Layout, kafka: KafkaSettings) -> None:
    wanted = ProvisionSettings(pki.TRUST_DOMAIN, replicas=1)
    assert provision(kafka, wanted).startswith("0 topics made, 0 rights given, 0 taken away; ")
    stray = {"principal": "edge", "operation": "READ", "resource": "TOPIC", "name": "loanflow.kyc.v1"}
    admin = AdminClient(kafka.client())
    for answer in admin.create_acls([binding(stray, wanted)]).values():
        answer.result(PATIENCE_SECONDS)
    assert ", 1 taken away" in provision(kafka, wanted)
    assert ", 0 taken away" in provision(kafka, wanted)
