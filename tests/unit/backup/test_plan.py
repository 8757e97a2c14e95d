"""What a restore is made of: the newest base before the moment, and no gap; a moment that is not covered is refused."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stack.backup import objects, take
from stack.backup.erasures import Erasures
from stack.backup.plan import plan
from stack.backup.postgres import log_files, segments
from stack.backup.vault import Damaged, Kept, Manifest, Vault

BEGIN = datetime(2027, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FILE = "loanflow-document"


def _segment(number: int, timeline: int = 1) -> str:
    return f"{timeline:08X}00000000{number:08X}"


class Backups:
    """A folder of backups, a minute apart, whose files hold nothing; one segment of the log each."""

    def __init__(self, folder: Path) -> None:
        self.vault, self.number = Vault(folder, "1f" * 32), 0

    def add(
        self, *, base: bool = False, timeline: int = 1, erased: str = "", object_key: str = "", gone: str = ""
    ) -> Manifest:
        """The next backup."""
        self.number += 1
        number, files = self.number, dict[str, Kept]()
        made = Manifest(number, base, self.vault.deployment, BEGIN + number * MINUTE)
        made.postgres = {
            "segment": _segment(number, timeline),
            **({"first": _segment(number, timeline)} if base else {}),
        }
        names = [f"wal/{_segment(number, timeline)}", take.openbao_file(number)]
        names += [f"postgres/{number:08d}", f"mongo/{number:08d}"] if base else []
        names += [take.oplog_file(number)] if number > 1 else []
        for name in names:
            files[name] = self.vault.put(name, [name.encode()])
        name = take.erasures_file(number)
        customers = {erased: made.until.isoformat()} if erased else {}
        files[name] = self.vault.put(name, [Erasures({}, customers).encoded()])
        name, went = take.changes_file(number), ((FILE, gone),) if gone else ()
        files[name] = self.vault.put(name, [objects.Change(self._came(object_key), went).encoded()])
        made.files = files
        self.vault.keep(made)
        return made

    def _came(self, key: str) -> tuple[objects.Stored, ...]:
        if not key:
            return ()
        made = objects.Stored(FILE, key, "tag", Kept("", 0))
        return (objects.Stored(FILE, key, "tag", self.vault.put(made.name, [b"x"])),)


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with eight of them, the first and the fifth bases."""
    found = Backups(tmp_path_factory.mktemp("backups"))
    for number in range(1, 9):
        found.add(base=number in (1, 5), object_key=f"file-{number}")
    return found.vault.folder


@pytest.fixture
def backups(eight: Path, tmp_path: Path) -> Backups:
    found = Backups(shutil.copytree(eight, tmp_path / "backups"))
    found.number = 8
    return found


def _at(minutes: float) -> datetime:
    return BEGIN + minutes * MINUTE


@pytest.mark.parametrize(("minutes", "base", "end"), [(1, 1, 1), (1.5, 1, 2), (4, 1, 4), (4.5, 1, 5), (5, 5, 5),
    (5.1, 5, 6), (7.9, 5, 8), (8, 5, 8),
])  # fmt: skip
def test_it_goes_from_the_newest_base_before_the_moment_to_the_first_backup_that_covers_it(
    backups: Backups, minutes: float, base: int, end: int
) -> None:
    found = plan(backups.vault, _at(minutes))
    assert (found.base.number, found.end.number, found.until) == (base, end, _at(minutes))
    assert [*found.log] == [_segment(number) for number in range(base, end + 1)]
    assert found.oplog == tuple(f"oplog/{number:08d}" for number in range(base + 1, end + 1))


def test_without_a_moment_it_is_the_last_that_is_covered(backups: Backups) -> None:
    assert plan(backups.vault, None).until == _at(8)


def test_openbao_and_erasures_are_always_the_newest(backups: Backups) -> None:
    backups.add(erased="somebody")
    found = plan(backups.vault, _at(2))
    assert found.snapshot == "openbao/00000009"
    assert set(found.erased.customers) == {"somebody"}


def test_erasures_that_are_known_from_before_a_restore_count_too(backups: Backups) -> None:
    backups.add(erased="somebody")
    backups.add(base=True, timeline=2)
    assert set(plan(backups.vault, None).erased.customers) == {"somebody"}


def test_files_that_came_until_the_next_backup_are_put_back_and_later_ones_are_not(backups: Backups) -> None:
    assert {key for _, key in plan(backups.vault, _at(2.5)).index} == {"file-1", "file-2", "file-3"}


