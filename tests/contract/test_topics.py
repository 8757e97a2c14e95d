"""What Kafka lets each service do is what the contract's events say, and nothing besides."""

import json
from collections import defaultdict

from google.protobuf.message import Message

from services.catalog import BY_NAME
from services.runtime.events.avro import event_classes, event_option
from tests.contract.conftest import GEN
from tests.contract.findings import same

RIGHTS = json.loads((GEN / "acls.json").read_text())
TOPICS = json.loads((GEN / "topics.json").read_text())


def published() -> dict[str, set[str]]:
    """Topic → event types, out of the compiled contract."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in BY_NAME:
        for kind in events_of(name):
            found[kind.DESCRIPTOR.file.package].add(event_option(kind.DESCRIPTOR).type)
    return found


def events_of(name: str) -> list[type[Message]]:
    try:
        return list(event_classes(name))
    except ModuleNotFoundError:
        return []


def rights(principal: str, operation: str, resource: str) -> set[str]:
    return {
        each["name"]
        for each in RIGHTS
        if (each["principal"], each["operation"], each["resource"]) == (principal, operation, resource)
    }


def test_the_table_of_topics_has_every_event_and_its_listeners() -> None:
    assert {name: set(topic["types"]) for name, topic in TOPICS.items()} == published()
    for name in BY_NAME:
        for kind in events_of(name):
            topic = TOPICS[kind.DESCRIPTOR.file.package]
            assert topic["publisher"] == name
            assert set(event_option(kind.DESCRIPTOR).listeners) <= set(topic["listeners"])


def test_a_service_writes_its_own_topic_its_dead_letters_and_anchors_alone() -> None:
    for name, service in BY_NAME.items():
        own = {service.topic} if events_of(name) else set()
        assert rights(name, "WRITE", "TOPIC") == own | {f"loanflow.{name}.dlq", "loanflow.audit.anchors"}, name


def test_a_service_reads_what_names_it_among_its_listeners_and_what_comes_back_to_it() -> None:
    for name in BY_NAME:
        subscribed = {
            kind.DESCRIPTOR.file.package
            for publisher in BY_NAME
            for kind in events_of(publisher)
            if name in event_option(kind.DESCRIPTOR).listeners
        }
        assert rights(name, "READ", "TOPIC") == subscribed | {f"loanflow.{name}.retry", f"loanflow.{name}.dlq"}, name
        assert rights(name, "READ", "GROUP") == {f"loanflow.{name}"}, name


def test_only_the_operator_brings_dead_letters_back() -> None:
    back = {f"loanflow.{name}.retry" for name in BY_NAME}
    writers = {each["principal"] for each in RIGHTS if each["operation"] == "WRITE" and each["name"] in back}
    assert writers == {"operator"}, f"gen/acls.json:1: {writers} may write to retries: leave it to the operator"
    assert rights("operator", "WRITE", "TOPIC") == back
    letters = [f"loanflow.{name}.dlq" for name in BY_NAME]
    same(
        rights("operator", "READ", "TOPIC"),
        [*letters, "loanflow.audit.anchors"],
        "gen/acls.json:1",
        "let the operator read",
        "take it away",
    )


def test_there_is_no_other_right() -> None:
    kinds = {(each["operation"], each["resource"]) for each in RIGHTS}
    assert kinds == {("READ", "TOPIC"), ("WRITE", "TOPIC"), ("READ", "GROUP")}
    same(
        [each["principal"] for each in RIGHTS], [*BY_NAME, "operator"], "gen/acls.json:1", "give it rights", "take them"
    )
