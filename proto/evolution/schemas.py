"""Events by Avro's rules: a reader of either version reads what a writer of the other has written."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import Schema, parse

from proto.evolution.versions import Version
from proto.plugins.avro import schemas

SUFFIX = ".avsc"


def former_schemas(version: Version) -> dict[str, str]:
    """Message name → schema of a version: as it was committed, else as the present generator makes it of the image."""
    if version.schemas is None:
        return {name.removesuffix(SUFFIX): text for name, text in schemas(version.contract).items()}
    return {path.stem: path.read_text() for path in sorted(version.schemas.glob(f"*{SUFFIX}"))}


def broken_events(present: Path, former: Mapping[str, str]) -> Iterator[str]:
    """Which former schemas have no match in the folder `present` that can read it, and be read by it."""
    for name, text in former.items():
        path = present / f"{name}{SUFFIX}"
        if not path.exists():
            yield f"{name}: the event is gone; keep it, subscribers still read it"
            continue
        if json.loads(text) == json.loads(path.read_text()):
            continue
        old, new = parse(text), parse(path.read_text())
        for reader, writer, who in ((new, old, "new readers, old events"), (old, new, "old readers, new events")):
            for problem in _unreadable(reader, writer):
                yield f"{name}: {who}: {problem}"


def _unreadable(reader: Schema, writer: Schema) -> Iterator[str]:
    result = ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)
    if result.compatibility is not SchemaCompatibilityType.compatible:
        yield f"{'; '.join(sorted(result.messages))} at {', '.join(sorted(result.locations))}"
