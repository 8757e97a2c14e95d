"""Mistakes, each made in a copy of the project: a check of `make check` stops it, and says where and what to do.

Every mistake that is known has its name here or in tests/contract/mistakes; those that need more than one check, or a
build of gen/, are made by the test that `ELSEWHERE` names. All are made by `make mutations`, and by a test run anywhere
but in CI, which makes a sixth of them with each commit: another with the next.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT
from tests.contract.findings import findings
from tests.contract.mistakes import code, figures, files, protos
from tests.contract.mistakes.mistake import Elsewhere, Mistake
from tests.contract.mistakes.tree import Tree, copy_of

MISTAKES: list[Mistake] = [*protos.MISTAKES, *code.MISTAKES, *files.MISTAKES, *figures.MISTAKES]
SHARES = 6
# A file with its line, a module with its line as import-linter names it, a class of a store, or a folder.
PLACE = re.compile(
    r"[\w./-]+\.(py|proto|txt|ya?ml|json|avsc|md):\d+:|\(l\.\d+\)|services/\w+/store\.py: \w+: "
    r"|services/\w+/migrations/versions: |(k8s/ and istio|istio|k8s|envoy)/:1: "
)
_HERE = "tests/contract/test_generation.py::"
_DRIFT = "tests/contract/test_drift.py::"
ELSEWHERE = [
    Elsewhere("an access option gone", f"{_HERE}test_make_gen_stops_and_leaves_the_old_files_whole[an access option is gone]"),
    Elsewhere("two RPCs on one path", f"{_HERE}test_make_gen_stops_and_leaves_the_old_files_whole[two RPCs on one path]"),
    Elsewhere("callers in a cycle", f"{_HERE}test_make_gen_stops_and_leaves_the_old_files_whole[callers in a cycle]"),
    Elsewhere("an enum number taken twice", f"{_HERE}test_make_gen_stops_and_leaves_the_old_files_whole[an enum value takes a number twice]"),
    Elsewhere("no protobuf at all", f"{_HERE}test_make_gen_stops_and_leaves_the_old_files_whole[no protobuf at all]"),
    Elsewhere("an RPC that nothing implements", f"{_HERE}test_an_rpc_is_added_and_nothing_implements_it"),
    Elsewhere("a service dropped from Envoy", f"{_HERE}test_a_service_is_dropped_from_envoy"),
    Elsewhere("an event that old readers cannot read", f"{_HERE}test_an_event_could_not_be_read[another type]"),
    Elsewhere("a field added that the model lacks", f"{_DRIFT}test_the_contract_drifts_from_the_model[a field added to a resource]"),
    Elsewhere("a field of a request that the command lacks", f"{_DRIFT}test_the_contract_drifts_from_the_model[a field added to a request]"),
    Elsewhere("an enum value of the contract that the model lacks", f"{_DRIFT}test_the_contract_drifts_from_the_model[an enum value added]"),
    Elsewhere("a column that no migration makes", "tests/contract/test_migrations.py::test_what_no_migration_makes_is_named[_column-column nickname]"),
    Elsewhere("a table that the code does not declare", "tests/contract/test_migrations.py::test_what_the_code_does_not_declare_is_named[CREATE INDEX customers_phone ON customers (phone) WHERE phone IS NOT NULL-index customers_phone]"),
    Elsewhere("a reason that an RPC does not list, while a test calls it", "tests/integration/runtime/test_reasons.py::test_a_reason_that_is_not_listed_breaks_the_call[unlisted-Internal]"),
]  # fmt: skip
# As they were asked for; each is a mistake of the tables above.
ASKED = (
    "an owner rule from a field to self", "an RPC made public", "a role added", "an RPC removed together with its code",
    "an RPC renamed together with its code", "a REST path changed", "a REST verb changed", "a REST body changed",
    "a rule tightened", "a new required field in an old request", "an event's key changed",
    "a listener dropped from the contract", "a subscription dropped",
    "a model's field renamed, so that a response field stays empty", "a reason raised that the RPC does not list",
    "debug_redact dropped", *(f"a personal field named {name}" for name in (
        "colour", "label", "info", "value", "extra", "data", "detail", "hint", "line_two")),
    "login's rate class lost", "a payment's idempotency key no longer required", "an enum value that the model lacks",
    "a migration missing", "two heads of migrations", "datetime.now() in a model", "STRICT turned to PERMISSIVE by hand",
)  # fmt: skip


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The copy that all mistakes are made in, one after another."""
    return copy_of(ROOT, tmp_path_factory.mktemp("tree"))


