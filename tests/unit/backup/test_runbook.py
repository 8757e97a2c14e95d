"""What the runbook says to run is what the drill runs, and what the command has."""

from pathlib import Path

from stack import folders
from stack.backup.__main__ import _parser
from tests.drill.__main__ import LOOK, PASS, RESTORE, VERIFY

RUNBOOK = Path("docs/runbooks/restore.md")


def _commands() -> list[str]:
    lines = (folders.CHECKOUT / RUNBOOK).read_text().splitlines()
    return [line.strip() for line in lines if line.startswith("    ")]


def test_the_drill_runs_every_command_of_the_runbook() -> None:
    assert sorted(_commands()) == sorted((*LOOK, PASS, RESTORE, VERIFY))


def test_every_command_is_one() -> None:
    for command in _commands():
        if command.startswith("python -m stack.backup "):
            assert callable(_parser().parse_args(command.split()[3:]).run)
