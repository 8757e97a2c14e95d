"""What is owed on a loan on a day; pure."""

from dataclasses import dataclass
from datetime import date

from services.lending.journal import Year
from services.lending.ledger import InstalmentState
from services.lending.rules import Bucket
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money


@dataclass(frozen=True)
class Outstanding:
    """What is due and not paid; shaped as in the contract, but for the instalment."""

    loan_id: str
    as_of_date: date
    status: LoanStatus
    principal_balance: Money
    interest_due: Money
    fee_due: Money
    penalty_due: Money
    total_due: Money
    days_past_due: int
    unverified_payments: Money
    oldest_unpaid: InstalmentState | None
    bucket: Bucket


@dataclass(frozen=True)
class Payoff:
    """What closes a loan on `day`, and by how much that grows with each day later."""

    loan_id: str
    day: date
    principal: Money
    interest: Money
    fee: Money
    penalty: Money
    total: Money
    per_diem: Money


@dataclass(frozen=True)
class PaidYear:
    """What was paid in a calendar year, and the principal owed at its ends; shaped as in the contract."""

    loan_id: str
    year: int
    interest_paid: Money
    fee_paid: Money
    penalty_paid: Money
    principal_paid: Money
    opening_principal: Money
    closing_principal: Money


def outstanding(loan: Loan, today: date) -> Outstanding:
    """What is owed today."""
    account, money = loan.account, loan.money
    # Before the money is sent nothing falls due, however long that takes.
    day = today if loan.has_money else min(today, loan.start_date)
    due = account.due(day)
    return Outstanding(
        loan_id=loan.loan_id,
        as_of_date=today,
        status=loan.status,
        principal_balance=loan.principal_balance,
        interest_due=money(due.interest),
        fee_due=money(due.fee),
        penalty_due=money(due.penalty),
        total_due=money(due.total),
        days_past_due=account.days_past_due(day),
        unverified_payments=loan.unverified,
        oldest_unpaid=None if loan.status is LoanStatus.CANCELLED else account.next_instalment(day),
        bucket=account.delinquency(day).bucket,
    )


def payoff(loan: Loan, day: date) -> Payoff:
    """What closes the loan on a day from today on; FailedPrecondition WRONG_STATUS before its money is sent."""
    # How much it will be depends on the day of the payout, from which interest runs.
    if not loan.has_money:
        raise FailedPrecondition.wrong_status("loan", loan.status, [LoanStatus.OPEN, LoanStatus.CLOSED])
    money, quote = loan.money, loan.account.quote(day)
    parts = quote.parts
    return Payoff(
        loan_id=loan.loan_id,
        day=day,
        principal=money(parts.principal),
        interest=money(parts.interest),
        fee=money(parts.fee),
        penalty=money(parts.penalty),
        total=money(parts.total),
        per_diem=money(quote.per_diem),
    )


def paid_in(loan: Loan, year: int) -> PaidYear:
    """What was paid in a calendar year; of a loan whose money was not sent, nothing."""
    # The ledger takes the loan's first day for that of the payout: until the money is sent nothing is owed.
    found = loan.account.year(year) if loan.has_money else Year.of(year, (), None, loan.schedule)
    money = loan.money
    return PaidYear(
        loan_id=loan.loan_id,
        year=year,
        interest_paid=money(found.paid.interest),
        fee_paid=money(found.paid.fee),
        penalty_paid=money(found.paid.penalty),
        principal_paid=money(found.paid.principal),
        opening_principal=money(found.opening_principal),
        closing_principal=money(found.closing_principal),
    )
