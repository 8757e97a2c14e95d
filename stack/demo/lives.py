"""Lives of loans beside the ordinary ones: what goes wrong, comes back or falls away, and whom that is told.

With them a demo has each paper that there is, and each kind of message that is not owed to time alone (kinds.py).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from stack.demo import papers
from stack.demo.api import Refused, Session
from stack.demo.applicants import Applicant, read
from stack.demo.beside import CO_BORROWER, GUARANTOR, bind
from stack.demo.documents import sample_pdf
from stack.demo.journey import LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.registration import REGISTER
from stack.demo.signing import ask_to_sign, confirm_signing, read_before
from stack.demo.waiting import looks

_APPLICANTS = Path(__file__).with_name("lives.csv")
_ZONES = ("Europe/Dublin", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata")
# An account that KYC has not looked at.
_OTHER_IBAN = "NO9386011117947"
# A new identity paper is asked for on each of the days that come.
_EXPIRES_SOON = timedelta(weeks=2)


@dataclass(frozen=True)
class Life:
    """A story: whose, with whom beside them in which role, and what happens; `status` is how the loan stands then.

    `later` are the notices that the days bring which come after (days.py): to the customer, and to each one beside.
    """

    title: str
    applicant: int
    beside: tuple[str, ...]
    steps: Callable[[LoanJourney, Sequence[LoanJourney]], None]
    status: str
    later: tuple[tuple[str, str], ...] = ()


def live(life: Life, made: Callable[[Applicant], LoanJourney]) -> list[LoanJourney]:
    """Walks a life to its end; the customer's journey, and after it those of the others."""
    known = read(_APPLICANTS)
    loan = made(known[life.applicant])
    others = [made(replace(known[-1], name=name)) for name in _NAMES[: len(life.beside)]]
    for each in (loan, *others):
        each.register()
        form = {"pushToken": f"device-of-{each.customer.account_id}", "platform": "DEVICE_PLATFORM_ANDROID"}
        each.customer.post("/api/v1/notifications/devices", form)
        each.customer.put("/api/v1/notifications/preferences", {"timeZone": _daytime(datetime.now(UTC))})
    loan.apply()
    # With them the documents know of the application, too.
    loan.upload_documents()
    bind(loan, [*zip(others, life.beside, strict=True)])
    life.steps(loan, others)
    loan.wait(life.status)
    return [loan, *others]


_NAMES = ("Ilse Brandt", "Nils Okonkwo")


def _daytime(now: datetime) -> str:
    """A time zone in which it is day now: a telephone rings at no other time."""
    return min(_ZONES, key=lambda zone: abs(now.astimezone(ZoneInfo(zone)).hour - 13))


def _conclude(loan: LoanJourney, others: Sequence[LoanJourney]) -> None:
    """Everybody signs, and the money is there."""
    loan.agree()
    loan.wait("AGREEMENT_GENERATED")
    for each in (loan, *others):
        _sign(loan, each)
    loan.wait("DISBURSED")
    loan.loan_id = loan.read()["loanId"]


def _sign(loan: LoanJourney, signer: LoanJourney) -> None:
    read_before(signer.customer, loan.application_id)
    shown = ask_to_sign(signer.customer, loan.application_id)
    code = Mailbox(signer.mail_folder, signer.email).code()
    confirm_signing(signer.customer, loan.application_id, code, shown)


def _withdraw(loan: LoanJourney) -> dict[str, str]:
    """The customer withdraws from what is paid out, and keeps the receipt; what is owed."""
    right = f"/api/v1/loans/{loan.loan_id}/withdrawal"
    _patiently(lambda: loan.customer.get(right)["withdrawal"]["state"] == "WITHDRAWAL_STATE_POSSIBLE", right)
    declared: dict[str, Any] = loan.customer.post(f"/api/v1/loans/{loan.loan_id}/withdraw", {})["withdrawal"]
    loan.await_notice("loan.withdrawal.declared")
    loan.keep(papers.WITHDRAWAL)
    return dict(declared["total"])


