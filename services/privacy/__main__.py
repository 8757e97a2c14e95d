"""`python -m services.privacy <command> <service> [<person>]`: what a service keeps about a person.

    locate   where the person is, by which key it is sealed, and until when it is kept
    export   a copy of all of it as JSON (GDPR articles 15 and 20); --files FOLDER copies the files, too
    hold     legal hold: nothing of the person is destroyed until it is released; --why names the case, and no person
    release  lifts the hold; --why says by which decision
    seal     of all persons: what was stored before their data keys sealed it is sealed by them

It runs where the service runs, with the service's settings; `python -m stack privacy` asks all services of the local
stack. The person is named by their customer or account id. What it does is in the service's audit trail.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from services.catalog import BY_NAME
from services.privacy import older_rows, persons
from services.privacy.keepers import keeper_of
from services.runtime import errors


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when it could not do what it was to do."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if (given.command == "seal") == bool(given.person):
        parser.error("seal is for all persons" if given.person else "the id of the person is missing")
    try:
        with keeper_of(given.service) as keeper:
            match given.command:
                case "locate":
                    answer = persons.locate(keeper, given.person)
                case "export":
                    answer = persons.export(keeper, given.person, given.files)
                case "hold":
                    answer = persons.hold(keeper, given.person, given.why)
                case "seal":
                    answer = older_rows.seal(keeper)
                case _:
                    answer = persons.release(keeper, given.person, given.why)
    except errors.Error as error:
        print(f"{type(error).__name__}: {error.message}", file=sys.stderr)
        return 1
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.privacy", description="What is kept about a person.")
    parser.add_argument("command", choices=["locate", "export", "hold", "release", "seal"])
    parser.add_argument("service", choices=sorted(BY_NAME))
    parser.add_argument("person", nargs="?", default="", help="customer or account id")
    parser.add_argument("--files", type=Path, help="where export copies files to")
    parser.add_argument("--why", default="", help="of hold and release: the case, without the name of a person")
    return parser


if __name__ == "__main__":
    sys.exit(main())
