"""The folder of backups: what is sealed comes back, and whatever was done to it is found and named."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stack.backup.vault import Damaged, Kept, Manifest, Vault

KEY, OTHER = "1f" * 32, "2e" * 32
CONTENT = b"".join(number.to_bytes(4) for number in range(300_000))


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("backups"), KEY)


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_what_is_sealed_comes_back_and_is_not_on_the_disk_in_clear(vault: Vault, chunks: list[bytes]) -> None:
    kept = vault.put("any/thing", chunks)
    assert vault.read("any/thing") == b"".join(chunks)
    vault.check("any/thing", kept)
    stored = vault.path("any/thing").read_bytes()
    assert len(stored) == kept.size
    assert not [chunk for chunk in chunks if len(chunk) > 8 and chunk in stored]


def test_folder_and_files_are_their_owners_alone(vault: Vault) -> None:
    vault.put("deep/er/one", [b"x"])
    assert vault.folder.stat().st_mode & 0o777 == 0o700
    assert all(
        path.stat().st_mode & 0o077 == 0
        for path in vault.folder.rglob("*")
        if path.name.endswith(".sealed") or path.is_dir()
    )


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a bit is other": _flipped, "the end is missing": lambda data: data[:-1], "it is empty": lambda _: b"",
    "more follows": lambda data: data + b"\0", "the beginning is missing": lambda data: data[1:],
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_by_its_hash_and_does_not_open(vault: Vault, damage: str) -> None:
    kept = vault.put("base", [CONTENT])
    vault.path("base").write_bytes(DAMAGES[damage](vault.path("base").read_bytes()))
    with pytest.raises(Damaged, match="base is damaged"):
        vault.check("base", kept)
    with pytest.raises(Damaged, match="base was changed"):
        vault.read("base")


def test_a_missing_file_is_named(vault: Vault) -> None:
    with pytest.raises(Damaged, match="gone is missing from"):
        vault.check("gone", Kept("", 0))
    with pytest.raises(Damaged, match="gone is missing from"):
        vault.read("gone")


def test_a_file_under_another_name_does_not_open(vault: Vault) -> None:
    vault.put("one", [CONTENT])
    vault.path("two").write_bytes(vault.path("one").read_bytes())
    with pytest.raises(Damaged, match="two was changed"):
        vault.read("two")


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def breaking() -> Iterator[bytes]:
        yield CONTENT
        raise ConnectionError("the server is gone")

    vault = Vault(tmp_path / "backups", KEY)
    with pytest.raises(ConnectionError):
        vault.put("base", breaking())
    assert [path.name for path in vault.folder.iterdir()] == ["deployment"]


def test_the_backups_of_another_deployment_are_refused(tmp_path: Path) -> None:
    first = Vault(tmp_path, KEY)
    first.put("base", [CONTENT])
    with pytest.raises(Damaged, match=f"deployment {first.deployment}, and the key is that of"):
        Vault(tmp_path, OTHER)
    # Nor does a copied mark help: no file opens under another key.
    (tmp_path / "deployment").unlink()
    with pytest.raises(Damaged, match="sealed under another key"):
        Vault(tmp_path, OTHER).read("base")


@pytest.mark.parametrize("key", ["", "secret", "1f" * 31, "zz" * 32])
def test_a_key_that_is_none_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="256 bits"):
        Vault(tmp_path, key)


def _manifest(vault: Vault, number: int, *, base: bool = False) -> Manifest:
    return Manifest(number, base, vault.deployment, datetime(2027, 1, number, tzinfo=UTC), files={"a": Kept("00", 1)})


def test_manifests_come_back_in_order_and_the_recent_begin_with_the_last_base(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    made = [_manifest(vault, number, base=number in (1, 3)) for number in range(1, 6)]
    for each in reversed(made):
        vault.keep(each)
    assert vault.manifests() == made
    assert vault.recent() == made[2:]
    assert Vault(tmp_path / "empty", KEY).recent() == []


def test_a_manifest_that_was_renamed_or_is_anothers_is_refused(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    vault.keep(_manifest(vault, 1))
    vault.put("manifests/00000002", [_manifest(vault, 1).encoded()])
    with pytest.raises(Damaged, match="manifests/00000002 is of deployment"):
        vault.manifests()
    vault.put("manifests/00000002", [b"{}"])
    with pytest.raises(Damaged, match="manifests/00000002 is none that can be read"):
        vault.manifests()


def test_what_no_manifest_names_is_swept(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    vault.keep(_manifest(vault, 1))
    for name in ("wal/1", "wal/2", "mongo/1"):
        vault.put(name, [b"x"])
    assert vault.sweep({"wal/2"}) == 2
    assert vault.manifests()
    assert vault.read("wal/2") == b"x"
    assert not vault.path("wal/1").exists()
