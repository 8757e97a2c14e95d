"""Takes a backup of a running stack: a base, or a pass over what came since the backup before."""

import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from stack import folders
from stack.backup import erasures, mongo, objects, openbao, postgres
from stack.backup.vault import Kept, Manifest, Vault
from stack.layout import Layout
from stack.servers import postgres as postgres_server

log = structlog.get_logger(__name__)
KEY = "backup-key"
# Erasures are kept for as long as what they concern can be restored, and no longer: docs/adr/0016.
LONGEST_DAYS = 30
_INCARNATION = "SELECT value FROM outbox_state WHERE name = 'incarnation'"


def vault_of(layout: Layout) -> Vault:
    """The stack's backups; Damaged when they are those of another deployment."""
    return Vault(folders.backups(layout.base), layout.secret(KEY))


def base(layout: Layout, vault: Vault) -> Manifest:
    """A copy of every store, and where the log goes on from."""
    with vault.alone():
        return _base(layout, vault, vault.recent())


def advance(layout: Layout, vault: Vault, *, base_every: timedelta) -> Manifest:
    """A pass; or a base, when there is none, it is older than this, or what came since it is not whole."""
    with vault.alone():
        known = vault.recent()
        if not known or datetime.now(UTC) - known[0].until >= base_every:
            return _base(layout, vault, known)
        try:
            return _pass(layout, vault, known)
        except mongo.Gap as error:
            log.warning("a new base is due", reason=str(error))
            return _base(layout, vault, known)


def _base(layout: Layout, vault: Vault, known: list[Manifest]) -> Manifest:
    number = known[-1].number + 1 if known else 1
    first, own = postgres.segment_now(layout), {}
    for store, copy in (("postgres", postgres.copy), ("mongo", mongo.copy)):
        name = f"{store}/{number:08d}"
        own[name] = copy(layout, vault, name)
    made = _manifest(layout, vault, number, base=True)
    made.postgres["first"] = first
    if known:
        # What came since the backup before ends with this one; it is no base for that.
        with suppress(mongo.Gap):
            own |= _oplog(layout, vault, made, known[-1])
    index = objects.played(changes(vault, known))
    change = objects.seal_new(layout, vault, index)
    present = objects.played([objects.Change(tuple(index.values()), ()), change])
    return _kept(layout, vault, made, own, objects.Change(tuple(present.values()), ()))


def _pass(layout: Layout, vault: Vault, known: list[Manifest]) -> Manifest:
    made = _manifest(layout, vault, known[-1].number + 1, base=False)
    own = _oplog(layout, vault, made, known[-1])
    return _kept(layout, vault, made, own, objects.seal_new(layout, vault, objects.played(changes(vault, known))))


def _manifest(layout: Layout, vault: Vault, number: int, *, base: bool) -> Manifest:
    """Begun: its moment is set, and what is read from now on holds at least what was committed before it."""
    point = postgres.now(layout)
    return Manifest(
        number, base, vault.deployment, point.until, postgres={"segment": point.segment},
        versions=_versions(layout) if base else {}, incarnations=incarnations(layout),
    )  # fmt: skip


def _oplog(layout: Layout, vault: Vault, made: Manifest, before: Manifest) -> dict[str, Kept]:
    """What came since the backup before; mongo.Gap when that is not known any more."""
    if made.postgres["segment"][:8] != before.postgres["segment"][:8]:
        raise mongo.Gap("the stack was restored since the backup before")
    name = oplog_file(made.number)
    return {name: mongo.seal_oplog(layout, vault, name, before.until)}


def _kept(layout: Layout, vault: Vault, made: Manifest, own: dict[str, Kept], change: objects.Change) -> Manifest:
    made.files |= postgres.seal_log(layout, vault, made.number) | own
    made.files[openbao_file(made.number)] = openbao.copy(layout, vault, openbao_file(made.number))
    # The newest has every key of those before; the one before it stays until the next backup is whole.
    vault.drop(openbao_file(made.number - 2))
    name, erased = erasures_file(made.number), erasures.known(layout)
    made.files[name] = vault.put(name, [erased.encoded()])
    name = changes_file(made.number)
    made.files[name] = vault.put(name, [change.encoded()])
    vault.keep(made)
    log.info("backed up", number=made.number, base=made.base, until=made.until.isoformat(), files=len(made.files))
    return made


def changes(vault: Vault, known: list[Manifest]) -> list[objects.Change]:
    """What the object store had, from the last of these bases on."""
    start = max((place for place, each in enumerate(known) if each.base), default=0)
    return [objects.Change.decoded(vault.read(changes_file(each.number))) for each in known[start:]]


def changes_file(number: int) -> str:
    """What came to the object store and went."""
    return f"changes/{number:08d}"


def oplog_file(number: int) -> str:
    """What the oplog of MongoDB had since the backup before."""
    return f"oplog/{number:08d}"


def openbao_file(number: int) -> str:
    """The snapshot of OpenBao."""
    return f"openbao/{number:08d}"


def erasures_file(number: int) -> str:
    """Who was erased."""
    return f"erasures/{number:08d}"


def prune(vault: Vault, days: int, now: datetime) -> int:
    """Removes what no restore to one of the last so many days needs; how many files. ValueError beyond LONGEST_DAYS."""
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"backups are kept for 1 to {LONGEST_DAYS} days, not {days}: they would outlive erasures")
    with vault.alone():
        known = vault.manifests()
        old = [each for each in known if each.base and each.until <= now - timedelta(days=days)]
        kept = [each for each in known if not old or each.number >= old[-1].number]
        wanted = {name for each in kept for name in each.files}
        for each in kept:
            change = objects.Change.decoded(vault.read(changes_file(each.number)))
            wanted |= {stored.name for stored in change.came}
        for each in known:
            if each not in kept:
                vault.forget(each)
        return vault.sweep(wanted)


def incarnations(layout: Layout) -> dict[str, int]:
    """The incarnation of each service's store."""
    found = {}
    for name in postgres_server.SERVICES:
        with postgres_server.admin(layout, name) as connection:
            row = connection.execute(_INCARNATION).fetchone()
            found[name] = int(row[0]) if row else 0
    with mongo.collections(layout, "outbox_state") as stores:
        for name, notes in stores.items():
            noted: Any = notes.find_one({"_id": "incarnation"})
            found[name] = int(noted["value"]) if noted else 0
    return found


def _versions(layout: Layout) -> dict[str, str]:
    project = tomllib.loads((folders.CHECKOUT / "pyproject.toml").read_text())["project"]
    parts = {"postgres": postgres.version, "mongo": mongo.version, "openbao": openbao.version}
    return {"loanflow": str(project["version"]), **{name: version(layout) for name, version in parts.items()}}
