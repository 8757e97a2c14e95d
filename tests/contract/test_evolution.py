"""Which earlier versions the contract is held against: releases, main's present and past, where a branch left main."""

import pytest

from proto import evolution
from tests.contract.copies import Copy

EVENTS = "proto/loanflow/kyc/v1/kyc_events.proto"


def _commit(copy: Copy, text: str) -> str:
    copy.change(EVENTS, "syntax", f"// {text}\nsyntax")
    copy.git("commit", "-q", "-a", "-m", text)
    return copy.git("rev-parse", "HEAD").strip()


def test_main_is_held_against_itself_its_parents_and_all_releases(copy: Copy) -> None:
    first = copy.git("rev-parse", "HEAD").strip()
    assert evolution.earlier_versions(copy.root) == [first]
    copy.git("tag", "v1")
    second, third = _commit(copy, "second"), _commit(copy, "third")
    assert evolution.earlier_versions(copy.root) == [third, second, first]


def test_a_branch_is_held_against_where_it_left_main(copy: Copy) -> None:
    left = copy.git("rev-parse", "HEAD").strip()
    copy.git("checkout", "-q", "-b", "change")
    _commit(copy, "on the branch")
    assert evolution.earlier_versions(copy.root) == [left]
    copy.git("checkout", "-q", "main")
    _commit(copy, "on main")
    copy.git("checkout", "-q", "change")
    assert evolution.earlier_versions(copy.root) == [left]


def test_other_versions_can_be_named(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_AGAINST", "v1 v2")
    assert evolution.earlier_versions(copy.root) == ["v1", "v2"]


def test_what_is_reserved_and_what_is_added_breaks_nothing(copy: Copy, capfd: pytest.CaptureFixture[str]) -> None:
    reserved = '  reserved 3;\n  reserved "verified_by";\n'
    copy.change(EVENTS, "  string verified_by = 3;\n", reserved + "  // New.\n  string teller = 33;\n")
    assert evolution.main(copy.root) == 0, capfd.readouterr().err
