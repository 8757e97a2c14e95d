"""Files are read by a process of their own: within limits, without secrets, and nobody is blamed for its failures."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.runtime.errors import InvalidArgument, Unavailable
from services.runtime.files import inspection
from services.runtime.files.inspection import inspected
from services.runtime.files.turns import Turns
from services.runtime.files.verdict import EXCESSIVE, Verdict
from tests.fakes.files import PDF, PNG, SCRIPT, in_object_stream

TYPE, WHO = "application/pdf", "ada"
RUN = subprocess.run
# What is read of them is little, and takes seconds: how many is the machine's, so the limit is less than any needs.
BOMBS = {
    "dictionaries that are opened and never closed": b"<<" * 10_000_000,
    "a comment that is read byte by byte": b"%" + b"a" * 60_000_000 + b"\n1 ",
}
ONE_SECOND = (
    "from services.runtime.files import structure; structure._LIMITS[structure.resource.RLIMIT_CPU] = 1; "
    f"structure.main({TYPE!r})"
)
BEYOND = {
    "time": "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
    "memory that a library needs": "import os; os.abort()",
    "an end by the system": f"import os; os.kill(os.getpid(), {signal.SIGKILL})",
}


def reading(monkeypatch: pytest.MonkeyPatch, program: str) -> list[dict[str, str]]:
    """Has this program read instead; gives the environments that it was started with."""
    environments: list[dict[str, str]] = []

    def run(command: Sequence[str], **options: Any) -> Any:
        environments.append(options["env"])
        return RUN([sys.executable, "-c", program], **options)

    monkeypatch.setattr(subprocess, "run", run)
    return environments


def test_what_a_file_is_passes_as_it_came() -> None:
    chunks = [PDF[:100], PDF[100:]]
    assert list(inspected(chunks, TYPE, WHO)) == chunks
    assert list(inspected([PNG], "image/png", WHO)) == [PNG]


@pytest.mark.parametrize(
    ("content", "reason"), [(PDF + SCRIPT, "FILE_UNSAFE"), (PDF.replace(b"xref", b"nope"), "FILE_TYPE_REFUSED")]
)
def test_what_is_wrong_is_said_after_the_last_chunk(content: bytes, reason: str) -> None:
    passing = inspected([content], TYPE, WHO)
    assert next(passing) == content
    with pytest.raises(InvalidArgument) as refused:
        next(passing)
    assert refused.value.reason == reason


@pytest.fixture(autouse=True)
def turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what another test did."""
    monkeypatch.setattr(inspection, "_turns", Turns())


@pytest.mark.parametrize("program", BEYOND.values(), ids=BEYOND)
def test_a_file_that_no_limit_suffices_for_is_refused(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    reading(monkeypatch, program)
    with pytest.raises(InvalidArgument, match="more time or memory") as refused:
        list(inspected([PDF], TYPE, WHO))
    assert refused.value.reason == "FILE_UNSAFE"


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_of_a_few_kilobytes_takes_no_more_than_the_limits(monkeypatch: pytest.MonkeyPatch, bomb: str) -> None:
    reading(monkeypatch, ONE_SECOND)
    content = in_object_stream(BOMBS[bomb])
    assert len(content) < 100_000
    with pytest.raises(InvalidArgument) as refused:
        list(inspected([content], TYPE, WHO))
    assert refused.value.reason == "FILE_UNSAFE"


def test_a_reader_that_fails_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    reading(monkeypatch, "raise LookupError('Anna Muster')")
    with pytest.raises(RuntimeError, match="LookupError") as failed:
        list(inspected([PDF], TYPE, WHO))
    # What it says goes into logs, and may be a word of the file.
    assert "Anna" not in str(failed.value)


def test_a_reader_that_is_too_slow_is_ended_and_the_file_can_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_READING_SECONDS", 0.2)
    reading(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(Unavailable):
        list(inspected([PDF], TYPE, WHO))


def test_a_file_that_took_too_much_has_the_next_of_the_person_wait_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.MonkeyPatch.context() as broken:
        reading(broken, BEYOND["memory that a library needs"])
        with pytest.raises(InvalidArgument):
            list(inspected([PDF], TYPE, "eve"))
    with pytest.raises(Unavailable) as waits:
        list(inspected([PDF], TYPE, "eve"))
    assert 0 < waits.value.retry_after <= 60
    assert list(inspected([PDF], TYPE, WHO)) == [PDF]


def test_a_turn_is_given_back_whatever_became_of_the_file() -> None:
    for refused in (PDF + SCRIPT, b"%PDF-1.7\n"):
        with pytest.raises(InvalidArgument):
            list(inspected([refused], TYPE, WHO))
    assert list(inspected([PDF], TYPE, WHO)) == [PDF]


def test_the_reader_knows_nothing_of_what_its_service_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_SECRET", "hush")
    given = reading(monkeypatch, f"print({Verdict().written()!r})")
    list(inspected([PDF], TYPE, WHO))
    assert [set(each) for each in given] == [{"PYTHONPATH"}]


def test_the_readers_limits_are_the_systems(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    program = (
        "import io, json, resource, sys; from services.runtime.files import structure; out, sys.stdout = sys.stdout, "
        "io.StringIO(); structure.main('application/pdf'); json.dump({name: resource.getrlimit(getattr(resource, name))"
        " for name in ('RLIMIT_CPU', 'RLIMIT_AS', 'RLIMIT_FSIZE', 'RLIMIT_CORE')}, out)"
    )
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with (tmp_path / "a.pdf").open("rb") as file:
        read = RUN([sys.executable, "-c", program], stdin=file, capture_output=True, env=path, check=True)
    limits = json.loads(read.stdout)
    assert all(soft == hard for soft, hard in limits.values())
    assert limits["RLIMIT_CPU"][1] <= 10
    assert limits["RLIMIT_AS"][1] <= 1024**3
    assert limits["RLIMIT_FSIZE"] == limits["RLIMIT_CORE"] == [0, 0]


def test_verdicts_are_read_as_they_were_written() -> None:
    for each in (Verdict(), EXCESSIVE, Verdict(unreadable='é \N{SNOWMAN} "')):
        assert Verdict.read(each.written().encode()) == each
