"""Loans with their payments and ledger entries, and daily runs, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Column, delete, func, select, text

from services.lending.transactions import Transaction
from services.repayment.dunning import Reminder
from services.repayment.model import DailyRun, Loan
from services.repayment.payment import Payment
from services.repayment.tables import daily_runs, loans, payments, reminders, transactions
from services.runtime import errors
from services.runtime.stores import postgres
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.mapping import FileReference
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

# Names of what a loan holds beside its columns, so that an audit row shows what came or changed.
_PAYMENT, _TRANSACTION, _REMINDER = "payment ", "transaction ", "reminder "


class Loans(Mapped[Loan]):
    """The loans; payments and ledger entries that changed are written with theirs."""

    table = loans
    key = "loan_id"
    derived = ("next_run_date",)
    apart = ("payments", "transactions", "reminders", "_replayed")
    subject, record_class = "customer_id", "loan"
    personal = (f"{_PAYMENT}*.reference", f"{_PAYMENT}*.reason", f"{_TRANSACTION}*.reason")
    parts: ClassVar = {"payments": ("payment.reference", "payment.reason"), "transactions": ("reason",)}

    def to_row(self, aggregate: Loan) -> dict[str, Any]:
        """The columns of a loan, and each payment and each entry under a name of its own."""
        return {
            **super().to_row(aggregate),
            **{f"{_PAYMENT}{each.payment_id}": to_plain(each) for each in aggregate.payments.values()},
            **{f"{_TRANSACTION}{n}": to_plain(each) for n, each in enumerate(aggregate.transactions, 1)},
            **{f"{_REMINDER}{each.reminder_id}": to_plain(each) for each in aggregate.reminders},
        }

    def assemble(self, row: Row) -> dict[str, Any]:
        """The payments and entries; reminders are only ever added."""
        return {"payments": self._payments(row["loan_id"]), "transactions": self._transactions(row["loan_id"])}

    def write(self, tracked: Tracked[Loan], row: Row, changed: Row) -> None:
        """Writes the loan's row, and the payments and entries that came or changed."""
        if columns := _columns(changed):
            super().write(tracked, _columns(row), columns)
        loan = tracked.aggregate
        for name in changed:
            if name.startswith(_PAYMENT):
                self._write_payment(loan, loan.payments[name.removeprefix(_PAYMENT)])
            elif name.startswith(_TRANSACTION):
                self._write_transaction(loan, int(name.removeprefix(_TRANSACTION)))
            elif name.startswith(_REMINDER):
                self._write_reminder(name.removeprefix(_REMINDER), row[name])

    def files(self, aggregate: Loan) -> Sequence[FileReference]:
        """The receipts."""
        proofs = (each.proof for each in aggregate.payments.values())
        return [FileReference(proof.object_key, proof.sha256) for proof in proofs if proof is not None]

    def read(self, loan_id: str) -> Loan:
        """The loan to look at; errors.NotFound."""
        found = self.find(loan_id)
        if found is None:
            raise errors.NotFound(f"loan {loan_id} does not exist")
        return found

    def owner(self, loan_id: str) -> str:
        """The customer who owes it; errors.NotFound."""
        return self._named(loans.c.customer_id, loan_id)

    def application_of(self, loan_id: str) -> str:
        """The application that it is of; errors.NotFound."""
        return self._named(loans.c.application_id, loan_id)

    def of_payment(self, payment_id: str) -> str:
        """The loan that a payment is for; errors.NotFound."""
        query = select(payments.c.loan_id).where(payments.c.payment_id == payment_id)
        found = self._uow.connection.scalar(query)
        if found is None:
            raise errors.NotFound(f"payment {payment_id} does not exist")
        return str(found)

    def to_run(self, day: date, leave_out: Sequence[str], limit: int) -> list[str]:
        """Loans that the run of a business date has something to do for, the longest due first."""
        order = loans.c.next_run_date, loans.c.loan_id
        query = select(loans.c.loan_id).where(loans.c.next_run_date <= day, loans.c.loan_id.not_in(leave_out))
        return list(self._uow.connection.scalars(query.order_by(*order).limit(limit)))

    def quarantined(self, limit: int) -> list[Payment]:
        """Payments, decided or not, with a receipt that waits for the virus scanner, the longest first."""
        waits = text("payment->'proof'->>'scanned' = 'false'")
        query = select(payments.c.loan_id, payments.c.payment).where(waits).order_by(payments.c.receive_time)
        rows = self._uow.connection.execute(query.limit(limit)).mappings().all()
        opened = [self.opened_part("payments", row["loan_id"], dict(row)) for row in rows]
        return [from_plain(Payment, row["payment"]) for row in opened]

    def _named(self, column: Column[str], loan_id: str) -> str:
        found = self._uow.connection.scalar(select(column).where(loans.c.loan_id == loan_id))
        if found is None:
            raise errors.NotFound(f"loan {loan_id} does not exist")
        return str(found)

    def _payments(self, loan_id: str) -> dict[str, Payment]:
        here = payments.c.loan_id == loan_id
        query = select(payments.c.payment).where(here).order_by(payments.c.number)
        rows = self._uow.connection.execute(query).mappings()
        opened = [self.opened_part("payments", loan_id, dict(row)) for row in rows.all()]
        found = [from_plain(Payment, row["payment"]) for row in opened]
        return {each.payment_id: each for each in found}

    def _transactions(self, loan_id: str) -> list[Transaction]:
        columns = transactions.c
        query = select(*(column for column in columns if column.name not in ("loan_id", "number")))
        rows = self._uow.connection.execute(query.where(columns.loan_id == loan_id).order_by(columns.number)).mappings()
        return [_transaction(self.opened_part("transactions", loan_id, dict(row))) for row in rows.all()]

    def _write_payment(self, loan: Loan, payment: Payment) -> None:
        row = {
            "payment_id": payment.payment_id,
            "loan_id": loan.loan_id,
            "number": list(loan.payments).index(payment.payment_id) + 1,
            "idempotency_key": payment.idempotency_key,
            "receive_time": payment.receive_time,
            "payment": to_plain(payment),
        }
        self._uow.upsert(payments, self.sealed_part("payments", loan, row), ["payment_id"], ["payment"])

    def _write_transaction(self, loan: Loan, number: int) -> None:
        entry = loan.transactions[number - 1]
        same = ("id", "value_date", "amount", "reverses", "instalment", "reason", "count")
        names = {"kind": entry.kind.name, "effect": entry.effect.name}
        row = {"loan_id": loan.loan_id, "number": number, **names, **{name: getattr(entry, name) for name in same}}
        self._uow.insert(transactions, self.sealed_part("transactions", loan, row))

    def _write_reminder(self, reminder_id: str, plain: Mapping[str, Any]) -> None:
        self._uow.upsert(reminders, {"reminder_id": reminder_id, "reminder": plain}, ["reminder_id"])


