"""Terminal statuses that have a way back, lived over REST: what happens, what is seen, what customers are told."""

from decimal import Decimal

from stack.demo.api import Refused
from stack.demo.endings import Ending, live
from stack.demo.journey import LoanJourney
from stack.demo.papers import paper
from tests.e2e.conftest import NewJourney
from tests.e2e.test_endings import WAYS, await_mail, way
from tests.waiting import until


def account(life: LoanJourney) -> str:
    """The status of the loan's account at activation."""
    return str(life.customer.get(f"/api/v1/activation/{life.loan_id}/account")["account"]["status"])


def pay_off(life: LoanJourney) -> None:
    """Pays what closes the loan today, with its receipt, and an officer verifies it."""
    amount = life.customer.get(f"/api/v1/payments/{life.loan_id}/payoff")["payoff"]["total"]
    form = {"loanId": life.loan_id, "amount": amount, "reference": "paid again"}
    path = f"/api/v1/payments/{life.customer.post('/api/v1/payments', form)['payment']['paymentId']}"
    life.customer.upload(f"{path}/proof", paper(life.folder / "papers", "again", amount["amount"]))
    life.staff.officer.post(f"{path}/verify", {"approve": True})


def test_a_review_that_needs_something_of_the_customer(new_journey: NewJourney) -> None:
    life = new_journey(1)
    life.register()
    life.apply()
    life.submit()
    review = f"/api/v1/kyc/{life.application_id}"
    until(lambda: assigned(life), lambda: "a review to assign")
    need = {"need": "INFORMATION_NEED_DOCUMENT", "message": "The second page of the statement, please."}
    life.staff.kyc_officer.post(f"{review}/information", need)
    life.wait("INFORMATION_REQUESTED")
    await_mail(life, "We need something from you")
    assert life.customer.get(f"{review}/information")["informationRequest"]["message"] == need["message"]
    life.customer.post(f"{review}/information/answer", {"answer": "It is there."})
    life.wait("KYC_REVIEW")
    life.pass_kyc()
    life.wait("RISK_ASSESSED")
    reviewed = ["KYC_REVIEW", "INFORMATION_REQUESTED", "KYC_REVIEW"]
    assert way(life) == ["DRAFT", "SUBMITTED", *reviewed, "KYC_APPROVED", "RISK_ASSESSED"]


def assigned(life: LoanJourney) -> bool:
    """Whether the review, which a submission opens after a moment, is in the officer's hands."""
    officer = {"officerId": life.staff.kyc_officer.account_id}
    try:
        life.staff.kyc_manager.post(f"/api/v1/kyc/{life.application_id}/assign", officer)
    except Refused:
        return False
    return True


def test_a_direct_debit_that_is_returned_after_the_closure(new_journey: NewJourney) -> None:
    life = new_journey()
    live(life, Ending.REPAID)
    last = life.customer.get(f"/api/v1/payments/{life.loan_id}/history")["payments"][0]
    reversal = {"reason": "Returned by the bank.", "reversalReason": "PAYMENT_REVERSAL_REASON_RETURNED"}
    life.staff.kyc_officer.post(f"/api/v1/payments/{last['paymentId']}/reverse", reversal)
    life.wait("DISBURSED")
    await_mail(life, "Your loan is open again")
    until(lambda: account(life) == "ACCOUNT_STATUS_DISBURSED", lambda: f"an account that goes on: {account(life)}")
    owed = life.customer.get(f"/api/v1/payments/{life.loan_id}/outstanding")["outstanding"]
    assert owed["status"] == "LOAN_STATUS_OPEN"
    assert Decimal(owed["principalBalance"]["amount"]) > 0
    pay_off(life)
    life.wait("CLOSED")
    assert way(life) == [*WAYS[Ending.REPAID], "DISBURSED", "CLOSED"]
    until(lambda: account(life) == "ACCOUNT_STATUS_CLOSED", lambda: f"an account that ends again: {account(life)}")
    repaid = [mail for mail in await_mail(life, "Your loan is fully repaid") if mail == "Your loan is fully repaid"]
    until(lambda: life.notices().count("loan.fully.repaid") == 2, lambda: f"two closures told: {repaid}")
