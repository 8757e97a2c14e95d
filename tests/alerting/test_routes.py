"""amtool says that both configurations are whole, and to whom an alert of each severity goes."""

import subprocess
from pathlib import Path

import pytest

from stack.layout import Layout
from stack.observability import alertmanager, generate, rules
from stack.observability.alert import CRITICAL, WARNING
from stack.servers import alertmanager as server
from tests.contract.conftest import ROOT

PLACED = ROOT / generate.ALERTMANAGER / "alertmanager.yml"


def amtool(programs: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(programs / "amtool"), *words]
    return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_alertmanager_takes_the_configuration_of_kubernetes_and_of_the_stack(programs: Path, tmp_path: Path) -> None:
    server.prepare(Layout(18000, tmp_path))
    local = tmp_path / server.FOLDER / "alertmanager.yml"
    done = amtool(programs, "check-config", str(PLACED), str(local))
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(f"{len(alertmanager.inhibitions())} inhibit rules") == 2


def test_a_configuration_that_is_not_whole_is_refused(programs: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "alertmanager.yml"
    wrong.write_text(PLACED.read_text().replace("receiver: morning", "receiver: nobody"))
    assert amtool(programs, "check-config", str(wrong)).returncode != 0


@pytest.mark.parametrize(
    "severity, receiver",
    [(CRITICAL, "on-call"), (WARNING, "morning"), ("of which nobody thought", "on-call"), ("", "on-call")],
)
def test_an_alert_goes_to_whom_its_severity_says(programs: Path, severity: str, receiver: str) -> None:
    labels = [f"severity={severity}"] if severity else []
    where = ["config", "routes", "test", f"--config.file={PLACED}", f"--verify.receivers={receiver}"]
    done = amtool(programs, *where, *labels, "alertname=Any")
    assert done.returncode == 0, done.stdout


def test_every_alert_goes_to_one_receiver(programs: Path) -> None:
    """With the labels that it is told with."""
    where = ["config", "routes", "test", f"--config.file={PLACED}"]
    for severity, receiver in alertmanager.RECEIVERS.items():
        labels = {name for each in rules.ALERTS if each.severity == severity for name in each.labels}
        told = [f"{name}=any" for name in sorted(labels)]
        done = amtool(programs, *where, f"--verify.receivers={receiver}", f"severity={severity}", *told)
        assert done.returncode == 0, done.stdout
