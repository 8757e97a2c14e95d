"""The events of the activation service."""

from dataclasses import dataclass
from datetime import date, datetime

from services.activation.cancellation import CancelledBy
from services.activation.disbursement import DisbursementFailure
from services.lending.cost import LoanCost
from services.lending.schedule import Instalment
from services.lending.terms import LoanTerms
from services.runtime.money import Money


@dataclass(frozen=True)
class LoanActivated:
    """The account is open."""

    application_id: str
    loan_id: str
    customer_id: str
    terms: LoanTerms
    terms_hash: str
    start_date: date
    cost: LoanCost
    facility_type: str


@dataclass(frozen=True)
class RepaymentScheduleCreated:
    """The instalments are fixed."""

    application_id: str
    loan_id: str
    customer_id: str
    schedule_version: int
    terms: LoanTerms
    terms_hash: str
    start_date: date
    instalments: tuple[Instalment, ...]
    facility_type: str


@dataclass(frozen=True)
class DisbursementInitiated:
    """An order to the bank is on its way."""

    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    attempt: int


@dataclass(frozen=True)
class DisbursementCompleted:
    """The bank took the order."""

    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    bank_reference: str
    start_date: date


@dataclass(frozen=True)
class DisbursementFailed:
    """The bank did not take the order, gave no clear answer for long, or must not be asked."""

    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    attempt: int
    failure: DisbursementFailure


@dataclass(frozen=True)
class LoanCancelled:
    """The loan ended before its money was sent."""

    application_id: str
    loan_id: str
    customer_id: str
    amount: Money
    cancelled_by: CancelledBy
    cancel_time: datetime
