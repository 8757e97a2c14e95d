"""Says whether an entry can be posted to an account as it is; what it does to later entries, the replay says."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from services.lending.errors import LendingError
from services.lending.replay import Replay, replay
from services.lending.restructure import coming
from services.lending.rounding import require_amount
from services.lending.rules import Component, Rules
from services.lending.schedule import Schedule
from services.lending.terms import require_rate
from services.lending.transactions import Kind, Transaction, in_value_order

_WITHOUT_AMOUNT = (Kind.RATE_CHANGE, Kind.EXTENSION, Kind.HOLIDAY, Kind.WITHDRAWAL, Kind.WRITE_OFF)
_ON_AN_INSTALMENT = (Kind.PENALTY, Kind.LATE_FEE, Kind.WAIVER)
_MAX_COUNT = 480


def require_possible(schedule: Schedule, rules: Rules, posted: Sequence[Transaction], entry: Transaction) -> None:
    """LendingError names what is wrong with the entry and the limit."""
    if entry.kind not in _WITHOUT_AMOUNT and not (entry.kind is Kind.REVERSAL and not entry.amount):
        require_amount("amount", entry.amount, schedule.currency, positive=True)
    if entry.value_date < schedule.start:
        start = schedule.start.isoformat()
        raise LendingError("value_date", "is before the loan was paid out", start, reason="IMPOSSIBLE_DATE")
    if any(other.id == entry.id for other in posted):
        raise LendingError("id", "is that of a transaction that was posted")
    if entry.kind is Kind.REVERSAL:
        _require_reversible(posted, entry)
    elif entry.kind in _CHECKS:
        # What was taken back on a later day never was: an instalment that a returned payment had settled was late.
        taken_back = {other.reverses for other in posted if other.kind is Kind.REVERSAL}
        standing = [other for other in posted if other.kind is not Kind.REVERSAL and other.id not in taken_back]
        earlier = [other for other in in_value_order(standing, entry.value_date) if other.order <= entry.order]
        before = replay(schedule, rules, earlier)
        if entry.kind in _ON_AN_INSTALMENT and before.line(entry.instalment) is None:
            raise LendingError("instalment", "is not of this schedule", str(before.lines[-1].number))
        _CHECKS[entry.kind](before, posted, entry)


def _require_reversible(posted: Sequence[Transaction], reversal: Transaction) -> None:
    entry = next((other for other in posted if other.id == reversal.reverses), None)
    if entry is None or entry.kind is Kind.REVERSAL:
        raise LendingError("reverses", "names nothing of this account that can be taken back")
    if any(other.reverses == entry.id for other in posted):
        raise LendingError("reverses", "names a transaction that was reversed already")
    if reversal.amount != entry.amount:
        raise LendingError("amount", "must be that of the transaction", str(entry.amount))
    if reversal.value_date < entry.value_date:
        earliest = entry.value_date.isoformat()
        raise LendingError("value_date", "is before the transaction's", earliest, reason="IMPOSSIBLE_DATE")


def _require_late(before: Replay, posted: Sequence[Transaction], entry: Transaction) -> None:
    taken_back = {other.reverses for other in posted}
    if any(
        other.kind is Kind.LATE_FEE and other.instalment == entry.instalment and other.id not in taken_back
        for other in posted
    ):
        raise LendingError("instalment", "has its late fee already")
    line = before.line(entry.instalment)
    if line is not None and line.due >= entry.value_date:
        raise LendingError("value_date", "is not after the due date", line.due.isoformat(), reason="IMPOSSIBLE_DATE")
    if line is not None and not sum(line.unpaid[Component.FEE :], Decimal(0)):
        raise LendingError("instalment", "is not overdue on that day")


def _require_waivable(before: Replay, _posted: Sequence[Transaction], entry: Transaction) -> None:
    _require_reason(entry)
    line = before.line(entry.instalment)
    unpaid = line.unpaid[Component.PENALTY] if line else Decimal(0)
    if entry.amount > unpaid:
        raise LendingError("amount", "is more than the unpaid penalty", str(unpaid))


def _require_coming(before: Replay, _posted: Sequence[Transaction], entry: Transaction) -> None:
    first = coming(before.lines, entry.value_date)
    if before.closed or before.write_off_date or before.restitution.declared or first == len(before.lines):
        last = before.lines[-1].due.isoformat() if before.lines else ""
        raise LendingError("value_date", "leaves no instalment to change", last, reason="IMPOSSIBLE_DATE")
    if entry.kind is Kind.RATE_CHANGE:
        require_rate("rate_percent", entry.rate_percent, decimals=10)
        _require_amortising(before, first, entry)
    elif not 1 <= entry.count <= _MAX_COUNT:
        raise LendingError("count", "is out of range", f"1..{_MAX_COUNT}")


def _require_amortising(before: Replay, first: int, change: Transaction) -> None:
    def repay() -> bool:
        return any(line.owed[Component.PRINCIPAL] for line in before.lines[first:-1])

    repaid = repay()
    before.apply(change)
    if repaid and not repay():
        limit = str(change.rate_percent)
        raise LendingError("rate_percent", "leaves no instalment that repays principal before the last", limit)


def _require_withdrawable(before: Replay, _posted: Sequence[Transaction], entry: Transaction) -> None:
    if before.closed or before.write_off_date or before.restitution.declared:
        text = "is a day on which the loan is settled, or withdrawn from"
        raise LendingError("value_date", text, reason="IMPOSSIBLE_DATE")
    if not 1 <= entry.count <= _MAX_COUNT:
        raise LendingError("count", "is out of range", f"1..{_MAX_COUNT}")


def _require_owed(before: Replay, _posted: Sequence[Transaction], entry: Transaction) -> None:
    _require_reason(entry)
    if not before.payoff(entry.value_date).total:
        raise LendingError("value_date", "is a day on which nothing is owed", reason="IMPOSSIBLE_DATE")


def _require_known(_before: Replay, _posted: Sequence[Transaction], _entry: Transaction) -> None:
    """A penalty needs no more than its instalment."""


def _require_reason(entry: Transaction) -> None:
    if not entry.reason.strip():
        raise LendingError("reason", "is required")


_CHECKS: Mapping[Kind, Callable[[Replay, Sequence[Transaction], Transaction], None]] = {
    Kind.PENALTY: _require_known,
    Kind.LATE_FEE: _require_late,
    Kind.WAIVER: _require_waivable,
    Kind.RATE_CHANGE: _require_coming,
    Kind.EXTENSION: _require_coming,
    Kind.HOLIDAY: _require_coming,
    Kind.WITHDRAWAL: _require_withdrawable,
    Kind.WRITE_OFF: _require_owed,
}
