"""No aggregate gets stuck: from every status an ending can be reached, and every ending has a reason to be one."""

from collections.abc import Iterator, Mapping

import pytest
from google.protobuf.descriptor import EnumDescriptor

from services.application.status import MOVES, TERMINAL_STATUSES, ApplicationStatus
from services.catalog import SERVICES
from services.runtime.messages import enum_prefix
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same
from tests.contract.test_descriptors import FILES

TABLE = ROOT / "proto" / "review" / "endings.txt"
SERVICE_NAMES = {service.name for service in SERVICES}
# Where each status of an enum leads, and the reason why it leads nowhere.
Ways = dict[str, tuple[frozenset[str], str]]


def _written() -> Mapping[str, Ways]:
    found: dict[str, Ways] = {}
    ways: Ways = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            ways = found.setdefault(line.strip(), {})
            continue
        status, _, rest = line.partition("->")
        onward, _, why = rest.partition(":")
        assert status.strip() not in ways, line
        ways[status.strip()] = frozenset(onward.split()), why.strip()
    return found


def _application() -> Ways:
    ways: Ways = {}
    for status in ApplicationStatus:
        onward = frozenset(move.to.name for move in MOVES.values() if status in move.allowed_from)
        ways[status.name] = onward, "" if onward else TERMINAL_STATUSES[status].why
    return ways


def _enums() -> Iterator[tuple[str, EnumDescriptor]]:
    for file in FILES:
        for name, enum in file.enum_types_by_name.items():
            if name.endswith("Status") and (service := file.package.split(".")[1]) in SERVICE_NAMES:
                yield f"{service}.{name}", enum


WAYS = {**_written(), "application.ApplicationStatus": _application()}


def _at(name: str) -> str:
    """Where the ways of an enum are written."""
    if name == "application.ApplicationStatus":
        return f"services/application/status.py:1: {name}"
    lines = TABLE.read_text().splitlines()
    return f"{TABLE.relative_to(ROOT)}:{lines.index(name) + 1}: {name}"


def test_every_status_of_every_service_is_in_the_table() -> None:
    contract = {
        name: {value.name.removeprefix(enum_prefix(enum)) for value in enum.values if value.number}
        for name, enum in _enums()
    }
    found = [f"{name} {status}" for name, ways in WAYS.items() for status in ways]
    wanted = [f"{name} {status}" for name, statuses in contract.items() for status in statuses]
    same(
        found,
        wanted,
        "proto/review/endings.txt:1",
        "write its line: where it leads",
        "the contract lacks it: take it out",
    )


@pytest.mark.parametrize("name", WAYS)
def test_a_status_leads_to_others_or_says_why_it_leads_nowhere(name: str) -> None:
    ways = WAYS[name]
    for status, (onward, why) in ways.items():
        unknown = sorted(onward - ways.keys())
        findings(
            [f"{_at(name)}: {status} leads to {each}" for each in unknown], "which is no status of it: mend the line"
        )
        assert bool(onward) != bool(why), f"{_at(name)}: {status}: say where it leads, or why it leads nowhere"


# These go round for good: a customer's KYC is as new as the details, an account or a loan as its last payment.
RESTING = {
    "customer.KycStatus": {"APPROVED", "REJECTED"},
    "activation.AccountStatus": {"CLOSED"},
    "repayment.LoanStatus": {"CLOSED"},
    "application.ApplicationStatus": {"CLOSED"},
}


@pytest.mark.parametrize("name", WAYS)
def test_from_every_status_an_ending_can_be_reached(name: str) -> None:
    ways = WAYS[name]
    good = {status for status, (onward, _) in ways.items() if not onward} | RESTING.get(name, set())
    while more := {status for status, (onward, _) in ways.items() if onward & good} - good:
        good |= more
    findings([f"{_at(name)}: {each}" for each in sorted(set(ways) - good)], "no ending is reached from it: lead it on")


@pytest.mark.parametrize("name", WAYS)
def test_every_status_is_reached_from_the_first(name: str) -> None:
    ways = WAYS[name]
    found = {next(iter(ways))}
    while more := {each for status in found for each in ways[status][0]} - found:
        found |= more
    findings(
        [f"{_at(name)}: {each}" for each in sorted(set(ways) - found)], "no way leads to it: name the status before"
    )
