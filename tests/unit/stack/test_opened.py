"""What programs in Python need, and whether an account that owns nothing can use it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import folders, opened

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another account")


def test_a_folder_above_is_what_closes_a_path(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    path = tmp_path / "closed" / "open" / "checkout"
    path.mkdir(parents=True)
    above = opened.closed(tmp_path)
    assert opened.closed(path) == above
    (tmp_path / "closed").chmod(0o700)
    assert opened.closed(path) == (above or tmp_path / "closed")
    assert opened.closed(Path("/usr/bin")) is None


@pytest.mark.parametrize(("mode", "closed"), [(0o644, False), (0o640, True), (0o600, True), (0o604, False)])
def test_a_file_is_closed_by_its_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, closed: bool) -> None:
    file = tmp_path / "module.py"
    file.touch()
    file.chmod(mode)
    monkeypatch.setattr(opened, "closed", lambda _: None)
    assert opened.unreadable([file]) == ([file] if closed else [])


@pytest.mark.parametrize(("mode", "closed"), [(0o755, False), (0o711, True), (0o750, True)])
def test_a_folder_of_modules_is_listed_and_passed_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, closed: bool
) -> None:
    folder = tmp_path / "modules"
    folder.mkdir()
    folder.chmod(mode)
    monkeypatch.setattr(opened, "closed", lambda _: None)
    assert opened.unreadable([folder]) == ([folder] if closed else [])


@needs_root
def test_a_program_has_the_account_the_project_and_nothing_else_of_a_closed_folder() -> None:
    if why := opened.why_not():
        pytest.skip(why)
    say = "import os, grpc, services.catalog as c; print(os.getuid(), os.getgroups(), os.getcwd(), c.__file__)"
    command = [sys.executable, "-m", "stack.opened", "--group", "61900", "61901", sys.executable, "-c", say]
    said = subprocess.run(command, cwd=folders.CHECKOUT, capture_output=True, text=True, check=True).stdout.split()
    assert said == ["61901", "[61900]", str(folders.CHECKOUT), str(folders.CHECKOUT / "services" / "catalog.py")]
