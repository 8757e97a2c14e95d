"""Every RPC by which staff decide on a loan refuses whoever is bound by it, or it is said here why it need not.

That the refusal is real is seen where each fact of each gate is made false: tests/integration/<service>/test_gates.py.
"""

import json
from collections.abc import Iterator
from typing import Any

from proto.plugins.gates import tables
from services.outsiders import OUTSIDER
from tests.contract.conftest import GEN
from tests.contract.findings import findings, same

ACCESS: dict[str, Any] = json.loads((GEN / "access.json").read_text())
# Services whose RPCs are about no loan: accounts and clients, persons, and what they are notified of.
OF_NO_LOAN = frozenset({"auth", "audit", "customer", "notification"})
# By service and RPC; grows only by what decides nothing on one loan.
UNASKED = {
    ("application", "UpdateApplication"): "writes down what the customer asks for, in a draft, on which nobody decides",
    ("document", "DeleteDocument"): "takes a document out of a draft; what was accepted stays",
    ("kyc", "UpdateOfficer"): "says what an officer can take, of whatever loan",
    ("risk", "AddCollateral"): "names what is to secure a loan, and counts for nothing until outsiders value it",
    ("risk", "WithdrawCollateral"): "takes away, before the decision, what others might lend on",
    ("risk", "ProposeRuleSet"): "is about the rules for all loans, and another person decides",
    ("risk", "SimulateRuleSet"): "computes, and changes no loan",
    ("risk", "DecideRuleSet"): "is about the rules for all loans, which another person proposed",
    ("risk", "ResendRefusalNotice"): "sends the notice again that is there, to the customer's own address",
}


def _of_staff() -> Iterator[tuple[str, str]]:
    """The RPCs, by service and name, that a member of staff may call and that may change something."""
    for path, entry in ACCESS.items():
        service = path.split(".")[1]
        reads = bool(entry["http"]) and all(binding["verb"] == "GET" for binding in entry["http"])
        if service not in OF_NO_LOAN and not reads and entry["roles"]:
            yield service, path.rpartition("/")[2]


def test_every_rpc_by_which_staff_decide_on_a_loan_refuses_who_is_bound_by_it() -> None:
    asking = {
        (service.name, rpc)
        for service, gates in tables().items()
        for gate in gates
        for rpc in gate.passes
        if any((fact.name, fact.refusal) == (OUTSIDER, "MAKER_CHECKER") for fact in gate.facts)
    }
    remedy = "have it ask, and give its gate the fact of services/outsiders.py; or say in UNASKED why not"
    same(
        {"/".join(each) for each in UNASKED},
        {"/".join(each) for each in set(_of_staff()) - asking},
        "tests/contract/test_outsiders.py:1",
        remedy,
        "it refuses who is bound, or is none of staff: take it out",
    )


def test_what_is_about_no_loan_names_none() -> None:
    """A service that is left out whole has no RPC for staff about an application or a loan."""
    findings(
        [
            f"tests/contract/test_outsiders.py:1: {path} names a loan, and its service is left out"
            for path, entry in ACCESS.items()
            if path.split(".")[1] in OF_NO_LOAN and entry["roles"]
            for binding in entry["http"]
            if any(f"{{{field}}}" in binding["path"] for field in ("application_id", "loan_id", "payment_id"))
        ],
        "take the service out of OF_NO_LOAN",
    )
