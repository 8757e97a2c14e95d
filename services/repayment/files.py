"""The statement as a file: a PDF to print, or CSV for a spreadsheet."""

import csv
import io
from dataclasses import fields

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from services.repayment.statement import Entry, Statement

_COLUMNS = tuple(field.name for field in fields(Entry))
_TITLES = ("Date", "Entry", "Instalment", "Amount", "Balance")
_STYLE = TableStyle(
    [
        ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
        ("FONTSIZE", (0, 0), (-1, -1), 8.5),
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, colors.black),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.whitesmoke]),
    ]
)


def to_csv(statement: Statement) -> bytes:
    """UTF-8 with a header line; amounts in the statement's currency, a column of its own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*_COLUMNS, "currency"))
    for entry in statement.entries:
        values = (getattr(entry, name) for name in _COLUMNS)
        writer.writerow((*(getattr(value, "name", value) for value in values), statement.currency))
    return text.getvalue().encode()


def to_pdf(statement: Statement, loan_id: str) -> bytes:
    """A4 pages; the table's head is repeated on each."""
    target, style = io.BytesIO(), getSampleStyleSheet()
    title = f"Statement {statement.from_date} to {statement.to_date}"
    document = SimpleDocTemplate(target, pagesize=A4, title=title, author="LoanFlow", invariant=True)
    rows = [
        (entry.value_date, entry.kind.name.capitalize(), entry.instalment_number or "", entry.amount, entry.balance)
        for entry in statement.entries
    ]
    totals = (
        f"Opening balance {statement.opening_balance} · interest charged {statement.interest_charged} · paid "
        f"{statement.total_paid} · closing balance {statement.closing_balance} · all amounts in {statement.currency}"
    )
    document.build(
        [
            Paragraph(title, style["Title"]),
            Paragraph(f"Loan {loan_id}", style["Normal"]),
            Paragraph(totals, style["Normal"]),
            Spacer(1, 12),
            Table([_TITLES, *rows], colWidths=(80, 110, 80, 100, 100), repeatRows=1, style=_STYLE),
        ]
    )
    return target.getvalue()
