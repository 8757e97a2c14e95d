"""The risk service on a real server and a real database."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pypdf import PdfReader

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.document.v1 import document_events_pb2 as document
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.kyc.v1 import review_pb2
from loanflow.risk.v1 import decision_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.types.v1 import document_type_pb2, terms_pb2
from services.lending.facility import facilities
from services.papers import lender_of
from services.risk import convert
from services.risk.bureau_handlers import LEASE as BUREAU_LEASE
from services.risk.bureau_handlers import BureauInquiries
from services.risk.bureau_store import BureauFiles
from services.risk.collateral_handlers import Collaterals
from services.risk.consumer import subscriptions
from services.risk.handlers import App
from services.risk.income_handlers import LEASE as READING_LEASE
from services.risk.income_handlers import IncomeReadings
from services.risk.override_handlers import Overrides
from services.risk.ports import Delivered, DeliveryState, Party
from services.risk.reassessing import CollateralAssessments
from services.risk.refusal_handlers import LEASE, Refusals
from services.risk.scorecards import Tables, shipped
from services.risk.searching import ReportIndex
from services.risk.servicer import RiskServicer
from services.risk.store import Reports, UnitOfWork
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.files.sealed import SealedFiles
from services.runtime.ids import new_id
from services.runtime.money import Money
from tests.fakes.applications import FakeApplications, FakeKyc
from tests.fakes.bucket import MemoryBucket
from tests.fakes.bureau import FakeBorrowers, FakeHttp, equifax, stand_in
from tests.fakes.clock import FakeClock
from tests.fakes.papers import FakePapers
from tests.fakes.traffic import FakeTraffic
from tests.harness import Servers, service, staff
from tests.integration.conftest import FreshPostgres

RISK_MANAGER = staff("RISK_MGR")
SECOND = staff("RISK_MGR")
OFFICER, MANAGER, CREDIT_HEAD = staff("OFFICER"), staff("MANAGER"), staff("CREDIT_HEAD")
DISCUSSION = service("discussion")


def euros(amount: str) -> dict[str, str]:
    return {"currency": "EUR", "amount": amount}


# What the income does not carry: the score recommends to reject it.
HOPELESS: dict[str, Any] = {"monthly_income": euros("600"), "monthly_debts": euros("500")}


@dataclass
class Risk:
    """The service under test, and what tests look at."""

    app: App
    traffic: FakeTraffic
    clock: FakeClock
    applications: FakeApplications
    kyc: FakeKyc
    refusals: Refusals
    servers: Servers
    bucket: MemoryBucket
    papers: FakePapers = field(default_factory=FakePapers)
    borrowers: FakeBorrowers = field(default_factory=FakeBorrowers)
    http: FakeHttp = field(init=False)
    inquiries: BureauInquiries = field(init=False)

    @property
    def servicer(self) -> RiskServicer:
        """What serves it."""
        return RiskServicer(self.app, Overrides(self.app), self.refusals, Collaterals(self.app, self.papers))

    def use(self, index: ReportIndex) -> None:
        """Has searches go to an index from now on."""
        self.app = replace(self.app, index=index)
        self.refusals = replace(self.refusals, app=self.app)

    def connect(self, folder: Path) -> None:
        """Has a credit bureau be asked from now on: the stand-in of the stack, behind the real client."""
        self.app = replace(self.app, asks_bureau=True)
        self.refusals = replace(self.refusals, app=self.app)
        self.http = FakeHttp(stand_in())
        client = equifax(self.http, folder)
        files = SealedFiles(self.bucket, self.traffic.database, BureauFiles.record_class)
        self.inquiries = BureauInquiries(self.app, self.borrowers, client, files, Money(Decimal("1.85"), "USD"))

    def ask_bureau(self) -> None:
        """What is due about inquiries is done, once the lease of an earlier look is over."""
        self.clock.advance(BUREAU_LEASE)
        with context.background("risk", "risk.bureau"):
            while self.inquiries.carry_on():
                pass

    def accept(self, application_id: str, customer_id: str, content: bytes, version: int = 1) -> str:
        """An officer accepts a bank statement; gives the document's id."""
        document_id = new_id()
        self.papers.files[document_id] = "application/xml", content
        event = document.DocumentValidated(
            application_id=application_id, customer_id=customer_id, document_id=document_id,
            document_type=document_type_pb2.DOCUMENT_TYPE_BANK_STATEMENT, document_version=version,
            decided_by=OFFICER.subject,
        )  # fmt: skip
        event.validate_time.FromDatetime(self.clock.now())
        self.hear(event)
        return document_id

    def read_statements(self) -> None:
        """What is due about statements is done, once the lease of an earlier look is over."""
        self.clock.advance(READING_LEASE)
        readings = IncomeReadings(self.app, Everyone(), self.papers)
        with context.background("risk", "risk.income"):
            while readings.carry_on():
                pass

    def assess_changes(self) -> None:
        """The assessments that wait for a change of collateral are made."""
        self.clock.advance(READING_LEASE)
        with context.background("risk", "risk.collateral"):
            while CollateralAssessments(self.app).carry_on():
                pass

    def background(self) -> AbstractContextManager[Any]:
        """What the service does by itself is done in this."""
        return context.background("risk", "risk.index")

    def client(self, caller: Caller = RISK_MANAGER) -> Any:
        """A stub for the caller."""
        owners = {"application_id": self.app.owner_of}
        return self.servers(self.servicer, caller, owners=owners, store=self.traffic.database, name="risk")

    def hear(self, message: Any) -> None:
        """Hands an event to its handler, a minute after the one before."""
        self.clock.advance(timedelta(minutes=1))
        self.traffic.deliver(subscriptions(self.app), message)

    def submit(self, **changes: Any) -> str:
        """A sound application is submitted; gives its id."""
        now = Timestamp()
        now.FromDatetime(self.clock.now() + timedelta(minutes=1))
        values: dict[str, Any] = {
            "application_id": new_id(), "customer_id": new_id(), "facility_type": "PERSONAL", "amount": euros("10000"),
            "tenure_months": 36, "project_cost": euros("12500"), "monthly_income": euros("4000"),
            "monthly_debts": euros("300"), "collateral_value": euros("2500"), "submit_time": now, **changes,
        }  # fmt: skip
        self.hear(application.ApplicationSubmitted(**values))
        return str(values["application_id"])

    def approve_kyc(self, application_id: str, income: str = "") -> None:
        """KYC is approved, with an income that was verified."""
        event = kyc.KycApproved(
            application_id=application_id, verified_by=OFFICER.subject, decided_by=MANAGER.subject,
            monthly_income=euros(income) if income else None,
        )  # fmt: skip
        self.hear(event)

    def assess_offer(self, application_id: str, by: Caller | None = None, **changes: Any) -> Any:
        """The discussion has terms assessed: those of the request at 7.5 %, unless changed."""
        values: dict[str, Any] = {
            "principal": euros("10000"), "annual_rate_percent": "7.5", "tenure_months": 36, **changes,
        }  # fmt: skip
        request = pb.AssessOfferRequest(application_id=application_id, terms=terms_pb2.LoanTerms(**values))
        return self.client(by or DISCUSSION).AssessOffer(request).assessment

    def assessed(self, **changes: Any) -> str:
        """An assessed application; gives its id."""
        application_id = self.submit(**changes)
        self.approve_kyc(application_id)
        return application_id

    def report(self, application_id: str) -> Any:
        """The report as it is now."""
        return self.client().GetReport(pb.GetReportRequest(application_id=application_id)).report

    def search(self, **values: Any) -> Any:
        """A page of reports."""
        return self.client().SearchReports(pb.SearchReportsRequest(**values))

    def found(self, **values: Any) -> list[str]:
        """The applications of a page of reports."""
        return [each.application_id for each in self.search(**values).reports]

    def propose_rules(self, *rules: dict[str, Any], version: str = "2030-01-01", **values: Any) -> Any:
        """A risk manager proposes a version of the rules."""
        request = pb.ProposeRuleSetRequest(rule_set_version=version, title="Another policy.", rules=rules, **values)
        return self.client().ProposeRuleSet(request).rule_set

    def simulate_rules(self, version: str = "2030-01-01") -> Any:
        """What a proposed version would have changed."""
        return self.client().SimulateRuleSet(pb.SimulateRuleSetRequest(rule_set_version=version)).simulation

    def decide_rules(self, version: str = "2030-01-01", by: Caller = CREDIT_HEAD, approve: bool = True) -> Any:
        """A second person decides on a proposed version."""
        decision = decision_pb2.RISK_DECISION_APPROVED if approve else decision_pb2.RISK_DECISION_REJECTED
        request = pb.DecideRuleSetRequest(rule_set_version=version, decision=decision, reason="Sound.")
        return self.client(by).DecideRuleSet(request).rule_set

    def put_in_force(self, *rules: dict[str, Any], version: str = "2030-01-01") -> None:
        """A version of the rules is in force."""
        self.propose_rules(*rules, version=version)
        self.simulate_rules(version)
        self.decide_rules(version)

    def decide(self, application_id: str, by: Caller = RISK_MANAGER, **values: Any) -> Any:
        """A risk manager decides; approves unless given otherwise."""
        approval = {"decision": decision_pb2.RISK_DECISION_APPROVED, "reason": "sound"}
        return self.client(by).Decide(pb.DecideRequest(application_id=application_id, **{**approval, **values})).report

    def propose(self, application_id: str, by: Caller = RISK_MANAGER, **values: Any) -> Any:
        """A risk manager proposes to decide against the score; to approve unless given otherwise."""
        approval = {
            "decision": decision_pb2.RISK_DECISION_APPROVED, "reason": "her parents stand in",
            "override_reason": decision_pb2.OVERRIDE_REASON_GUARANTEE,
        }  # fmt: skip
        request = pb.ProposeOverrideRequest(application_id=application_id, **{**approval, **values})
        return self.client(by).ProposeOverride(request).report

    def propose_terms(self, application_id: str, by: Caller = OFFICER, **changes: Any) -> Any:
        """An officer proposes terms beyond the decision: those of the request at 7.5 %, unless changed."""
        terms = {"principal": euros("10000"), "annual_rate_percent": "7.5", "tenure_months": 36, **changes}
        request = pb.ProposeLimitOverrideRequest(
            application_id=application_id, terms=terms_pb2.LoanTerms(**terms), reason="a bonus comes in May",
            override_reason=decision_pb2.OVERRIDE_REASON_INCOME_NOT_IN_MODEL,
        )  # fmt: skip
        return self.client(by).ProposeLimitOverride(request).report

    def settle(self, application_id: str, by: Caller = SECOND, confirmed: bool = True) -> Any:
        """A second risk manager settles what is proposed."""
        request = pb.SettleOverrideRequest(application_id=application_id, confirmed=confirmed, reason="seen the deed")
        return self.client(by).SettleOverride(request).report

    def notices(self) -> None:
        """What is to be done about notices is done, once the lease of an earlier look is over."""
        self.clock.advance(LEASE)
        with context.background("risk", "risk.notices"):
            while self.refusals.carry_on():
                pass

    def refused_by_kyc(self, application_id: str, reason: review_pb2.KycRejectionReason) -> None:
        """KYC rejects."""
        event = kyc.KycRejected(
            application_id=application_id, rejection_reason=reason, verified_by=OFFICER.subject,
            decided_by=MANAGER.subject,
        )  # fmt: skip
        event.reject_time.FromDatetime(self.clock.now())
        self.hear(event)

    def notice(self, application_id: str, by: Caller = RISK_MANAGER, number: int = 0) -> str:
        """The text of the notice of a refusal, its blanks single."""
        request = pb.GetRefusalNoticeRequest(application_id=application_id, refusal_number=number)
        content = b"".join(each.file.data for each in self.client(by).GetRefusalNotice(request))
        return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())

    def explanation(self, application_id: str, by: Caller = RISK_MANAGER) -> Any:
        """The explanation of the decision."""
        return self.client(by).GetExplanation(pb.GetExplanationRequest(application_id=application_id)).explanation