def _withdrawn(loan: LoanJourney, others: Sequence[LoanJourney]) -> None:
    """A borrower withdraws after the payout, pays back, and has it in writing."""
    _conclude(loan, others)
    loan.keep(papers.PRECONTRACT_EU)
    loan.pay(_withdraw(loan), "withdrawal")
    loan.wait("CLOSED")
    loan.await_notice("loan.withdrawal.settled")
    loan.keep(papers.WITHDRAWN)


def _withdrawn_and_owing(loan: LoanJourney, others: Sequence[LoanJourney]) -> None:
    """A borrower whose passport is about to expire withdraws, and does not pay back."""
    loan.identity_paper["identityExpiryDate"] = (datetime.now(UTC).date() + _EXPIRES_SOON).isoformat()
    _conclude(loan, others)
    _withdraw(loan)


def _reopened(loan: LoanJourney, others: Sequence[LoanJourney]) -> None:
    """A loan is repaid, its last payment comes back, and from then on nothing is paid."""
    _account(loan)
    _conclude(loan, others)
    first = loan.customer.get(f"/api/v1/activation/{loan.loan_id}/schedule")["schedule"]["instalments"][0]
    refused = loan.record(first["total"], "unreadable")
    no = {"approve": False, "rejectionReason": "PAYMENT_REJECTION_REASON_UNREADABLE", "reason": "Cannot be read."}
    loan.staff.officer.post(f"{refused}/verify", no)
    bounced = loan.pay(first["total"], "instalment 1")
    _reverse(loan, bounced)
    loan.await_notice("payment.reversed")
    loan.record(first["total"], "on its way")
    payoff = loan.customer.get(f"/api/v1/payments/{loan.loan_id}/payoff")["payoff"]
    last = loan.pay(payoff["total"], "pay-off")
    loan.wait("CLOSED")
    loan.await_notice("payment.superseded")
    _reverse(loan, last)
    loan.await_notice("loan.reopened")


def _reverse(loan: LoanJourney, payment: str) -> None:
    """An officer who did not verify a payment takes it back, since the bank did."""
    form = {"reason": "Returned by the bank.", "reversalReason": "PAYMENT_REVERSAL_REASON_RETURNED"}
    loan.staff.kyc_officer.post(f"{payment}/reverse", form)


def _account(loan: LoanJourney) -> None:
    """The customer has another number and another password, and is shut out for a while."""
    me, account = loan.customer.account_id, f"/api/v1/auth/accounts/{loan.customer.account_id}"
    profile = {"fullName": loan.applicant.name, "phone": "+491709876543"}
    loan.customer.put(f"/api/v1/customers/{me}/profile", profile)
    password = secrets.token_urlsafe(18)
    loan.edge.post("/api/v1/auth/password/forgotten", {"email": loan.email})
    token = Mailbox(loan.mail_folder, loan.email).token("Reset your password")
    loan.edge.post("/api/v1/auth/password/reset", {"resetToken": token, "newPassword": password})
    # Somebody registers with an address that is known: a customer's own had such a mail just now.
    known = (loan.staff.officer.login or {})["email"]
    loan.edge.post(REGISTER, {**profile, "email": known, "password": password})
    loan.staff.admin.post(f"{account}/disable", {"reason": "ACCOUNT_DISABLE_REASON_REQUESTED"})
    loan.staff.admin.post(f"{account}/enable")
    loan.customer = _signed_in(loan.edge, loan.email, password)


def _signed_in(edge: Session, email: str, password: str) -> Session:
    """A sign-in, once the change of the account has come to be known."""
    found = list[Session]()

    def comes_in() -> bool:
        found.append(edge.sign_in(email, password))
        return True

    _patiently(comes_in, "a sign-in")
    return found[-1]


def _refused(loan: LoanJourney, others: Sequence[LoanJourney]) -> None:
    """An application is refused, and a second person looks at the refusal again."""
    loan.submit()
    loan.pass_kyc()
    loan.decide_risk(approve=False)
    loan.await_notice("risk.refusal.notice.issued")
    review = f"/api/v1/risk/{loan.application_id}/refusal/review"
    loan.customer.post(review, {"grounds": "My contract was made permanent last week."})
    decision = {"outcome": "REVIEW_OUTCOME_UPHELD", "explanation": "The contract begins next year."}
    loan.staff.credit_head.post(f"{review}/decision", decision)
    loan.await_notice("risk.review.decided")
    loan.keep(papers.REFUSAL)


