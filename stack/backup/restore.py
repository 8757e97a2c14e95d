"""Restores a stack to one moment: all stores together, into an empty state, and events as if nothing had been.

In this order: the backup is checked, PostgreSQL and MongoDB are rebuilt beside the state, what is there is put aside,
the parts are started, destroyed keys are destroyed again, versions of events begin a new incarnation, the topics are
made anew of the archives, and files that no record names are removed. Nothing is changed until PostgreSQL and MongoDB
stand.
"""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from stack import environment, pki, programs, starter
from stack.backup import erasures, mongo_rebuild, objects, openbao, postgres
from stack.backup.erasures import Erasures
from stack.backup.plan import Plan, plan
from stack.backup.vault import Vault
from stack.layout import Layout
from stack.part import Part, Stage
from stack.parts import publishers, table
from stack.servers import engines
from stack.servers import mongo as mongo_server
from stack.servers import objects as objects_server
from stack.servers import openbao as openbao_server
from stack.supervisor import Supervisor

# What a store has in the state folder. Kafka's and Redis' are made anew: topics of the archives, the rest of nothing.
STORES = (
    "postgres", "mongo/data", "s3", "openbao/raft", "kafka", "kafka-2", "kafka-3", "redis", "wal",
)  # fmt: skip
_AT_ONCE = 4
# Whose files are removed while whom they are about can still be read. What others have without a record has come late.
_REMOVING = "document", "agreement"
# Services have much to catch up with after a restore, all at once.
_ATTEMPTS, _PAUSE_SECONDS = 3, 5.0
_SENT = re.compile(r"^(\d+) events on ", re.MULTILINE)


class NotEmpty(Exception):
    """The stack runs, or has data: a restore would be over it. The text says what to do."""


@dataclass
class Report:
    """What a restore does, in lines for the operator; `aside` is where that is which was there before."""

    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    until: datetime | None = None
    aside: Path | None = None

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def done(self, text: str) -> None:
        """A step is over."""
        self.say(f"{self.seconds:6.1f} s  {text}")


def restore(
    layout: Layout, supervisor: Supervisor, vault: Vault, to: datetime | None, report: Report, *, over: bool
) -> None:
    """Restores all stores and starts the stack. Damaged or NotEmpty when it cannot; the state is as it was then.

    `over`: what is there may be put aside, which a stack that runs may not.
    """
    parts = [part for part in table(layout.brokers) if part.stage is Stage.PARTS]
    found = restore_stores(layout, supervisor, vault, to, parts, report, over=over)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        published = [*pool.map(lambda name: _events_anew(layout, name), publishers())]
    report.done(f"events have a new incarnation; the topics are made anew: {', '.join(published)}")
    report.done(_erase_again(layout, found.erased))
    for name in _REMOVING:
        report.done(_remove_unnamed(layout, found, name))
    _start(layout, supervisor, table(layout.brokers), attempts=_ATTEMPTS)
    report.done("the stack is up")


def restore_stores(
    layout: Layout, supervisor: Supervisor, vault: Vault, to: datetime | None, parts: Iterable[Part], report: Report,
    *, over: bool,
) -> Plan:  # fmt: skip
    """As `restore`, but for the events, and of these parts alone; what was restored."""
    if supervisor.pid():
        raise NotEmpty(f"the stack at {layout.base} runs: stop it (make down), then restore")
    present = [name for name in STORES if _holds(layout.state / name)]
    if present and not over:
        raise NotEmpty(f"{layout.state} has data ({', '.join(present)}): say OVER=1 to have it put aside")
    pki.ensure(layout.pki)
    found = plan(vault, to)
    report.until = found.until
    report.done(f"backups {found.base.number} to {found.end.number} are whole, for {found.until.isoformat()}")
    with _beside(layout) as folder:
        postgres.rebuild(layout, vault, found.postgres, found.log, found.until, folder)
        report.done(f"PostgreSQL is recovered, by {len(found.log)} files of its log")
        count = mongo_rebuild.rebuild(vault, found.mongo, found.oplog, found.until, folder)
        report.done(f"MongoDB is rebuilt, by {count} entries of its oplog")
        report.aside = _exchange(layout, folder, present)
    _start_parts(layout, supervisor, vault, found, [*parts], report)
    for name in openbao_server.ROTATING:
        engines.rotate_password(layout, name)
    mongo_server.renew_logins(layout)
    again = erasures.destroy_again(layout, found.erased)
    report.done(f"{again} data keys are destroyed again, which the backup had")
    return found


