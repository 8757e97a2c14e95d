"""`python -m stack.backup`: backs a stack up, and restores it.

take     a base of the running stack now; from the first one on a pass a minute follows by itself
pass     what came since, now
list     the backups: from when, up to when, with which versions
check    whether a restore to --to, or to the last moment, could be made; reads and hashes all of it
restore  restores all stores to --to, or to the last moment that is covered, and starts the stack
"""

import argparse
import sys
from datetime import UTC, datetime

import structlog

from stack import folders, starter
from stack.backup import archiver, take
from stack.backup.parts import archiving
from stack.backup.plan import plan
from stack.backup.restore import NotEmpty, Report, restore
from stack.backup.vault import Damaged
from stack.layout import Layout
from stack.parts import stand_ins, table
from stack.supervisor import Supervisor


def main() -> int:
    """Runs one command; 1 when it could not be done, with what is wrong."""
    given = _parser().parse_args()
    layout = Layout.of(given.base)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        given.run(layout, given)
    except (Damaged, NotEmpty, starter.StartError, OSError, ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _take(layout: Layout, given: argparse.Namespace) -> None:
    supervisor = _supervisor(layout)
    if not supervisor.pid():
        raise ValueError("nothing runs: make up")
    receiver, goes_on = archiving()
    _start(layout, supervisor, receiver)
    made = take.base(layout, take.vault_of(layout))
    print(f"backup {made.number} has everything until {made.until.isoformat()}: {folders.backups(layout.base)}")
    _start(layout, supervisor, goes_on)


def _pass(layout: Layout, given: argparse.Namespace) -> None:
    made = take.advance(layout, take.vault_of(layout), base_every=archiver.BASE_EVERY)
    print(f"backup {made.number} has everything until {made.until.isoformat()}")


def _list(layout: Layout, given: argparse.Namespace) -> None:
    vault = take.vault_of(layout)
    print(f"{vault.folder}, deployment {vault.deployment}")
    known = vault.manifests()
    bases = [each for each in known if each.base]
    for base, following in zip(bases, [*bases[1:], None], strict=True):
        last = known[-1] if following is None else known[known.index(following) - 1]
        versions = ", ".join(f"{name} {version}" for name, version in sorted(base.versions.items()))
        print(f"{base.number:>8}  {base.until:%Y-%m-%d %H:%M:%S} to {last.until:%Y-%m-%d %H:%M:%S}Z  {versions}")


def _check(layout: Layout, given: argparse.Namespace) -> None:
    found = plan(take.vault_of(layout), given.to)
    print(
        f"a restore to {found.until.isoformat()} can be made, of the backups {found.base.number} to {found.end.number}"
    )


def _restore(layout: Layout, given: argparse.Namespace) -> None:
    vault, supervisor = take.vault_of(layout), _supervisor(layout)
    layout.state.mkdir(parents=True, exist_ok=True)
    layout.state.chmod(0o711)
    report = Report(lambda text: print(text, flush=True))
    receiver, goes_on = archiving()
    with starter.alone(layout):
        restore(layout, supervisor, vault, given.to, report, over=given.over)
        _start(layout, supervisor, receiver)
        made = take.base(layout, vault)
        _start(layout, supervisor, goes_on)
    print(f"restored to {report.until} in {report.seconds:.0f} s; backup {made.number} is the new base")
    if report.aside:
        print(f"what was there before is in {report.aside}: remove it once the restore is accepted")


def _start(layout: Layout, supervisor: Supervisor, *parts: object) -> None:
    for problem in starter.start(layout, supervisor, parts, lambda _name, _seconds: None):  # type: ignore[arg-type]
        raise problem


def _supervisor(layout: Layout) -> Supervisor:
    return Supervisor(layout, (*table(layout.brokers), *stand_ins(), *archiving()))


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stack.backup", description="Backs a stack up, and restores it.")
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    commands = parser.add_subparsers(required=True)
    for name, run in (("take", _take), ("pass", _pass), ("list", _list), ("check", _check), ("restore", _restore)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        if name in ("check", "restore"):
            command.add_argument("--to", type=_time, help="a moment (ISO 8601, UTC unless said otherwise)")
        if name == "restore":
            command.add_argument("--over", action="store_true", help="put aside what is there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
