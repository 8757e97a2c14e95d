"""A customer who changes the account after KYC approved it: nothing is sent there until an officer has looked."""

from typing import Any

import httpx
import pytest

from stack.demo.api import Refused
from stack.demo.journey import LoanJourney
from stack.layout import Layout
from stack.servers import bank
from tests.e2e.conftest import NewJourney
from tests.waiting import until

OTHER_IBAN = "NO9386011117947"
# The stand-in of the bank takes such an account for a closed one.
CLOSED_IBAN = "DE89120300000000200000"


def payout(journey: LoanJourney, status: str) -> dict[str, Any]:
    """The payout of the journey's loan, once it has this status."""

    def read() -> dict[str, Any]:
        try:
            found: dict[str, Any] = journey.customer.get(f"/api/v1/activation/{journey.loan_id}/account")["account"]
        except Refused:
            return {"status": "not there yet"}
        return dict(found["disbursement"])

    return until(
        lambda: found if (found := read())["status"] == f"DISBURSEMENT_STATUS_{status}" else None,
        lambda: f"a payout that is {status}, not {read()},",
    )


@pytest.fixture
def agreed(new_journey: NewJourney) -> LoanJourney:
    """A journey whose agreement only has to be signed."""
    journey = new_journey()
    journey.register()
    journey.apply()
    journey.agree()
    journey.wait("AGREEMENT_GENERATED")
    return journey


def test_money_goes_only_to_an_account_that_somebody_checked(agreed: LoanJourney, layout: Layout) -> None:
    own = f"/api/v1/customers/{agreed.customer.account_id}"
    profile = agreed.customer.get(f"{own}/profile")["customer"]
    assert (profile["kycStatus"], profile["kycVersion"]) == ("KYC_STATUS_APPROVED", 1)
    agreed.customer.put(f"{own}/kyc", {"kyc": profile["kyc"] | {"payoutIban": OTHER_IBAN}})
    agreed.esign()
    agreed.wait("ACTIVE")
    agreed.loan_id = agreed.read()["loanId"]
    failed = payout(agreed, "FAILED")
    assert failed["failure"] == "DISBURSEMENT_FAILURE_DETAILS_CHANGED"
    agreed.await_notice("disbursement.failed")

    confirm = f"/api/v1/activation/{agreed.loan_id}/payee/confirm"
    with pytest.raises(Refused) as refused:
        agreed.staff.officer.post(confirm, {"approvedKycVersion": 1})
    assert (refused.value.reason, refused.value.metadata) == ("DETAILS_CHANGED", {"kyc_version": "2"})
    with pytest.raises(Refused) as refused:
        agreed.customer.post(confirm, {"approvedKycVersion": 2})
    assert refused.value.reason == "ACCESS_DENIED"
    assert payout(agreed, "FAILED") == failed

    seen = agreed.staff.officer.get(f"{own}/profile")["customer"]
    assert (seen["kycStatus"], seen["kyc"]["payoutIban"]) == ("KYC_STATUS_SUBMITTED", OTHER_IBAN)
    agreed.staff.officer.post(confirm, {"approvedKycVersion": seen["kycVersion"]})
    agreed.wait("DISBURSED")
    sent = payout(agreed, "COMPLETED")
    trust = bank.client(layout).context()
    assert trust is not None
    paid = httpx.get(f"{bank.url(layout)}/payments/{sent['bankReference']}", verify=trust).json()
    assert paid["status"] == "ACCEPTED"


def stuck(journey: LoanJourney, iban: str) -> str:
    """Has the payout fail, because the account is no longer the approved one; the way to the loan."""
    own = f"/api/v1/customers/{journey.customer.account_id}"
    kyc = journey.customer.get(f"{own}/profile")["customer"]["kyc"]
    journey.customer.put(f"{own}/kyc", {"kyc": kyc | {"payoutIban": iban}})
    journey.esign()
    journey.wait("ACTIVE")
    journey.loan_id = journey.read()["loanId"]
    payout(journey, "FAILED")
    return f"/api/v1/activation/{journey.loan_id}"


def test_a_customer_whose_payout_the_bank_refuses_can_withdraw_and_be_forgotten(agreed: LoanJourney) -> None:
    loan = stuck(agreed, CLOSED_IBAN)
    sent = agreed.staff.officer.post(f"{loan}/payee/confirm", {"approvedKycVersion": 2})["disbursement"]
    assert sent["failure"] == "DISBURSEMENT_FAILURE_ACCOUNT_INVALID"
    agreed.customer.post(f"/api/v1/applications/{agreed.application_id}/withdraw", {})
    agreed.wait("CANCELLED")
    account = agreed.customer.get(f"{loan}/account")["account"]
    assert (account["status"], account["principalBalance"]["amount"]) == ("ACCOUNT_STATUS_CANCELLED", "0.00")
    owed = f"/api/v1/payments/{agreed.loan_id}/outstanding"
    until(lambda: agreed.customer.get(owed)["outstanding"]["status"] == "LOAN_STATUS_CANCELLED")
    agreed.await_notice("loan.cancelled")

    def forgotten() -> bool:
        try:
            agreed.customer.delete(f"/api/v1/customers/{agreed.customer.account_id}")
        except Refused as refused:
            return refused.reason != "ERASURE_BLOCKED"
        return True

    until(forgotten)


def test_staff_cancel_a_loan_whose_money_was_not_sent(agreed: LoanJourney) -> None:
    loan = stuck(agreed, OTHER_IBAN)
    account = agreed.staff.officer.post(f"{loan}/cancel", {"reason": "The customer cannot be reached."})["account"]
    assert (account["status"], account["cancelledBy"]) == ("ACCOUNT_STATUS_CANCELLED", "CANCELLED_BY_STAFF")
    agreed.wait("CANCELLED")
