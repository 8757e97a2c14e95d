"""A loan that is signed, paid out, withdrawn from, paid back and closed, over REST: what is owed, seen and sent."""

from decimal import Decimal

from stack.demo.api import Refused
from stack.demo.documents import sample_pdf
from stack.demo.endings import Ending
from stack.demo.journey import LoanJourney
from tests.e2e.conftest import NewJourney
from tests.e2e.test_endings import WAYS, await_mail, way
from tests.waiting import until

# Of the applicants of the demo, one who asks for a type of loan that follows the law of the EU here.
VEHICLE = 1


def pay(journey: LoanJourney, amount: dict[str, str], reference: str) -> str:
    """A payment with its receipt, verified; its id."""
    form = {"loanId": journey.loan_id, "amount": amount, "reference": reference}
    payment_id = str(journey.customer.post("/api/v1/payments", form)["payment"]["paymentId"])
    receipt = sample_pdf(journey.folder / "documents", reference.replace(" ", "_"), str(amount))
    journey.customer.upload(f"/api/v1/payments/{payment_id}/proof", receipt)
    journey.staff.officer.post(f"/api/v1/payments/{payment_id}/verify", {"approve": True})
    return payment_id


def test_a_withdrawal_after_the_payout(new_journey: NewJourney) -> None:
    journey = new_journey(VEHICLE)
    journey.register()
    journey.apply()
    journey.agree()
    journey.sign()
    me, right = journey.customer, f"/api/v1/loans/{journey.loan_id}/withdrawal"
    offered = until(lambda: asked(journey, right), lambda: "a loan whose money is known to be there")
    lent = journey.offer["terms"]["principal"]
    assert (offered["state"], offered["principal"]) == ("WITHDRAWAL_STATE_POSSIBLE", lent)
    first = me.get(f"/api/v1/activation/{journey.loan_id}/schedule")["schedule"]["instalments"][0]
    pay(journey, first["total"], "instalment 1")
    declared = me.post(f"/api/v1/loans/{journey.loan_id}/withdraw", {})["withdrawal"]
    left = Decimal(lent["amount"]) - Decimal(first["total"]["amount"])
    # On the day of the payout no interest has accrued, and the fee in the instalment is given back.
    assert (declared["state"], Decimal(declared["total"]["amount"])) == ("WITHDRAWAL_STATE_DECLARED", left)
    assert declared["released"] == journey.offer["terms"]["fee"]
    assert me.post(f"/api/v1/loans/{journey.loan_id}/withdraw", {})["withdrawal"] == declared
    await_mail(journey, "You withdrew from your loan agreement")
    receipt = me.read(f"/api/v1/payments/{journey.loan_id}/statement/file", kind="STATEMENT_KIND_WITHDRAWAL")
    assert receipt.startswith(b"%PDF")
    account = f"/api/v1/activation/{journey.loan_id}/account"
    until(
        lambda: Decimal(me.get(account)["account"]["principalBalance"]["amount"]) == left,
        lambda: f"the balance of the ledger at the account: {me.get(account)}",
    )
    last = pay(journey, declared["total"], "withdrawal")
    journey.wait("CLOSED")
    await_mail(journey, "Your withdrawal is settled")
    assert way(journey) == WAYS[Ending.REPAID]
    assert {"loan.withdrawal.declared", "loan.withdrawal.settled"} <= {*journey.events()}
    assert "loan.fully.repaid" not in journey.notices()
    paid = me.get(account)["account"]["totalPaid"]
    assert Decimal(paid["amount"]) == Decimal(lent["amount"])
    done = me.get(right)["withdrawal"]
    assert (done["state"], Decimal(done["total"]["amount"])) == ("WITHDRAWAL_STATE_SETTLED", Decimal(0))
    reversal = {"reason": "Returned by the bank.", "reversalReason": "PAYMENT_REVERSAL_REASON_RETURNED"}
    journey.staff.kyc_officer.post(f"/api/v1/payments/{last}/reverse", reversal)
    journey.wait("DISBURSED")
    pay(journey, me.get(right)["withdrawal"]["total"], "paid again")
    journey.wait("CLOSED")
    until(lambda: journey.notices().count("loan.withdrawal.settled") == 2, lambda: "a second settlement notified")


def asked(journey: LoanJourney, path: str) -> dict[str, str] | None:
    """The withdrawal of a loan, once the repayment service knows that it is paid out."""
    try:
        found: dict[str, str] = journey.customer.get(path)["withdrawal"]
    except Refused:
        return None
    return found
