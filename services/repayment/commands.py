"""What the use cases are asked for, and what they give."""

import datetime
from dataclasses import dataclass

from services.lending.schedule import Instalment
from services.lending.terms import LoanTerms
from services.lending.transactions import Effect
from services.repayment.model import Loan
from services.repayment.payment import Allocation, Payment, RejectionReason, ReversalReason
from services.runtime.money import Money


@dataclass(frozen=True)
class OpenLedger:
    """A loan's schedule is fixed."""

    loan_id: str
    application_id: str
    customer_id: str
    terms: LoanTerms
    terms_hash: str
    start_date: datetime.date
    instalments: tuple[Instalment, ...]
    facility_type: str


@dataclass(frozen=True)
class Disburse:
    """The money of a loan was sent on a day; without one, on the day it was opened."""

    loan_id: str
    start_date: datetime.date | None


@dataclass(frozen=True)
class Record:
    """A customer says to have paid; without a date, today."""

    loan_id: str
    amount: Money
    value_date: datetime.date | None
    reference: str
    effect: Effect | None


@dataclass(frozen=True)
class Decide:
    """An officer accepts or rejects the proof of a payment."""

    payment_id: str
    approve: bool
    reason: str
    rejection_reason: RejectionReason


@dataclass(frozen=True)
class Reverse:
    """An officer takes a verified payment back."""

    payment_id: str
    reason: str
    reversal_reason: ReversalReason


@dataclass(frozen=True)
class Waive:
    """An officer gives up the late fee of an instalment."""

    loan_id: str
    instalment_number: int
    reason: str


@dataclass(frozen=True)
class DeclareWithdrawal:
    """A borrower withdraws from the agreement; or an officer records a notice that was sent on a day, with a note."""

    loan_id: str
    notice_date: datetime.date | None
    reason: str


@dataclass(frozen=True)
class QuotePayoff:
    """A caller asks what closes a loan; without a date, today."""

    loan_id: str
    date: datetime.date | None


@dataclass(frozen=True)
class Period:
    """A period of a loan; without dates, from its start to today."""

    loan_id: str
    from_date: datetime.date | None
    to_date: datetime.date | None


@dataclass(frozen=True)
class Recorded:
    """A payment with the loan it is for, and what it is used for."""

    loan: Loan
    payment: Payment
    allocation: Allocation | None