def _cancelled(loan: LoanJourney, others: Sequence[LoanJourney]) -> None:
    """Much is asked of the customer, a copy is signed in the wrong place, and the payout fails; so they leave it."""
    loan.submit()
    _asked(loan)
    loan.pass_kyc()
    loan.decide_risk(approve=True)
    loan.receive_offer()
    loan.accept()
    loan.approve(True, True, True)
    loan.wait("AGREEMENT_GENERATED")
    loan.keep(papers.PRECONTRACT_US)
    agreement = f"/api/v1/agreement/{loan.application_id}"
    copy = sample_pdf(loan.folder / "documents", f"copy_{loan.application_id[:8]}", loan.applicant.name)
    loan.customer.upload(f"{agreement}/upload", copy)
    no = {"approve": False, "comment": "The second page is not signed."}
    loan.staff.officer.post(f"{agreement}/upload/confirm", no)
    loan.await_notice("agreement.copy.rejected")
    own = f"/api/v1/customers/{loan.customer.account_id}"
    kyc = loan.customer.get(f"{own}/profile")["customer"]["kyc"]
    loan.customer.put(f"{own}/kyc", {"kyc": kyc | {"payoutIban": _OTHER_IBAN}})
    _sign(loan, loan)
    loan.await_notice("disbursement.failed")
    loan.loan_id = loan.read()["loanId"]
    loan.staff.officer.post(f"/api/v1/activation/{loan.loan_id}/cancel", {"reason": "The customer asked for it."})
    loan.await_notice("loan.cancelled")


def _asked(loan: LoanJourney) -> None:
    """KYC wants to know more, and another picture of a document."""
    review, officer = f"/api/v1/kyc/{loan.application_id}", {"officerId": loan.staff.kyc_officer.account_id}

    def assigned() -> bool:
        loan.staff.kyc_manager.post(f"{review}/assign", officer)
        return True

    _patiently(assigned, review)
    need = {"need": "INFORMATION_NEED_DOCUMENT", "message": "The second page of the statement, please."}
    loan.staff.kyc_officer.post(f"{review}/information", need)
    loan.wait("INFORMATION_REQUESTED")
    documents = loan.customer.get(f"/api/v1/documents/{loan.application_id}/list", page_size=100)["documents"]
    (identity,) = [each for each in documents if each["type"] == "DOCUMENT_TYPE_IDENTITY"]
    why = {"rejectionReason": "DOCUMENT_REJECTION_REASON_UNREADABLE", "reason": "Half of it is missing."}
    loan.staff.kyc_officer.post(f"/api/v1/documents/{identity['documentId']}/reject", why)
    loan.await_notice("document.rejected")
    loan.replace_document("DOCUMENT_TYPE_IDENTITY")
    loan.customer.post(f"{review}/information/answer", {"answer": "Both are there now."})
    loan.wait("KYC_REVIEW")


def _patiently(call: Callable[[], bool], what: str) -> None:
    """Until it is so: a service learns of what happened at another by its events. TimeoutError names what for."""
    refusal: Refused | None = None
    for _ in looks():
        try:
            if call():
                return
        except Refused as refused:
            refusal = refused
    raise TimeoutError(f"{what}: {refusal or 'never so'}")


LIVES: Sequence[Life] = (
    Life("withdrawn from, paid back", 0, (CO_BORROWER,), _withdrawn, "CLOSED"),
    Life(
        "withdrawn from, owing", 1, (CO_BORROWER,), _withdrawn_and_owing, "DISBURSED",
        (("loan.withdrawal.overdue", "application.party.withdrawal.overdue"), ("kyc.identity.expiring", "")),
    ),
    Life(
        "reopened, overdue", 2, (CO_BORROWER,), _reopened, "DISBURSED",
        (("payment.due", ""), ("payment.overdue", "application.party.warned"), ("payment.missing", "")),
    ),
    Life("refused, looked at again", 3, (CO_BORROWER, GUARANTOR), _refused, "RISK_REJECTED"),
    Life("cancelled, law of the US", 4, (), _cancelled, "CANCELLED"),
)  # fmt: skip
