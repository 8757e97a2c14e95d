"""Unsafe code, by bandit: our programs, not their tests, which do what attackers would."""

import json
import subprocess
from pathlib import Path

from stack import programs
from stack.scan.reviewed import Finding

FOLDERS = ("services", "stack", "envoy", "proto")


def scan(checkout: Path) -> list[Finding]:
    """What bandit finds in the folders of a checkout; RuntimeError when it could not read one."""
    there = [name for name in FOLDERS if (checkout / name).exists()]
    settings = ["--configfile", "pyproject.toml"] if (checkout / "pyproject.toml").exists() else []
    command = [programs.python(), "-m", "bandit", "--quiet", "--recursive", *there, *settings, "--format", "json"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    if answer["errors"]:
        raise RuntimeError(f"bandit could not read {answer['errors']}")
    return [
        Finding(
            "code", each["test_id"], each["filename"].removeprefix("./"), "-", each["issue_text"], each["line_number"]
        )
        for each in answer["results"]
    ]
