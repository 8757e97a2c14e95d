"""The run of one business date over all loans."""

from dataclasses import dataclass
from datetime import date, datetime

from services.runtime.aggregate import Aggregate


@dataclass(frozen=True)
class Findings:
    """What a run found, on one loan or on many."""

    overdue: int = 0
    late_fees: int = 0
    reminders: int = 0

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.overdue + other.overdue, self.late_fees + other.late_fees, self.reminders + other.reminders
        )


@dataclass
class DailyRun(Aggregate):
    """A run. `failed` are the loans that it could not work on; they are left out until it is run again."""

    business_date: date
    start_time: datetime
    complete_time: datetime | None = None
    failed: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every loan is done, but for those that failed."""
        return self.complete_time is not None

    def resume(self) -> None:
        """Goes on; a complete run whose failures may be mended tries those again."""
        if self.complete and self.failed:
            self.complete_time, self.failed = None, ()

    def give_up(self, loan_id: str) -> None:
        """Leaves a loan out that could not be worked on."""
        if loan_id not in self.failed:
            self.failed = (*self.failed, loan_id)

    def finish(self, at: datetime) -> None:
        """Every loan is done."""
        self.complete_time = self.complete_time or at


@dataclass(frozen=True)
class Progress:
    """How far a run is after a call, and what the call did."""

    run: DailyRun
    loans_done: int = 0
    found: Findings = Findings()
