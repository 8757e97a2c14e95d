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
from tests.contract.findings import findings, same
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
    "/loanflow.application.v1.ApplicationService/CreateApplication": "begins a lifecycle",
    "/loanflow.discussion.v1.DiscussionService/GetAcceptedOffer": "is asked by gates and changes nothing",
    "/loanflow.kyc.v1.KycService/CheckApproved": "is asked by gates and changes nothing",
    "/loanflow.application.v1.ApplicationService/CheckDecider": "is asked by gates and changes nothing",
    "/loanflow.application.v1.ApplicationService/CheckOngoing": "is asked by gates and changes nothing",
    "/loanflow.application.v1.ApplicationService/ListCommitments": "is asked by risk and changes nothing",
    "/loanflow.document.v1.DocumentService/ReleaseDocuments": "takes back what FreezeDocuments did",
    "/loanflow.agreement.v1.AgreementService/ReportDocusignEvent": "has the provider asked, and lets nothing through",
    "/loanflow.agreement.v1.AgreementService/ReportAdobeSignEvent": "has the provider asked, and lets nothing through",
    "/loanflow.activation.v1.ActivationService/Simulate": "stores nothing",
    "/loanflow.kyc.v1.KycService/RunScreening": "looks for hits, and lets nothing through",
    "/loanflow.repayment.v1.RepaymentService/RunDaily": "chases what is due, and lets nothing through",
}
# Steps that move the lifecycle without asking whether it goes on; those of repayment come when it cannot be withdrawn.
MOVE_UNASKED = {
    "assess": "no notice is sent and nothing is let through; the decision on it asks",
    "let an offer expire": "time passes while services are out of reach, and what has ended stays as it ended",
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
    open_to_all = set(_changes()) - gated
    remedy = "list its facts in services/{}/gates.py, or say in OPEN_TO_ALL why it has none"
    same(
        OPEN_TO_ALL,
        open_to_all,
        "tests/contract/test_gates.py:1",
        remedy.format("<service>"),
        "it has a gate: take it out",
    )


def test_every_move_of_the_lifecycle_has_its_gate() -> None:
    moved = {action for gates in tables().values() for gate in gates for action in gate.actions}
    wanted = {action.name for action, move in MOVES.items() if move.reported_by in REPORTS}
    same(moved, wanted, "services/application/status.py:1", "name it in the actions of a gate", "no event reports it")


@pytest.mark.parametrize(("service", "gate"), GATES)
def test_what_a_gate_names_exists(service: Service, gate: Gate) -> None:
    at = f"services/{service.name}/gates.py:1: {gate.step}"
    unknown = [name for name in gate.passes if _path(service, name) not in ACCESS and name not in EVENTS]
    findings([f"{at}: {name} is neither an RPC nor an event" for name in unknown], "name it as the contract does")
    assert gate.facts, f"{at}: a gate that needs nothing is none: list its facts"
    refusals = [fact.refusal for fact in gate.facts if fact.refusal not in REASONS]
    findings([f"{at}: {name} is no reason" for name in refusals], "add it to proto/loanflow/errors/v1/reason.proto")
    owners = [fact.owner for fact in gate.facts if fact.owner not in BY_NAME]
    findings([f"{at}: {name} is no service" for name in owners], "name one of services/catalog.py")


@pytest.mark.parametrize(("service", "gate"), GATES)
def test_a_step_that_moves_the_loan_asks_whether_it_goes_on(service: Service, gate: Gate) -> None:
    """A customer may withdraw at any moment, and its event lags: each stage asks the owner of the status."""
    asks = any(fact.owner == "application" and fact.source is Source.CALL for fact in gate.facts)
    owns = service.name in ("application", "repayment") or gate.step in MOVE_UNASKED
    at = f"services/{service.name}/gates.py:1: {gate.step}"
    assert owns or asks or not gate.actions, (
        f"{at}: does not ask the application: add the fact, or say why in MOVE_UNASKED"
    )


def test_reasons_not_to_ask_are_of_steps_that_there_are() -> None:
    steps = {gate.step for gates in tables().values() for gate in gates}
    gone = sorted(MOVE_UNASKED.keys() - steps)
    findings(
        [f"tests/contract/test_gates.py:1: {step!r} is the step of no gate" for step in gone],
        "take it out of MOVE_UNASKED",
    )


@pytest.mark.parametrize(("service", "gate"), GATES)
def test_the_owner_of_a_fact_is_asked(service: Service, gate: Gate) -> None:
    source = (ROOT / "services" / service.name / "peers.py").read_text() if any(f.ask for f in gate.facts) else ""
    asked = {rpc for _, rpc in calls(source, ACCESS)}
    for fact in gate.facts:
        at = f"services/{service.name}/gates.py:1: {gate.step}: {fact.name}"
        assert bool(fact.ask) is (fact.source in (Source.CALL, Source.PIN)), f"{at}: only a call or a pin names an ask"
        own = fact.source in (Source.ROW, Source.REQUEST, Source.SETTING)
        assert (fact.owner == service.name) is own, f"{at}: a row or a request is the service's own, all else another's"
        rpc = f"/{BY_NAME[fact.owner].package}.{fact.ask.replace('.', '/')}"
        assert not fact.ask or rpc in asked, f"{at}: services/{service.name}/peers.py does not call {rpc}: have it ask"


def test_every_fact_is_made_false_by_a_test() -> None:
    walked = {service: gates for service, gates in tables().items() if service.name not in TO_BE_WALKED}
    listed = {(service.name, gate.step, fact.name) for service, gates in walked.items() for gate in gates
              for fact in gate.facts}  # fmt: skip
    tested = {(service.name, *key) for service in walked for key in _made_false(service)}
    for name in sorted({each[0] for each in listed | tested}):
        found, wanted = ([" / ".join(each[1:]) for each in every if each[0] == name] for every in (tested, listed))
        where = f"tests/integration/{name}/test_gates.py:1"
        same(found, wanted, where, "give it a scenario that makes it false", "no gate has this fact: take it out")


def _made_false(service: Service) -> Mapping[tuple[str, str], Any]:
    found: Mapping[tuple[str, str], Any] = importlib.import_module(f"tests.integration.{service.name}.test_gates").FALSE
    return found


def test_two_gates_of_a_service_have_two_names() -> None:
    for service, gates in tables().items():
        names: list[tuple[str, Fact]] = [(gate.step, fact) for gate in gates for fact in gate.facts]
        assert len({(step, fact.name) for step, fact in names}) == len(names), service.name


def test_the_page_is_of_these_tables() -> None:
    assert (GEN / "docs" / "gates.md").read_text() == page()
