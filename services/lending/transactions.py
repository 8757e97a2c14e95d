"""What can happen to a loan account: entries of an append-only list, each with the date it counts from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum


class Kind(Enum):
    """What an entry does."""

    PAYMENT = "PAYMENT"  # money from the customer
    REVERSAL = "REVERSAL"  # takes a payment back, named by `reverses`
    PENALTY = "PENALTY"  # a late fee on one instalment, named by `instalment`


@dataclass(frozen=True, slots=True)
class Transaction:
    """One entry. `amount` is positive and in the account's currency; a reversal has the amount of what it reverses."""

    id: str
    kind: Kind
    value_date: date
    amount: Decimal
    reverses: str = ""
    instalment: int = 0

    @classmethod
    def payment(cls, id: str, value_date: date, amount: Decimal) -> "Transaction":
        """Money that counts from `value_date`."""
        return cls(id, Kind.PAYMENT, value_date, amount)

    @classmethod
    def reversal(cls, id: str, value_date: date, payment: "Transaction") -> "Transaction":
        """Takes `payment` back from `value_date` on, as if it had never been."""
        return cls(id, Kind.REVERSAL, value_date, payment.amount, reverses=payment.id)

    @classmethod
    def penalty(cls, id: str, value_date: date, amount: Decimal, instalment: int) -> "Transaction":
        """A late fee on the instalment of that number."""
        return cls(id, Kind.PENALTY, value_date, amount, instalment=instalment)


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
