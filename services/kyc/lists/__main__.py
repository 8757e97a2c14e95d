"""Loads a published sanctions list: `python -m services.kyc.lists load FILE --source ofac`.

The list replaces the one before of its source, in one transaction; running replicas take it up by themselves. A file
that is broken is refused with its line, and so is one with fewer than half the entries of the list in force, unless
`--shorter`.
It runs where the service does, with its settings.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from services.kyc.list_store import LoadedList, SanctionsLists
from services.kyc.lists.formats import FORMATS
from services.kyc.lists.reading import Refused
from services.kyc.settings import Settings
from services.runtime import context
from services.runtime.clock import Clock, SystemClock
from services.runtime.errors import Error
from services.runtime.secrets.loading import load
from services.runtime.stores.postgres import Postgres

_LEAST_PERCENT = 50


def read(path: Path, source: str, clock: Clock) -> LoadedList:
    """A file as a list of its source; Refused, and OSError when it cannot be read."""
    found, digest = FORMATS[source](path), hashlib.sha256(path.read_bytes()).hexdigest()
    if not found.entries:
        raise Refused(1, "no entry at all")
    now = clock.now()
    version = f"{source} {found.date or now.date().isoformat()} {digest[:8]}"
    return LoadedList(source, version, found.date, digest, now, found.entries)


def main(arguments: list[str]) -> int:
    """Gives the exit status: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m services.kyc.lists", description=__doc__)
    command = parser.add_subparsers(required=True).add_parser("load", help="puts a list in force")
    command.add_argument("file", type=Path)
    command.add_argument("--source", choices=FORMATS, required=True, help="who published it, and in which format")
    command.add_argument("--shorter", action="store_true", help="also with fewer than half the entries of before")
    given = parser.parse_args(arguments)
    try:
        loaded = read(given.file, given.source, SystemClock())
        database = Postgres(load(Settings).postgres)
        try:
            with context.background("kyc", "kyc.lists"):
                SanctionsLists(database).replace(loaded, least=0 if given.shorter else _LEAST_PERCENT)
        finally:
            database.close()
    except Refused as refused:
        print(f"error: {given.file}:{refused.line}: {refused.reason}; nothing was changed", file=sys.stderr)
        return 1
    except (Error, OSError, ValueError) as error:
        print(f"error: {given.file}: {error}; nothing was changed", file=sys.stderr)
        return 1
    print(f"in force: {loaded.version}, {len(loaded.entries)} entries")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
