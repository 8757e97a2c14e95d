"""The run of all tests: which lane has which, and the summary of all."""

import os
import re
from pathlib import Path

import pytest

from stack import testrun
from stack.layout import Layout
from stack.ports import Ports
from stack.testrun import APART, FAILED, SUMMARY, Lane, again, failures, revive, total, whole

ROOT = Path(__file__).resolve().parents[3]


def test_each_test_is_in_one_lane() -> None:
    files = [collected(*lane.tests) for queue in whole(18000) for lane in queue]
    every = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py"))
    apart = [each for each in every if each.startswith(tuple(f"{name}/" for name in APART))]
    assert sorted([*apart, *(each for lane in files for each in lane)]) == every
    assert all(files)


@pytest.mark.parametrize("folder", APART)
def test_what_no_lane_has_is_run_by_a_job_of_its_own(folder: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    [target] = re.findall(rf"^([a-z-]+):(?:.*\n\t)+.*pytest .*{folder}$", makefile, re.MULTILINE)
    assert f"- run: make {target}\n" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def collected(*arguments: str) -> set[str]:
    """The files that pytest finds, without a look into any."""
    ignored = [each.partition("=")[2] for each in arguments if each.startswith("--ignore=")]
    named = [each for each in arguments if not each.startswith("--")] or ["tests"]
    files = {str(path.relative_to(ROOT)) for each in named for path in (ROOT / each).rglob("test_*.py")}
    return {each for each in files if not any(each.startswith(f"{name}/") for name in ignored)}


def test_the_lanes_have_no_port_in_common() -> None:
    lanes = [lane for queue in whole(18000) for lane in queue]
    taken = [port for lane in lanes for port in Ports(lane.layout.base).all().values()]
    assert len(set(taken)) == len(taken)


def test_what_runs_beside_the_platform_is_counted_and_what_asks_nothing_has_no_stack() -> None:
    (platform, unit), (services,), (contract, runtime) = whole(18000)
    assert [each.parts for each in (platform, contract, unit)] == [(), None, None]
    assert services.parts == runtime.parts == ("parts", "migrations", "schemas")
    assert [each.counted for each in (platform, contract)] == [False, False]
    assert [each.counted for each in (unit, services, runtime)] == [True, True, True]
    assert contract.up() == 0 and contract.ended() == []


@pytest.mark.parametrize(("status", "commands"), [(0, ["up", "down"]), (1, ["up"])])
def test_a_stack_is_taken_down_once_all_have_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, commands: list[str]
) -> None:
    asked: list[str] = []

    def stack(_lane: Lane, command: str, *_options: str) -> int:
        asked.append(command)
        return 0

    monkeypatch.setattr(Lane, "stack", stack)
    monkeypatch.setattr(Lane, "pytest", lambda _lane, _show: (status, "1 passed in 1s"))
    assert Lane([], Layout(18000, tmp_path)).start(print) == (status, "1 passed in 1s")
    assert asked == commands


@pytest.mark.parametrize(
    ("summaries", "expected"),
    [
        (["=== 3 passed in 1.20s ==="], "=== 3 passed in 1.20s ==="),
        (["=== 3 passed in 1.20s ===", "2 passed, 1 skipped in 9.00s"], " 1 skipped, 5 passed in 2.50s (0:00:02) "),
        (["1 failed, 3 passed in 1.2s", "1 failed, 1 error in 1s"], "1 error, 2 failed, 3 passed in 2.50s (0:00:02)"),
        (["3 passed in 1.2s", "2 rerun", "1 failed, 1 passed in 1s"], "1 failed, 2 rerun, 4 passed in 2.50s (0:00:02)"),
        (["2 errors in 1.20s", "1 error: the stack did not start"], " 3 error in 2.50s (0:00:02) "),
    ],
)  # fmt: skip
def test_the_summary_is_that_of_all(summaries: list[str], expected: str) -> None:
    said = total(summaries, 2.5)
    assert said.strip("=").strip() == expected.strip("=").strip()
    assert SUMMARY.search(said)


@pytest.mark.parametrize(
    ("summary", "failed", "rest"),
    [
        ("=== 2 failed, 10 passed in 1.20s ===", 2, "=== 10 passed in 1.20s ==="),
        ("=== 2 failed, 10 passed, 1 skipped, 3 errors in 1.20s ===", 5, "=== 10 passed, 1 skipped, in 1.20s ==="),
        ("1 error in 0.10s", 1, "in 0.10s"),
        ("=== 10 passed in 1.20s ===", 0, "=== 10 passed in 1.20s ==="),
    ],
)
def test_what_failed_is_counted_and_taken_out(summary: str, failed: int, rest: str) -> None:
    assert failures([summary]) == failed
    assert FAILED.sub("", summary) == rest


