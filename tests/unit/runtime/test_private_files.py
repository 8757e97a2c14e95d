"""A folder may be another account's, which plants links in it: nothing that they lead to is written, given or read."""

import os
from pathlib import Path

import pytest

from services.runtime.secrets import private_files

MINE = b"not theirs"
OTHER = 61_999


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Another account's, when this is root's test."""
    found = tmp_path / "theirs"
    found.mkdir()
    if os.geteuid() == 0:
        os.chown(found, OTHER, OTHER)
    return found


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file of this account that the other may not read."""
    found = tmp_path / "mine"
    found.write_bytes(MINE)
    found.chmod(0o600)
    return found


def test_a_file_is_given_to_the_account_of_its_folder(folder: Path) -> None:
    private_files.replace(folder / "tls.key", b"a key")
    status = (folder / "tls.key").stat()
    assert (status.st_uid, status.st_mode & 0o777) == (folder.stat().st_uid, 0o600)
    assert private_files.read(folder / "tls.key") == b"a key"
    assert [each.name for each in folder.iterdir()] == ["tls.key"]


def test_a_link_in_the_place_of_a_file_is_replaced_and_what_it_leads_to_stays(folder: Path, target: Path) -> None:
    before = target.stat()
    (folder / "tls.key").symlink_to(target)
    private_files.replace(folder / "tls.key", b"a key")
    assert not (folder / "tls.key").is_symlink()
    after = target.stat()
    assert (after.st_uid, after.st_mode, target.read_bytes()) == (before.st_uid, before.st_mode, MINE)


def test_no_name_that_somebody_could_know_is_written_to_on_the_way(
    folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.secrets.private_files.secrets.token_hex", lambda _size: "known")
    (folder / ".tls.key.known.part").symlink_to(target)
    with pytest.raises(FileExistsError):
        private_files.replace(folder / "tls.key", b"a key")
    assert target.read_bytes() == MINE and target.stat().st_uid == os.geteuid()


def test_what_is_read_is_no_link(folder: Path, target: Path) -> None:
    (folder / "tls.key").symlink_to(target)
    with pytest.raises(OSError, match=r"symbolic link|Too many"):
        private_files.read(folder / "tls.key")


@pytest.mark.skipif(os.geteuid() != 0, reason="files of two accounts")
def test_what_is_read_is_not_a_third_accounts(folder: Path) -> None:
    (folder / "tls.key").write_bytes(MINE)
    os.chown(folder / "tls.key", OTHER + 1, OTHER + 1)
    with pytest.raises(PermissionError, match="another account's"):
        private_files.read(folder / "tls.key")
