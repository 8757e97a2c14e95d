"""What is owed on a loan on a day; pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.lending.ledger import InstalmentState
from services.repayment.model import Loan, LoanStatus
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


def outstanding(loan: Loan, today: date) -> Outstanding:
    """What is owed today."""
    account, money = loan.account, loan.money
    due = account.due(today)
    return Outstanding(
        loan_id=loan.loan_id,
        as_of_date=today,
        status=loan.status,
        principal_balance=loan.principal_balance,
        interest_due=money(due.interest),
        fee_due=money(due.fee),
        penalty_due=money(due.penalty),
        total_due=money(due.total),
        days_past_due=account.days_past_due(today),
        unverified_payments=loan.unverified,
        oldest_unpaid=account.next_instalment(today),
    )


def payoff(loan: Loan, day: date, today: date) -> Payoff:
    """What closes the loan on a day from today on."""
    account, money = loan.account, loan.money
    # After the last due date nothing accrues any more, however far away the day is.
    last = max(account.schedule.rows[-1].due_date, today)
    parts = account.payoff(min(day, last))
    later = account.payoff(day + timedelta(days=1)) if day < last else parts
    return Payoff(
        loan_id=loan.loan_id,
        day=day,
        principal=money(parts.principal),
        interest=money(parts.interest),
        fee=money(parts.fee),
        penalty=money(parts.penalty),
        total=money(parts.total),
        per_diem=money(later.total - parts.total),
    )
