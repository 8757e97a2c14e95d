"""Times loan arithmetic: `python -m tests.bench.lending`. Not a test: it prints, and fails on nothing."""

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from services.lending import LoanTerms, loan_cost, loan_schedule
from services.lending.ledger import Account
from services.lending.transactions import Effect, Transaction

START = date(2026, 1, 31)
TERMS = LoanTerms(Decimal(250000), "EUR", Decimal("4.25"), 360)


def main() -> None:
    """Prints the best of twenty runs of each, in milliseconds of the processor, and what part of its limit that is."""
    schedule = loan_schedule(TERMS, START)
    last = schedule.rows[-1].due_date
    account = Account(schedule, _payments(account=Account(schedule), extra=Decimal(0)))
    prepaid = Account(schedule, _payments(account=Account(schedule), extra=Decimal(100)))
    best("schedule of 360 instalments", lambda: loan_schedule(TERMS, START), allowed=3)
    best("cost with EU APR of 360 instalments", lambda: loan_cost(TERMS, START))
    best("ledger replay of 360 payments", lambda: account.payoff(last), allowed=15)
    best("the same with 20 prepayments", lambda: prepaid.payoff(last))
    best("statement of 360 payments", lambda: account.statement(START, last))
    best("double entry of 360 payments", lambda: account.postings(START, last))


def _payments(account: Account, extra: Decimal) -> tuple[Transaction, ...]:
    """Every instalment on its day; with `extra`, one of each eighteen is a prepayment of so much."""
    payments = []
    for row in account.schedule.rows:
        more, effect = (
            (extra, Effect.SMALLER_INSTALMENT) if row.number % 18 == 0 else (Decimal(0), Effect.NEXT_INSTALMENTS)
        )
        payments.append(Transaction.payment(f"{row.number:03}", row.due_date, row.total + more, effect))
    return tuple(payments)


def best(what: str, work: Callable[[], object], allowed: int = 0) -> None:
    """Runs the work twenty times and prints the quickest."""
    times = []
    for _ in range(20):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    quickest = min(times) * 1000
    share = f"  {quickest / allowed:4.0%} of {allowed} ms" if allowed else ""
    print(f"{what:40} {quickest:8.2f} ms{share}")


if __name__ == "__main__":
    main()
