"""`reviewed.txt`: findings that a person has looked at, and why they may stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

FILE = Path(__file__).with_name("reviewed.txt")


@dataclass(frozen=True)
class Finding:
    """What a scan found: the scan, its rule, and where; `mark` tells two findings of one place apart."""

    scan: str
    rule: str
    place: str
    mark: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.scan} {self.rule} {self.mark}: {self.text}"


@dataclass(frozen=True)
class Row:
    """One line of the table. `place` is a pattern, `mark` the exact one or *."""

    scan: str
    rule: str
    place: str
    mark: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this line is about that finding."""
        same = (self.scan, self.rule) == (finding.scan, finding.rule) and fnmatch(finding.place, self.place)
        return same and self.mark in ("*", finding.mark)


def rows(text: str) -> list[Row]:
    """The lines of the table: scan, rule, place, mark, then the reason. ValueError names a line without one."""
    found = list[Row]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(maxsplit=4)
        if len(parts) != 5:
            raise ValueError(f"{FILE.name}:{number}: a line has scan, rule, place, mark and a reason")
        found.append(Row(*parts))
    return found


def open_findings(found: Iterable[Finding], table: list[Row]) -> list[str]:
    """Findings that no line is about, and lines that are about no finding, each as text."""
    used, left = set[Row](), list[str]()
    for finding in found:
        covering = [row for row in table if row.covers(finding)]
        used.update(covering)
        if not covering:
            left.append(str(finding))
    stale = [row for row in table if row not in used]
    return left + [
        f"{FILE.name}: finds nothing any more: {row.scan} {row.rule} {row.place} {row.mark}" for row in stale
    ]