def chosen(mistakes: list[Mistake], share: int | None) -> list[Mistake]:
    """Every sixth mistake, from the one of that place on; all of them when none is given."""
    return mistakes if share is None else mistakes[share % SHARES :: SHARES]


def _share() -> int | None:
    """Which of the sixths is this commit's; None outside of CI."""
    if not os.environ.get("CI") or os.environ.get("LOANFLOW_MUTATIONS") == "all":
        return None
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return int(commit.strip()[:8] or "0", 16)


@pytest.mark.parametrize("mistake", chosen(MISTAKES, _share()), ids=lambda mistake: mistake.what)
def test_a_mistake_is_stopped_with_its_place_and_what_to_do(tree: Tree, mistake: Mistake) -> None:
    with tree.changed(mistake.edits):
        found = mistake.check(tree)
    lines = [line for line in found.splitlines() if mistake.said in line]
    assert lines, f"nothing says {mistake.said!r}: {found or 'the check passes'}"
    assert any(PLACE.search(line) for line in lines), f"no file and line: {lines}"


def test_every_mistake_can_still_be_made() -> None:
    """In each run, whichever share of them it makes: a text that has changed hides what its mistake would show."""
    edits = [(each.what, edit) for each in MISTAKES for edit in each.edits if edit.old]
    gone = [(what, edit) for what, edit in edits if edit.old not in (ROOT / edit.file).read_text()]
    findings([f"{edit.file}:1: has no {edit.old!r} any more: {what}" for what, edit in gone], "mend the mistake")


def test_every_mistake_has_its_own_name_and_those_that_were_asked_for_are_among_them() -> None:
    names = [*(each.what for each in MISTAKES), *(each.what for each in ELSEWHERE)]
    findings([f"{__file__}:1: {name!r} is there twice" for name in set(names) if names.count(name) > 1], "rename one")
    findings([f"{__file__}:1: {name!r} is made by no test" for name in ASKED if name not in names], "make it")
    assert len(names) > 100, (
        f"{__file__}:1: {len(names)} mistakes are fewer than were known: put back what was taken out"
    )


def test_the_shares_are_all_mistakes_each_in_one() -> None:
    shares = [chosen(MISTAKES, share) for share in range(SHARES)]
    assert sorted(each.what for share in shares for each in share) == sorted(each.what for each in MISTAKES)
    assert chosen(MISTAKES, None) == MISTAKES


def test_what_is_made_elsewhere_is_there() -> None:
    names = sorted({each.test.partition("::")[0] for each in ELSEWHERE})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *names]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    findings(
        [f"{each.test}: is no test" for each in ELSEWHERE if each.test not in listed], "name the one that makes it"
    )


def test_what_stops_a_mistake_is_in_make_check() -> None:
    """Its tests are among those that `make check` runs; the other checks are lines of its recipe."""
    command = ["make", "--no-print-directory", "-s", "--eval", "listed:;@echo $(STATIC) $(UNITS)", "listed"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    table = "\n".join(Path(each.__file__ or "").read_text() for each in (protos, code, files, figures))
    used = set(re.findall(r'tests\("([^"]+)"', table))
    missing = [name for name in used if not any(name == each or name.startswith(f"{each}/") for each in run)]
    findings(
        [f"Makefile:1: make check runs no {name}, which stops a mistake" for name in sorted(missing)],
        "add it to STATIC or UNITS",
    )
