"""The days that come after a demo: the daily runs by which instalments are due, overdue and missing."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta

from stack import business_days
from stack.demo.journey import LoanJourney
from stack.demo.lives import Life
from stack.layout import Layout

# Days from when an instalment falls due to those on which it is reminded of, overdue, and missed.
_AFTER_DUE = (-7, 1, 7)


def pass_by(lived: Sequence[tuple[Life, Sequence[LoanJourney]]], layout: Layout) -> None:
    """Has the days done on which these lives go on, and waits for what they bring. TimeoutError; RuntimeError."""
    loans = [people[0] for life, people in lived if life.later]
    if not loans:
        return
    for day in days(loans, business_days.latest(layout)):
        _run(layout, day)
    for life, people in lived:
        for notices in life.later:
            for person, notice in zip(people, notices, strict=False):
                if notice:
                    person.await_notice(notice)


def days(loans: Sequence[LoanJourney], latest: date) -> list[date]:
    """The dates of the runs: those about the first instalment that still lies ahead, whichever loan falls due last."""
    due = max(_first_after(loan, latest + timedelta(days=-_AFTER_DUE[0])) for loan in loans)
    return [due + timedelta(days=each) for each in _AFTER_DUE]


def _first_after(loan: LoanJourney, day: date) -> date:
    path = f"/api/v1/activation/{loan.loan_id}/schedule"
    found = [date.fromisoformat(each["dueDate"]) for each in loan.customer.get(path)["schedule"]["instalments"]]
    ahead = [each for each in found if each > day]
    if not ahead:
        raise RuntimeError(f"the daily runs of this stack are beyond the loans of a demo: they were at {day}")
    return ahead[0]


def _run(layout: Layout, day: date) -> None:
    command = [sys.executable, "-m", "stack", "--base", str(layout.base), "daily", "--date", day.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the daily run of {day}: {done.stdout[-500:]}{done.stderr[-500:]}")
