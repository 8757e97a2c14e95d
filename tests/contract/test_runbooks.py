"""Every alert has its runbook, and a runbook says nothing that is not there: no command, route, file or metric."""

import contextlib
import importlib.util
import io
import json
import re
import shlex
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path

import pytest

from services.dynamic_settings import __main__ as settings
from services.dynamic_settings.table import TABLE
from services.runtime.events import __main__ as events
from stack import __main__ as stack
from stack.backup import __main__ as backup
from stack.observability import rules
from tests.contract.conftest import GEN, ROOT
from tests.contract.findings import findings, same
from tests.contract.test_observability import exposed, kept
from tests.runbooks import ORDER, said

FOLDER = ROOT / rules.RUNBOOKS
PAGES = sorted(FOLDER.glob("*.md"))
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
# For what no figure tells of: somebody finds it out.
UNTOLD = {"restore", "failed-deploy", "old-logs"}
_ROUTES = {
    (binding["verb"], binding["path"])
    for entry in json.loads((GEN / "access.json").read_text()).values()
    for binding in entry["http"]
}


def refused(parser: ArgumentParser, words: list[str]) -> str:
    """Why a command line is none of the parser's; empty when it is."""
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            parser.parse_args(words)
    except SystemExit:
        return told.getvalue().strip().splitlines()[-1]
    return ""


def wrong(code: str) -> str:
    """What is wrong with one piece of code; empty when nothing is."""
    # Where a reader puts something of their own.
    words = shlex.split(code.replace("…", "X").replace("< ", "")) if "'" not in code else code.split()
    while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
        words.pop(0)
    if words[:1] == ["make"]:
        return _wrong_target(words[1:])
    if words[:2] == ["python", "-m"]:
        return _wrong_module(words[2], words[3:])
    if words and words[0] in ("GET", "POST"):
        known = (words[0], words[1]) in _ROUTES
        return "" if known else "is no route of the contract"
    if re.fullmatch(r"loanflow_\w+", code) and not any(name.startswith(code) for name in exposed().labels | kept()):
        return "is no metric"
    if re.fullmatch(r"(?:docs|stack|services|tests|k8s|istio|envoy|gen)/[\w./-]+", code) and not (ROOT / code).exists():
        return "is not there"
    return ""


def _wrong_target(words: list[str]) -> str:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    if not words or words[0] not in targets:
        return "is no target of the Makefile"
    given = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    if words[0] == "logs" and "SERVICE" in given:
        return refused(stack._parser(), ["logs", given["SERVICE"]])
    if "PROFILE" in given:
        return refused(stack._parser(), ["up", "--profile", given["PROFILE"]])
    return ""


def _wrong_module(module: str, words: list[str]) -> str:
    package = importlib.util.find_spec(module)
    runs = package is not None and (
        package.submodule_search_locations is None or importlib.util.find_spec(f"{module}.__main__") is not None
    )
    if not runs:
        return "is no module that runs"
    if module == "stack" and words[:1] == ["events"]:
        return refused(events._parser(), words[1:]) if words[1:] else ""
    if module == "stack" and words[:1] == ["settings"]:
        if words[1:2] == ["set"] and words[2] not in {each.name for each in TABLE.settings}:
            return f"{words[2]} is no dynamic setting"
        return refused(settings._parser(), words[1:])
    parsers = {"stack": stack._parser, "stack.backup": backup._parser}
    if module in parsers and "…" not in "".join(words) and "X" not in words and words:
        return refused(parsers[module](), words)
    return ""


@EVERY_PAGE
def test_it_says_look_decide_act_verify(page: Path) -> None:
    headings = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
    assert [each for each in headings if each in ORDER] == ORDER


@EVERY_PAGE
def test_it_names_only_what_is_there(page: Path) -> None:
    text = page.read_text()
    where = page.relative_to(ROOT)
    findings(f"{where}: `{code}` {why}" for code in said(text) if (why := wrong(code)))
    links = re.findall(r"\]\(([\w.-]+)\)", text)
    findings(f"{where}: links {link}, which is not there" for link in links if not (FOLDER / link).exists())


def test_every_alert_has_a_page_which_says_so() -> None:
    wanted = defaultdict[str, set[str]](set)
    for each in rules.ALERTS:
        wanted[each.runbook].add(each.name)
    told = {}
    for page in PAGES:
        line = re.search(r"^Told by (.*) \(docs/alerts\.md\)\.$", page.read_text(), re.MULTILINE)
        told[page.stem] = set(re.findall(r"`(\w+)`", line[1])) if line else set()
    same(
        {f"{page} {name}" for page, names in told.items() for name in names},
        {f"{page} {name}" for page, names in wanted.items() for name in names},
        f"{rules.RUNBOOKS}:1", "say that this alert tells of it", "no alert of that name has this page",
    )  # fmt: skip
    same(
        {page for page, names in told.items() if not names}, UNTOLD, f"{rules.RUNBOOKS}:1",
        "no alert tells of it any more: take it out of UNTOLD", "say which alerts tell of it, or add it to UNTOLD",
    )  # fmt: skip


@pytest.mark.parametrize(
    "code, why",
    [
        ("make upp", "is no target of the Makefile"),
        ("make logs SERVICE=kyk", "invalid choice: 'kyk'"),
        ("python -m stack restart kyk", "invalid choice: 'kyk'"),
        ("python -m stack events letters replai kyc", "invalid choice: 'replai'"),
        ("python -m stack settings set log_levle DEBUG --why x", "log_levle is no dynamic setting"),
        ("python -m services.risk.reindexx", "is no module that runs"),
        ("python -m stack.backup chek", "invalid choice: 'chek'"),
        ("GET /api/v1/risk/refusals", "is no route of the contract"),
        ("loanflow_dead_leters", "is no metric"),
        ("docs/capacity.txt", "is not there"),
    ],
)
def test_what_is_not_there_is_found(code: str, why: str) -> None:
    assert why in wrong(code)