class Reminders:
    """Reminders that wait to be sent; rows of no aggregate."""

    def __init__(self, uow: "UnitOfWork") -> None:
        self._uow = uow

    def take(self, limit: int) -> list[Reminder]:
        """The oldest that no other process is sending, in the order in which they were made; gone with the commit."""
        free = select(reminders.c.reminder_id).order_by(reminders.c.position).limit(limit)
        mine = reminders.c.reminder_id.in_(free.with_for_update(skip_locked=True).scalar_subquery())
        query = delete(reminders).where(mine).returning(reminders.c.position, reminders.c.reminder)
        taken = sorted(self._uow.connection.execute(query), key=lambda row: row.position)
        return [from_plain(Reminder, plain) for _, plain in taken]


class DailyRuns(Mapped[DailyRun]):
    """The runs by business date; ISO dates are in order as text, too."""

    table = daily_runs
    key = "business_date"
    derived = apart = ("business_date",)

    def derive(self, aggregate: DailyRun) -> dict[str, Any]:
        """The date as text."""
        return {"business_date": aggregate.business_date.isoformat()}

    def assemble(self, row: Row) -> dict[str, Any]:
        """The date of the text."""
        return {"business_date": date.fromisoformat(row["business_date"])}

    def last_complete(self) -> date | None:
        """The latest business date whose run is complete."""
        query = select(func.max(daily_runs.c.business_date)).where(daily_runs.c.complete_time.is_not(None))
        found = self._uow.connection.scalar(query)
        return None if found is None else date.fromisoformat(found)


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter) -> None:
        super().__init__(database, outbox)
        self.loans = Loans(self)
        self.daily_runs = DailyRuns(self)
        self.reminders = Reminders(self)


def _columns(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in loans.c}


def _transaction(row: Row) -> Transaction:
    return from_plain(Transaction, to_plain(row))
