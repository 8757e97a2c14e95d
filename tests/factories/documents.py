"""One of each of the documents, filled as the services fill them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from services.lending import LoanTerms, loan_cost, loan_schedule
from services.lending.rules import LateFee
from services.papers import Document, forms, lender_of, lender_values, tariffs
from services.papers.figures import loan_values, payment_lines, schedule_values
from services.papers.formats import Amount, Country, Value, Word
from services.papers.forms import consent

MADE = date(2030, 6, 15)
REFERENCE = "0f8fad5b-d9cb-469f-a165-70867728950e"
TERMS = LoanTerms(Decimal(15000), "EUR", Decimal("7.25"), 12, fee=Decimal(150))
NAMES = {"ar": "محمد بن عبد الله", "de": "Jörg Müßig", "en": "Ada Lovelace", "es": "José Núñez", "fr": "Hélène Lefèvre"}
LATE_FEE = LateFee(Decimal(5), Decimal(1), 5, Decimal(25))


def euros(text: str, *, bare: bool = False) -> Amount:
    return Amount(Decimal(text), "EUR", bare)


def document(form: str, language: str) -> Document:
    """A document of that form about a loan of 15,000 EUR over a year."""
    lender = lender_of()
    cost, schedule = loan_cost(TERMS, MADE), loan_schedule(TERMS, MADE)
    consented = consent(language)
    everything: dict[str, Value] = {
        **loan_values(TERMS, cost, schedule),
        **schedule_values(schedule),
        **lender_values(lender, language),
        "borrower": NAMES[language],
        "borrower_address": ("12 St James's Square", "10115 Berlin"),
        "terms_hash": TERMS.hash(),
        "clauses": (("1st", "Text"), ("2nd", "Text")),
        "signers": (Word("place_and_date"), Word("borrower")),
        "others": (
            (Word("co_borrower"), (NAMES[language], "10115 Berlin", Country("DE"))),
            (Word("guarantor"), ("Bob", "10115 Berlin", Country("FR"))),
        ),
        "withdrawal_days": 14,
        "withdrawal_to": ", ".join(lender.contact),
        "repay_days": 30,
        "law": "Directive 2008/48/EC, Directive (EU) 2023/2225",
        "late_fee": tariffs.late_fee(LATE_FEE, "EUR", language),
        "facility": "Personal loan",
        "until": date(2030, 6, 29),
        "per_day": euros("2.98"),
        "lender_contact": ", ".join(lender.contact),
        "schedule_lines": payment_lines(schedule),
        "consent": f"{consented[1]} ({consented[0]})",
        "version": 2,
        "conditions": "Salary is paid into an account with us.",
        "start": MADE,
        "document": "agreement.pdf",
        "document_sha256": "ab" * 32,
        **_account(),
    }
    if form in ("offer-v3", "offer-v4"):
        # As under the law of the United States, whose box stands in the place of the figures in a frame.
        everything["disclosure"] = "12 CFR 1026 (Regulation Z)"
        everything["ended"] = Word("OfferStatus.SUPERSEDED")
    if form.startswith(("signature-", "certificate-")):
        moment = datetime(2030, 6, 15, 12, tzinfo=UTC)
        sign: tuple[Value, ...] = (NAMES[language], moment, "127.0.0.1")
        everything["rows"] = tuple(zip((Word("lender"), Word("due"), Word("number")), sign, strict=True))
    known = {each.removesuffix("?") for each in forms.variables(form)}
    return Document(form, REFERENCE, MADE, {key: everything[key] for key in known & everything.keys()}, language)


def _account() -> dict[str, Value]:
    return {
        "from_date": date(2030, 1, 1),
        "to_date": MADE,
        "day": MADE,
        "year": 2030,
        "closed": MADE,
        "declared": datetime(2030, 6, 15, 12, tzinfo=UTC),
        "last_date": date(2030, 6, 29),
        "due_date": date(2030, 7, 15),
        "released": euros("150"),
        "refund": euros("1.66"),
        "decided": MADE,
        "amount": euros("15000"),
        "reasons": ("Income too low for the instalments", "Length of employment"),
        "review_days": 60,
        "score": ("604, from 0, worst, to 1000, best", "What lowered it: a long tenure"),
        "bureau": ("The decision rests in whole or in part on a report of A Bureau, P O Box 1.", "Its score is 528."),
        "rights": ("You may ask us to explain these reasons.",),
        "supervisor": "Central Bank of Ireland, Dublin",
        "opening": euros("0"),
        "interest_charged": euros("88.49"),
        "paid": euros("1454.77"),
        "closing": euros("13783.72"),
        "principal_owed": euros("13783.72"),
        "due": euros("0"),
        "next": euros("1304.77"),
        "next_date": date(2030, 8, 15),
        "next_number": 2,
        "rows": (
            (
                date(2030, 6, 15),
                Word("EntryKind.DISBURSEMENT"),
                "",
                euros("15000", bare=True),
                euros("15000", bare=True),
            ),
            (
                date(2030, 7, 15),
                Word("EntryKind.PAYMENT"),
                1,
                euros("-1454.77", bare=True),
                euros("13783.72", bare=True),
            ),
        ),
        "principal": euros("15000"),
        "interest": euros("12.34"),
        "penalty": euros("5"),
        "total": euros("13801.06"),
        "per_diem": euros("2.98"),
        "interest_paid": euros("88.49"),
        "fee_paid": euros("150"),
        "penalty_paid": euros("0"),
        "principal_paid": euros("1216.28"),
        "opening_principal": euros("0"),
        "closing_principal": euros("13783.72"),
    }
