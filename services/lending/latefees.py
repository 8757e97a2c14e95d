"""Finds the late fees that a product's rule asks for: a pass through an account's entries, due date by due date."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from services.lending.calendar import ONE_DAY
from services.lending.replay import Replay
from services.lending.rules import Component, Rules
from services.lending.schedule import Schedule
from services.lending.transactions import Kind, Transaction, effective


def late_fees(schedule: Schedule, rules: Rules, entries: Sequence[Transaction], as_of: date) -> Iterator[Transaction]:
    """The fees not among `entries` (those that count on the day, in value order), oldest first.

    An instalment that had one keeps it for good: a fee that was taken back is not asked for again.
    """
    charged = {entry.instalment for entry in entries if entry.kind is Kind.LATE_FEE}
    state, position = Replay(schedule, rules), 0
    for day, entry in [*((each.value_date, each) for each in effective(entries)), (as_of, None)]:
        while position < len(state.lines) and (found := _fee(state, position, day)) is not None:
            position += 1
            if found.amount and found.instalment > 0 and found.instalment not in charged:
                state.apply(found)
                yield found
        if entry is not None:
            state.apply(entry)


def _fee(state: Replay, position: int, day: date) -> Transaction | None:
    """The fee of a line whose first late day is not after the day; its amount is zero when it is paid."""
    rule, line = state.rules.late_fee, state.lines[position]
    if rule is None:
        return None
    late_on = line.due + (rule.grace_days + 1) * ONE_DAY
    if late_on > day:
        return None
    overdue = sum(line.unpaid[Component.FEE :], Decimal(0)) if not state.write_off_date else Decimal(0)
    amount = rule.amount(overdue, state.schedule.currency) if overdue else Decimal(0)
    return Transaction.late_fee(f"late-fee/{line.number}", late_on, amount, line.number)
