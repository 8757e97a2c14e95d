"""A snapshot of MongoDB and the oplog after it give the documents of a moment, wherever snapshot and moment lie."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest
from secantus.storage import Storage

from stack.backup.mongo_rebuild import rebuild
from stack.backup.vault import Damaged, Vault

STEPS = 12
_OPLOG = 1000


class Server:
    """The storage of a server, and what it held after each of its writes."""

    def __init__(self, folder: Path) -> None:
        self.storage = Storage(str(folder), ttl_sweep_seconds=0.0)
        self.held: list[dict[str, int]] = [{}]

    def write(self, step: int) -> None:
        """Inserts, changes or removes; also what is one step for its readers."""
        now = dict(self.held[-1])
        name = f"{step:02d}"
        self.storage.insert("kyc", "reviews", [{"_id": name, "v": step}])
        now[name] = step
        if step % 3 == 0 and step:
            self.storage.update_matching("kyc", "reviews", {"_id": "00"}, {"$set": {"v": step}})
            now["00"] = step
        if step % 4 == 0 and step:
            self.storage.delete_matching("kyc", "reviews", {"_id": f"{step - 1:02d}"}, limit=1)
            del now[f"{step - 1:02d}"]
        self.held.append(now)

    def entries(self) -> list[dict[str, Any]]:
        """The oplog as a driver reads it."""
        return [entry for _, entry in self.storage.read_oplog(start_seq=1, limit=_OPLOG)]


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("backups"), "1f" * 32)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Iterator[tuple[Server, list[datetime]]]:
    """What was held when; a snapshot `base/<step>` of every fourth step, and the oplog in pieces that overlap."""
    folder = tmp_path_factory.mktemp("mongo")
    server = Server(folder / "data")
    times = [datetime.now(UTC)]
    for step in range(STEPS):
        if step % 4 == 0:
            server.storage.create_archive(str(folder / "base.tar.gz"))
            vault.put(f"base/{step}", [(folder / "base.tar.gz").read_bytes()])
        server.write(step)
        # Times in the oplog are to a millisecond.
        time.sleep(0.002)
        times.append(datetime.now(UTC))
        time.sleep(0.002)
        vault.put(f"oplog/{step}", (bson.encode(entry) for entry in server.entries()[-8:]))
    yield server, times
    server.storage.close()


def _documents(folder: Path) -> dict[str, int]:
    storage = Storage(str(folder), ttl_sweep_seconds=0.0)
    try:
        return {each["_id"]: each["v"] for each in storage.find_matching("kyc", "reviews", {})}
    finally:
        storage.close()


@pytest.mark.parametrize(("base", "step"), [(0, 1), (0, 7), (0, 12), (4, 4), (4, 5), (4, 12), (8, 10), (8, 12)])
def test_the_documents_are_those_of_the_moment(
    history: tuple[Server, list[datetime]], vault: Vault, base: int, step: int, tmp_path: Path
) -> None:
    server, times = history
    names = [f"oplog/{number}" for number in range(base, STEPS)]
    rebuild(vault, f"base/{base}", names, times[step], tmp_path)
    assert _documents(tmp_path / "mongo") == server.held[step]


def test_what_is_no_snapshot_is_refused(vault: Vault, tmp_path: Path) -> None:
    vault.put("base/none", [b"no archive"])
    with pytest.raises(Damaged, match="base/none is no snapshot"):
        rebuild(vault, "base/none", [], datetime.now(UTC), tmp_path)
