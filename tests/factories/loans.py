"""Loans as the ledger holds them."""

from datetime import date
from decimal import Decimal

from services.lending import LoanTerms
from services.lending.transactions import Effect
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.payment import Payment, PaymentStatus, Proof
from services.runtime.money import Money
from tests.fakes.clock import NOON

START = date(2030, 1, 15)
TODAY = NOON.date()
TERMS = LoanTerms(Decimal("1200"), "EUR", Decimal("6"), 12, fee=Decimal("20"))
PROOF = Proof("payments/p/1", "application/pdf", "0" * 64, 10, NOON)


def euros(amount: str | Decimal) -> Money:
    """An amount in EUR."""
    return Money(Decimal(amount), "EUR")


def open_loan(terms: LoanTerms = TERMS, start: date = START) -> Loan:
    """A loan whose money was sent on `start`."""
    return Loan("l1", "a1", "c1", LoanStatus.OPEN, terms, start, NOON)


def payment(payment_id: str, amount: Money, day: date = TODAY, effect: Effect = Effect.NEXT_INSTALMENTS) -> Payment:
    """A payment as a customer records it, of a transfer of its own."""
    reference, key = f"ref {payment_id}", f"key {payment_id}"
    return Payment(payment_id, PaymentStatus.RECEIVED, amount, day, reference, key, NOON, effect)


def record(loan: Loan, payment_id: str, amount: str | Decimal, day: date = TODAY) -> None:
    """Records a payment with its proof."""
    loan.record(payment(payment_id, euros(amount), day))
    loan.prove(payment_id, PROOF)


def pay(loan: Loan, payment_id: str, amount: str | Decimal, day: date = TODAY) -> None:
    """Records a payment and accepts it."""
    record(loan, payment_id, amount, day)
    loan.accept(payment_id, "o1", NOON)
