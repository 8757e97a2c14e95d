"""The rules in a hurry are those of the platform, each span of time a tenth as long and nothing else changed."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.layout import Layout
from stack.observability import alertmanager as paging
from stack.observability import rules
from stack.servers import alertmanager, prometheus
from tests import hurried

# Every word that could be a span of time, wherever it stands.
SPAN = re.compile(r"(?<![\w.])(\d+)(ms|s|m|h|d|w)\b")
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def leaves(made: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What stands where in a file."""
    if isinstance(made, dict):
        for key, value in made.items():
            yield from leaves(value, (*path, key))
    elif isinstance(made, list):
        for at, value in enumerate(made):
            yield from leaves(value, (*path, at))
    else:
        yield path, made


def longer(text: Any) -> Any:
    """The text with each span of time in it as seconds, ten times as many."""
    return text if not isinstance(text, str) else SPAN.sub(lambda each: f"{_seconds(each) * hurried.FACTOR:g}s", text)


def as_seconds(text: Any) -> Any:
    return text if not isinstance(text, str) else SPAN.sub(lambda each: f"{_seconds(each):g}s", text)


def _seconds(found: re.Match[str]) -> float:
    return int(found[1]) * SECONDS[found[2]]


def test_every_span_of_the_rules_is_a_tenth_and_nothing_else_is_changed() -> None:
    ours, brief = dict(leaves(rules.rules())), dict(leaves(hurried.rules()))
    assert ours.keys() == brief.keys()
    told = {"annotations", "labels", "alert", "record", "name"}
    for path, text in ours.items():
        if told & {*path}:
            assert brief[path] == text, path
        else:
            assert longer(brief[path]) == as_seconds(text), path
    changed = {path[-1] for path in ours if ours[path] != brief[path]}
    assert changed == {"for", "interval", "expr"}


def test_looks_and_pages_are_as_fast_and_otherwise_the_same(tmp_path: Path) -> None:
    layout = Layout(18000, tmp_path)
    looking = dict(leaves(hurried.looking(layout)))
    for path, text in leaves(prometheus.config(layout)):
        assert longer(looking[path]) == as_seconds(text) if path[0] == "global" else looking[path] == text
    pages = dict(leaves(hurried.pages(layout)))
    ours = dict(leaves(paging.config(alertmanager.pager(layout))))
    assert pages.keys() == ours.keys()
    assert {path[-1] for path in ours if ours[path] != pages[path]} == {
        "group_wait",
        "group_interval",
        "repeat_interval",
    }
    assert all(longer(pages[path]) == as_seconds(text) for path, text in ours.items() if path[0] == "route")
    assert hurried.interval_seconds() * hurried.FACTOR == 15


def test_a_span_that_has_no_tenth_is_refused() -> None:
    with pytest.raises(ValueError, match="no 10th"):
        hurried.brief("15ms")
    with pytest.raises(ValueError, match="no span of one unit"):
        hurried.brief("1h30m")


@pytest.mark.parametrize(
    "expr, brief",
    [
        ("rate(a[5m])", "rate(a[30s])"),
        ("a offset 1h", "a offset 360s"),
        ("loanflow:journey_calls:rate5m > 300", "loanflow:journey_calls:rate5m > 300"),
        ('rate(a{b="[5m] offset 1h"}[15s])', 'rate(a{b="[5m] offset 1h"}[1500ms])'),
    ],
)
def test_what_is_between_quotes_is_no_span(expr: str, brief: str) -> None:
    assert hurried.expression(expr) == brief


def test_promtool_takes_them(tmp_path: Path) -> None:
    if not shutil.which("promtool"):
        pytest.skip("promtool is not there: apt-get install prometheus")
    for name, content in hurried.rules().items():
        (tmp_path / name).write_text(yaml.safe_dump(content))
    files = sorted(map(str, tmp_path.glob("*.yml")))
    done = subprocess.run(["promtool", "check", "rules", *files], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_looks_furthest_back_is_known() -> None:
    known = {each.name: each for each in rules.ALERTS}
    assert hurried.reach_seconds(known["StoreDown"]) == 0
    assert hurried.reach_seconds(known["ServiceRestarts"]) == 90
    # By the names of what is kept: three days.
    assert hurried.reach_seconds(known["ErrorBudgetBurnsSlowly"]) == 25_920
