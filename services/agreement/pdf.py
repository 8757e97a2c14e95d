"""The agreement as a PDF, unsigned and signed. The same input gives the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from services.agreement.clauses import CLAUSES, worded
from services.agreement.ports import Party
from services.lending import LoanCost, LoanTerms, Schedule
from services.lending.rules import LateFee
from services.papers import DATA_FILE, Lender, formats, lender_of, typeset

TEMPLATE_VERSION = "v2"
ORIGINAL = "agreement.pdf"
_AMOUNTS = ("principal", "interest", "fee", "total", "balance")


@dataclass(frozen=True)
class ContractData:
    """What the agreement says; `late_fee` is the facility's tariff."""

    application_id: str
    party: Party
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    schedule: Schedule
    agreement_date: date
    late_fee: LateFee | None = None
    lender: Lender = field(default_factory=lender_of)


@dataclass(frozen=True)
class SignaturePage:
    """What the signature page says: who signed which file, when and how."""

    application_id: str
    full_name: str
    customer_id: str
    method: str
    sign_time: datetime
    pdf_sha256: str


def contract_pdf(contract: ContractData) -> bytes:
    """The agreement, unsigned; services.papers.Unprintable for a name or an address that no font has."""
    return typeset(f"agreement-{TEMPLATE_VERSION}", _data(contract))


def signed_pdf(contract: bytes, page: SignaturePage) -> bytes:
    """The agreement that `contract_pdf` made, with a signature page, and with itself attached as it was."""
    # Its tables of glyphs are large, and a replica that nothing is signed at needs none of them.
    from pypdf import PdfReader

    attached = PdfReader(BytesIO(contract)).attachments
    if DATA_FILE not in attached:
        return _appended(contract, page)
    data: dict[str, Any] = json.loads(attached[DATA_FILE][0])
    template = data.pop("template")
    return typeset(template, {**data, "signature": _signature(page)}, {ORIGINAL: contract})


def _appended(contract: bytes, page: SignaturePage) -> bytes:
    """An agreement of template v1, which has no data attached, with a signature page after it."""
    from pypdf import PdfWriter

    moment = {"reference": page.application_id, "date": formats.day(page.sign_time.date())}
    last = typeset("signature-v1", {**moment, "lender": vars(lender_of()), "signature": _signature(page)})
    result = BytesIO()
    with PdfWriter() as writer:
        for each in (contract, last):
            writer.append(BytesIO(each))
        writer.write(result)
    return result.getvalue()


def _signature(page: SignaturePage) -> Sequence[tuple[str, str]]:
    return (
        ("Signed by", page.full_name),
        ("Account", page.customer_id),
        ("Method", page.method),
        ("Time (UTC)", formats.moment(page.sign_time)),
        ("SHA-256 of the signed agreement", page.pdf_sha256),
    )


def _data(contract: ContractData) -> dict[str, Any]:
    currency = contract.terms.currency
    return {
        "reference": contract.application_id,
        "date": formats.day(contract.agreement_date),
        "lender": vars(contract.lender),
        "borrower": {"name": contract.party.full_name, "address": contract.party.address},
        "headline": _headline(contract),
        "facts": _facts(contract),
        "clauses": [
            {
                "promise": clause.promise.name,
                "version": clause.version,
                "title": clause.title,
                "text": worded(clause, contract.late_fee, currency),
            }
            for clause in CLAUSES
        ],
        "schedule": _schedule(contract.schedule),
        "terms": {name: str(value) for name, value in plain_terms(contract.terms).items()},
        "terms_hash": contract.terms_hash,
    }


def plain_terms(terms: LoanTerms) -> dict[str, Any]:
    """The terms by name, as they are hashed: enums by their names, decimals as text."""
    return {name: getattr(getattr(terms, name), "name", getattr(terms, name)) for name in terms.__slots__}


def _headline(contract: ContractData) -> Sequence[tuple[str, str]]:
    terms, cost = contract.terms, contract.cost
    return (
        ("Amount of the loan", formats.money(terms.principal, terms.currency)),
        ("Annual percentage rate (APR)", formats.percent(cost.apr_percent)),
        ("Total to be paid", formats.money(cost.total_paid, terms.currency)),
    )


def _facts(contract: ContractData) -> Sequence[tuple[str, str]]:
    terms, cost = contract.terms, contract.cost
    return (
        ("Instalment", f"{formats.money(cost.instalment, terms.currency)}, {formats.words(terms.frequency)}"),
        ("Number of instalments", f"{cost.instalments} over {terms.tenure_months} months"),
        ("Nominal yearly rate", formats.percent(terms.annual_rate_percent)),
        ("Repayment", formats.words(terms.method)),
        ("One-off fee, with the first instalment", formats.money(terms.fee, terms.currency)),
        ("Total interest", formats.money(cost.total_interest, terms.currency)),
        ("Total cost of the loan", formats.money(cost.total_cost, terms.currency)),
    )


def _schedule(schedule: Schedule) -> dict[str, Any]:
    def amounts(values: Sequence[Any]) -> list[str]:
        return [formats.amount(value, schedule.currency) for value in values]

    rows = [
        [str(row.number), formats.day(row.due_date), *amounts([getattr(row, name) for name in _AMOUNTS])]
        for row in schedule.rows
    ]
    totals = [sum(getattr(row, name) for row in schedule.rows) for name in _AMOUNTS[:-1]]
    return {"currency": schedule.currency, "rows": rows, "totals": ["", "Total", *amounts(totals), ""]}
