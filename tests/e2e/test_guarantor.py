"""A loan with a guarantor, from their consent to the payout: they are verified, sign, and are verified anew."""

from decimal import Decimal
from typing import Any

import pytest

from stack.demo.api import Refused
from stack.demo.documents import sample_pdf
from stack.demo.journey import IDENTITY_PAPER, LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.signing import ask_to_sign, confirm_signing
from tests.e2e.conftest import NewJourney
from tests.e2e.test_payee import payout
from tests.fakes.readers import text_of
from tests.waiting import until

GUARANTOR = "PARTY_ROLE_GUARANTOR"


def consent(loan: LoanJourney, guarantor: LoanJourney) -> None:
    """The customer names the guarantor, who reads what they are asked for, and agrees."""
    named = [{"customerId": guarantor.customer.account_id, "role": GUARANTOR}]
    loan.customer.put(f"/api/v1/applications/{loan.application_id}/parties", {"parties": named})
    [asked] = guarantor.customer.get("/api/v1/applications/participations")["participations"]
    assert (asked["applicationId"], asked["party"]["status"]) == (loan.application_id, "PARTY_STATUS_INVITED")
    answer = {"consent": True, "consentVersion": asked["consentVersion"]}
    guarantor.customer.post(f"/api/v1/applications/{loan.application_id}/participation", answer)


def checks(loan: LoanJourney, guarantor: LoanJourney) -> dict[str, Any]:
    """What KYC says of the guarantor, by a passport that the customer hands in and an officer accepts."""
    file = sample_pdf(loan.folder / "documents", "passport", guarantor.applicant.name)
    form = {"application_id": loan.application_id, "type": "DOCUMENT_TYPE_OTHER"}
    document = loan.customer.upload("/api/v1/documents/upload", file, form)["document"]
    passed = dict.fromkeys(("identity", "compliance"), "CHECK_RESULT_PASSED")
    named = {"customerId": guarantor.customer.account_id, "identityDocumentId": document["documentId"]}
    return named | passed | IDENTITY_PAPER


def move(guarantor: LoanJourney) -> int:
    """The guarantor has another address; the version of their details since."""
    own = f"/api/v1/customers/{guarantor.customer.account_id}"
    kyc = guarantor.customer.get(f"{own}/profile")["customer"]["kyc"]
    kyc["address"] = kyc["address"] | {"street": "Lindenallee 7"}
    guarantor.customer.put(f"{own}/kyc", {"kyc": kyc})
    return int(guarantor.customer.get(f"{own}/profile")["customer"]["kycVersion"])


def answers_for(loan: LoanJourney, guarantor: LoanJourney) -> None:
    """A loan that the guarantor asks for is assessed with the one that they answer for."""
    guarantor.apply()
    guarantor.submit()
    guarantor.pass_kyc()
    guarantor.wait("RISK_ASSESSED")
    figures = loan.staff.risk_manager.get(f"/api/v1/risk/{guarantor.application_id}/report")["report"]["figures"]
    [counted] = figures["exposure"]["countedLoans"]
    assert (counted["applicationId"], counted["customerId"]) == (loan.application_id, guarantor.customer.account_id)
    assert (counted["role"], counted["connected"]) == ("COMMITMENT_ROLE_GUARANTOR", False)
    assert counted["outstanding"] == figures["exposure"]["guaranteed"] == loan.money(loan.applicant.amount)
    total = loan.applicant.amount + guarantor.applicant.amount
    assert Decimal(figures["totalExposure"]["amount"]) == total


@pytest.fixture
def guaranteed(new_journey: NewJourney) -> tuple[LoanJourney, LoanJourney]:
    """A loan whose agreement only has to be signed, and its guarantor, whom KYC approved with the customer."""
    loan, guarantor = new_journey(), new_journey(1)
    for each in (loan, guarantor):
        each.register()
    loan.apply()
    consent(loan, guarantor)
    loan.party_checks = [checks(loan, guarantor)]
    loan.agree()
    loan.wait("AGREEMENT_GENERATED")
    return loan, guarantor


def test_a_loan_is_paid_out_once_the_guarantor_has_signed_and_is_verified_as_they_are_now(
    guaranteed: tuple[LoanJourney, LoanJourney],
) -> None:
    loan, guarantor = guaranteed
    version = move(guarantor)
    loan.esign()
    assert loan.read()["status"] == "APPLICATION_STATUS_AGREEMENT_GENERATED"
    agreement = f"/api/v1/agreement/{loan.application_id}"
    asked = ask_to_sign(guarantor.customer, loan.application_id)
    code = Mailbox(guarantor.mail_folder, guarantor.email).code()
    signed = confirm_signing(guarantor.customer, loan.application_id, code, asked)
    assert (signed["status"], len(signed["signers"])) == ("AGREEMENT_STATUS_SIGNED", 2)
    loan.wait("ACTIVE")
    loan.loan_id = loan.read()["loanId"]
    assert payout(loan, "FAILED")["failure"] == "DISBURSEMENT_FAILURE_DETAILS_CHANGED"

    anew = f"/api/v1/kyc/{loan.application_id}/parties/verify"
    officer, confirm = loan.staff.officer, f"/api/v1/activation/{loan.loan_id}/payee/confirm"
    held = officer.post(confirm, {"approvedKycVersion": 1})["disbursement"]
    assert held["failure"] == "DISBURSEMENT_FAILURE_DETAILS_CHANGED"
    with pytest.raises(Refused) as refused:
        officer.put(anew, {"checks": loan.party_checks[0] | {"kycVersion": version - 1}})
    assert refused.value.reason == "DETAILS_CHANGED"
    review = officer.put(anew, {"checks": loan.party_checks[0] | {"kycVersion": version}})["review"]
    assert [each["kycVersion"] for each in review["verification"]["parties"]] == [version]
    officer.post(confirm, {"approvedKycVersion": 1})
    loan.wait("DISBURSED")
    assert payout(loan, "COMPLETED")["bankReference"]

    def informed() -> bool:
        page = guarantor.customer.get("/api/v1/notifications/inbox", page_size=100)
        return "application.party.informed" in [each["eventType"] for each in page["notifications"]]

    until(informed)
    answers_for(loan, guarantor)
    shown = text_of(guarantor.customer.read(f"{agreement}/pdf", document="AGREEMENT_DOCUMENT_CERTIFICATE"))
    assert loan.applicant.name in shown and guarantor.applicant.name in shown
