"""Writes the fictitious list as FollowTheMoney entities: `python -m stack.watchlist FILE`."""

import argparse
import json
from pathlib import Path

from stack.watchlist.exposed import exposed
from stack.watchlist.people import SEED, SIZE, Listed, listed


def main() -> None:
    """Writes one entity a line."""
    parser = argparse.ArgumentParser(prog="python -m stack.watchlist", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--size", type=int, default=SIZE, help="how many sanctions (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed makes the same list (%(default)s)")
    given = parser.parse_args()
    write(given.file, [*listed(given.size, given.seed), *exposed(seed=given.seed + 1)])


def write(path: Path, entries: list[Listed]) -> None:
    """Writes the entries in the form that `python -m services.kyc.lists load --source opensanctions` reads."""
    with path.open("w", encoding="utf-8") as file:
        for each in entries:
            name, *aliases = each.names
            properties = {
                "name": [name],
                "alias": aliases,
                "birthDate": list(each.dates),
                "country": [country.lower() for country in each.countries],
                "topics": list(each.topics),
                "position": list(each.positions),
            }
            schema = "Person" if each.kind == "PERSON" else "Organization"
            entity = {"id": each.number, "schema": schema, "properties": properties}
            file.write(json.dumps(entity, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
