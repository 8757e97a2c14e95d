"""Which earlier versions the contract is held against: releases, main's present and past, where a branch left main."""

import shutil

import pytest

from proto.evolution import __main__ as evolution
from proto.evolution import versions
from tests.contract.conftest import ROOT
from tests.contract.copies import Copy

EVENTS = "proto/loanflow/kyc/v1/kyc_events.proto"


def _commit(copy: Copy, text: str) -> str:
    copy.change(EVENTS, "syntax", f"// {text}\nsyntax")
    copy.git("commit", "-q", "-a", "-m", text)
    return copy.git("rev-parse", "HEAD").strip()


def test_main_is_held_against_itself_and_its_parents(copy: Copy) -> None:
    first = copy.git("rev-parse", "HEAD").strip()
    assert versions.commits(copy.root) == [first]
    second, third = _commit(copy, "second"), _commit(copy, "third")
    assert versions.commits(copy.root) == [third, second]


def test_a_branch_is_held_against_where_it_left_main(copy: Copy) -> None:
    left = copy.git("rev-parse", "HEAD").strip()
    copy.git("checkout", "-q", "-b", "change")
    _commit(copy, "on the branch")
    assert versions.commits(copy.root) == [left]
    copy.git("checkout", "-q", "main")
    _commit(copy, "on main")
    copy.git("checkout", "-q", "change")
    assert versions.commits(copy.root) == [left]


def test_other_commits_can_be_named(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_AGAINST", "v1 v2")
    assert versions.commits(copy.root) == ["v1", "v2"]


def test_a_release_is_held_against_for_ever_and_never_changes(copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(copy.root / versions.RELEASES, ignore_errors=True)
    path = versions.release(copy.root, "9.9.9")
    again = path.read_bytes()
    path.unlink()
    assert versions.release(copy.root, "9.9.9").read_bytes() == again
    with pytest.raises(FileExistsError, match="a release never changes"):
        versions.release(copy.root, "9.9.9")
    copy.git("add", "-A")
    copy.git("commit", "-q", "-m", "release")
    copy.change(EVENTS, "  string verified_by = 3;\n", '  reserved 3;\n  reserved "verified_by";\n')
    copy.git("commit", "-q", "-a", "-m", "a field goes, as it may")
    assert evolution.main(copy.root) == 0, capfd.readouterr().err
    copy.change(EVENTS, 'type: "kyc.approved"', 'type: "kyc.passed"')
    for number in range(3):
        copy.git("commit", "-q", "--allow-empty", "-a", "-m", f"commit {number}")
    assert evolution.main(copy.root) == 1
    said = capfd.readouterr().err
    assert "KycApproved: event type: was kyc.approved and is kyc.passed" in said
    assert "(against release 9.9.9)" in said


def test_what_is_reserved_and_what_is_added_breaks_nothing(copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    reserved = '  reserved 3;\n  reserved "verified_by";\n'
    copy.change(EVENTS, "  string verified_by = 3;\n", reserved + "  // New.\n  string teller = 33;\n")
    assert evolution.main(copy.root) == 0, capfd.readouterr().err


def test_a_break_that_is_meant_is_named_with_its_reason(copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    copy.change(EVENTS, 'key: "application_id"', 'key: "customer_id"')
    assert evolution.main(copy.root) == 1
    said = capfd.readouterr().err
    assert "KycVerificationStarted: event key: was application_id and is customer_id" in said
    assert f"is named in {evolution.MEANT} with its reason" in said
    meant = copy.root / evolution.MEANT
    # Beside those that this version names already.
    row = "loanflow.kyc.v1.KycVerificationStarted event key: nothing subscribed to it before\n"
    meant.write_text(meant.read_text() + row)
    assert evolution.main(copy.root) == 0, capfd.readouterr().err


def test_the_project_itself_breaks_nothing() -> None:
    assert evolution.main(ROOT) == 0
