"""The journey of a loan, as its customer and the lender's staff go it, step by step, over REST alone."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from stack.demo import papers
from stack.demo.api import Session
from stack.demo.applicants import Applicant
from stack.demo.companies import acts_for_company
from stack.demo.documents import sample_pdf
from stack.demo.mailbox import Mailbox, mailbox_name
from stack.demo.papers import Paper
from stack.demo.registration import become_customer
from stack.demo.signing import ask_to_sign, confirm_signing, read_before
from stack.demo.staff import Staff
from stack.demo.waiting import looks, once_known

_PAYOUT_IBAN = "DE89370400440532013000"
# What an officer reads in the customer's passport; loans of the demo go through years, and it outlasts them.
IDENTITY_PAPER = {"identityPaper": "IDENTITY_PAPER_PASSPORT", "identityExpiryDate": "2079-12-31"}


@dataclass
class LoanJourney:
    """One applicant, the loan that they ask for, the papers they keep, and what KYC says of who is bound beside."""

    edge: Session
    staff: Staff
    applicant: Applicant
    folder: Path
    mail_folder: Path
    tell: Callable[[str], None] = lambda _: None
    customer: Session = field(init=False)
    email: str = field(init=False)
    application_id: str = ""
    loan_id: str = ""
    offer: dict[str, Any] = field(default_factory=dict)
    staff_steps: int = 0
    identity_paper: dict[str, str] = field(default_factory=IDENTITY_PAPER.copy)
    party_checks: list[dict[str, Any]] = field(default_factory=list)
    kept: list[tuple[Paper, Path]] = field(default_factory=list)

    def register(self) -> None:
        """Opens the customer's account by the token of a mail, signs in and hands in the KYC details."""
        self.email = f"{mailbox_name(self.applicant.name)}.{secrets.token_hex(5)}@customer.example"
        password = secrets.token_urlsafe(18)
        form = {"email": self.email, "password": password, "fullName": self.applicant.name, "phone": "+491701234567"}
        self.customer = become_customer(self.edge, self.mail_folder, form)
        details = {
            "nationalId": secrets.token_hex(5).upper(), "birthDate": "1988-04-12", "nationality": "DE",
            "address": {"street": "Hauptstr. 5", "city": "Berlin", "postalCode": "10115", "country": "DE"},
            "employer": "Spree Works GmbH", "monthlyIncome": self.money(self.applicant.monthly_income),
            "payoutIban": _PAYOUT_IBAN,
        }  # fmt: skip
        self.customer.put(f"/api/v1/customers/{self.customer.account_id}/kyc", {"kyc": details})

    def apply(self) -> None:
        """Writes the application."""
        who = self.applicant
        form = {
            "customerId": self.customer.account_id,
            "forLegalEntity": acts_for_company(self.customer, who.name, who.facility_type),
            "project": {"name": who.project, "cost": self.money(who.amount * Decimal("1.1"))},
            "facilityType": who.facility_type, "amount": self.money(who.amount), "tenureMonths": who.tenure_months,
            "purpose": who.project,
            "monthlyIncome": self.money(who.monthly_income),
            "monthlyDebts": self.money(who.monthly_debts), "collateralValue": self.money(who.collateral_value),
            "circumstances": {
                "employmentYears": 9, "employment": "EMPLOYMENT_PERMANENT", "housing": "HOUSING_OWNED",
                "monthlyExpenses": self.money(who.monthly_income / 3), "assets": self.money(who.amount * 4),
            },
        }  # fmt: skip
        answer = self.customer.post("/api/v1/applications", form)
        self.application_id = answer["application"]["applicationId"]

    def submit(self) -> None:
        """Uploads every document that the checklist asks for, and hands the application in."""
        self.upload_documents()
        self.customer.post(self._application("submit"))

    def upload_documents(self) -> None:
        """Uploads every document that the checklist asks for."""
        checklist = self._patiently(f"/api/v1/documents/{self.application_id}/checklist")["checklist"]
        for kind in checklist["missing"]:
            self.replace_document(kind)

    def replace_document(self, kind: str) -> None:
        """Uploads a document of a type, in the place of an earlier one."""
        name = kind.removeprefix("DOCUMENT_TYPE_").lower()
        file = sample_pdf(self.folder / "documents", f"{name}_{self.application_id[:8]}", self.applicant.name, name)
        self.customer.upload("/api/v1/documents/upload", file, {"application_id": self.application_id, "type": kind})

    def pass_kyc(self) -> None:
        """The lender's KYC: assigned, verified, decided."""
        self._verify("PASSED")
        form = {"customerApproved": True, "projectApproved": True, "reason": "Everything is in order."}
        self._staff(self.staff.kyc_manager, "kyc", "decision", form)

    def fail_kyc(self) -> None:
        """The lender's KYC finds the project not feasible."""
        self._verify("FAILED")
        rejection = {"rejectionReason": "KYC_REJECTION_REASON_PROJECT", "reason": "The project does not carry itself."}
        form = {"customerApproved": True, "projectApproved": False, **rejection}
        self._staff(self.staff.kyc_manager, "kyc", "decision", form)

    def decide_risk(self, approve: bool) -> None:
        """The risk manager's decision on the assessment."""
        self.wait("RISK_ASSESSED")
        form: dict[str, Any] = {"decision": "RISK_DECISION_APPROVED", "reason": "The figures carry the loan."}
        form["addressedRules"] = self._referred()
        if not approve:
            form = {"decision": "RISK_DECISION_REJECTED", "rejectionReason": "RISK_REJECTION_REASON_REPAYMENT_CAPACITY",
                    "reason": "The instalment leaves too little to live on."}  # fmt: skip
        self._staff(self.staff.risk_manager, "risk", "decision", form)

    def _referred(self) -> list[str]:
        """The rules that refer the application to the risk manager, who looks at what they are about."""
        report = self.staff.risk_manager.get(f"/api/v1/risk/{self.application_id}/report")["report"]
        return [each["name"] for each in report.get("rules", {}).get("fired", ()) if each["kind"] == "RULE_KIND_REFER"]

    def receive_offer(self, valid: timedelta = timedelta(days=14)) -> None:
        """The officer opens the discussion and sends an offer on the applicant's terms."""
        self._staff(self.staff.officer, "discussion", "start", {})
        terms = {
            "principal": self.money(self.applicant.amount),
            "annualRatePercent": str(self.applicant.rate_percent), "tenureMonths": self.applicant.tenure_months,
            "frequency": "REPAYMENT_FREQUENCY_MONTHLY", "method": "REPAYMENT_METHOD_ANNUITY",
        }  # fmt: skip
        until = (datetime.now(UTC) + valid).isoformat().replace("+00:00", "Z")
        answer = self._staff(self.staff.officer, "discussion", "offer", {"terms": terms, "expireTime": until})
        self.offer = answer["offer"]
        self.wait("OFFER_SENT")

    def accept(self) -> None:
        """The customer takes the offer."""
        self.customer.post(f"/api/v1/discussion/{self.application_id}/accept", {"offerVersion": self.offer["version"]})

    def decline(self) -> None:
        """The customer does not take the offer."""
        self.customer.post(f"/api/v1/discussion/{self.application_id}/decline", {"reason": "Another bank was cheaper."})

    def approve(self, *decisions: bool) -> None:
        """The officer puts the accepted offer up, and the levels decide in their order, as far as decisions go."""
        self._staff(self.staff.officer, "approval", "submit", {})
        deciders = (self.staff.internal, self.staff.manager, self.staff.credit_head)
        for level, decider, yes in zip(("internal", "management", "final"), deciders, decisions, strict=False):
            comment = "Within policy." if yes else "Outside the appetite of this quarter."
            self._staff(decider, "approval", level, {"approve": yes, "comment": comment})

    def agree(self) -> None:
        """Goes on from a draft until only the signature is missing."""
        self.submit()
        self.pass_kyc()
        self.decide_risk(approve=True)
        self.receive_offer()
        self.accept()
        self.approve(True, True, True)

    def sign(self) -> Path:
        """The customer signs the agreement, and keeps the PDF."""
        self.esign()
        self.wait("DISBURSED")
        self.loan_id = self.read()["loanId"]
        return self.keep(papers.AGREEMENT)

    def esign(self) -> None:
        """The customer reads what they sign, and signs it with the code that came by mail."""
        self.wait("AGREEMENT_GENERATED")
        read = read_before(self.customer, self.application_id)
        shown = ask_to_sign(self.customer, self.application_id)
        if shown["documentSha256"] != read:
            raise ValueError("what is to be signed is not the agreement that was downloaded")
        code = Mailbox(self.mail_folder, self.email).code()
        confirm_signing(self.customer, self.application_id, code, shown)

    def repay(self) -> Path:
        """The customer pays an instalment in advance, then what would close the loan: interest of its days, no more."""
        schedule = self._patiently(f"/api/v1/activation/{self.loan_id}/schedule")["schedule"]
        self.pay(schedule["instalments"][0]["total"], "instalment 1")
        payoff = self._patiently(f"/api/v1/payments/{self.loan_id}/payoff")["payoff"]
        self.keep(papers.PAYOFF)
        self.pay(payoff["total"], "pay-off")
        self.wait("CLOSED")
        return self.keep(papers.STATEMENT)

    def keep(self, paper: Paper) -> Path:
        """The customer keeps a paper of the loan."""
        file = paper.fetch(self.customer, self.folder, self.ids)
        self.kept.append((paper, file))
        return file

    @property
    def ids(self) -> dict[str, str]:
        """What its papers are about."""
        return {"application_id": self.application_id, "loan_id": self.loan_id}

    def pay(self, amount: dict[str, str], reference: str) -> str:
        """The customer pays with a receipt, and an officer verifies it; the path of the payment."""
        payment = self.record(amount, reference)
        self.staff_steps += 1
        self.staff.officer.post(f"{payment}/verify", {"approve": True})
        return payment

    def record(self, amount: dict[str, str], reference: str) -> str:
        """The customer says that they paid, with a receipt; the path of the payment."""
        form = {"loanId": self.loan_id, "amount": amount, "reference": reference}
        payment = once_known(partial(self.customer.post, "/api/v1/payments", form))["payment"]
        receipt = sample_pdf(self.folder / "documents", f"receipt_{payment['paymentId']}", str(amount))
        path = f"/api/v1/payments/{payment['paymentId']}"
        self.customer.upload(f"{path}/proof", receipt)
        return path

    def withdraw(self) -> None:
        """The customer takes the application back."""
        self.customer.post(self._application("withdraw"), {"reason": "Changed my mind."})

    def read(self) -> dict[str, Any]:
        """The application as it is now."""
        found: dict[str, Any] = self.customer.get(self._application())["application"]
        return found

    def wait(self, status: str) -> None:
        """Waits until the loan has this status; TimeoutError says where it stands."""
        self.tell(f"{self.applicant.name}: {status.replace('_', ' ').lower()}")
        present = ""
        for _ in looks():
            present = self.read()["status"].removeprefix("APPLICATION_STATUS_")
            if present == status:
                return
        raise TimeoutError(f"{self.application_id} is {present}, not {status}")

    def timeline(self) -> list[dict[str, Any]]:
        """Every line of the timeline, in its order."""
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = self.customer.get(self._application("timeline"), page_size=100, page_token=token)
            found += page["entries"]
            token = page["nextPageToken"]
            if not token:
                return found

    def events(self) -> list[str]:
        """The timeline's statuses, in order."""
        return [entry["what"] for entry in self.timeline()]

    def notices(self) -> list[str]:
        """The event types in the customer's inbox."""
        page = self.customer.get("/api/v1/notifications/inbox", page_size=100)
        return [notice["eventType"] for notice in page["notifications"]]

    def await_notice(self, event_type: str) -> None:
        """Waits until the customer's inbox has this event; TimeoutError."""
        if not any(event_type in self.notices() for _ in looks()):
            raise TimeoutError(f"{self.application_id}: the customer was never notified of {event_type}")

    def money(self, amount: Decimal) -> dict[str, str]:
        """An amount in the currency of the facilities."""
        return {"currency": "EUR", "amount": str(amount.quantize(Decimal("0.01")))}

    @property
    def steps(self) -> int:
        """How many calls had an effect on this loan."""
        return self.customer.steps + self.staff_steps + 2

    def accept_documents(self) -> None:
        """The KYC officer looks at every document that waits for a decision, and accepts it."""
        for document in self.customer.get(f"/api/v1/documents/{self.application_id}/list", page_size=100)["documents"]:
            if document["status"] == "DOCUMENT_STATUS_UPLOADED":
                self.staff_steps += 1
                self.staff.kyc_officer.post(
                    f"/api/v1/documents/{document['documentId']}/validate", {"reason": "Clear."}
                )

    def _verify(self, feasibility: str) -> None:
        self.accept_documents()
        self._staff(self.staff.kyc_manager, "kyc", "assign", {"officerId": self.staff.kyc_officer.account_id})
        self.wait("KYC_REVIEW")
        checks = dict.fromkeys(("identity", "compliance", "documents"), "CHECK_RESULT_PASSED")
        feasible = f"CHECK_RESULT_{feasibility}"
        form = {**checks, **self.identity_paper, "projectFeasibility": feasible, "parties": self.party_checks}
        self.staff_steps += 1
        self.staff.kyc_officer.put(f"/api/v1/kyc/{self.application_id}/verify", form)

    def _staff(self, who: Session, stage: str, step: str, form: dict[str, Any]) -> Any:
        self.staff_steps += 1
        return once_known(lambda: who.post(f"/api/v1/{stage}/{self.application_id}/{step}", form))

    def _patiently(self, path: str) -> Any:
        return once_known(lambda: self.customer.get(path))

    def _application(self, step: str = "") -> str:
        return f"/api/v1/applications/{self.application_id}" + (f"/{step}" if step else "")
