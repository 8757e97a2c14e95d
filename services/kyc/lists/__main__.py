"""Loads a published sanctions list: `python -m services.kyc.lists load FILE --source ofac`, or retires a source.

The list replaces the one before of its source, in one transaction; running replicas take it up by themselves. A file
that is broken is refused with its line, and so is one with fewer than half the entries of the list in force, or half of
its sanctions, unless `--shorter`, and one that its authority made before that list, unless `--older`.
`retire ofac-csv --why "ofac has it all"` takes the list of a source out of force.
Both are audited under $LOANFLOW_OPERATOR, or the account that runs the command. It runs where the service does, with
its settings.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from services.kyc.list_store import LoadedList, SanctionsLists
from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import Refused
from services.kyc.settings import Settings
from services.runtime import context
from services.runtime.clock import Clock, SystemClock
from services.runtime.errors import Error
from services.runtime.events.acts import operator
from services.runtime.secrets.loading import load
from services.runtime.stores.postgres import Postgres

_LEAST_PERCENT = 50


def read(path: Path, source: str, clock: Clock) -> LoadedList:
    """A file as a list of its source; Refused, and OSError when it cannot be read."""
    found, digest = FORMATS[source](path), hashlib.sha256(path.read_bytes()).hexdigest()
    if not found.entries:
        raise Refused(1, "no entry at all")
    now = clock.now()
    if found.date and date.fromisoformat(found.date) > now.date() + timedelta(days=1):
        raise Refused(1, f"made on {found.date}, which has not come yet")
    version = f"{source} {found.date or now.date().isoformat()} {digest[:8]}"
    return LoadedList(source, version, found.date, digest, now, found.entries)


def main(arguments: list[str]) -> int:
    """Gives the exit status: 0, or 1 with the reason on standard error."""
    given = _parser().parse_args(arguments)
    try:
        print(given.run(given))
    except Refused as refused:
        print(f"error: {given.file}:{refused.line}: {refused.reason}; nothing was changed", file=sys.stderr)
        return 1
    except (Error, OSError, ValueError) as error:
        about = getattr(given, "file", given.source)
        print(f"error: {about}: {error}; nothing was changed", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.kyc.lists", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("load", help="puts a list in force")
    command.add_argument("file", type=Path)
    command.add_argument("--source", choices=FORMATS, required=True, help="who published it, and in which format")
    command.add_argument("--shorter", action="store_true", help="also with fewer than half the entries of before")
    command.add_argument("--older", action="store_true", help="also if it was made before the list in force")
    command.set_defaults(run=_load)
    command = commands.add_parser("retire", help="takes the list of a source out of force, for another one has it all")
    command.add_argument("source", choices=FORMATS)
    command.add_argument("--why", required=True, help="the reason, for the audit trail")
    command.set_defaults(run=_retire)
    return parser


def _load(given: argparse.Namespace) -> str:
    loaded = read(given.file, given.source, SystemClock())
    with _lists() as lists:
        lists.replace(loaded, least=0 if given.shorter else _LEAST_PERCENT, older=given.older)
    return f"in force: {loaded.version}, {len(loaded.entries)} entries"


def _retire(given: argparse.Namespace) -> str:
    with _lists() as lists:
        return f"out of force: {lists.retire(given.source, given.why)}"


@contextmanager
def _lists() -> Iterator[SanctionsLists]:
    by = operator()
    database = Postgres(load(Settings).postgres)
    try:
        with context.background("kyc", "kyc.lists"):
            yield SanctionsLists(database, by)
    finally:
        database.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
