"""The daily run over all loans as of a business date; it can be ended at any point.

Each loan is worked on in a transaction of its own. What is done is known by the loans themselves: those whose next
date has come are still to do. A run that was killed goes on with them; a loan that breaks is left out and said to have
failed, and does not hold up the others.
"""

import datetime
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

import structlog

from services.repayment.dunning import Findings
from services.repayment.model import DailyRun
from services.repayment.ports import Notices
from services.repayment.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import Aborted, InvalidArgument, Unavailable

log = structlog.get_logger(__name__)
_LOANS_PER_CALL = 500
_THREADS = 4
_REMINDERS_PER_CALL = 100


@dataclass(frozen=True)
class RunDaily:
    """The work of a business date is to go on; 0 loans stands for the usual number."""

    business_date: datetime.date
    max_loans: int


@dataclass(frozen=True)
class Progress:
    """How far a run is after a call, and what the call did."""

    run: DailyRun
    loans_done: int = 0
    found: Findings = field(default_factory=Findings)


@dataclass(frozen=True)
class DailyRunner:
    """Does the daily run, a bounded part of it with each call."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    notices: Notices
    # So many days after today a business date may be. Of one beyond, fees would be charged that nobody owes, and no run
    # of an earlier date would follow.
    days_ahead: int

    def run(self, command: RunDaily) -> Progress:
        """Does a part of the work of a business date; Unavailable when the database or the notices cannot be had."""
        day, most = command.business_date, command.max_loans or _LOANS_PER_CALL
        if (day - self.clock.today()).days > self.days_ahead:
            raise InvalidArgument.field("business_date", "has not come yet", reason="IMPOSSIBLE_DATE")
        run = self._open(day)
        if run.complete:
            return Progress(run)
        with self.begin() as uow:
            waiting = uow.loans.to_run(day, run.failed, most)
        found = self._work_on(waiting, day)
        if len(found) == len(waiting) < most and not self._send_reminders():
            run = self._finish(day)
        return Progress(run, len(found), sum(found, Findings()))

    def _work_on(self, loan_ids: Sequence[str], day: datetime.date) -> list[Findings]:
        """While one loan waits for the database, others are worked on; each thread has a loan and its lock."""
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="daily") as pool:
            works = [pool.submit(copy_context().run, self._work, loan_id, day) for loan_id in loan_ids]
            return [found for work in works if (found := work.result()) is not None]

    def _work(self, loan_id: str, day: datetime.date) -> Findings | None:
        try:
            with self.begin() as uow:
                found = uow.loans.get(loan_id).run(day)
                uow.commit(why=f"daily run of {day}")
        except Unavailable:
            raise
        except Aborted:
            return None  # another call holds the lock on the loan; the next call tries again
        except Exception:
            # One loan that breaks must not hold up the others of the day.
            log.exception("daily_run_failed", loan_id=loan_id, business_date=day.isoformat())
            self._give_up(loan_id, day)
            return Findings()
        return found

    def _send_reminders(self) -> bool:
        """Hands some over; False when none waits. After a kill between the two they are handed over again."""
        with self.begin() as uow:
            taken = uow.reminders.take(_REMINDERS_PER_CALL)
            if taken:
                self.notices.remind(taken)
                uow.commit()
        return bool(taken)

    def _open(self, day: datetime.date) -> DailyRun:
        with self.begin() as uow:
            last = uow.daily_runs.last_complete()
            if last is not None and day < last:
                text = f"must be {last} or later: the run of that day is complete"
                raise InvalidArgument.field("business_date", text, reason="IMPOSSIBLE_DATE")
            run = uow.daily_runs.ensure(DailyRun(day, self.clock.now()))
            run.resume()
            uow.commit()
        return run

    def _finish(self, day: datetime.date) -> DailyRun:
        with self.begin() as uow:
            run = uow.daily_runs.get(day.isoformat())
            run.finish(self.clock.now())
            uow.commit()
        return run

    def _give_up(self, loan_id: str, day: datetime.date) -> None:
        with self.begin() as uow:
            uow.daily_runs.get(day.isoformat()).give_up(loan_id)
            uow.commit()
