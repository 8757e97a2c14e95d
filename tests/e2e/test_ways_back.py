"""Terminal statuses that have a way back, taken over REST: what happens, what is seen, which notices go out."""

from decimal import Decimal

from stack.demo.api import Refused
from stack.demo.documents import sample_pdf
from stack.demo.endings import Ending, live
from stack.demo.journey import LoanJourney
from tests.e2e.conftest import NewJourney
from tests.e2e.test_endings import WAYS, await_mail, way
from tests.waiting import until


def account(journey: LoanJourney) -> str:
    """The status of the loan's account at activation."""
    return str(journey.customer.get(f"/api/v1/activation/{journey.loan_id}/account")["account"]["status"])


def pay_off(journey: LoanJourney) -> None:
    """Pays what closes the loan today, with its receipt, and an officer verifies it."""
    amount = journey.customer.get(f"/api/v1/payments/{journey.loan_id}/payoff")["payoff"]["total"]
    form = {"loanId": journey.loan_id, "amount": amount, "reference": "paid again"}
    path = f"/api/v1/payments/{journey.customer.post('/api/v1/payments', form)['payment']['paymentId']}"
    journey.customer.upload(f"{path}/proof", sample_pdf(journey.folder / "documents", "again", amount["amount"]))
    journey.staff.officer.post(f"{path}/verify", {"approve": True})


def test_a_review_that_needs_something_of_the_customer(new_journey: NewJourney) -> None:
    journey = new_journey(1)
    journey.register()
    journey.apply()
    journey.submit()
    review = f"/api/v1/kyc/{journey.application_id}"
    until(lambda: assigned(journey), lambda: "a review to assign")
    need = {"need": "INFORMATION_NEED_DOCUMENT", "message": "The second page of the statement, please."}
    journey.staff.kyc_officer.post(f"{review}/information", need)
    journey.wait("INFORMATION_REQUESTED")
    await_mail(journey, "We need something from you")
    assert journey.customer.get(f"{review}/information")["informationRequest"]["message"] == need["message"]
    journey.customer.post(f"{review}/information/answer", {"answer": "It is there."})
    journey.wait("KYC_REVIEW")
    journey.pass_kyc()
    journey.wait("RISK_ASSESSED")
    reviewed = ["KYC_REVIEW", "INFORMATION_REQUESTED", "KYC_REVIEW"]
    assert way(journey) == ["DRAFT", "SUBMITTED", *reviewed, "KYC_APPROVED", "RISK_ASSESSED"]


def assigned(journey: LoanJourney) -> bool:
    """Whether the review, which a submission opens after a moment, is in the officer's hands."""
    officer = {"officerId": journey.staff.kyc_officer.account_id}
    try:
        journey.staff.kyc_manager.post(f"/api/v1/kyc/{journey.application_id}/assign", officer)
    except Refused:
        return False
    return True


def test_a_direct_debit_that_is_returned_after_the_closure(new_journey: NewJourney) -> None:
    journey = new_journey()
    live(journey, Ending.REPAID)
    last = journey.customer.get(f"/api/v1/payments/{journey.loan_id}/history")["payments"][0]
    reversal = {"reason": "Returned by the bank.", "reversalReason": "PAYMENT_REVERSAL_REASON_RETURNED"}
    journey.staff.kyc_officer.post(f"/api/v1/payments/{last['paymentId']}/reverse", reversal)
    journey.wait("DISBURSED")
    await_mail(journey, "Your loan is open again")
    until(
        lambda: account(journey) == "ACCOUNT_STATUS_DISBURSED", lambda: f"an account that goes on: {account(journey)}"
    )
    owed = journey.customer.get(f"/api/v1/payments/{journey.loan_id}/outstanding")["outstanding"]
    assert owed["status"] == "LOAN_STATUS_OPEN"
    assert Decimal(owed["principalBalance"]["amount"]) > 0
    pay_off(journey)
    journey.wait("CLOSED")
    assert way(journey) == [*WAYS[Ending.REPAID], "DISBURSED", "CLOSED"]
    until(
        lambda: account(journey) == "ACCOUNT_STATUS_CLOSED", lambda: f"an account that ends again: {account(journey)}"
    )
    repaid = [mail for mail in await_mail(journey, "Your loan is fully repaid") if mail == "Your loan is fully repaid"]
    until(lambda: journey.notices().count("loan.fully.repaid") == 2, lambda: f"two closures notified: {repaid}")
