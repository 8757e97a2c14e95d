"""What can happen to a loan account: entries of an append-only list, each with the date it counts from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum


class Kind(Enum):
    """What an entry does."""

    PENALTY = "PENALTY"  # a charge on one instalment, named by `instalment`; it stands until it is waived
    LATE_FEE = "LATE_FEE"  # a late fee on one instalment, while that is late: one paid in time after all has none
    WAIVER = "WAIVER"  # gives up what is unpaid of an instalment's penalties, up to the amount; has a reason
    RATE_CHANGE = "RATE_CHANGE"  # another nominal rate from that day on: `rate_percent`
    EXTENSION = "EXTENSION"  # `count` instalments more
    HOLIDAY = "HOLIDAY"  # the next `count` due dates ask for nothing; what is owed moves to later ones
    PAYMENT = "PAYMENT"  # money from the customer
    WITHDRAWAL = "WITHDRAWAL"  # the borrower withdrew; what was paid out and interest is owed, in `count` days, no more
    WRITE_OFF = "WRITE_OFF"  # what is owed is given up; has a reason
    RECOVERY = "RECOVERY"  # money from the customer after a write-off
    REFUND = "REFUND"  # credit balance that is paid back to the customer
    REVERSAL = "REVERSAL"  # takes an entry back, named by `reverses`


class Effect(Enum):
    """What a payment does with more than is due."""

    NEXT_INSTALMENTS = "NEXT_INSTALMENTS"  # pays the coming instalments in advance; the schedule stays as it is
    SHORTER_TERM = "SHORTER_TERM"  # repays principal now; the instalment stays, and the last ones fall away
    SMALLER_INSTALMENT = "SMALLER_INSTALMENT"  # repays principal now; as many instalments stay, and are smaller


@dataclass(frozen=True, slots=True)
class Transaction:
    """One entry; make it by the method of its kind.

    `amount` is positive and in the account's currency; a reversal has that of what it reverses; zero where a kind has
    none. `effect` is a payment's, `reason` is required of waivers and write-offs.
    """

    id: str
    kind: Kind
    value_date: date
    amount: Decimal
    reverses: str = ""
    instalment: int = 0
    effect: Effect = Effect.NEXT_INSTALMENTS
    reason: str = ""
    rate_percent: Decimal = Decimal(0)
    count: int = 0

    @property
    def order(self) -> tuple[date, int]:
        """Where it stands among others: by value date; entries of one day stay in the order in which they were posted.

        Late fees come before what else their day has, whenever they were found: an instalment is late when the day
        begins, and money of that day does not ward the fee off. A withdrawal comes last: money that was on its way when
        it was declared is taken as before it, and what it then is too much is given back.
        """
        return self.value_date, (self.kind is Kind.WITHDRAWAL) - (self.kind is Kind.LATE_FEE)

    @classmethod
    def payment(
        cls, id: str, value_date: date, amount: Decimal, effect: Effect = Effect.NEXT_INSTALMENTS
    ) -> "Transaction":
        """Money that counts from `value_date`."""
        return cls(id, Kind.PAYMENT, value_date, amount, effect=effect)

    @classmethod
    def reversal(cls, id: str, value_date: date, entry: "Transaction", reason: str = "") -> "Transaction":
        """Takes `entry` back from `value_date` on, as if it had never been."""
        return cls(id, Kind.REVERSAL, value_date, entry.amount, reverses=entry.id, reason=reason)

    @classmethod
    def penalty(cls, id: str, value_date: date, amount: Decimal, instalment: int) -> "Transaction":
        """A charge on the instalment of that number."""
        return cls(id, Kind.PENALTY, value_date, amount, instalment=instalment)

    @classmethod
    def late_fee(cls, id: str, value_date: date, amount: Decimal, instalment: int) -> "Transaction":
        """A late fee on the instalment of that number, once; `Account.late_fees` makes them by the product's rule."""
        return cls(id, Kind.LATE_FEE, value_date, amount, instalment=instalment)

    @classmethod
    def waiver(cls, id: str, value_date: date, amount: Decimal, instalment: int, reason: str) -> "Transaction":
        """Gives up so much of an instalment's unpaid penalties."""
        return cls(id, Kind.WAIVER, value_date, amount, instalment=instalment, reason=reason)

    @classmethod
    def refund(cls, id: str, value_date: date, amount: Decimal) -> "Transaction":
        """Pays credit balance back."""
        return cls(id, Kind.REFUND, value_date, amount)

    @classmethod
    def rate_change(cls, id: str, value_date: date, annual_rate_percent: Decimal, reason: str = "") -> "Transaction":
        """Another nominal yearly rate from the day on; the instalments are computed again."""
        return cls(id, Kind.RATE_CHANGE, value_date, Decimal(0), reason=reason, rate_percent=annual_rate_percent)

    @classmethod
    def extension(cls, id: str, value_date: date, instalments: int, reason: str = "") -> "Transaction":
        """So many instalments more; all that follow the day become smaller."""
        return cls(id, Kind.EXTENSION, value_date, Decimal(0), reason=reason, count=instalments)

    @classmethod
    def holiday(cls, id: str, value_date: date, instalments: int, reason: str = "") -> "Transaction":
        """The next so many due dates ask for nothing; their interest falls due with the first instalment after them."""
        return cls(id, Kind.HOLIDAY, value_date, Decimal(0), reason=reason, count=instalments)

    @classmethod
    def withdrawal(cls, id: str, value_date: date, days: int) -> "Transaction":
        """Withdraws from the agreement: fees and penalties fall away, and the rest is due in so many days."""
        return cls(id, Kind.WITHDRAWAL, value_date, Decimal(0), count=days)

    @classmethod
    def write_off(cls, id: str, value_date: date, reason: str) -> "Transaction":
        """Gives up all that is owed on the day; interest accrues no more, and only recoveries are taken."""
        return cls(id, Kind.WRITE_OFF, value_date, Decimal(0), reason=reason)

    @classmethod
    def recovery(cls, id: str, value_date: date, amount: Decimal) -> "Transaction":
        """Money for what was written off."""
        return cls(id, Kind.RECOVERY, value_date, amount)


@dataclass(frozen=True, slots=True)
class Parts:
    """An amount split by what it is for."""

    penalty: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    principal: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """The four together."""
        return self.penalty + self.fee + self.interest + self.principal

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(
            self.penalty + other.penalty,
            self.fee + other.fee,
            self.interest + other.interest,
            self.principal + other.principal,
        )

    def __sub__(self, other: "Parts") -> "Parts":
        return self + Parts(-other.penalty, -other.fee, -other.interest, -other.principal)


def in_value_order(transactions: Iterable[Transaction], as_of: date) -> list[Transaction]:
    """The entries that count on a day: by value date, and within a day in the order in which they stand here."""
    return sorted((entry for entry in transactions if entry.value_date <= as_of), key=lambda entry: entry.order)


def effective(entries: Sequence[Transaction]) -> list[Transaction]:
    """The entries in their order without those that were taken back, and without what took them back."""
    reversed_ids = {entry.reverses for entry in entries if entry.kind is Kind.REVERSAL}
    return [entry for entry in entries if entry.kind is not Kind.REVERSAL and entry.id not in reversed_ids]
