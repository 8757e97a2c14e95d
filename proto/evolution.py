"""`python -m proto.evolution`: whether what was published before still works: callers of the API, readers of events.

The contract is held against earlier versions of itself: by `buf breaking` (WIRE_JSON), and every event's schema by
Avro's rules, both ways (FULL); against every one of the versions, which makes it FULL_TRANSITIVE. Which versions:
- all releases, that is, tags;
- on a branch, where it left main; what the branch itself has added may still change;
- on main, the present commit and its parents.
$LOANFLOW_AGAINST names other ones, separated by spaces.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import Schema, parse

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("buf.yaml", "proto", "gen")
ADVICE = (
    "A contract only grows: add a field, a value or an event under a new number and name, and reserve what is given up."
)


def earlier_versions(root: Path) -> list[str]:
    """The commits to hold the contract against; none in a repository without a commit."""
    if named := os.environ.get("LOANFLOW_AGAINST"):
        return named.split()
    head, main = _commit(root, "HEAD"), _commit(root, "main") or _commit(root, "origin/main")
    left = _git(root, "merge-base", "HEAD", main).strip() if main else ""
    parents = _git(root, "rev-list", "--parents", "-n", "1", "HEAD").split() if head else []
    # Where there is no main, as in a checkout of one commit, the commit counts as main's.
    recent = [left] if left and left != head else [head, *parents]
    released = [_commit(root, tag) for tag in _git(root, "tag", "--merged", "HEAD").split()] if head else []
    return [commit for commit in dict.fromkeys([*recent, *released]) if commit and _commit(root, commit)]


def problems(root: Path, version: str) -> Iterator[str]:
    """What in the checkout breaks what that version promised; one line each."""
    with tempfile.TemporaryDirectory() as folder:
        former = Path(folder)
        _unpack(root, version, former)
        if (former / "buf.yaml").exists():
            yield from _broken_calls(root, former)
        yield from broken_events(root / "gen" / "avro", former / "gen" / "avro")


def broken_events(present: Path, former: Path) -> Iterator[str]:
    """Which schemas of the folder `former` have no match in `present` that can read it, and be read by it."""
    for path in sorted(former.glob("*.avsc")):
        if not (present / path.name).exists():
            yield f"{path.stem}: the event is gone; keep it, those who listen still read it"
            continue
        old, new = parse(path.read_text()), parse((present / path.name).read_text())
        for reader, writer, who in ((new, old, "new readers, old events"), (old, new, "old readers, new events")):
            for problem in _unreadable(reader, writer):
                yield f"{path.stem}: {who}: {problem}"


def _unreadable(reader: Schema, writer: Schema) -> Iterator[str]:
    result = ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)
    if result.compatibility is not SchemaCompatibilityType.compatible:
        yield f"{'; '.join(sorted(result.messages))} at {', '.join(sorted(result.locations))}"


def _broken_calls(root: Path, former: Path) -> list[str]:
    # The imports of the contract come from packages and are in no version of the repository.
    (former / ".deps").symlink_to(root / ".deps")
    command = ["buf", "breaking", ".", "--against", str(former)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def _unpack(root: Path, version: str, target: Path) -> None:
    present = [name for name in NEEDED if _git(root, "ls-tree", version, name)]
    archive = subprocess.run(["git", "archive", version, *present], cwd=root, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as content:
        # Python has it from 3.11.4 on; the archive is the repository's own.
        content.extraction_filter = getattr(tarfile, "data_filter", None)
        content.extractall(target)  # noqa: S202 by the filter above, where there is one


def _commit(root: Path, name: str) -> str:
    return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()


def _git(root: Path, *arguments: str) -> str:
    """What git says; nothing when it has nothing to say about it."""
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False).stdout


def main(root: Path = ROOT) -> int:
    """Prints what breaks and gives 1, or 0 when nothing does."""
    found = []
    for version in earlier_versions(root):
        found += [f"{problem} (against {version[:12]})" for problem in problems(root, version)]
    if found:
        print(*dict.fromkeys(found), ADVICE, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
