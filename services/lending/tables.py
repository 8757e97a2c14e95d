"""Prints rows as an aligned table for a person, or as CSV or JSON for a program."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence


def print_table(rows: Sequence[Mapping[str, object]], layout: str) -> None:
    """Prints rows that all have the first one's columns; `layout` is table, csv or json."""
    plain = [{name: value if isinstance(value, int) else str(value) for name, value in row.items()} for row in rows]
    if layout == "json":
        print(json.dumps(plain, indent=2))
        return
    names = list(plain[0])
    if layout == "csv":
        writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(plain)
        return
    widths = [max(len(name), *(len(str(row[name])) for row in plain)) for name in names]
    for line in ([name.replace("_", " ") for name in names], *([str(row[name]) for name in names] for row in plain)):
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))
