"""The papers of a loan, as its customer fetches them over REST."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stack.demo.api import Session


@dataclass(frozen=True)
class Paper:
    """A file that can be had about a loan: what it is called, what its name begins with, where it is."""

    title: str
    name: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    suffix: str = "pdf"

    def fetch(self, customer: Session, folder: Path, ids: Mapping[str, str]) -> Path:
        """Has it in a folder, with the id of what it is about in its name; api.Refused."""
        content = customer.read(self.path.format(**ids), **self.query)
        file = self.file(folder, ids)
        file.write_bytes(content)
        return file

    def file(self, folder: Path, ids: Mapping[str, str]) -> Path:
        """Where it is once it was fetched."""
        (about,) = (value for key, value in ids.items() if f"{{{key}}}" in self.path)
        return folder / f"{self.name}-{about}.{self.suffix}"


def _agreement(title: str, name: str, document: str) -> Paper:
    query = {"document": f"AGREEMENT_DOCUMENT_{document}"}
    return Paper(title, name, "/api/v1/agreement/{application_id}/pdf", query)


def _of_loan(title: str, name: str, kind: str, form: str = "PDF", suffix: str = "pdf") -> Paper:
    query = {"kind": f"STATEMENT_KIND_{kind}", "format": f"STATEMENT_FORMAT_{form}"}
    return Paper(title, name, "/api/v1/payments/{loan_id}/statement/file", query, suffix)


AGREEMENT = _agreement("Agreement, signed", "agreement", "AGREEMENT")
STATEMENT = _of_loan("Statement", "statement", "PERIOD")
# It is had as long as something is owed.
PAYOFF = _of_loan("Pay-off letter", "payoff-letter", "PAYOFF")
REFUSAL = Paper("Notice of a refusal", "refusal-notice", "/api/v1/risk/{application_id}/refusal/notice")
PRECONTRACT_EU = _agreement("Information before the agreement, European Union", "precontract-eu", "PRECONTRACT")
PRECONTRACT_US = _agreement("Information before the agreement, United States", "precontract-us", "PRECONTRACT")
WITHDRAWAL = _of_loan("Receipt of a withdrawal", "withdrawal", "WITHDRAWAL")
WITHDRAWN = _of_loan("Confirmation after a withdrawal", "withdrawn", "REPAID")
OF_REPAID: Sequence[Paper] = (
    Paper("Offer", "offer", "/api/v1/discussion/{application_id}/offers/1/pdf"),
    _agreement("Information before the agreement", "precontract", "PRECONTRACT"),
    _agreement("Schedule", "schedule", "SCHEDULE"),
    AGREEMENT,
    _agreement("Certificate of the signature", "signature", "CERTIFICATE"),
    PAYOFF,
    STATEMENT,
    _of_loan("Statement, CSV", "statement", "PERIOD", "CSV", "csv"),
    _of_loan("Statement, JSON", "statement", "PERIOD", "JSON", "json"),
    _of_loan("Statement, ISO 20022 camt.053", "statement", "PERIOD", "CAMT_053", "xml"),
    _of_loan("Certificate of a year", "year", "YEAR"),
    _of_loan("Letter of completion", "completion-letter", "REPAID"),
)