def _holds(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


@contextmanager
def _beside(layout: Layout) -> Iterator[Path]:
    """A folder for what is being rebuilt, on the disk of the state; gone at the end."""
    folder = layout.state / "restoring"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # PostgreSQL runs under an account of its own, and has to get to its part.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exchange(layout: Layout, folder: Path, present: list[str]) -> Path | None:
    """Puts aside what is there, and what was rebuilt in its place; where that is now."""
    aside = None
    if present:
        aside = layout.state / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        for name in present:
            target = aside / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (layout.state / name).rename(target)
        aside.chmod(0o700)
    for name, place in (("postgres", "postgres"), ("mongo", "mongo/data")):
        target = layout.state / place
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / name).rename(target)
    mongo_server.keep_users(layout)
    return aside


def _start_parts(
    layout: Layout, supervisor: Supervisor, vault: Vault, found: Plan, parts: list[Part], report: Report
) -> None:
    """Starts the parts; OpenBao gets its snapshot before anything asks it, the object store its objects after."""
    supervisor.configure()
    supervisor.launch()
    _start(layout, supervisor, [replace(part, settle=None) for part in parts if part.name == "openbao"])
    openbao.put_back(layout, vault, found.snapshot)
    report.done("OpenBao is restored")
    _start(layout, supervisor, parts)
    count = objects.put_back(layout, vault, found.index)
    report.done(f"the object store has {count} objects again")


def _events_anew(layout: Layout, name: str) -> str:
    variables = environment.of_operator(layout, name, letters=False)
    _run(["services.runtime.events", "incarnation", name, "--bump"], variables)
    said = _patiently(["services.runtime.events", "republish", name], variables)
    count = sum(int(each) for each in _SENT.findall(said))
    return f"{name} {count}"


def _erase_again(layout: Layout, erased: Erasures) -> str:
    if not erased.customers:
        return "no customer was erased"
    return _run(
        ["services.customer.erased_again"], environment.of_service(layout, "customer"), "\n".join(erased.customers)
    )


def _remove_unnamed(layout: Layout, found: Plan, name: str) -> str:
    own = objects_server.bucket(name)
    keys = sorted(key for bucket, key in found.unsure if bucket == own)
    if not keys:
        return f"no file of the {name} service came or went at the moment"
    return _run([f"services.{name}.unnamed"], environment.of_service(layout, name), "\n".join(keys))


def _patiently(module: list[str], variables: dict[str, str]) -> str:
    """As `_run`, of what may be begun anew: a broker that all ask at once may not answer in time."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(RuntimeError):
            return _run(module, variables)
        time.sleep(_PAUSE_SECONDS)
    return _run(module, variables)


def _run(module: list[str], variables: dict[str, str], given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", *module], env=programs.environment() | variables, text=True, check=False,
        input=given, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(module)} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()


def _start(layout: Layout, supervisor: Supervisor, parts: Iterable[Part], attempts: int = 1) -> None:
    """Starts parts; what was not ready in time is waited for again, before the first that is not fails."""
    chosen, problems = [*parts], list[starter.StartError]()
    for _ in range(attempts):
        problems = starter.start(layout, supervisor, chosen, lambda _name, _seconds: None)
        if not problems:
            return
    raise problems[0]
