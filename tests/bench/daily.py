"""Times the daily run over 100,000 loans on a real PostgreSQL, in a scratch database of the running server.

The loans are like a lender's book: 12 to 60 monthly instalments, begun on any day of the last year, paid up to the day
but for one in twenty that is behind. So on one day one in thirty comes into the days of reminders, and one in thirty
became overdue the day before.
"""

import json
import resource
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from services.lending import LoanTerms
from services.lending.transactions import Transaction
from services.repayment import convert
from services.repayment.daily_run import DailyRunner, RunDaily
from services.repayment.dunning import Findings
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.product import rules_of
from services.repayment.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.postgres import Postgres
from stack.layout import Layout
from stack.servers import postgres as postgres_server
from tests.bench.scratch import migrated
from tests.fakes.clock import DAYS_AHEAD
from tests.fakes.registry import FakeRegistry
from tests.fakes.reminders import FakeNotices

DAY = date(2030, 6, 15)
_NOW = datetime(2030, 6, 15, 3, tzinfo=UTC)


def daily(layout: Layout, loans: int, *, everyone: bool = False) -> dict[str, Any]:
    """Seconds, loans a second and the peak of memory; with `everyone`, each loan has an instalment newly overdue."""
    with migrated(layout, "repayment") as database:
        _seed(layout, database, loans, everyone)
        return _measure(database, loans)


def _measure(database: Postgres, loans: int) -> dict[str, Any]:
    outbox = Outbox("repayment", convert.event_message, Codec(FakeRegistry()))
    runner = DailyRunner(lambda: UnitOfWork(database, outbox), SystemClock(), FakeNotices(), DAYS_AHEAD)
    begun, busy, done, calls, found = time.perf_counter(), time.process_time(), 0, 0, Findings()
    with context.background("scheduler", "bench.daily"):
        while True:
            progress = runner.run(RunDaily(DAY, 0))
            calls, done, found = calls + 1, done + progress.loans_done, found + progress.found
            if progress.run.complete:
                break
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    return {
        "loans": loans, "seconds": round(seconds, 1), "processor_seconds": round(busy, 1), "calls": calls,
        "worked_on": done, "worked_on_per_second": round(done / seconds), "found": str(found),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _seed(layout: Layout, database: Postgres, loans: int, everyone: bool) -> None:
    tables = {
        "loans": "loan_id, application_id, customer_id, status, terms, rules, start_date, create_time, overdue, "
        "reminded_until, next_run_date, version",
        "transactions": "loan_id, number, id, kind, value_date, amount, reverses, instalment",
    }
    with postgres_server.admin(layout, database.engine.url.database or "") as connection:
        for table, columns in tables.items():
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for number in range(loans):
                    loan_id, loan = str(UUID(int=number)), _like(number, everyone)
                    for row in _rows(loan, loan_id) if table == "loans" else _entries(loan, loan_id):
                        copy.write_row(row)
            connection.execute(f"ANALYZE {table}".encode())


def _like(number: int, everyone: bool) -> Loan:
    """The loan of that number; many have the same terms and the same past."""
    months = (12, 24, 36, 48, 60)[number % 5]
    age = 32 if everyone else number // 5 % 365
    return _loan(months, age, behind=number % 20 == 0)


@cache
def _loan(months: int, age: int, behind: bool) -> Loan:
    terms = LoanTerms(Decimal(12_000), "EUR", Decimal("6.5"), months, fee=Decimal(120))
    start = DAY - timedelta(days=age)
    loan = Loan("l", "a", "c", LoanStatus.OPEN, terms, start, _NOW, rules_of("PERSONAL"))
    yesterday = DAY - timedelta(days=1)
    due = [row for row in loan.schedule.rows if row.due_date < yesterday]
    for row in due[:-1] if behind else due:
        loan.transactions.append(Transaction.payment(f"p{row.number}", row.due_date, row.total))
    loan.run(yesterday)
    return loan


def _rows(loan: Loan, loan_id: str) -> Iterator[tuple[object, ...]]:
    overdue, terms = json.dumps(list(loan.overdue)), json.dumps(to_plain(loan.terms))
    yield (
        loan_id, loan_id, loan_id, loan.status.name, terms, json.dumps(to_plain(loan.rules)), loan.start_date, _NOW,
        overdue, loan.reminded_until, loan.next_run_date, 0,
    )  # fmt: skip


def _entries(loan: Loan, loan_id: str) -> Iterator[tuple[object, ...]]:
    for number, entry in enumerate(loan.transactions, 1):
        yield loan_id, number, entry.id, entry.kind.name, entry.value_date, entry.amount, "", entry.instalment
