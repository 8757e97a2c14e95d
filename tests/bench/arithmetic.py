"""Times loan arithmetic, which needs no platform: the best of twenty runs of each, of the processor."""

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from services.lending import LoanTerms, loan_cost, loan_schedule
from services.lending.ledger import Account
from services.lending.transactions import Effect, Transaction

START = date(2026, 1, 31)
TERMS = LoanTerms(Decimal(250000), "EUR", Decimal("4.25"), 360)


def arithmetic() -> dict[str, float]:
    """Milliseconds of the processor, by what was worked out."""
    schedule = loan_schedule(TERMS, START)
    last = schedule.rows[-1].due_date
    account = Account(schedule, _payments(account=Account(schedule), extra=Decimal(0)))
    prepaid = Account(schedule, _payments(account=Account(schedule), extra=Decimal(100)))
    return {
        "schedule of 360 instalments": best(lambda: loan_schedule(TERMS, START)),
        "cost with EU APR of 360 instalments": best(lambda: loan_cost(TERMS, START)),
        "ledger replay of 360 payments": best(lambda: account.payoff(last)),
        "the same with 20 prepayments": best(lambda: prepaid.payoff(last)),
        "statement of 360 payments": best(lambda: account.statement(START, last)),
        "double entry of 360 payments": best(lambda: account.postings(START, last)),
    }


def _payments(account: Account, extra: Decimal) -> tuple[Transaction, ...]:
    """Every instalment on its day; with `extra`, one of each eighteen is a prepayment of so much."""
    payments = []
    for row in account.schedule.rows:
        more, effect = (
            (extra, Effect.SMALLER_INSTALMENT) if row.number % 18 == 0 else (Decimal(0), Effect.NEXT_INSTALMENTS)
        )
        payments.append(Transaction.payment(f"{row.number:03}", row.due_date, row.total + more, effect))
    return tuple(payments)


def best(work: Callable[[], object]) -> float:
    """The milliseconds of the quickest of twenty runs."""
    times = []
    for _ in range(20):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return round(min(times) * 1000, 2)
