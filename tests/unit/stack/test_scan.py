"""The scans find what is put before them, and the reviewed table lets through no more than what it names."""

import subprocess
from pathlib import Path

import pytest

from stack.scan import code, licences, secrets
from stack.scan.reviewed import FILE, Finding, open_findings, rows

# Made here, as the scan of this repository would find it otherwise.
KEY = "AKIA" + "Q3EGRVFLB7ZKXW2D"


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, which holds a key."""
    git(tmp_path, "init", "-q")
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "settings.py").write_text(f"aws = '{KEY}'\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "One")
    return tmp_path


def test_a_secret_is_found_in_a_file(repository: Path) -> None:
    assert ("AWS-Access-Key", "services/settings.py") in {(each.rule, each.place) for each in secrets.scan(repository)}


def test_a_secret_that_was_taken_away_is_found_in_history(repository: Path) -> None:
    (repository / "services" / "settings.py").write_text("aws = ''\n")
    git(repository, "commit", "-qam", "Two")
    assert secrets.scan(repository) == []
    [found] = secrets.history(repository)
    assert (found.rule, found.place) == ("AWS-Access-Key", "services/settings.py")
    assert KEY not in str(found)


def test_unsafe_code_is_found(repository: Path) -> None:
    (repository / "services" / "shell.py").write_text("import os\nos.system(input())\n")
    assert ("B605", "services/shell.py") in {(each.rule, each.place) for each in code.scan(repository)}


def test_what_cannot_be_read_is_no_clean_scan(repository: Path) -> None:
    (repository / "services" / "broken.py").write_text("def (:\n")
    with pytest.raises(RuntimeError, match=r"broken\.py"):
        code.scan(repository)


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "AGPL-3.0", "LGPL-2.1", "MIT AND GPL-2.0", "UNKNOWN", "", "SSPL-1.0"]
)
def test_other_licences_are_findings(licence: str) -> None:
    assert licences.judged("package", licence) is not None


@pytest.mark.parametrize("licence", ["MIT", "Apache-2.0 OR BSD-3-Clause", "MPL-2.0", "ISC License (ISCL)", "OFL-1.1"])
def test_permissive_licences_are_none(licence: str) -> None:
    assert licences.judged("package", licence) is None


FOUND = Finding("secrets", "Secret-Keyword", "services/a.py", "0123456789ab", "looks like a secret", 3)


@pytest.mark.parametrize(
    "line", ["secrets Secret-Keyword services/*.py 0123456789ab Why.", "secrets Secret-Keyword services/a.py * Why."]
)
def test_what_was_reviewed_is_let_through(line: str) -> None:
    assert open_findings([FOUND], rows(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "secrets Secret-Keyword services/a.py 000000000000 Why.",
        "secrets Secret-Keyword services/b.py * Why.",
        "secrets Private-Key services/a.py * Why.",
        "history Secret-Keyword services/a.py * Why.",
    ],
)
def test_what_was_not_is_named_and_so_is_the_stale_line(line: str) -> None:
    missing, stale = open_findings([FOUND], rows(line))
    assert missing.startswith("services/a.py:3: secrets Secret-Keyword 0123456789ab")
    assert line.rsplit(" ", 1)[0] in stale


def test_a_line_has_a_reason() -> None:
    assert rows(FILE.read_text())
    with pytest.raises(ValueError, match=r"reviewed\.txt:2"):
        rows("# first\nsecrets Private-Key services/a.py *\n")
