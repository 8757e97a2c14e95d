"""Turns logs over before they fill the disk: what is in one that is full moves into `<name>.log.1`, once.

usage: python -m stack.turning FOLDER

Programs append to their logs by themselves (supervisor.py), so a log can be emptied under them. What one writes between
the copy and the emptying is lost: a line at most of 20 MB.
"""

import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from stack import programs
from stack.layout import Layout

FULL = 20_000_000
_SECONDS = 5.0


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    return [programs.python(), "-m", __name__, str(layout.logs)]


def turn(folder: Path, full: int = FULL) -> None:
    """Turns those over that are full."""
    for log in folder.glob("*.log"):
        if log.stat().st_size >= full:
            older = log.with_name(f"{log.name}.1")
            shutil.copyfile(log, older)
            older.chmod(0o600)
            os.truncate(log, 0)


def main(folder: str) -> None:
    """Looks until SIGTERM."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    while not end.wait(_SECONDS):
        turn(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
