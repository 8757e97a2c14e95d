"""What happened to an account, entry by entry: the statement, the year's figures, and the double entry of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from services.lending.replay import Replay, replay
from services.lending.rules import Rules
from services.lending.schedule import Schedule
from services.lending.totals import Totals
from services.lending.transactions import Kind, Parts, Transaction, effective

DISBURSEMENT = "DISBURSEMENT"
_MONEY_IN = (Kind.PAYMENT, Kind.RECOVERY)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a statement: what happened, by component, and the principal still owed after it.

    `kind` is DISBURSEMENT or a transaction's kind. Payments have positive parts, but for interest that earlier ones
    had paid in advance and that is given back as principal; a reversal's are negative where it takes back, and it may
    shift what later payments had settled. `credit` is the credit balance after it, `charged` how much it adds to the
    penalties that are asked for, `accrued` the interest of the days until it, paid or not.
    """

    value_date: date
    kind: str
    transaction_id: str
    amount: Decimal
    parts: Parts
    balance: Decimal
    credit: Decimal
    charged: Decimal
    accrued: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """The year's certificate: what was paid of interest, fees, penalties and principal, and the principal owed.

    Interest is below zero in a year in which more of it was given back, taken in advance before, than was paid.
    """

    year: int
    paid: Parts
    opening_principal: Decimal
    closing_principal: Decimal

    @classmethod
    def of(cls, year: int, rows: Sequence[StatementRow], opening: Decimal | None, schedule: Schedule) -> "Year":
        """The year of its statement; `opening` is None when the loan was paid out in it or after it."""
        zero = Decimal(0).quantize(schedule.plan.smallest)
        start = zero if opening is None else opening
        paid = sum((row.parts for row in rows), Parts(zero, zero, zero, zero))
        return cls(year, paid, start, rows[-1].balance if rows else start)


class Book(Enum):
    """The accounts of the general ledger that a loan touches. Interest and fees are income when they are paid."""

    CASH = "CASH"
    LOANS = "LOANS"
    PENALTIES_RECEIVABLE = "PENALTIES_RECEIVABLE"
    CUSTOMER_CREDIT = "CUSTOMER_CREDIT"
    INTEREST_INCOME = "INTEREST_INCOME"
    FEE_INCOME = "FEE_INCOME"
    PENALTY_INCOME = "PENALTY_INCOME"
    WRITE_OFF_EXPENSE = "WRITE_OFF_EXPENSE"
    RECOVERY_INCOME = "RECOVERY_INCOME"


@dataclass(frozen=True, slots=True)
class PostingLine:
    """An amount on one side of a book; the other side is zero."""

    book: Book
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Posting:
    """The double entry of one transaction; it has no lines where no money and no claim changed."""

    value_date: date
    kind: str
    transaction_id: str
    lines: tuple[PostingLine, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    entry: Transaction
    before: Totals
    after: Totals
    accrued: Decimal


def statement(schedule: Schedule, rules: Rules, entries: Sequence[Transaction]) -> list[StatementRow]:
    """All rows for entries in value order, the disbursement first."""
    state = Replay(schedule, rules)
    owed = state.unpaid().principal
    rows = [
        StatementRow(
            schedule.start, DISBURSEMENT, "", schedule.paid_out, Parts(), owed, state.credit, state.penalties,
            state.accrued(schedule.start),
        )
    ]  # fmt: skip
    for step in _steps(schedule, rules, entries):
        entry, parts, after = step.entry, step.after.paid - step.before.paid, step.after
        amount = after.written_off.total if entry.kind is Kind.WRITE_OFF else entry.amount
        row = entry.value_date, entry.kind.name, entry.id, amount, parts, after.unpaid.principal, after.credit
        rows.append(StatementRow(*row, after.penalties - step.before.penalties, step.accrued))
    return rows


def allocations(schedule: Schedule, rules: Rules, entries: Sequence[Transaction]) -> dict[str, Parts]:
    """What each payment among entries in value order is used for, by its id; a reversed one never was.

    What another entry shifts, such as a new rate what was paid in advance, is part of the latest payment before it.
    """
    used: dict[str, Parts] = {}
    latest = ""
    for step in _steps(schedule, rules, effective(entries)):
        if step.entry.kind is Kind.PAYMENT:
            latest = step.entry.id
        if latest:
            used[latest] = used.get(latest, Parts()) + step.after.paid - step.before.paid
    return used


def postings(schedule: Schedule, rules: Rules, entries: Sequence[Transaction]) -> list[Posting]:
    """The double entry of the disbursement and of entries in value order."""
    lent = Replay(schedule, rules).unpaid().principal
    # What the customer owes and did not get is the fee that was financed or kept back.
    fee = schedule.paid_out - lent
    first = _lines({Book.LOANS: lent, Book.CASH: -schedule.paid_out, Book.FEE_INCOME: fee})
    result = [Posting(schedule.start, DISBURSEMENT, "", first)]
    cash_of = {entry.id: _cash(entry) for entry in entries}
    for step in _steps(schedule, rules, entries):
        entry = step.entry
        cash = -cash_of[entry.reverses] if entry.kind is Kind.REVERSAL else cash_of[entry.id]
        result.append(Posting(entry.value_date, entry.kind.name, entry.id, _lines(_changes(step, cash))))
    return result


def _steps(schedule: Schedule, rules: Rules, entries: Sequence[Transaction]) -> Iterator[_Step]:
    state = Replay(schedule, rules)
    for position, entry in enumerate(entries):
        before = state.totals()
        if entry.kind is Kind.REVERSAL:
            state = replay(schedule, rules, entries[: position + 1])
        else:
            state.apply(entry)
        yield _Step(entry, before, state.totals(), state.accrued(entry.value_date))


def _cash(entry: Transaction) -> Decimal:
    if entry.kind in _MONEY_IN:
        return entry.amount
    return -entry.amount if entry.kind is Kind.REFUND else Decimal(0)


def _changes(step: _Step, cash: Decimal) -> dict[Book, Decimal]:
    before, after = step.before, step.after
    paid, written = after.paid - before.paid, after.written_off - before.written_off
    # A fee that was financed or kept back is principal until the borrower withdraws.
    withdrawn = step.entry.kind is Kind.WITHDRAWAL
    given_back = (before.paid + before.unpaid - after.paid - after.unpaid).principal if withdrawn else Decimal(0)
    return {
        Book.CASH: cash,
        Book.LOANS: after.unpaid.principal - before.unpaid.principal,
        Book.PENALTIES_RECEIVABLE: after.unpaid.penalty - before.unpaid.penalty,
        Book.CUSTOMER_CREDIT: before.credit - after.credit,
        Book.INTEREST_INCOME: -paid.interest,
        Book.FEE_INCOME: given_back - paid.fee,
        Book.PENALTY_INCOME: before.penalties - after.penalties,
        Book.WRITE_OFF_EXPENSE: written.principal + written.penalty,
        Book.RECOVERY_INCOME: before.recovered - after.recovered,
    }


def _lines(changes: dict[Book, Decimal]) -> tuple[PostingLine, ...]:
    nothing = Decimal(0)
    return tuple(
        PostingLine(book, max(change, nothing), max(-change, nothing)) for book, change in changes.items() if change
    )
