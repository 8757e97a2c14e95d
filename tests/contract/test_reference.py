"""The pages of events and reasons against golden files; what is refused of comments and of personal fields."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from proto.plugins.privacy import TABLE, leaks, plain_names
from proto.plugins.reference import reference
from tests.contract.compiled import contract_of
from tests.contract.findings import findings
from tests.contract.test_kinds import ALL

GOLDEN = Path(__file__).parent / "golden"
DEMO = (GOLDEN / "reference.proto").read_text()
PLAIN = ("*_id", "guests", "demo.v1.FinishRequest.note")


def test_gives_the_golden_pages(tmp_path: Path) -> None:
    contract = contract_of(DEMO, tmp_path)
    pages = reference(contract)
    leaks(contract, PLAIN)
    findings(contract.errors)
    assert {name: (GOLDEN / name).read_text() for name in pages} == pages


REFUSALS = [
    ("a reason", "DEMO_OVER, DEMO_DULL:", "DEMO_OVER, DEMO_SAD:", "demo.v1.DemoService/Finish: its comment lists the "
     "reason DEMO_SAD: add REASON_DEMO_SAD to the reasons", "rpc Finish"),
    ("a code", "FAILED_PRECONDITION DEMO", "FAILED_CONDITION DEMO", "demo.v1.DemoService/Finish: its comment lists "
     "FAILED_CONDITION, which is no code of gRPC", "rpc Finish"),
    ("a request", "string demo_id = 1;\n}", "string payout_iban = 1;\n}", "demo.v1.FinishRequest.payout_iban: is "
     "personal by its name: add [debug_redact = true], or name it otherwise", "payout_iban"),
    ("a harmless name", "string demo_id = 1;\n}", "string nick = 1;\n}", "demo.v1.FinishRequest.nick: is a text that "
     "was not reviewed, and so personal: add [debug_redact = true], or name it in proto/review/plain.txt",
     "string nick"),
    ("another's field", "repeated string guests = 4;", "string note = 4;", "demo.v1.DemoFinished.note: is a text that "
     "was not reviewed, and so personal: leave it out, or name it in proto/review/plain.txt", "string note"),
    ("an id of a person", "string demo_id = 1;\n}", "string passport_id = 1;\n}", "demo.v1.FinishRequest.passport_id: "
     "is personal by its name: add [debug_redact = true], or name it otherwise", "passport_id"),
    ("an event", "repeated string guests = 4;", "repeated string email = 4 [debug_redact = true];",
     "demo.v1.DemoFinished.email: is personal, and events are kept for ever: leave it out", "string email"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "message", "at"), REFUSALS, ids=[refusal[0] for refusal in REFUSALS])
def test_refuses_with_file_line_and_reason(
    what: str, old: str, new: str, message: str, at: str, tmp_path: Path
) -> None:
    assert old in DEMO, what
    text = DEMO.replace(old, new, 1)
    contract = contract_of(text, tmp_path)
    reference(contract)
    leaks(contract, PLAIN)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if at in each)
    assert contract.errors == [f"proto/demo.proto:{line}: {message}"]


def test_the_list_of_plain_texts_has_reasons_and_nothing_that_is_gone(tmp_path: Path) -> None:
    for each in plain_names():
        assert any(fnmatchcase(name if "." in each else name.rpartition(".")[2], each) for name in ALL), each
    (tmp_path / "proto" / "review").mkdir(parents=True)
    (tmp_path / TABLE).write_text("# A comment.\ncolour\n")
    with pytest.raises(ValueError, match=f"^{TABLE}:2: wants"):
        plain_names(tmp_path)
