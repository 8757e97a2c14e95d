"""The statement as a file: a PDF to print, or CSV for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from services.papers import Lender, formats, lender_of, typeset
from services.repayment.ports import Party
from services.repayment.statement import Entry, EntryKind, Statement

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


@dataclass(frozen=True)
class Sheet:
    """What a printed statement says beside its figures: whose loan it is, and when it is made."""

    loan_id: str
    borrower: Party
    made: date
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
    """A4 pages; services.papers.Unprintable for a name or an address that no font has."""
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
    return {
        "reference": sheet.loan_id,
        "date": formats.day(sheet.made),
        "lender": vars(sheet.lender),
        "borrower": {"name": sheet.borrower.full_name, "address": sheet.borrower.address},
        "period": [formats.day(statement.from_date), formats.day(statement.to_date)],
        "currency": statement.currency,
        "totals": [(name, formats.money(value, statement.currency)) for name, value in totals],
        "due": _due(statement),
    }


def _row(entry: Entry, statement: Statement) -> Sequence[str]:
    amounts = (formats.amount(value, statement.currency) for value in (entry.amount, entry.balance))
    return (formats.day(entry.value_date), _NAMES[entry.kind], str(entry.instalment_number or ""), *amounts)


def _due(statement: Statement) -> Sequence[tuple[str, str]]:
    def money(value: Decimal) -> str:
        return formats.money(value, statement.currency)

    rows = [
        ("Principal owed", money(statement.principal_balance)),
        (f"Due and not paid by {formats.day(statement.to_date)}", money(statement.total_due)),
    ]
    coming = statement.next_instalment
    if coming is not None:
        what = f"{money(coming.unpaid.total)} on {formats.day(coming.due_date)}, instalment no. {coming.number}"
        rows.append(("Next to be paid", what))
    return rows
