"""The present moment, injected so that tests can set it."""

from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """The current time, always in UTC."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def today(self) -> date:
        """The present date in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The present date in UTC."""
        return self.now().date()
