"""`python -m proto.evolution`: prints what breaks and ends with 1, or says nothing. `… release 1.2.0` records one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from proto.evolution.promises import breaks
from proto.evolution.schemas import broken_events, former_schemas
from proto.evolution.versions import Version, build, earlier, read, release
from proto.review.places import rows

ROOT = Path(__file__).resolve().parents[2]
MEANT = "proto/review/breaks.txt"
ADVICE = f"""\
A contract only grows: add a field, a value or an event under a new number and name, and reserve what is given up.
A promise that must be broken is named in {MEANT} with its reason: <who or what> <promise>: <why>"""


def problems(root: Path, image: bytes, version: Version) -> Iterator[str]:
    """What in the checkout, whose image it is, breaks what that version promised; one line each."""
    meant = _meant(root)
    promises = (
        each for each in breaks(version.contract, read(image)) if not any(fnmatchcase(each.key, m) for m in meant)
    )
    yield from broken_calls(root, image, version.image)
    yield from broken_events(root / "gen" / "avro", former_schemas(version))
    yield from map(str, promises)


def broken_calls(root: Path, image: bytes, former: Path) -> list[str]:
    """What buf finds broken for callers, each with its file and line; `former` is the image of the earlier version."""
    rules = yaml.safe_load((root / "buf.yaml").read_text())["breaking"]["use"]
    config = json.dumps({"version": "v1", "breaking": {"use": rules}})
    command = ["buf", "breaking", "-", "--path", "loanflow", "--config", config, "--against", str(former)]
    done = subprocess.run(command, cwd=root, input=image, capture_output=True, check=False)
    return [_with_remedy(line) for line in done.stdout.decode().splitlines()] + done.stderr.decode().splitlines()


def _with_remedy(line: str) -> str:
    """What buf says of a place, `file:line:column:text`, as the generators say it."""
    file, number, _, text = line.split(":", 3)
    return f"proto/{file}:{number}: {text.removesuffix('.')}: put it back, and add what is new beside it"


def _meant(root: Path) -> frozenset[str]:
    """What is broken on purpose: `<who or what> <promise>`, in which `*` stands for anything."""
    path = root / MEANT
    return frozenset(text.partition(": ")[0].strip() for _, text in rows(path)) if path.exists() else frozenset()


def main(root: Path = ROOT) -> int:
    """Holds the checkout against every earlier version."""
    image = build(root)
    with earlier(root) as versions:
        found = [f"{each} (against {version.name})" for version in versions for each in problems(root, image, version)]
    if found:
        print(*dict.fromkeys(found), ADVICE, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["release"]:
        print(release(ROOT, sys.argv[2]).relative_to(ROOT))
    else:
        sys.exit(main())
