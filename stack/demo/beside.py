"""Who is bound by a loan beside its customer: they are named, consent, are looked at by KYC, and sign."""

from collections.abc import Sequence
from typing import Any

from stack.demo.documents import sample_pdf
from stack.demo.journey import IDENTITY_PAPER, LoanJourney

CO_BORROWER, GUARANTOR = "PARTY_ROLE_CO_BORROWER", "PARTY_ROLE_GUARANTOR"


def bind(loan: LoanJourney, others: Sequence[tuple[LoanJourney, str]]) -> None:
    """The customer names others in their roles, each agrees to what is asked of them, and KYC will pass them."""
    if not others:
        return
    named = [{"customerId": other.customer.account_id, "role": role} for other, role in others]
    loan.customer.put(f"/api/v1/applications/{loan.application_id}/parties", {"parties": named})
    for other, _ in others:
        [asked] = other.customer.get("/api/v1/applications/participations")["participations"]
        answer = {"consent": True, "consentVersion": asked["consentVersion"]}
        other.customer.post(f"/api/v1/applications/{loan.application_id}/participation", answer)
    loan.party_checks = [_checks(loan, other) for other, _ in others]


def _checks(loan: LoanJourney, other: LoanJourney) -> dict[str, Any]:
    """What KYC says of one of them, by a passport that the customer hands in."""
    name = f"passport_{other.customer.account_id[:8]}"
    file = sample_pdf(loan.folder / "documents", name, other.applicant.name)
    form = {"application_id": loan.application_id, "type": "DOCUMENT_TYPE_OTHER"}
    document = loan.customer.upload("/api/v1/documents/upload", file, form)["document"]
    passed = dict.fromkeys(("identity", "compliance"), "CHECK_RESULT_PASSED")
    shown = {"identityDocumentId": document["documentId"], **IDENTITY_PAPER}
    return {"customerId": other.customer.account_id, **shown, **passed}
