"""Every class of record that a store keeps has its end: a rule with its legal basis, or the erasure itself."""

from datetime import timedelta

import pytest

from services.catalog import SERVICES
from services.customer.convert import event_message
from services.customer.model import CustomerErased
from services.retention import ERASED_AT_ONCE, RULES, expiry
from services.runtime.events.avro import event_option
from services.runtime.stores.data_keys import ANSWERS
from tests.fakes.clock import NOON
from tests.sealed import repositories

CLASSES = {kind.record_class for kind in repositories().values() if kind.record_class} | {ANSWERS}


def test_every_class_of_record_has_a_rule_or_goes_at_once() -> None:
    decided = RULES.keys() | ERASED_AT_ONCE
    missing, stale = sorted(CLASSES - decided), sorted(decided - CLASSES)
    assert not missing, f"services/retention.py: {missing[0]}: give it a rule in RULES, or name it in ERASED_AT_ONCE"
    assert not stale, f"services/retention.py: {stale[0]} is no store's record_class: take it out"
    both = sorted(RULES.keys() & ERASED_AT_ONCE)
    assert not both, f"services/retention.py: {both[0]} is kept and erased at once: decide"


@pytest.mark.parametrize("record_class", sorted(RULES))
def test_what_is_kept_names_its_law_and_ends(record_class: str) -> None:
    rule = RULES[record_class]
    assert any(word in rule.basis for word in ("Directive", "Regulation")), (
        f"services/retention.py: {record_class}: the basis names no law: {rule.basis!r}"
    )
    assert expiry(record_class, NOON) == NOON + rule.keep
    assert timedelta(days=365) <= rule.keep <= timedelta(days=3653)


@pytest.mark.parametrize("record_class", sorted(ERASED_AT_ONCE))
def test_what_no_law_wants_goes_with_the_erasure(record_class: str) -> None:
    assert expiry(record_class, NOON) is None


def test_every_service_that_seals_subscribes_to_erasures() -> None:
    listeners = set(event_option(event_message(CustomerErased("c1", "", NOON)).DESCRIPTOR).listeners)
    sealing = {name.partition(".")[0] for name, kind in repositories().items() if kind.record_class}
    missing = sorted(sealing - listeners)
    assert not missing, (
        f"services/{missing[0]}/store.py seals what is personal, and its keys outlive an erasure: subscribe to "
        "CustomerErased, in the event's listeners and in consumer.py"
    )
    assert sealing <= {service.name for service in SERVICES}
