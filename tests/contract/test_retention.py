"""Every class of record that a store keeps has its end: a rule with its legal basis, or the erasure itself."""

from datetime import timedelta

import pytest

from services.catalog import SERVICES
from services.customer.convert import event_message
from services.customer.model import CustomerErased
from services.privacy.page import page
from services.retention import (
    ERASED_AT_ONCE,
    PURPOSES,
    RETIRED_AFTER,
    RULES,
    expiry,
    expiry_after,
    relationship_end,
)
from services.runtime.events.avro import event_option
from services.runtime.stores.data_keys import ANSWERS
from services.runtime.stores.mapping import Mapped
from tests.contract.conftest import ROOT
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


def test_every_class_of_record_says_what_for_and_on_which_ground() -> None:
    missing, stale = sorted(CLASSES - PURPOSES.keys()), sorted(PURPOSES.keys() - CLASSES)
    assert not missing, f"services/retention.py: PURPOSES lacks {missing[0]}: say what it is, and the legal basis"
    assert not stale, f"services/retention.py: PURPOSES names {stale[0]}, which no store keeps: take it out"
    unfounded = [name for name, each in PURPOSES.items() if not each.basis.startswith("GDPR art. 6(1)(")]
    assert not unfounded, f"services/retention.py: {unfounded[0]} names no ground of GDPR article 6"


def test_every_store_about_a_person_is_found_for_them() -> None:
    """The commands of services.privacy read repositories by `subject`."""
    for kind in repositories().values():
        columns = set(kind.storage().parts) if issubclass(kind, Mapped) else set()
        found = issubclass(kind, Mapped) and kind.subject
        assert found or not columns & {"customer_id", "account_id"}, (
            f"{kind.__module__.replace('.', '/')}.py: {kind.__name__} is about persons, and an export leaves it out: "
            "give it `subject`"
        )


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


def test_the_time_runs_from_the_end_of_the_relationship_whenever_the_erasure_comes() -> None:
    ended = NOON - timedelta(days=400)
    message = event_message(CustomerErased("c1", "", NOON, ended))
    assert relationship_end(message) == ended
    message.ClearField("relationship_end_time")
    assert relationship_end(message) == NOON
    assert {each: expiry_after(ended)(each) for each in RULES} == {
        each: ended + rule.keep for each, rule in RULES.items()
    }


def test_the_page_for_the_data_protection_officer_says_what_the_rules_are() -> None:
    assert (ROOT / "docs" / "privacy.md").read_text() == page(), "docs/privacy.md: python -m services.privacy.page"


def test_nobody_is_retired_while_due_diligence_must_be_kept() -> None:
    assert max(RULES[each].keep for each in ("kyc", "identity")) <= RETIRED_AFTER


def test_every_service_that_seals_subscribes_to_erasures() -> None:
    listeners = set(event_option(event_message(CustomerErased("c1", "", NOON, NOON)).DESCRIPTOR).listeners)
    sealing = {name.partition(".")[0] for name, kind in repositories().items() if kind.record_class}
    # The customer service publishes it, and forgets in the same transaction.
    missing = sorted(sealing - listeners - {"customer"})
    assert not missing, (
        f"services/{missing[0]}/store.py seals what is personal, and its keys outlive an erasure: subscribe to "
        "CustomerErased, in the event's listeners and in consumer.py"
    )
    assert sealing <= {service.name for service in SERVICES}
