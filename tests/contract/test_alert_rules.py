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


@pytest.mark.parametrize(
    ("alert", "file", "series", "told"),
    [
        # A disk that is two thirds full and begins to fill: a day is not foretold of its first minutes.
        (
            "DiskFills", "parts",
            {
                'node_filesystem_size_bytes{mountpoint="/", fstype="ext4"}': "100x90",
                'node_filesystem_avail_bytes{mountpoint="/", fstype="ext4"}': "25-0.1x90",
            },
            {10: 0, 55: 0, 65: 1},
        ),
        # A service that was just started anchored once: its figure did not change, and what it says is new.
        (
            "AuditNotAnchored", "money",
            {
                'loanflow_audit_chained_total{service="kyc"}': "0x9 76x20 77+1x70",
                'loanflow_audit_anchored_sequence{service="kyc"}': "_x11 76x89",
            },
            {25: 0, 40: 0, 65: 1},
        ),
    ],
)  # fmt: skip
def test_of_the_first_minutes_of_figures_nobody_is_told(
    alert: str, file: str, series: dict[str, str], told: dict[int, int], tmp_path: Path
) -> None:
    """Told is how many such alerts wait or fire, by minutes: who has looked for long is told, who has not is not."""
    known = [{"series": name, "values": values} for name, values in series.items()]
    asked = [
        {"expr": f'count(ALERTS{{alertname="{alert}"}}) or vector(0)', "eval_time": f"{minutes}m",
         "exp_samples": [{"labels": "{}", "value": number}]}
        for minutes, number in told.items()
    ]  # fmt: skip
    test = {"interval": "1m", "input_series": known, "promql_expr_test": asked}
    trial = {"rule_files": [str(FOLDER / f"alerts-{file}.yml")], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "early.test.yml").write_text(yaml.safe_dump(trial))
    done = promtool("test", "rules", "early.test.yml", where=tmp_path)
    assert done.returncode == 0, done.stdout
