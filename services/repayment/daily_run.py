"""The run of one business date over all loans."""

from dataclasses import dataclass
from datetime import date, datetime

from services.runtime.aggregate import Aggregate


@dataclass
class DailyRun(Aggregate):
    """A run; `loans_done` and `instalments_overdue` count the work of the present call."""

    business_date: date
    start_time: datetime
    complete_time: datetime | None = None
    loans_done: int = 0
    instalments_overdue: int = 0

    @property
    def complete(self) -> bool:
        """Whether every loan is done."""
        return self.complete_time is not None
