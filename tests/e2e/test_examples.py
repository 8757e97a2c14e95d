"""Every example of a request in gen/openapi.yaml, sent to the running edge by an actor who may: its shape is taken.

Objects that the example names are the actor's own where there is one. It may be refused for the state of things alone:
no such object, a status that does not allow it, a person who decided before.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from stack.demo.api import Session
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff
from tests.contract.findings import findings
from tests.e2e.conftest import NewJourney
from tests.e2e.contract_calls import Rpc, rpcs
from tests.e2e.everybody import partners_token
from tests.e2e.reference import SCHEMA

EXAMPLE_ID = "0c8f9a52-6f0e-4b1d-9a57-2f7d0f6f3c11"
ROLES = {
    "OFFICER": "officer", "MANAGER": "manager", "RISK_MGR": "risk_manager", "INTERNAL": "internal",
    "CREDIT_HEAD": "credit_head", "ADMIN": "admin",
}  # fmt: skip
# Of the caller's right, which the test has to have; a public RPC may say of a password or a token that it is none.
OF_ACCESS = {"UNAUTHENTICATED", "ACCESS_DENIED", "NOT_OWNER"}
OF_SHAPE = 3  # INVALID_ARGUMENT
MEND = "say in the comment of the field: such as `...`; or mend proto/plugins/openapi/examples.py"


@pytest.fixture
def journey(new_journey: NewJourney) -> LoanJourney:
    """A customer with a draft of an application."""
    made = new_journey()
    made.register()
    made.apply()
    return made


def examples() -> Iterator[tuple[str, str, Any, Rpc]]:
    """Verb, path, body and RPC of every example."""
    bindings = {(each.verb, each.path): rpc for rpc in rpcs() for each in rpc.bindings}
    for path, item in SCHEMA.raw_schema["paths"].items():
        for verb, operation in item.items():
            media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if "example" in media:
                yield verb.upper(), path, media["example"], bindings[verb.upper(), path]


def _token(rpc: Rpc, journey: LoanJourney, staff: Staff, partner: str) -> str:
    if rpc.public:
        return ""
    if rpc.owner_field or rpc.owner_self:
        return journey.customer.token
    if not rpc.roles:
        return partner
    session: Session = getattr(staff, ROLES[sorted(rpc.roles)[0]])
    return session.token


def _with_own_objects(text: Any, known: dict[str, str]) -> Any:
    """The example with the actor's own objects for those that it names."""
    if isinstance(text, dict):
        return {
            name: known.get(name, EXAMPLE_ID) if value == EXAMPLE_ID else _with_own_objects(value, known)
            for name, value in text.items()
        }
    return [_with_own_objects(each, known) for each in text] if isinstance(text, list) else text


def _fault(answer: httpx.Response, public: bool) -> str:
    """What is wrong with the answer to an example; empty when it was taken, or refused for the state of things."""
    if answer.is_success:
        return ""
    said = answer.json()
    details = said.get("details", [])
    reason = next((each["reason"] for each in details if "reason" in each), "")
    fields = [f"{each['field']} {each['description']}" for one in details for each in one.get("fieldViolations", [])]
    shape = said.get("code") == OF_SHAPE or answer.status_code >= 500
    denied = not public and reason in OF_ACCESS
    return f"{answer.status_code} {reason} {said.get('message', '')} {fields}" if shape or denied else ""


def test_every_example_is_taken_by_the_running_edge(edge: Session, staff: Staff, journey: LoanJourney) -> None:
    known = {"customerId": journey.customer.account_id, "applicationId": journey.application_id}
    faults, partner, sent = [], partners_token(staff.admin, edge.base_url), 0
    # An access token ends with its session: the example that signs out comes last.
    for verb, path, body, rpc in sorted(examples(), key=lambda each: each[1].endswith("/logout")):
        token = _token(rpc, journey, staff, partner)
        named = {name: known.get(re.sub(r"_(\w)", lambda found: found[1].upper(), name), EXAMPLE_ID)
                 for name in re.findall(r"\{(\w+)\}", path)}  # fmt: skip
        shaped = {
            "instalment_number": "1", "valuation_number": "1", "rule_set_version": "2026-12-01",
            "event_type": "payment.overdue",
        }  # fmt: skip
        url = path.format_map({**named, **shaped})
        headers = {"idempotency-key": str(uuid.uuid4())} | ({"authorization": f"Bearer {token}"} if token else {})
        content = _with_own_objects(body, known)
        answer = edge.client.request(verb, edge.base_url + url, json=content, headers=headers)
        sent += 1
        if fault := _fault(answer, rpc.public):
            faults.append(f"gen/openapi.yaml:1: the example of {verb} {path} is refused: {fault}")
    assert sent > 30, "the reference gives hardly any example"
    findings(faults, MEND)
