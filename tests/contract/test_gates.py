"""The gates of all services: none is missing, each fact has an owner who is really asked, a refusal and its test."""

import importlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from loanflow.errors.v1 import reason_pb2
from proto.plugins.gates import page, tables
from services.application.status import MOVES
from services.catalog import BY_NAME, Service
from services.gates import Fact, Gate, Source
from tests.contract.conftest import GEN, ROOT
from tests.contract.sources import calls
from tests.contract.test_descriptors import EVENT, EVENT_MESSAGES

ACCESS: dict[str, Any] = json.loads((GEN / "access.json").read_text())
EVENTS = {message.full_name for message in EVENT_MESSAGES}
# What services can report; the empty one is for moves that the application service makes itself.
REPORTS = {message.GetOptions().Extensions[EVENT].type for message in EVENT_MESSAGES} | {""}
REASONS = {name.removeprefix("REASON_") for name in reason_pb2.Reason.DESCRIPTOR.values_by_name}
GATES = [
    pytest.param(service, gate, id=f"{service.name}: {gate.step}")
    for service, each in tables().items()
    for gate in each
]
# Changes that no fact but the caller's right decides on.
OPEN_TO_ALL = {
    "/loanflow.application.v1.ApplicationService/CreateApplication": "begins a life",
    "/loanflow.discussion.v1.DiscussionService/GetAcceptedOffer": "is asked by gates and changes nothing",
    "/loanflow.kyc.v1.KycService/CheckApproved": "is asked by gates and changes nothing",
    "/loanflow.application.v1.ApplicationService/CheckOngoing": "is asked by gates and changes nothing",
    "/loanflow.document.v1.DocumentService/ReleaseDocuments": "takes back what FreezeDocuments did",
    "/loanflow.activation.v1.ActivationService/Simulate": "stores nothing",
    "/loanflow.repayment.v1.RepaymentService/RunDaily": "chases what is due, and lets nothing through",
}
# Steps that move the life without asking whether it goes on; those of repayment come when it cannot be withdrawn.
MOVE_UNASKED = {
    "assess": "nobody is told and nothing is let through; the decision on it asks",
    "let an offer expire": "time passes whoever is out of reach, and what has ended stays as it ended",
    "send the money": "only has the order tried again, whose own gate asks",
    "cancel a loan before its money is sent": "the account's owner decides by its row, and this is the end",
}
# Services whose facts are not all made false yet; shrinks.
TO_BE_WALKED: frozenset[str] = frozenset()


def _path(service: Service, name: str) -> str:
    return f"/{service.proto_service}/{name}"


def _changes() -> Iterator[str]:
    """The RPCs of the services with gates that may change something."""
    of_life = {service.proto_service for service in tables()}
    for path, entry in ACCESS.items():
        reads = bool(entry["http"]) and all(binding["verb"] == "GET" for binding in entry["http"])
        if path.split("/")[1] in of_life and not reads:
            yield path


def test_every_change_has_its_gate() -> None:
    gated = {_path(service, name) for service, gates in tables().items() for gate in gates for name in gate.passes}
    assert set(_changes()) - gated == OPEN_TO_ALL.keys(), "list its facts in the service's gates.py"


def test_every_move_of_the_life_has_its_gate() -> None:
    moved = {action for gates in tables().values() for gate in gates for action in gate.actions}
    assert moved == {action.name for action, move in MOVES.items() if move.reported_by in REPORTS}


@pytest.mark.parametrize(("service", "gate"), GATES)
def test_what_a_gate_names_exists(service: Service, gate: Gate) -> None:
    assert [name for name in gate.passes if _path(service, name) not in ACCESS and name not in EVENTS] == []
    assert gate.facts, "a gate that needs nothing is none"
    assert [fact.refusal for fact in gate.facts if fact.refusal not in REASONS] == []
    assert [fact.owner for fact in gate.facts if fact.owner not in BY_NAME] == []


@pytest.mark.parametrize(("service", "gate"), GATES)
def test_a_step_that_moves_the_life_asks_whether_it_goes_on(service: Service, gate: Gate) -> None:
    """A customer may withdraw at any moment, and what tells of it lags: each stage asks the owner of the status."""
    asks = any(fact.owner == "application" and fact.source is Source.CALL for fact in gate.facts)
    owns = service.name in ("application", "repayment") or gate.step in MOVE_UNASKED
    assert owns or asks or not gate.actions, "add the fact, or the reason to MOVE_UNASKED"


def test_reasons_not_to_ask_are_of_steps_that_there_are() -> None:
    assert {gate.step for gates in tables().values() for gate in gates} >= MOVE_UNASKED.keys()


@pytest.mark.parametrize(("service", "gate"), GATES)
def test_the_owner_of_a_fact_is_asked(service: Service, gate: Gate) -> None:
    source = (ROOT / "services" / service.name / "peers.py").read_text() if any(f.ask for f in gate.facts) else ""
    asked = {rpc for _, rpc in calls(source, ACCESS)}
    for fact in gate.facts:
        assert bool(fact.ask) is (fact.source in (Source.CALL, Source.PIN)), fact.name
        assert (fact.owner == service.name) is (fact.source in (Source.ROW, Source.REQUEST)), fact.name
        assert not fact.ask or f"/{BY_NAME[fact.owner].package}.{fact.ask.replace('.', '/')}" in asked, fact.name


def test_every_fact_is_made_false_by_a_test() -> None:
    walked = {service: gates for service, gates in tables().items() if service.name not in TO_BE_WALKED}
    listed = {(service.name, gate.step, fact.name) for service, gates in walked.items() for gate in gates
              for fact in gate.facts}  # fmt: skip
    tested = {(service.name, *key) for service in walked for key in _made_false(service)}
    assert (listed - tested, tested - listed) == (set(), set()), "give it a scenario in the service's test_gates.py"


def _made_false(service: Service) -> Mapping[tuple[str, str], Any]:
    found: Mapping[tuple[str, str], Any] = importlib.import_module(f"tests.integration.{service.name}.test_gates").FALSE
    return found


def test_two_gates_of_a_service_have_two_names() -> None:
    for service, gates in tables().items():
        names: list[tuple[str, Fact]] = [(gate.step, fact) for gate in gates for fact in gate.facts]
        assert len({(step, fact.name) for step, fact in names}) == len(names), service.name


def test_the_page_is_of_these_tables() -> None:
    assert (GEN / "docs" / "gates.md").read_text() == page()
