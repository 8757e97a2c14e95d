"""The files of a stack: secrets are made once and are readable by their owner alone."""

from pathlib import Path

import pytest

from stack import folders
from stack.layout import Layout, write_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_secret_is_private_and_stays_what_it_is(tmp_path: Path) -> None:
    layout = Layout(8000, tmp_path)
    first = layout.secret("redis")
    assert layout.secret("redis") == first
    assert layout.secret("other") != first
    assert len(bytes.fromhex(first)) == 32
    assert mode(layout.secret_file("redis")) == 0o600
    assert mode(layout.secret_file("redis").parent) == 0o700


def test_a_private_file_is_never_open_to_others(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert mode(path) == 0o600


def test_the_environment_names_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("LOANFLOW_CACHE", str(tmp_path / "cache"))
    assert Layout.of(8000).state == tmp_path / "state"
    assert folders.virtual_environment().parent == tmp_path / "cache"
    assert folders.java_libraries().parent == tmp_path / "cache"


def test_stacks_with_other_bases_have_other_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOANFLOW_STATE", raising=False)
    assert folders.state(8000) != folders.state(18000)
