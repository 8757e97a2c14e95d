"""A bank statement as it is looked at, whichever format it came in; plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class StatementFault:
    """Where a file is no statement: the name of the element, its line from 1, and what is wrong in our own words."""

    element: str
    line: int
    problem: str


class RefusedStatement(Exception):
    """A file is no statement; nothing of it is used."""

    def __init__(self, element: str, line: int, problem: str) -> None:
        super().__init__(f"{element}, line {line}: {problem}")
        self.fault = StatementFault(element, line, problem)


@dataclass(frozen=True)
class StatementEntry:
    """A booking, with who is on the other side of it as far as the bank says.

    `incoming` for what the account was paid, `amount` below zero where that was taken back. `purpose` is ISO 20022's
    external code of it, `transaction_code` the bank's, as `PMNT-RCDT-SALA`; both may be empty.
    """

    booking_date: date
    incoming: bool
    amount: Decimal
    party: str = ""
    party_account: str = ""
    purpose: str = ""
    transaction_code: str = ""


@dataclass(frozen=True)
class BankStatement:
    """What happened on one account from the first day to the last, both inclusive; its sums add up."""

    account: str
    owner: str
    currency: str
    from_date: date
    to_date: date
    statement_numbers: tuple[str, ...]
    opening: Decimal
    closing: Decimal
    entries: tuple[StatementEntry, ...]
