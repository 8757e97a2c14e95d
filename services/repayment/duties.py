"""What the daily run finds on one loan as of a business date; pure.

Each finding is made once: what was told or reminded of is remembered by the loan, whatever happens to the instalment.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.lending.ledger import InstalmentState
from services.lending.rules import LateFee
from services.runtime.money import Money

# A reminder goes out this long before the due date.
REMINDED_AHEAD = timedelta(days=3)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """That an instalment falls due soon; `reminder_id` is the same however often it is made."""

    reminder_id: str
    application_id: str
    loan_id: str
    customer_id: str
    instalment_number: int
    due_date: date
    amount_due: Money


@dataclass(frozen=True)
class Told:
    """What a loan was told of: overdue instalments and late fees by instalment, reminders for all due up to a day."""

    overdue: Collection[int]
    reminded_until: date
    fees: Collection[int]


def next_date(unpaid: Sequence[InstalmentState], told: Told, late_fee: LateFee | None, currency: str) -> date | None:
    """The first business date on which the run has something to do for the loan; None when there is none."""
    dates = [each.due_date + _DAY for each in unpaid if each.number not in told.overdue]
    dates += [each.due_date - REMINDED_AHEAD for each in unpaid if each.due_date > told.reminded_until]
    if late_fee is not None:
        wait = (late_fee.grace_days + 1) * _DAY
        dates += [each.due_date + wait for each in unpaid if _costs(each, told, late_fee, currency)]
    return min(dates, default=None)


def overdue(unpaid: Sequence[InstalmentState], told: Told, business_date: date) -> list[InstalmentState]:
    """The instalments that fell due before the day and were not told of."""
    return [each for each in unpaid if each.due_date < business_date and each.number not in told.overdue]


def due_soon(unpaid: Sequence[InstalmentState], told: Told, business_date: date) -> list[InstalmentState]:
    """The instalments that fall due on the day or soon after, and were not reminded of."""
    last = business_date + REMINDED_AHEAD
    return [each for each in unpaid if business_date <= each.due_date <= last and each.due_date > told.reminded_until]


def _costs(state: InstalmentState, told: Told, late_fee: LateFee, currency: str) -> bool:
    """Whether an instalment will be charged a late fee, if it stays as it is."""
    if state.number < 1 or state.number in told.fees:
        return False
    return bool(late_fee.amount(state.unpaid.total - state.unpaid.penalty, currency))
