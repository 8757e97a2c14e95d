"""The command of `make bench`: what a part cannot measure is said, the others go on, and what was found is kept."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench import __main__ as bench
from tests.bench.parts import QUICK, WHOLE, Size


class Stack:
    """A stack that only notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def command(self, *arguments: str) -> str:
        self.asked += arguments
        return ""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_platform: Any, _size: Size) -> Mapping[str, Any]:
        raise TimeoutError("after 600 s there still wait {'kyc in': 7}")

    known = {"broken": broken, "seconds": lambda _platform, size: {"seconds": size.seconds}}
    monkeypatch.setattr(bench, "PARTS", known)


@pytest.mark.usefixtures("parts")
def test_a_part_that_fails_is_named_and_the_next_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    stack, run = Stack(), dict[str, dict[str, Any]](parts={}, errors={})
    for name in ("broken", "seconds"):
        bench._measure(stack, name, run, quick=True)  # type: ignore[arg-type]
    assert run["errors"] == {"broken": "TimeoutError: after 600 s there still wait {'kyc in': 7}"}
    assert run["parts"] == {"seconds": {"seconds": QUICK.seconds}}
    assert "error: broken" in capsys.readouterr().err
    # What the part had stopped runs again.
    assert stack.asked == ["up"]


def test_a_run_is_kept_under_its_time_and_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "bench")
    run = {"facts": {"time": "2030-01-02T03:04:05+00:00", "commit": "abc+"}, "parts": {"a": {"b": 1}}, "errors": {}}
    kept = bench._keep(run)
    assert kept.name == "2030-01-02T030405-abc.json"
    assert json.loads((tmp_path / "bench" / "latest.json").read_text()) == json.loads(kept.read_text()) == run


def test_the_quick_form_is_no_longer_than_the_whole() -> None:
    assert all(getattr(QUICK, name) <= getattr(WHOLE, name) for name in vars(WHOLE))
