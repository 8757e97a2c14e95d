"""The statement as a file: a PDF to print, CSV for a spreadsheet, or JSON for a program."""

import csv
import io
import json
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from services.papers import Document, Lender, lender_of
from services.papers.formats import Amount, Value, Word
from services.repayment.ports import Party
from services.repayment.statement import Entry, EntryKind, Statement

STATEMENT = "statement-v3"
_COLUMNS = tuple(each.name for each in fields(Entry))


@dataclass(frozen=True)
class Sheet:
    """What a printed statement says beside its figures: whose loan it is, and when it is made; and its language."""

    loan_id: str
    borrower: Party
    made: date
    lender: Lender = field(default_factory=lender_of)
    language: str = "en"


def to_csv(statement: Statement) -> bytes:
    """UTF-8 with a header line; amounts in the statement's currency, a column of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*_COLUMNS, "currency"))
    for entry in statement.entries:
        values = (getattr(entry, name) for name in _COLUMNS)
        writer.writerow((*(getattr(value, "name", value) for value in values), statement.currency))
    return text.getvalue().encode()


def to_json(statement: Statement, loan_id: str) -> bytes:
    """The figures and entries by the contract's names; amounts as text in the statement's currency, dates ISO."""
    totals = ("opening_balance", "closing_balance", "interest_charged", "total_paid", "principal_balance", "total_due")
    found = {
        "loan_id": loan_id,
        "from_date": statement.from_date.isoformat(),
        "to_date": statement.to_date.isoformat(),
        "currency": statement.currency,
        **{name: f"{getattr(statement, name):f}" for name in totals},
        "entries": [{name: _plain(getattr(entry, name)) for name in _COLUMNS} for entry in statement.entries],
    }
    return json.dumps(found, indent=2).encode()


def to_pdf(statement: Statement, sheet: Sheet) -> bytes:
    """A4 pages; services.papers.Unprintable for a name or an address that no font has."""
    return Document(STATEMENT, sheet.loan_id, sheet.made, _values(statement, sheet), sheet.language, sheet.lender).pdf()


def _values(statement: Statement, sheet: Sheet) -> dict[str, Value]:
    def money(value: Decimal, *, bare: bool = False) -> Amount:
        return Amount(value, statement.currency, bare)

    found: dict[str, Value] = {
        "borrower": sheet.borrower.full_name,
        "borrower_address": sheet.borrower.address,
        "from_date": statement.from_date,
        "to_date": statement.to_date,
        "opening": money(statement.opening_balance),
        "interest_charged": money(statement.interest_charged),
        "paid": money(statement.total_paid),
        "closing": money(statement.closing_balance),
        "currency": statement.currency,
        "rows": tuple(
            (
                entry.value_date,
                Word.of(entry.kind),
                entry.instalment_number or "",
                money(entry.amount, bare=True),
                money(entry.balance, bare=True),
            )
            for entry in statement.entries
        ),
        "principal_owed": money(statement.principal_balance),
        "due": money(statement.total_due),
    }
    coming = statement.next_instalment
    if coming is not None:
        found |= {"next": money(coming.unpaid.total), "next_date": coming.due_date}
        # What is owed after a withdrawal is no instalment.
        found |= {"next_number": coming.number} if coming.number else {}
    return found


def _plain(value: object) -> object:
    if isinstance(value, EntryKind):
        return value.name
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else value
