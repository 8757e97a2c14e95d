"""Makes a data folder of SecantusDB as of a moment, without a server: a snapshot, and the oplog played on it.

The package that is the server plays it; MongoDB's own way is `mongorestore --oplogReplay --oplogLimit`.
"""

import tarfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
from bson import Timestamp
from secantus.oplog_replay import replay
from secantus.storage import Storage, extract_backup_archive

from stack.backup.mongo import OVERLAP
from stack.backup.vault import Damaged, Vault

Entry = dict[str, Any]
_PORTION = 5000


def rebuild(vault: Vault, base: str, oplog: Iterable[str], until: datetime, folder: Path) -> int:
    """Makes a data folder as of a moment, of a snapshot and the oplog after it; how many entries were played on it."""
    packed = folder / "mongo.tar.gz"
    vault.extract(base, packed)
    try:
        extract_backup_archive(str(packed), str(folder / "mongo"))
    except (RuntimeError, OSError, EOFError, tarfile.TarError) as error:
        raise Damaged(f"{base} is no snapshot: {error}") from error
    packed.unlink()
    target = Storage(str(folder / "mongo"), cache_size="128M", ttl_sweep_seconds=0.0)
    try:
        known = {entry["ts"] for entry in _held(target)}
        since = max(known, default=Timestamp(0, 0))
        numbered = enumerate(_after(_entries(vault, oplog), known, since, until), start=1)
        done = replay(target, numbered)
    finally:
        target.close()
    return int(done["entriesSeen"])


def _after(entries: Iterable[Entry], known: set[Timestamp], since: Timestamp, until: datetime) -> Iterator[Entry]:
    """Each transaction once, in order, that the snapshot does not have; those near its end may be in it or not."""
    margin = Timestamp(max(0, since.time - int(OVERLAP.total_seconds())), 0)
    found: dict[Timestamp, list[Entry]] = {}
    earlier: set[Timestamp] = set()
    for entry in entries:
        if "file" in entry:
            # In a file that overlaps with the one before, a transaction is whole again.
            earlier |= found.keys()
        elif entry["ts"] not in known | earlier and entry["ts"] > margin and _utc(entry["wall"]) <= until:
            found.setdefault(entry["ts"], []).append(entry)
    for moment in sorted(found):
        yield from found[moment]


def _entries(vault: Vault, names: Iterable[str]) -> Iterator[Entry]:
    for name in names:
        yield {"file": name}
        with vault.opened(name) as file:
            yield from bson.decode_file_iter(file)


def _held(storage: Storage) -> Iterator[Entry]:
    place = max(1, storage.oplog_floor_seq())
    while rows := storage.read_oplog(start_seq=place, limit=_PORTION):
        yield from (entry for _, entry in rows)
        place = rows[-1][0] + 1


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
