"""Every example of a request body keeps the rules of the contract and the limits of its facility."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from services.lending.facility import facilities
from tests.contract.findings import findings
from tests.contract.test_openapi import DOCUMENT, Json, bodies, document
from tests.e2e.contract_calls import rpcs

__all__ = ["document"]
MEND = "say in the comment of the field: such as `...`"


def test_every_example_keeps_the_rules_of_the_contract(document: Json) -> None:
    judged = ((name, judge(example)) for name, _, example, judge in bodies(document))
    findings([f"{DOCUMENT}: {name}: {field} {what}" for name, found in judged for field, what in found.items()], MEND)


def test_of_every_rpc_a_valid_request_can_be_made() -> None:
    """The tests of access send it: a rule over several fields has the name of the one that it asks for."""
    made = {rpc.path: rpc.request({}) for rpc in rpcs()}
    assert len(made) > 100


def _applications(document: Json) -> Iterator[tuple[str, Json]]:
    for name, _, example, _ in bodies(document):
        if "facilityType" in example:
            yield name, example


def _beyond(example: Json) -> Iterator[str]:
    code: Any = example["facilityType"]
    known = facilities()
    if code not in known:
        yield f"facilityType {code} is none of {', '.join(known)}"
        return
    facility, amount = known[code], Decimal(example["amount"]["amount"])
    if not facility.min_tenure_months <= example["tenureMonths"] <= facility.max_tenure_months:
        yield f"tenureMonths {example['tenureMonths']} is beyond the limits of {code}"
    if not facility.min_amount <= amount <= facility.max_amount:
        yield f"amount {amount} is beyond the limits of {code}"


def test_an_example_of_an_application_is_within_the_limits_of_its_facility(document: Json) -> None:
    found = [f"{DOCUMENT}: {name}: {each}" for name, example in _applications(document) for each in _beyond(example)]
    assert list(_applications(document)), f"{DOCUMENT}: no example has a facilityType: name the field that has one"
    findings(found, MEND)
