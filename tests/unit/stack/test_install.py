"""The installer: what is missing is named with the command that installs it, and a wrong file is refused."""

import hashlib
import threading
from pathlib import Path

import pytest

from stack import folders, install


def test_a_missing_maven_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(install.InstallError, match="apt-get install maven"):
        install._java_servers(tmp_path)


def test_a_missing_java_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "java" else name)
    with pytest.raises(install.InstallError, match="apt-get install default-jdk-headless"):
        install._java_servers(tmp_path)


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder, pins = tmp_path / "java", tmp_path / "pins"
    (folder / "kafka").mkdir(parents=True)
    (folder / "kafka" / "a.jar").write_bytes(b"good")
    pins.write_text(f"{hashlib.sha256(b'good').hexdigest()}  kafka/a.jar\n")
    monkeypatch.setattr(folders, "JAVA_PINS", pins)
    return folder


def test_the_pinned_files_pass(pinned: Path) -> None:
    install._check_pins(pinned, folders.JAVA_PINS)


def test_a_changed_file_is_refused(pinned: Path) -> None:
    (pinned / "kafka" / "a.jar").write_bytes(b"bad")
    with pytest.raises(install.InstallError, match=r"kafka/a.jar is not the file"):
        install._check_pins(pinned, folders.JAVA_PINS)


def test_an_additional_file_is_refused(pinned: Path) -> None:
    (pinned / "kafka" / "b.jar").touch()
    with pytest.raises(install.InstallError, match=r"b\.jar"):
        install._check_pins(pinned, folders.JAVA_PINS)


def test_what_is_installed_is_not_installed_again(tmp_path: Path) -> None:
    filled: list[Path] = []
    for _ in range(2):
        install.once(tmp_path / "venv", "packages", filled.append)
    assert filled == [tmp_path / "venv"]


def test_what_was_left_half_done_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "half").touch()
    install.once(tmp_path / "venv", "packages", lambda _: None)
    assert not (tmp_path / "venv" / "half").exists()


def test_two_at_once_install_it_once_and_in_whole(tmp_path: Path) -> None:
    folder, begun, go_on = tmp_path / "venv", threading.Event(), threading.Event()
    filled: list[str] = []

    def slowly(_folder: Path) -> None:
        filled.append("first")
        begun.set()
        go_on.wait(20)

    first = threading.Thread(target=install.once, args=(folder, "packages", slowly))
    second = threading.Thread(target=install.once, args=(folder, "packages", lambda _: filled.append("second")))
    first.start()
    assert begun.wait(20), "the first does not install"
    second.start()
    # What is there already, and what else is missing, waits for neither.
    install.once(tmp_path / "java", "servers", lambda _: filled.append("other"))
    go_on.set()
    first.join(20)
    second.join(20)
    assert filled == ["first", "other"]
