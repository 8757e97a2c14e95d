"""Lines of the log hold no one up: with a pipe that no one reads they are dropped, whole, and counted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.observing.output import Output

LINES = 3_000
# Longer than what goes into a pipe at once, every tenth line; at the end a file says how many were dropped.
PROGRAM = """
import sys
from pathlib import Path
import structlog
from services.runtime.observing import logging
from services.runtime.observing.output import DROPPED
import logging as standard

logging.configure("tested")
for number in range({lines}):
    log = structlog.get_logger("one").info if number % 2 else standard.getLogger("two").warning
    log("line" if number % 10 else "line " + "x" * 6_000)
Path(sys.argv[1]).write_text(str(DROPPED._value.get()))
"""


def written(data: bytes) -> list[str]:
    """What the lines that are whole say; what is cut off in the middle stands on a line of its own."""
    found = list[str]()
    for line in data.splitlines():
        try:
            found.append(json.loads(line)["Body"][:4])
        except ValueError:
            continue
    return found


def started(dropped: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM.format(lines=LINES), str(dropped)], stdout=subprocess.PIPE)


def test_a_pipe_that_no_one_reads_holds_up_nothing(tmp_path: Path) -> None:
    with started(tmp_path / "dropped") as process:
        assert process.wait(60) == 0, "the program waits for a reader of its log"
        assert process.stdout
        found = written(process.stdout.read())
    dropped = float((tmp_path / "dropped").read_text())
    assert found
    assert set(found) == {"line"}
    assert len(found) + dropped == LINES


def test_a_pipe_that_is_read_gets_every_line(tmp_path: Path) -> None:
    with started(tmp_path / "dropped") as process:
        data, _ = process.communicate(timeout=60)
    assert written(data) == ["line"] * (LINES - int(float((tmp_path / "dropped").read_text())))


def test_a_reader_that_has_ended_is_no_error(tmp_path: Path) -> None:
    with started(tmp_path / "dropped") as process:
        assert process.stdout
        process.stdout.close()
        assert process.wait(60) == 0


def test_what_is_no_pipe_is_written_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    Output().write("a line\n")
    assert capsys.readouterr().out == "a line\n"