def test_of_files_that_came_or_went_at_the_moment_it_is_not_sure(backups: Backups) -> None:
    backups.add(object_key="file-9", gone="file-6")
    found = plan(backups.vault, None)
    assert {key for _, key in found.index} == {f"file-{number}" for number in range(5, 10)}
    assert found.unsure == {(FILE, "file-6"), (FILE, "file-9")}
    assert plan(backups.vault, _at(7)).unsure == {(FILE, "file-7")}


REFUSED: dict[str, tuple[Callable[[Backups], object], float, str]] = {
    "before the first": (lambda _: None, 0.5, "is before the first backup, of 2027-01-01T00:01"),
    "in the future": (lambda _: None, 8.5, "is after the last backup, of 2027-01-01T00:08"),
    "the base is damaged": (lambda it: it.vault.put("postgres/00000005", [b"other"]), 6, "5 is damaged"),
    "the base is missing": (lambda it: it.vault.drop("mongo/00000005"), 6, "mongo/00000005 is missing"),
    "a segment is missing": (lambda it: it.vault.drop(f"wal/{_segment(6)}"), 7, f"wal/{_segment(6)} is missing"),
    "the oplog is damaged": (lambda it: it.vault.put("oplog/00000006", [b"other"]), 7, "oplog/00000006 is damaged"),
    "the snapshot is missing": (lambda it: it.vault.drop("openbao/00000008"), 2, "openbao/00000008 is missing"),
    "a file is missing": (
        lambda it: it.vault.drop(objects.Stored(FILE, "file-5", "tag", Kept("", 0)).name), 6, "objects/.* is missing"),
    "a manifest is missing": (lambda it: it.vault.drop("manifests/00000006"), 7, "manifest of backup 6 is missing"),
    "a restore lies between": (lambda it: it.add(base=True, timeline=2), 8.5, "a restore lies between"),
}  # fmt: skip


@pytest.mark.parametrize("how", REFUSED)
def test_what_cannot_be_restored_is_refused_with_what_is_wrong(backups: Backups, how: str) -> None:
    harm, minutes, said = REFUSED[how]
    harm(backups)
    with pytest.raises(Damaged, match=said):
        plan(backups.vault, _at(minutes))


def test_a_folder_without_backups_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="there is no backup in"):
        plan(Vault(tmp_path, "1f" * 32), None)


def test_a_gap_in_the_log_is_named() -> None:
    files = dict.fromkeys([f"wal/{_segment(1)}", f"wal/{_segment(3)}"], Kept("", 0))
    with pytest.raises(Damaged, match=f"segment {_segment(2)} is missing, of {_segment(1)} to {_segment(3)}"):
        log_files(files, _segment(1), _segment(3))


def test_of_a_segment_that_is_not_whole_the_latest_part_is_taken() -> None:
    part = f"wal/{_segment(2)}.partial"
    files = dict.fromkeys([f"wal/{_segment(1)}", f"{part}/00000003", f"{part}/00000004"], Kept("", 0))
    found = {_segment(1): f"wal/{_segment(1)}", _segment(2): f"{part}/00000004"}
    assert log_files(files, _segment(1), _segment(2)) == found
    whole = {**files, f"wal/{_segment(2)}": Kept("", 0)}
    assert log_files(whole, _segment(1), _segment(2))[_segment(2)] == f"wal/{_segment(2)}"


def test_segments_go_on_in_the_next_file_of_the_log() -> None:
    assert [*segments("0000000100000000000000FE", "000000010000000100000001")] == [
        "0000000100000000000000FE", "0000000100000000000000FF", "000000010000000100000000", "000000010000000100000001",
    ]  # fmt: skip


def test_what_is_older_than_it_is_kept_is_removed_and_all_of_the_time_since_can_be_restored(backups: Backups) -> None:
    take.prune(backups.vault, 1, _at(5.5) + timedelta(days=1))
    with pytest.raises(Damaged, match="is before the first backup"):
        plan(backups.vault, _at(4))
    for minutes in (5, 5.5, 8):
        plan(backups.vault, _at(minutes))
    assert not backups.vault.path("postgres/00000001").exists()


@pytest.mark.parametrize("days", [0, 31])
def test_backups_may_not_outlive_erasures(backups: Backups, days: int) -> None:
    with pytest.raises(ValueError, match="outlive erasures"):
        take.prune(backups.vault, days, BEGIN)
