"""promtool says that rules are whole, and plays each alert's trial: told for its fault, before and after it not."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from stack.observability import generate, rules
from tests.contract.conftest import ROOT

FOLDER = ROOT / generate.RULES
PROMTOOL = "promtool is needed: RUNLEVEL=1 apt-get install --no-install-recommends prometheus"


def promtool(*words: str, where: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    # A test that is skipped where it is not installed would say nothing for ever.
    assert shutil.which("promtool"), PROMTOOL
    return subprocess.run(
        ["promtool", *words], cwd=where, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def test_prometheus_takes_every_rule() -> None:
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", *sorted(rules.rules()))
    assert done.returncode == 0, done.stdout


def test_every_alert_has_its_trial() -> None:
    tried = [each["name"] for trial in rules.trials().values() for each in trial["tests"]]
    assert sorted(tried) == sorted(each.name for each in rules.ALERTS)


@pytest.mark.parametrize("trial", sorted(rules.trials()))
def test_each_alert_is_told_for_its_fault_and_not_without(trial: str) -> None:
    done = promtool("test", "rules", trial)
    assert done.returncode == 0, done.stdout


def test_an_alert_that_is_not_told_fails_its_trial(tmp_path: Path) -> None:
    for name in ("alerts-edge.yml", "edge-1m.test.yml"):
        shutil.copy(FOLDER / name, tmp_path)
    content = yaml.safe_load((tmp_path / "alerts-edge.yml").read_text())
    unhealthy = next(each for each in content["groups"][0]["rules"] if each["alert"] == "UpstreamUnhealthy")
    unhealthy["expr"] = unhealthy["expr"].replace("== 0", "== 7")
    (tmp_path / "alerts-edge.yml").write_text(yaml.safe_dump(content))
    done = promtool("test", "rules", "edge-1m.test.yml", where=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "name: UpstreamUnhealthy" in done.stdout


def test_of_the_first_minutes_of_figures_no_day_is_foretold(tmp_path: Path) -> None:
    """A disk that is two thirds full and begins to fill: who has looked for an hour is told, who has not is not."""
    disk = '{mountpoint="/", fstype="ext4"}'
    series = {"size": "100x90", "avail": "25-0.1x90"}
    known = [{"series": f"node_filesystem_{name}_bytes{disk}", "values": text} for name, text in series.items()]
    asked = [
        {"expr": 'count(ALERTS{alertname="DiskFills"}) or vector(0)', "eval_time": f"{minutes}m",
         "exp_samples": [{"labels": "{}", "value": told}]}
        for minutes, told in ((10, 0), (55, 0), (65, 1))
    ]  # fmt: skip
    test = {"interval": "1m", "input_series": known, "promql_expr_test": asked}
    trial = {"rule_files": [str(FOLDER / "alerts-parts.yml")], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "early.test.yml").write_text(yaml.safe_dump(trial))
    done = promtool("test", "rules", "early.test.yml", where=tmp_path)
    assert done.returncode == 0, done.stdout
