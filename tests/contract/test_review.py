"""The reviewed tables against the contract as it is, and with a mistake on either side."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proto.review import access, listeners
from proto.review.__main__ import main
from tests.contract.conftest import GEN, ROOT

Entry = dict[str, Any]
STATEMENT = "/loanflow.repayment.v1.RepaymentService/GetStatement"


@pytest.fixture
def contract() -> dict[str, Entry]:
    table: dict[str, Entry] = json.loads((GEN / "access.json").read_text())
    return table


def test_contract_and_tables_agree() -> None:
    assert main() == 0


def test_a_line_is_written_as_it_is_read(contract: dict[str, Entry]) -> None:
    for path, entry in contract.items():
        line = access.Line.of(path, entry)
        assert access.Line.read(str(line)) == line


CHANGES: list[tuple[str, Callable[[Entry], Any]]] = [
    ("owner", lambda entry: entry.update(owner={"self": True})),
    ("public", lambda entry: entry.update(public=True, owner=None, roles=[])),
    ("roles", lambda entry: entry["roles"].remove("ADMIN")),
    ("callers", lambda entry: entry["callers"].append("risk")),
    ("rate class", lambda entry: entry.update(rate_class="STANDARD")),
    ("key", lambda entry: entry.update(idempotency="OPTIONAL")),
    ("routes", lambda entry: entry["http"][0].update(verb="POST")),
    ("routes", lambda entry: entry["http"][0].update(path="/api/v1/payments/{loan_id}/sheet")),
    ("routes", lambda entry: entry["http"][0].update(body="*")),
    ("routes", lambda entry: entry["http"].append({"verb": "GET", "path": "/api/v1/statements/{loan_id}", "body": ""})),
]


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[f"{n} {row[0]}" for n, row in enumerate(CHANGES)])
def test_each_property_of_an_rpc_is_compared(
    what: str, change: Callable[[Entry], Any], contract: dict[str, Entry]
) -> None:
    change(contract[STATEMENT])
    (found,) = access.differences(ROOT, contract)
    where, _, said = found.partition(": ")
    assert where.startswith("proto/loanflow/repayment/v1/repayment_service.proto:")
    assert f"repayment.GetStatement is not what was reviewed in {access.TABLE}:" in said
    assert what in said.splitlines()[0]
    assert "mend the contract" in said


def test_an_rpc_that_is_new_and_one_that_is_gone_are_named(contract: dict[str, Entry]) -> None:
    contract["/loanflow.repayment.v1.RepaymentService/GetSheet"] = contract.pop(STATEMENT)
    new, gone = access.differences(ROOT, contract)
    assert "repayment.GetSheet is new: a reviewer adds its line" in new
    assert gone.startswith(f"{access.TABLE}:")
    assert "repayment.GetStatement is gone from the contract" in gone


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("kyc.GetQueue GET /q owner=-", "wants: name, route or mesh"),
        ("kyc.GetQueue GET /q owner=- roles=* callers=- STANDARD key=-", "staff= is expected where 'roles=*' stands"),
        (
            "kyc.A mesh owner=- staff=- callers=- STANDARD key=-\nkyc.A mesh owner=- staff=- callers=- STANDARD key=-",
            "kyc.A stands in line 1 already",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, message: str, tmp_path: Path) -> None:
    table = tmp_path / access.TABLE
    table.parent.mkdir(parents=True)
    table.write_text(row + "\n")
    (found,) = access.differences(tmp_path, {})
    assert found.startswith(f"{access.TABLE}:")
    assert message in found


def _reviewed(root: Path, old: str, new: str) -> list[str]:
    """What is found when the reviewed table of listeners has another text."""
    text = (ROOT / listeners.TABLE).read_text()
    assert old in text
    path = root / listeners.TABLE
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(old, new, 1))
    (root / "proto" / "loanflow").symlink_to(ROOT / "proto" / "loanflow")
    return list(listeners.differences(root))


KYC_APPROVED = "kyc.approved\n"


def test_a_listener_that_the_contract_does_not_name_is_missed(tmp_path: Path) -> None:
    new = f"{KYC_APPROVED}  auth          note                      an account shows it\n"
    (found,) = _reviewed(tmp_path, KYC_APPROVED, new)
    assert found.startswith("proto/loanflow/kyc/v1/kyc_events.proto:")
    assert "auth must subscribe to kyc.approved" in found
    assert "an account shows it" in found


def test_a_listener_that_was_not_reviewed_is_named(tmp_path: Path) -> None:
    row = next(line for line in (ROOT / listeners.TABLE).read_text().splitlines() if "note_risk" in line)
    (found,) = _reviewed(tmp_path, f"{row}\n", "")
    assert "approval is a listener of risk.approved.for.discussion that was not reviewed" in found


def test_a_handler_that_does_something_else_is_named(tmp_path: Path) -> None:
    (found,) = _reviewed(tmp_path, "move application_id REJECT_KYC ", "move application_id APPROVE_KYC ")
    said = (
        "services/application/consumer.py:1: kyc.rejected calls move application_id REJECT_KYC, not move application_id"
    )
    assert found.startswith(f"{said} APPROVE_KYC as was reviewed")