ONCE = """
import pathlib

def test_good(): pass

def test_fails_the_first_time():
    seen = pathlib.Path(__file__).with_suffix(".seen")
    known = seen.exists()
    seen.touch()
    assert known

def test_fails_always(): assert {right}
"""


def test_what_failed_beside_another_lane_has_a_second_run_and_no_third(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COVERAGE_FILE", str(tmp_path / "coverage"))
    lanes = []
    for right in (0, 1):
        (folder := tmp_path / str(right)).mkdir()
        (folder / "test_once.py").write_text(ONCE.replace("{right}", str(right)))
        lanes.append(
            Lane([str(folder / "test_once.py"), f"--rootdir={folder}", "-pno:schemathesis"], Layout(18000, folder))
        )
    first = [lane.pytest(lambda line: None) for lane in lanes]
    assert [failures([summary]) for _, summary in first] == [2, 1]
    status, summaries = again(lanes, [summary for _, summary in first])
    assert status == 1
    assert " 1 failed, 3 rerun, 5 passed in " in total(summaries, 1.0)


def test_only_what_failed_is_looked_at_and_run_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = [Lane([], Layout(18000 - at * 1000, tmp_path / str(at))) for at in range(3)]
    asked: list[tuple[str, int]] = []
    ran = [(0, "9 passed in 1s"), (1, "1 failed, 2 passed in 1s"), (0, "3 passed in 1s")]

    def looked_at(lane: Lane) -> bool:
        asked.append(("revive", lane.layout.base))
        return False

    def pytest_again(lane: Lane, _show: object, *_options: str) -> tuple[int, str]:
        asked.append(("again", lane.layout.base))
        return 0, "1 passed in 1s"

    monkeypatch.setattr(testrun, "whole", lambda _base: [lanes[:1], lanes[1:2], lanes[2:]])
    monkeypatch.setattr(testrun, "_run", lambda _beside: (1, [summary for _, summary in ran]))
    monkeypatch.setattr(testrun, "_report", lambda *, whole: 0)
    monkeypatch.setattr(testrun, "_tell_unraised", lambda _raised: None)
    monkeypatch.setattr(testrun, "revive", looked_at)
    monkeypatch.setattr(Lane, "stack", lambda _lane, *_command: 0)

    monkeypatch.setattr(Lane, "pytest", pytest_again)
    for name in ("COVERAGE_FILE", "LOANFLOW_COVERAGE", "LOANFLOW_RAISED"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("LOANFLOW_STATE", str(tmp_path))
    assert testrun.main([]) == 0
    assert asked == [("revive", 17000), ("again", 17000)]


@pytest.mark.parametrize("uncounted", [True, False])
def test_lines_are_counted_unless_that_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uncounted: bool
) -> None:
    ran: list[Lane] = []
    reported: list[bool] = []

    def run(beside: list[list[Lane]]) -> tuple[int, list[str]]:
        ran.extend(lane for queue in beside for lane in queue)
        assert (os.environ["LOANFLOW_COVERAGE"] == "1") is not uncounted
        return 0, ["1 passed in 1s"] * len(ran)

    def report(*, whole: bool) -> int:
        reported.append(whole)
        return 0

    monkeypatch.setattr(testrun, "_run", run)
    monkeypatch.setattr(testrun, "_report", report)
    monkeypatch.setattr(testrun, "_tell_unraised", lambda _raised: None)
    monkeypatch.setattr(Lane, "stack", lambda _lane, *_command: 0)
    for name in ("COVERAGE_FILE", "LOANFLOW_COVERAGE", "LOANFLOW_RAISED"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("LOANFLOW_UNCOUNTED", str(int(uncounted)))
    monkeypatch.setenv("LOANFLOW_STATE", str(tmp_path))
    assert testrun.main([]) == 0
    assert any(lane.counted for lane in ran) is not uncounted
    assert reported == ([] if uncounted else [True])


@pytest.mark.parametrize("starts", [True, False])
def test_a_stack_that_ended_is_started_again_after_what_is_known_of_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], starts: bool
) -> None:
    lane = Lane([], Layout(18000, tmp_path))
    lane.layout.logs.mkdir()
    (lane.layout.logs / "supervisord.log").write_text("spawned: 'kafka'\nexited: kafka (terminated by SIGKILL)\n")
    monkeypatch.setattr(Lane, "up", lambda _lane: 0 if starts else 1)
    assert lane.ended() == ["supervisor"]
    assert revive(lane) is starts
    assert capsys.readouterr().out.split("\n")[1:-1] == [
        "of the stack with base 18000 supervisor ended:", "spawned: 'kafka'", "exited: kafka (terminated by SIGKILL)",
    ]  # fmt: skip
    monkeypatch.setattr(Lane, "ended", lambda _lane: [])
    assert revive(lane) is False
