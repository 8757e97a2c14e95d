"""The statement of a period: every charge and every payment by value date, with what is owed after it; pure.

Interest and fees are charged when they fall due, or when a payment settles them before that; interest only as far as it
has accrued, so that what is paid in advance lessens what is owed at once. A payment that comes back may give interest
back, and so may a withdrawal from the agreement, by which fees and penalties are owed no more. Entries of a day stand
in the order of what happened: what falls due, then what was posted, as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from services.lending.calendar import ONE_DAY
from services.lending.ledger import Account, InstalmentState, StatementRow
from services.lending.transactions import Parts
from services.runtime.money import Money

_ZERO = Decimal(0)


class EntryKind(Enum):
    """What an entry is."""

    DISBURSEMENT = auto()
    INTEREST = auto()
    FEE = auto()
    PENALTY = auto()
    PAYMENT = auto()
    REVERSAL = auto()
    WAIVER = auto()
    WITHDRAWAL = auto()


# What the ledger calls an entry. One that changes nothing, such as a late fee on what was paid in time, is left out.
_KINDS = {**{kind.name: kind for kind in EntryKind}, "LATE_FEE": EntryKind.PENALTY}
_CHARGES = (EntryKind.PENALTY, EntryKind.WAIVER)
# From these on the instalments are others than before.
_TURNS = (EntryKind.REVERSAL.name, EntryKind.WITHDRAWAL.name)


@dataclass(frozen=True)
class Entry:
    """One entry; `amount` is positive for a charge, negative for what lessens it, `balance` what is owed after it."""

    value_date: date
    kind: EntryKind
    payment_id: str
    instalment_number: int
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """What happened from `from_date` to `to_date`, both included; amounts in `currency`."""

    from_date: date
    to_date: date
    currency: str
    opening_balance: Decimal
    closing_balance: Decimal
    interest_charged: Decimal
    total_paid: Decimal
    entries: tuple[Entry, ...]
    principal_balance: Decimal
    total_due: Decimal
    next_instalment: InstalmentState | None
    """The first instalment after the period of which something is left to pay, as things stand at its end."""

    def up_to(self, day: date) -> "Statement":
        """It up to a day, or to its own first one when that is ahead: no balance is that of a day to come."""
        return replace(self, to_date=max(self.from_date, min(self.to_date, day)))


def statement(account: Account, first: date, last: date) -> Statement:
    """The statement of a loan account."""
    currency = account.schedule.currency
    zero = Money.zero(currency).amount
    entries = _Book(zero).fill(account, last)
    before = [entry for entry in entries if entry.value_date < first]
    within = [entry for entry in entries if entry.value_date >= first]
    opening = before[-1].balance if before else zero
    return Statement(
        from_date=first,
        to_date=last,
        currency=currency,
        opening_balance=opening,
        closing_balance=within[-1].balance if within else opening,
        interest_charged=zero + _sum(within, EntryKind.INTEREST),
        total_paid=zero - _sum(within, EntryKind.PAYMENT, EntryKind.REVERSAL),
        entries=tuple(within),
        principal_balance=zero + (account.outstanding_principal(last) if entries else 0),
        total_due=zero + (_fallen_due(account, last) if entries else 0),
        next_instalment=_next_instalment(account, last) if entries else None,
    )


def _fallen_due(account: Account, day: date) -> Decimal:
    """Of what is in the entries; after a withdrawal later interest falls due with the payment that finds it."""
    return sum((each.unpaid.total for each in account.instalments(day) if each.due_date <= day), _ZERO)


def _next_instalment(account: Account, day: date) -> InstalmentState | None:
    return next((each for each in account.instalments(day) if each.due_date > day and not each.settled), None)


class _Book:
    """Writes the entries one after the other; `asked` is what has been charged of interest and fees so far.

    `zero` has the decimals of the currency, and so has every amount.
    """

    def __init__(self, zero: Decimal) -> None:
        self._entries: list[Entry] = []
        self._zero = self._balance = zero
        self._instalments: dict[str, int] = {}
        self._dues: list[InstalmentState] = []
        self._due, self._paid, self._asked = Parts(), Parts(), Parts()

    def fill(self, account: Account, last: date) -> list[Entry]:
        """Every entry up to and including the day."""
        self._instalments = {entry.id: entry.instalment for entry in account.transactions}
        rows = account.statement(date.min, last)
        returns = [row.value_date for row in rows if row.kind in _TURNS]
        self._learn(account, returns, last)
        for row in rows:
            # What falls due on the day of a payment was charged before it.
            self._fall_due(row.value_date)
            self._enter(row)
            if row.kind in _TURNS:
                self._learn(account, [day for day in returns if day > row.value_date], last)
                self._fall_due(row.value_date, charged_on=row.value_date)
                self._give_back(row)
        self._fall_due(last)
        return self._entries

    def _learn(self, account: Account, returns: Sequence[date], last: date) -> None:
        """Takes the instalments as they stand until a payment comes back or the borrower withdraws: from then on only.

        The closing balance of a statement stands at the head of the next one.
        """
        self._due, self._dues = Parts(), list(account.instalments(min([last, *(day - ONE_DAY for day in returns)])))

    def _fall_due(self, day: date, charged_on: date | None = None) -> None:
        while self._dues and self._dues[0].due_date <= day:
            state = self._dues.pop(0)
            self._due += state.owed
            self._charge(charged_on or state.due_date, self._due, state.number)

    def _enter(self, row: StatementRow) -> None:
        kind, payment_id = _KINDS[row.kind], row.transaction_id.partition("/")[0]
        if kind is EntryKind.DISBURSEMENT:
            self._write(row.value_date, kind, row.balance)
        elif kind in _CHARGES:
            self._write(row.value_date, kind, row.charged, number=self._instalments[row.transaction_id])
        elif kind is EntryKind.WITHDRAWAL:
            # Whether they were paid or not: what was paid of them is money for the rest.
            self._write(row.value_date, kind, row.charged - self._asked.fee)
            self._paid, self._asked = self._paid + row.parts, Parts(interest=self._asked.interest)
        else:
            self._paid += row.parts
            paid = Parts(fee=self._paid.fee, interest=min(self._paid.interest, row.accrued))
            self._charge(row.value_date, paid, 0)
            amount = -row.amount if kind is EntryKind.PAYMENT else row.amount
            self._write(row.value_date, kind, amount, payment_id)
            # A payment that is taken back may make a late fee due that it had warded off.
            self._write(row.value_date, EntryKind.PENALTY, row.charged)

    def _charge(self, day: date, wanted: Parts, number: int) -> None:
        interest = max(wanted.interest - self._asked.interest, _ZERO)
        fee = max(wanted.fee - self._asked.fee, _ZERO)
        self._asked += Parts(fee=fee, interest=interest)
        self._write(day, EntryKind.INTEREST, interest, number=number)
        self._write(day, EntryKind.FEE, fee, number=number)

    def _give_back(self, row: StatementRow) -> None:
        """Gives back interest that the instalments before asked for, and those from now on do not.

        Where a payment that came back parted the days of a period, each part was rounded; a plan that it had changed is
        as before.
        """
        excess = self._asked.interest - max(self._due.interest, row.accrued)
        if excess > 0:
            self._asked -= Parts(interest=excess)
            self._write(row.value_date, EntryKind.INTEREST, -excess)

    def _write(self, day: date, kind: EntryKind, amount: Decimal, payment_id: str = "", number: int = 0) -> None:
        if amount:
            self._balance += amount
            self._entries.append(Entry(day, kind, payment_id, number, self._zero + amount, self._balance))


def _sum(entries: list[Entry], *kinds: EntryKind) -> Decimal:
    return sum((entry.amount for entry in entries if entry.kind in kinds), _ZERO)
