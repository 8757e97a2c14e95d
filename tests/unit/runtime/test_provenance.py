"""A listener takes an event from the service whose topic it is on, of a type of that topic, and from no other."""

import pytest

from services.catalog import BY_NAME
from services.runtime.events.avro import event_classes, event_option
from services.runtime.events.provenance import ForeignRecord, Provenance, generated, publisher_of

TOPICS = generated("topics.json")


def subscribed(listener: str) -> Provenance:
    kinds = [kind for topic in TOPICS.values() for kind in event_classes(topic["publisher"])]
    return Provenance([kind for kind in kinds if listener in event_option(kind.DESCRIPTOR).listeners])


def admitted(provenance: Provenance, topic: str, kind: str, source: str) -> bool:
    try:
        provenance.check(topic, kind, source)
    except ForeignRecord:
        return False
    return True


@pytest.mark.parametrize("listener", BY_NAME)
def test_every_type_on_every_topic_from_every_source(listener: str) -> None:
    provenance = subscribed(listener)
    kinds = [(kind, home) for home, topic in TOPICS.items() for kind in topic["types"]]
    tried = wrong = 0
    for topic, entry in TOPICS.items():
        for kind, home in kinds:
            for source in [*BY_NAME, "operator", "", "Agreement"]:
                right = topic in provenance.topics and home == topic and source == entry["publisher"]
                tried, wrong = tried + 1, wrong + (admitted(provenance, topic, kind, source) is not right)
    assert (wrong, tried) == (0, len(TOPICS) * len(kinds) * (len(BY_NAME) + 3))


def test_a_type_that_is_newer_than_the_listener_is_let_through_from_its_publisher_alone() -> None:
    provenance = subscribed("activation")
    assert admitted(provenance, "loanflow.agreement.v1", "agreement.renewed", "agreement")
    assert not admitted(provenance, "loanflow.agreement.v1", "agreement.renewed", "kyc")


def test_a_topic_is_named_like_the_package_of_its_publisher() -> None:
    assert {publisher_of(topic) for topic in TOPICS} == {entry["publisher"] for entry in TOPICS.values()}
