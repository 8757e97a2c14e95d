"""The run of all tests: which lane has which, and the summary of both."""

from pathlib import Path

import pytest

from stack.ports import Ports
from stack.testrun import SUMMARY, total, whole

ROOT = Path(__file__).resolve().parents[3]


def test_each_test_is_in_one_lane() -> None:
    lanes = [collected(*lane.tests) for lane in whole(18000)]
    assert lanes[0] | lanes[1] == {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py")}
    assert not lanes[0] & lanes[1] and all(lanes)


def collected(*arguments: str) -> set[str]:
    """The files that pytest finds, without a look into any."""
    ignored = [each.partition("=")[2] for each in arguments if each.startswith("--ignore=")]
    named = [each for each in arguments if not each.startswith("--")] or ["tests"]
    files = {str(path.relative_to(ROOT)) for each in named for path in (ROOT / each).rglob("test_*.py")}
    return {each for each in files if not any(each.startswith(f"{name}/") for name in ignored)}


def test_the_lanes_have_no_port_in_common() -> None:
    first, second = (set(Ports(lane.layout.base).all().values()) for lane in whole(18000))
    assert not first & second


@pytest.mark.parametrize(
    ("summaries", "expected"),
    [
        (["=== 3 passed in 1.20s ==="], "=== 3 passed in 1.20s ==="),
        (["=== 3 passed in 1.20s ===", "2 passed, 1 skipped in 9.00s"], " 1 skipped, 5 passed in 2.50s (0:00:02) "),
        (["1 failed, 3 passed in 1.2s", "1 failed, 1 error in 1s"], "1 error, 2 failed, 3 passed in 2.50s (0:00:02)"),
        (["2 errors in 1.20s", "1 error: the stack did not start"], " 3 error in 2.50s (0:00:02) "),
    ],
)  # fmt: skip
def test_the_summary_is_that_of_all(summaries: list[str], expected: str) -> None:
    said = total(summaries, 2.5)
    assert said.strip("=").strip() == expected.strip("=").strip()
    assert SUMMARY.search(said)
