"""What a restore to a moment is made of; found out and checked before anything is touched."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stack.backup import objects, postgres, take
from stack.backup.erasures import Erasures, united
from stack.backup.vault import Damaged, Manifest, Vault


@dataclass(frozen=True)
class Plan:
    """All stores as of `until`: of `base` and, by the names of their files, what came after it.

    `log` is by the name that PostgreSQL asks for; `snapshot` is OpenBao's, the newest there is. Of the objects of
    `index` those that are `unsure` may have been deleted before the moment, or have come after it.
    """

    until: datetime
    base: Manifest
    end: Manifest
    log: dict[str, str]
    oplog: tuple[str, ...]
    index: objects.Index
    unsure: frozenset[tuple[str, str]]
    snapshot: str
    erased: Erasures

    @property
    def postgres(self) -> str:
        """The base copy of PostgreSQL."""
        return f"postgres/{self.base.number:08d}"

    @property
    def mongo(self) -> str:
        """The snapshot of MongoDB."""
        return f"mongo/{self.base.number:08d}"


def plan(vault: Vault, to: datetime | None) -> Plan:
    """The restore to a moment, or to the last one that is covered. Damaged says what is wrong; nothing was touched."""
    known = vault.manifests()
    if not any(each.base for each in known):
        raise Damaged(f"there is no backup in {vault.folder}")
    until = known[-1].until if to is None else to
    chain = _chain(known, until)
    base, end = chain[0], chain[-1]
    files = {name: kept for each in known if each.number >= base.number for name, kept in each.files.items()}
    log = postgres.log_files(files, base.postgres["first"], end.postgres["segment"])
    before, after = (objects.played(take.changes(vault, part)) for part in (chain[:-1] or chain, chain))
    made = Plan(
        until, base, end, log, tuple(take.oplog_file(each.number) for each in chain[1:]),
        # All that was there before the moment, and that came until the backup that covers it.
        {**before, **after}, frozenset(before.keys() ^ after.keys()),
        take.openbao_file(known[-1].number),
        _erased(vault, known),
    )  # fmt: skip
    for name in _needed(made):
        if name not in files:
            raise Damaged(f"{name} was not backed up: there is a gap after {base.until.isoformat()}")
        vault.check(name, files[name])
    for each in made.index.values():
        vault.check(each.name, each.kept)
    return made


def _needed(made: Plan) -> Iterator[str]:
    yield from (made.postgres, made.mongo, made.snapshot, *made.log.values(), *made.oplog)


def _chain(known: list[Manifest], until: datetime) -> list[Manifest]:
    """The newest base before a moment, and the backups after it up to the first that covers the moment."""
    bases = [each for each in known if each.base and each.until <= until]
    if not bases:
        first = next(each for each in known if each.base)
        raise Damaged(f"{until.isoformat()} is before the first backup, of {first.until.isoformat()}")
    chain = [each for each in known if each.number >= bases[-1].number]
    if missing := {*range(chain[0].number, chain[-1].number + 1)} - {each.number for each in chain}:
        raise Damaged(f"the manifest of backup {min(missing)} is missing")
    for place, each in enumerate(chain):
        if each.until >= until:
            return chain[: place + 1]
    raise Damaged(f"{until.isoformat()} is after the last backup, of {chain[-1].until.isoformat()}")


def _erased(vault: Vault, known: list[Manifest]) -> Erasures:
    """All erasures that any backup knows of: each has those before it, if no restore lies between, and then a base."""
    last = [each for each, following in zip(known, [*known[1:], None], strict=True) if not following or following.base]
    return united(Erasures.decoded(vault.read(take.erasures_file(each.number))) for each in last)
