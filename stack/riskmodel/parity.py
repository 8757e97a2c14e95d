"""Whether the service's code gives every row the score that the training's library gave it, to the point."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from services.risk.characteristics import NAMED, Characteristic, Value
from services.risk.scorecards import parse


def differences(folder: Path) -> Iterator[str]:
    """Each row of scored.jsonl that table.json, read and summed up as the service does it, scores otherwise."""
    scorecard = parse((folder / "table.json").read_text(encoding="utf-8"), "table.json")
    for number, line in enumerate((folder / "scored.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        values = {Characteristic[name]: _value(name, said) for name, said in row["values"].items()}
        found = scorecard.score(values).score
        if found != row["score"]:
            yield f"scored.jsonl:{number}: the library says {row['score']}, the service {found}"


def _value(name: str, said: str | None) -> Value:
    return said if said is None or Characteristic[name] in NAMED else Decimal(said)
