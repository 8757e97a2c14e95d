"""The commands work wherever the checkout lies: in a folder closed to others, with any name, belonging to anybody."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack import folders, opened
from stack.accounts import BANK, MAIL
from tests.bases import own_base

# One that is not root, one that reads a settings file, two of Java, one that is handed paths on its command line.
PARTS = ("postgres", "redis", "kafka", "registry", "s3")
NAMES = ("closed to others", "mit \u00e4 \u0431", "a'quote", 'double"quote', "100% $HOME & more", "x #1 ;2")
FILES = ("Makefile", "stack", "services", "gen", "envoy", "proto", "pyproject.toml")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="loanflow-", dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def base() -> Iterator[int]:
    """A base port that no other stack has."""
    with own_base() as free:
        yield free


def checkout(place: Path, name: str) -> Path:
    """A copy of the project in a folder that only root enters, belonging to somebody else."""
    closed = place / name
    root = closed / f"loan {name}"
    root.mkdir(parents=True)
    for each in FILES:
        source = folders.CHECKOUT / each
        if source.is_dir():
            shutil.copytree(source, root / each, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / each)
    if os.geteuid() == 0:
        shutil.chown(root, "daemon", "daemon")
    closed.chmod(0o700)
    return root


def make(root: Path, place: Path, base: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make there, as somebody does in whose shell nothing is set."""
    state = {"LOANFLOW_BASE": str(base), "LOANFLOW_STATE": str(place / "state \u00e4 \u0431")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LOANFLOW_CACHE") if name in os.environ}
    command = ["make", "--no-print-directory", *arguments]
    done = subprocess.run(
        command, cwd=root, env={**kept, **state, "LC_ALL": "C"}, capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr)
    return done


def test_the_parts_start_in_a_checkout_that_others_may_not_enter(place: Path, base: int) -> None:
    root = checkout(place, NAMES[1])
    try:
        assert make(root, place, base, "up", f"ONLY={' '.join(PARTS)}").returncode == 0
        shown = make(root, place, base, "ps").stdout
        assert [name for name in PARTS if f"\n{name} " not in shown] == []
    finally:
        assert make(root, place, base, "down").returncode == 0


def accounts(root: Path, place: Path, base: int) -> dict[str, int]:
    """The account of each process, by the part."""
    lines = (line.split() for line in make(root, place, base, "ps").stdout.splitlines())
    return {words[0]: psutil.Process(int(words[2])).uids().real for words in lines if words[1:2] == ["RUNNING"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives accounts")
@pytest.mark.parametrize("readable", [True, False])
def test_programs_in_python_have_accounts_where_their_files_can_be_read(place: Path, base: int, readable: bool) -> None:
    root = checkout(place, NAMES[0])
    if not readable:
        # As a clone under the umask 077 is.
        subprocess.run(["chmod", "-R", "go-rwx", str(root)], check=True)
    try:
        said = make(root, place, base, "up", "ONLY=mail bank").stdout
        wanted = (
            {"mail": MAIL.number, "bank": BANK.number}
            if readable and not opened.why_not()
            else dict.fromkeys(("mail", "bank"), 0)
        )
        assert accounts(root, place, base) == wanted
        assert ("run as root, not under accounts of their own" in said) is (0 in wanted.values())
    finally:
        assert make(root, place, base, "down").returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_supervisor_starts_in_a_folder_of_any_name(place: Path, base: int, name: str) -> None:
    root = checkout(place, name)
    try:
        assert make(root, place, base, "up", "ONLY=mail bank").returncode == 0
        assert make(root, place, base).stdout.startswith("  make help")
    finally:
        assert make(root, place, base, "down").returncode == 0
