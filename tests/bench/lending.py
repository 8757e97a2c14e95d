"""Times loan arithmetic: `python -m tests.bench.lending`. Not a test: it prints, and fails on nothing."""

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from services.lending import LoanTerms, loan_cost, loan_schedule
from services.lending.ledger import Account
from services.lending.transactions import Transaction

START = date(2026, 1, 31)
TERMS = LoanTerms(Decimal(250000), "EUR", Decimal("4.25"), 360)


def main() -> None:
    """Prints the best of twenty runs of each, in milliseconds."""
    schedule = loan_schedule(TERMS, START)
    payments = tuple(Transaction.payment(str(row.number), row.due_date, row.total) for row in schedule.rows)
    account = Account(schedule, payments)
    best("schedule of 360 instalments", lambda: loan_schedule(TERMS, START))
    best("cost with EU APR of 360 instalments", lambda: loan_cost(TERMS, START))
    best("ledger replay of 360 payments", lambda: account.payoff(schedule.rows[-1].due_date))
    best("statement of 360 payments", lambda: account.statement(START, schedule.rows[-1].due_date))


def best(what: str, work: Callable[[], object]) -> None:
    """Runs the work twenty times and prints the quickest."""
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    print(f"{what:40} {min(times) * 1000:8.2f} ms")


if __name__ == "__main__":
    main()
