"""The agreement as a PDF: template v1, the signature page, and both together. The same input gives the same bytes."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from pypdf import PdfWriter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from services.agreement.ports import Party
from services.lending import LoanCost, LoanTerms, Schedule
from services.lending.rounding import unit_of

TEMPLATE_VERSION = "v1"
_LENDER = ("LoanFlow", "the lender")
_CONDITIONS = (
    "The borrower repays the loan in the instalments of the schedule below. Due dates count from the day on which the "
    "loan is paid out; the schedule shows them for a payout on the date of this agreement.",
    "The loan is paid out to the account that the borrower named, after the agreement is signed.",
    "The borrower may repay the loan early, in whole or in part, at any time. Interest is owed until that day only.",
    "An instalment that is not paid when due may bear the late fee of the lender's published tariff.",
    "Until the loan is paid out the borrower may withdraw the application without giving a reason.",
    "The agreement is signed with a one-time code sent to the borrower, or by hand. The lender keeps the SHA-256 of "
    "the file, by which anyone can check that it was not changed.",
)
# Row heights that are known spare the layout of every cell; a weekly loan over 40 years has 2080 rows.
_ROW_HEIGHT = 5 * mm
_ROWS_PER_TABLE = 200
_GRID = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "Vera", 7.5),
        ("FONT", (0, 0), (-1, 0), "VeraBd", 7.5),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
)
_FACTS = TableStyle(
    [
        ("BOX", (0, 0), (-1, -1), 0.75, colors.black),
        ("LINEBELOW", (0, 0), (-1, -2), 0.25, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


@dataclass(frozen=True)
class Paper:
    """What the agreement says."""

    application_id: str
    party: Party
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    schedule: Schedule
    agreement_date: date


@dataclass(frozen=True)
class SignaturePage:
    """What the signature page says: who signed which file, when and how."""

    application_id: str
    full_name: str
    customer_id: str
    method: str
    sign_time: datetime
    pdf_sha256: str


def contract_pdf(paper: Paper) -> bytes:
    """The agreement, unsigned."""
    story = [
        _text("Loan agreement", "title"),
        _text(f"Application {paper.application_id} · {paper.agreement_date.isoformat()}"),
        _text("Parties", "heading"),
        _text(f"{_LENDER[0]}, {_LENDER[1]}, and"),
        _text(f"{', '.join((paper.party.full_name, *paper.party.address))}, the borrower"),
        _text("Key facts", "heading"),
        _facts(paper),
        _text("Conditions", "heading"),
        *(_text(f"{number}. {condition}") for number, condition in enumerate(_CONDITIONS, 1)),
        _text("Schedule", "heading"),
        *_schedule(paper.schedule),
        _text("Signature by hand (not needed when signed with a one-time code)", "heading"),
        _text("Place, date: ______________________      Borrower: ______________________"),
        _text(f"SHA-256 of the agreed terms: {paper.terms_hash}", "small"),
    ]
    return _document(f"Loan agreement {paper.application_id}", paper.application_id, story)


def signature_pdf(page: SignaturePage) -> bytes:
    """The signature page alone."""
    rows = [
        ("Signed by", page.full_name),
        ("Account", page.customer_id),
        ("How", page.method),
        ("When (UTC)", page.sign_time.isoformat(timespec="seconds")),
        ("SHA-256 of the signed agreement", page.pdf_sha256),
    ]
    story = [
        _text("Electronic signature", "title"),
        _text(
            "The agreement on the pages before was signed as follows. Its SHA-256 is that of the file without this one."
        ),
        Spacer(1, 4 * mm),
        _pairs(rows),
    ]
    return _document(f"Signature {page.application_id}", page.application_id, story)


def joined(first: bytes, second: bytes) -> bytes:
    """Both PDFs in one file."""
    result = BytesIO()
    with PdfWriter() as writer:
        writer.append(BytesIO(first))
        writer.append(BytesIO(second))
        writer.write(result)
    return result.getvalue()


def _facts(paper: Paper) -> Table:
    terms, cost = paper.terms, paper.cost
    return _pairs(
        [
            ("Amount of the loan", _money(terms.principal, terms.currency)),
            ("Nominal yearly rate", f"{terms.annual_rate_percent:f} %"),
            ("Annual percentage rate (APR)", f"{cost.apr_percent:f} %"),
            ("Instalment", f"{_money(cost.instalment, terms.currency)}, {_words(terms.frequency.name)}"),
            ("Number of instalments", f"{cost.instalments} over {terms.tenure_months} months"),
            ("Repayment", _words(terms.method.name)),
            ("One-off fee, with the first instalment", _money(terms.fee, terms.currency)),
            ("Total interest", _money(cost.total_interest, terms.currency)),
            ("Total cost of the loan", _money(cost.total_cost, terms.currency)),
            ("Total to be paid", _money(cost.total_paid, terms.currency)),
        ]
    )


def _schedule(schedule: Schedule) -> list[Flowable]:
    head = ("No.", "Due", "Principal", "Interest", "Fee", "Total", "Balance")
    amounts = ("principal", "interest", "fee", "total", "balance")
    rows = [
        (str(row.number), row.due_date.isoformat(), *(f"{getattr(row, name):,f}" for name in amounts))
        for row in schedule.rows
    ]
    tables: list[Flowable] = [_text(f"All amounts in {schedule.currency}.")]
    for start in range(0, len(rows), _ROWS_PER_TABLE):
        cells = [head, *rows[start : start + _ROWS_PER_TABLE]]
        widths = [12 * mm, 24 * mm, *[27 * mm] * 5]
        tables.append(Table(cells, widths, [_ROW_HEIGHT] * len(cells), repeatRows=1, style=_GRID))
    return tables


def _pairs(rows: Sequence[tuple[str, str]]) -> Table:
    return Table([(_text(name), _text(value, "strong")) for name, value in rows], [65 * mm, 106 * mm], style=_FACTS)


def _document(title: str, application_id: str, story: Sequence[Flowable]) -> bytes:
    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont("Vera", 7)
        canvas.drawString(20 * mm, 10 * mm, f"{application_id} · template {TEMPLATE_VERSION}")
        canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, f"Page {document.page}")

    _styles()
    result = BytesIO()
    side = 19 * mm
    template = SimpleDocTemplate(
        result, pagesize=A4, title=title, author=_LENDER[0], invariant=1,
        leftMargin=side, rightMargin=side, topMargin=side, bottomMargin=side,
    )  # fmt: skip
    template.build(list(story), onFirstPage=foot, onLaterPages=foot)
    return result.getvalue()


def _text(text: str, style: str = "body") -> Paragraph:
    return Paragraph(escape(_printable(text)), _styles()[style])


@cache
def _styles() -> dict[str, ParagraphStyle]:
    # Vera comes with reportlab and, unlike a PDF's built-in fonts, knows more than Latin-1.
    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    body = ParagraphStyle("body", fontName="Vera", fontSize=8.5, leading=12, spaceAfter=3)
    return {
        "body": body,
        "small": ParagraphStyle("small", body, fontSize=6.5, spaceBefore=8),
        "strong": ParagraphStyle("strong", body, fontName="VeraBd"),
        "title": ParagraphStyle("title", body, fontName="VeraBd", fontSize=17, leading=22),
        "heading": ParagraphStyle("heading", body, fontName="VeraBd", fontSize=10.5, spaceBefore=10),
    }


def _printable(text: str) -> str:
    """The text in characters that the font has: others without their accents, or as a question mark."""
    _styles()
    font: Any = pdfmetrics.getFont("Vera")
    known = font.face.charToGlyph
    found = []
    for character in text:
        for part in (character,) if ord(character) in known else unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                found.append(part if ord(part) in known else "?")
    return "".join(found)


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount.quantize(unit_of(currency)):,f} {currency}"


def _words(name: str) -> str:
    return name.replace("_", " ").lower()
