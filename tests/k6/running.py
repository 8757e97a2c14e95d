"""Runs the k6 script for real, against any edge: it is compiled once, and each run is one virtual user."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proto.plugins.load.checked import problems
from proto.plugins.load.settings import SETTINGS
from stack import folders

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "gen" / "load"
_SECONDS = 120


class ScriptError(Exception):
    """The script did not get as far as its scenarios; what it wrote."""


@dataclass(frozen=True)
class Metric:
    """One value of a metric, with its tags."""

    name: str
    value: float
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """What a run did: the script's options, its checks by name, what it measured, how long it slept, what it threw."""

    options: Mapping[str, Any]
    checks: Mapping[str, list[bool]]
    metrics: tuple[Metric, ...]
    slept: list[float]
    thrown: tuple[str, ...]
    warned: tuple[str, ...]

    def values(self, name: str) -> list[tuple[str, float]]:
        """The values of a metric in their order, each with its operation."""
        return [(each.tags["operation"], each.value) for each in self.metrics if each.name == name]

    @property
    def bad(self) -> list[str]:
        """The checks that ever failed."""
        return [name for name, passed in self.checks.items() if not all(passed)]


def compiled(folder: Path, script: Path = SCRIPT) -> Path:
    """The script as JavaScript in `folder`, where it finds the stand-ins for k6's modules."""
    said = problems(script, folders.node_packages(), "--noEmit", "false", "--outDir", str(folder))
    assert not said, said
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copytree(HERE, folder / "node_modules" / "k6", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder / "journey.js"


def run(script: Path, iterations: Mapping[str, int], **settings: str) -> Run:
    """Runs setup(), then each scenario so often; ScriptError when it does not get so far."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    command = ["node", str(script.parent / "node_modules" / "k6" / "run.js"), str(script), json.dumps(iterations)]
    done = subprocess.run(
        command, env={**kept, **settings}, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    if done.returncode:
        raise ScriptError(done.stderr)
    found = json.loads(done.stdout)
    checks: dict[str, list[bool]] = {}
    for each in found["checks"]:
        checks.setdefault(each["name"], []).append(each["passed"])
    metrics = tuple(Metric(each["name"], each["value"], each["tags"]) for each in found["metrics"])
    return Run(found["options"], checks, metrics, found["slept"], tuple(found["thrown"]), tuple(found["warned"]))
