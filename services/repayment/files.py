"""The statement as a file: a PDF to print, or CSV for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from services.papers import Lender, formats, lender_of, typeset
from services.repayment.ports import Party
from services.repayment.quotes import Outstanding
from services.repayment.statement import Entry, EntryKind, Statement
from services.runtime.money import Money

TEMPLATE = "statement-v1"
_COLUMNS = tuple(each.name for each in fields(Entry))
_NAMES = {
    EntryKind.DISBURSEMENT: "Payout",
    EntryKind.INTEREST: "Interest",
    EntryKind.FEE: "Fee",
    EntryKind.PENALTY: "Late fee",
    EntryKind.PAYMENT: "Payment",
    EntryKind.REVERSAL: "Payment returned",
    EntryKind.WAIVER: "Late fee waived",
}
_NOBODY = Party("", ())


@dataclass(frozen=True)
class Sheet:
    """What a printed statement says beside its entries: whose loan it is, and what is owed when it is made."""

    loan_id: str
    borrower: Party = _NOBODY
    outstanding: Outstanding | None = None
    lender: Lender = field(default_factory=lender_of)


def to_csv(statement: Statement) -> bytes:
    """UTF-8 with a header line; amounts in the statement's currency, a column of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*_COLUMNS, "currency"))
    for entry in statement.entries:
        values = (getattr(entry, name) for name in _COLUMNS)
        writer.writerow((*(getattr(value, "name", value) for value in values), statement.currency))
    return text.getvalue().encode()


def to_pdf(statement: Statement, sheet: Sheet) -> bytes:
    """A4 pages; papers.Unprintable for a name or an address that no font has."""
    return typeset(
        TEMPLATE, {**_head(statement, sheet), "rows": [_row(entry, statement) for entry in statement.entries]}
    )


def _head(statement: Statement, sheet: Sheet) -> dict[str, Any]:
    totals = (
        ("Opening balance", statement.opening_balance),
        ("Interest charged", statement.interest_charged),
        ("Paid", statement.total_paid),
        ("Closing balance", statement.closing_balance),
    )
    owed = sheet.outstanding
    return {
        "reference": sheet.loan_id,
        "date": formats.day(owed.as_of_date if owed else statement.to_date),
        "lender": vars(sheet.lender),
        "borrower": {"name": sheet.borrower.full_name, "address": sheet.borrower.address},
        "period": [formats.day(statement.from_date), formats.day(statement.to_date)],
        "currency": statement.currency,
        "totals": [(name, formats.money(value, statement.currency)) for name, value in totals],
        "due": _due(owed) if owed else [],
    }


def _row(entry: Entry, statement: Statement) -> Sequence[str]:
    amounts = (formats.amount(value, statement.currency) for value in (entry.amount, entry.balance))
    return (formats.day(entry.value_date), _NAMES[entry.kind], str(entry.instalment_number or ""), *amounts)


def _due(owed: Outstanding) -> Sequence[tuple[str, str]]:
    def money(value: Money) -> str:
        return formats.money(value.amount, value.currency)

    rows = [(f"Due by {formats.day(owed.as_of_date)}", money(owed.total_due))]
    oldest = owed.oldest_unpaid
    if oldest is not None:
        which = "Oldest unpaid instalment" if owed.days_past_due else "Next instalment"
        left = formats.money(oldest.unpaid.total, owed.total_due.currency)
        rows += [(which, f"no. {oldest.number}, {left}"), ("Its due date", formats.day(oldest.due_date))]
    if owed.days_past_due:
        rows.append(("Days past due", str(owed.days_past_due)))
    if owed.unverified_payments:
        rows.append(("Payments that are not verified yet", money(owed.unverified_payments)))
    return rows
