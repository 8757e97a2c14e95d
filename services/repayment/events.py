"""The events of a loan; named and shaped as in the contract."""

from dataclasses import dataclass
from datetime import date, datetime

from services.repayment.payment import Allocation, RejectionReason, ReversalReason
from services.runtime.money import Money


@dataclass(frozen=True)
class PaymentReceived:
    """A payment is recorded."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date


@dataclass(frozen=True)
class PaymentVerified:
    """A payment is posted."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date
    decided_by: str
    allocation: Allocation
    principal_balance: Money
    total_paid: Money


@dataclass(frozen=True)
class PaymentRejected:
    """A payment's proof was not accepted."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date
    decided_by: str
    rejection_reason: RejectionReason


@dataclass(frozen=True)
class PaymentWithdrawn:
    """A payment was taken back by its payer before anybody decided on it."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date


@dataclass(frozen=True)
class PaymentSuperseded:
    """A payment still waited when the loan was closed without it."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date


@dataclass(frozen=True)
class PaymentReversed:
    """A posted payment counts no more."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date
    decided_by: str
    reversal_reason: ReversalReason
    principal_balance: Money
    total_paid: Money
    reopens_loan: bool = False


@dataclass(frozen=True)
class PaymentOverdue:
    """An instalment is past its due date."""

    application_id: str
    loan_id: str
    customer_id: str
    instalment_number: int
    due_date: date
    amount_due: Money
    days_past_due: int
    business_date: date


@dataclass(frozen=True)
class LoanFullyRepaid:
    """Nothing is owed any more."""

    application_id: str
    loan_id: str
    customer_id: str
    total_paid: Money
    value_date: date
    closure_number: int
    principal: Money
    start_date: date
    close_date: date
    withdrawn: bool = False
    paper_language: str = ""


@dataclass(frozen=True)
class LoanReopened:
    """A payment that had closed the loan, or helped to, counts no more."""

    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: Money
    value_date: date
    principal_balance: Money
    amount_due: Money
    closure_number: int
    reversal_reason: ReversalReason = ReversalReason.OTHER
    withdrawn: bool = False


@dataclass(frozen=True)
class LoanWithdrawalDeclared:
    """A borrower withdrew from the agreement."""

    application_id: str
    loan_id: str
    customer_id: str
    declare_time: datetime
    principal_balance: Money
    interest: Money
    total: Money
    per_diem: Money
    due_date: date
    released: Money
    refund: Money
    total_paid: Money
    declared_by: str


@dataclass(frozen=True)
class LoanWithdrawalPartyInformed:
    """The receipt of a borrower beside the customer, whose id is `customer_id`."""

    application_id: str
    loan_id: str
    customer_id: str
    declare_time: datetime
    principal_balance: Money
    interest: Money
    total: Money
    per_diem: Money
    due_date: date
    released: Money
    refund: Money


@dataclass(frozen=True)
class LoanWithdrawalSettled:
    """All is paid back after a withdrawal."""

    application_id: str
    loan_id: str
    customer_id: str
    principal: Money
    interest: Money
    total_paid: Money
    refund: Money
    value_date: date
    declare_time: datetime
    start_date: date
    close_date: date
    paper_language: str = ""


@dataclass(frozen=True)
class LoanWithdrawalOverdue:
    """What is owed after a withdrawal is past its due date."""

    application_id: str
    loan_id: str
    customer_id: str
    due_date: date
    amount_due: Money
    per_diem: Money
    days_past_due: int
    business_date: date
