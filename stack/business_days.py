"""Up to which business date daily runs were done on a stack: no run of an earlier one has any effect after it."""

from datetime import UTC, date, datetime
from pathlib import Path

from stack.layout import Layout


def latest(layout: Layout) -> date:
    """The date of the latest run; today's before the first."""
    file = _file(layout)
    return date.fromisoformat(file.read_text()) if file.exists() else datetime.now(UTC).date()


def note(layout: Layout, day: date) -> None:
    """Notes that the run of a date was done."""
    if not _file(layout).exists() or day > latest(layout):
        _file(layout).write_text(day.isoformat())


def _file(layout: Layout) -> Path:
    return layout.state / "business-day"
