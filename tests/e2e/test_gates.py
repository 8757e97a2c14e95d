"""Gates ask the owner of a fact: what was rejected, removed, withdrawn or changed a moment ago closes them at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stack.demo.api import Refused
from stack.demo.journey import IDENTITY_PAPER, LoanJourney
from tests.e2e.conftest import NewJourney


def refusal(call: Any) -> tuple[str, dict[str, str]]:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason, refused.value.metadata


def documents(journey: LoanJourney) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = journey.customer.get(f"/api/v1/documents/{journey.application_id}/list")["documents"]
    return found


def verify(journey: LoanJourney, **changes: Any) -> Any:
    checks = dict.fromkeys(("identity", "compliance", "documents", "projectFeasibility"), "CHECK_RESULT_PASSED")
    return journey.staff.kyc_officer.put(
        f"/api/v1/kyc/{journey.application_id}/verify", checks | IDENTITY_PAPER | changes
    )


def decide(journey: LoanJourney) -> Any:
    form = {"customerApproved": True, "projectApproved": True, "reason": "Everything is in order."}
    return journey.staff.kyc_manager.post(f"/api/v1/kyc/{journey.application_id}/decision", form)


@pytest.fixture
def journey(new_journey: NewJourney) -> LoanJourney:
    """A journey with a draft."""
    made = new_journey()
    made.register()
    made.apply()
    return made


@pytest.fixture
def in_review(journey: LoanJourney) -> LoanJourney:
    """One that is submitted, and in the KYC officer's hands."""
    journey.submit()
    officer = {"officerId": journey.staff.kyc_officer.account_id}
    journey._staff(journey.staff.kyc_manager, "kyc", "assign", officer)
    return journey


def test_rejected_documents_pass_no_kyc(in_review: LoanJourney) -> None:
    officer = in_review.staff.kyc_officer
    rejection = {"rejectionReason": "DOCUMENT_REJECTION_REASON_UNREADABLE", "reason": "Too dark."}
    for document in documents(in_review):
        officer.post(f"/api/v1/documents/{document['documentId']}/reject", rejection)
    reason, metadata = refusal(lambda: verify(in_review))
    assert (reason, metadata) == ("DOCUMENTS_NOT_ACCEPTED", {"lacking": "IDENTITY,PROOF_OF_INCOME"})


def test_a_document_that_changes_after_the_verification_has_to_be_verified(in_review: LoanJourney) -> None:
    in_review.accept_documents()
    seen = verify(in_review)["review"]["verification"]["verifiedDocuments"]
    assert sorted(each["documentId"] for each in seen) == sorted(each["documentId"] for each in documents(in_review))
    in_review.replace_document("DOCUMENT_TYPE_IDENTITY")
    assert refusal(lambda: decide(in_review))[0] == "DOCUMENTS_NOT_ACCEPTED"
    in_review.accept_documents()
    assert refusal(lambda: decide(in_review)) == ("DOCUMENTS_CHANGED", {"changed": "IDENTITY"})
    verify(in_review, notes="The new passport.")
    assert decide(in_review)["review"]["status"] == "REVIEW_STATUS_APPROVED"
    assert refusal(lambda: in_review.replace_document("DOCUMENT_TYPE_IDENTITY"))[0] == "DOCUMENT_PINNED"


@pytest.mark.parametrize("_", range(3))
def test_nothing_is_removed_from_what_is_handed_in(journey: LoanJourney, _: int) -> None:
    journey.upload_documents()
    document_id = documents(journey)[0]["documentId"]

    def tried(call: Any) -> bool:
        try:
            call()
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        submitted = pool.submit(
            tried, lambda: journey.customer.post(f"/api/v1/applications/{journey.application_id}/submit")
        )
        removed = pool.submit(tried, lambda: journey.customer.delete(f"/api/v1/documents/{document_id}"))
    assert not (submitted.result() and removed.result())
    if submitted.result():
        assert refusal(lambda: journey.customer.delete(f"/api/v1/documents/{document_id}"))[0] == "WRONG_STATUS"


def test_two_incomes_need_a_reason_and_risk_goes_by_the_lower(in_review: LoanJourney) -> None:
    own = f"/api/v1/customers/{in_review.customer.account_id}"
    details = in_review.customer.get(f"{own}/profile")["customer"]["kyc"]
    lower = {"currency": "EUR", "amount": "2000.00"}
    in_review.customer.put(f"{own}/kyc", {"kyc": details | {"monthlyIncome": lower}})
    in_review.accept_documents()
    reason, metadata = refusal(lambda: verify(in_review))
    assert (reason, metadata["declared"]) == ("INCOME_UNEXPLAINED", "2000.00 EUR")
    income = verify(in_review, incomeReason="Part-time since.")["review"]["verification"]["income"]
    assert (income["reliedOn"], income["deviationPercent"]) == (lower, "37.5")
    decide(in_review)
    in_review.wait("RISK_ASSESSED")
    report = in_review.staff.risk_manager.get(f"/api/v1/risk/{in_review.application_id}/report")["report"]
    assert report["figures"]["verifiedIncome"] == lower


def test_a_withdrawal_closes_every_gate_at_once(in_review: LoanJourney) -> None:
    in_review.accept_documents()
    verify(in_review)
    in_review.withdraw()
    assert refusal(lambda: verify(in_review))[0] == refusal(lambda: decide(in_review))[0] == "WRONG_STATUS"


def test_an_offer_is_assessed_on_its_own_terms(new_journey: NewJourney) -> None:
    journey = new_journey(2)
    journey.register()
    journey.apply()
    journey.submit()
    journey.pass_kyc()
    journey.decide_risk(approve=True)
    journey.receive_offer()
    read = f"/api/v1/risk/{journey.application_id}/report"
    report = journey.staff.risk_manager.get(read)["report"]
    assert report["terms"]["tenureMonths"] == journey.applicant.tenure_months
    (offered,) = report["offers"]
    assert offered["termsHash"] == journey.offer["termsHash"]
    assert offered["terms"]["annualRatePercent"] == str(journey.applicant.rate_percent)
    shorter = {"terms": journey.offer["terms"] | {"tenureMonths": 6, "annualRatePercent": "14.9"}}
    reason, metadata = refusal(
        lambda: journey.staff.officer.post(f"/api/v1/discussion/{journey.application_id}/offer", shorter)
    )
    assert (reason, set(metadata)) == ("ASSESSED_LIMIT", {"limit", "bound"})
    assert journey.staff.risk_manager.get(read)["report"]["offers"] == [offered]