class Mail:
    """services.risk.ports.Notices: what became of every notice is what a test says."""

    found = Delivered(DeliveryState.UNDER_WAY)

    def delivery(self, customer_id: str, application_id: str, since: datetime) -> Delivered:
        """How far the notice is."""
        return self.found


class Everyone:
    """services.risk.ports.Customers: everyone is Ada of that language, and nobody is known to a bureau."""

    language = ""

    def party(self, customer_id: str) -> Party:
        """The customer."""
        return Party("Ada Lovelace", ("12 St James's Square", "10115 Berlin", "Germany"), self.language)

    def subject(self, customer_id: str) -> None:
        """Whom a bureau is asked about."""


def rule(when: str, kind: str = "KNOCK_OUT", name: str = "ONE", value: str = "") -> dict[str, Any]:
    return {"name": name, "kind": f"RULE_KIND_{kind}", "when": when, "description": "It is so.", "value": value}


@pytest.fixture
def risk(fresh_postgres: FreshPostgres, client_for: Servers) -> Risk:
    """The service with an empty database."""
    database = fresh_postgres("risk")
    traffic = FakeTraffic("risk", database, convert.event_message)
    clock, applications, reviews = FakeClock(), FakeApplications(), FakeKyc()
    app = App(
        lambda: UnitOfWork(database, traffic.outbox), clock, facilities(), Tables(shipped()), applications, reviews
    )
    bucket = MemoryBucket()
    files = SealedFiles(bucket, database, Reports.record_class)
    refusals = Refusals(app, Everyone(), Mail(), files, lender_of())
    return Risk(app, traffic, clock, applications, reviews, refusals, client_for, bucket)
