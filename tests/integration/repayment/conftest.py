"""The repayment service on a real server and a real database, with a clock that tests move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.repayment.v1 import payment_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as events
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.types.v1 import money_pb2
from services.law import packs
from services.lending import loan_schedule
from services.papers import lender_of
from services.repayment import convert
from services.repayment.consumer import subscriptions
from services.repayment.daily_run import DailyRunner
from services.repayment.handlers import App
from services.repayment.servicer import RepaymentServicer
from services.repayment.sheets import Sheets
from services.repayment.store import UnitOfWork
from services.repayment.withdrawal import WithdrawalRight
from services.repayment.withdrawals import Withdrawals
from services.runtime.context import Caller
from services.runtime.files.sealed import SealedFiles
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import OwnerOf, Shared
from services.runtime.stores.postgres import Postgres
from services.terms import from_instalments, from_terms
from tests.factories.loans import START, TERMS
from tests.fakes.accounts_of_loans import FakeLoanAccounts
from tests.fakes.agreements import FakeAgreements
from tests.fakes.applications import FakeApplications
from tests.fakes.borrowers import FakeCustomers
from tests.fakes.bucket import MemoryBucket
from tests.fakes.clock import DAYS_AHEAD, FakeClock
from tests.fakes.multipart import PDF, body, messages
from tests.fakes.reminders import FakeNotices
from tests.fakes.scanner import FakeScanner
from tests.fakes.traffic import FakeTraffic
from tests.harness import Running, Servers, customer, staff
from tests.integration.conftest import FreshPostgres

DUBLIN = ZoneInfo("Europe/Dublin")
KINDS = (
    events.PaymentReceived, events.PaymentVerified, events.PaymentRejected, events.PaymentReversed,
    events.PaymentWithdrawn, events.PaymentSuperseded, events.PaymentOverdue, events.LoanFullyRepaid,
    events.LoanReopened, events.LoanWithdrawalDeclared, events.LoanWithdrawalPartyInformed,
    events.LoanWithdrawalSettled, events.LoanWithdrawalOverdue,
)  # fmt: skip


def euros(amount: str) -> money_pb2.Money:
    return money_pb2.Money(currency="EUR", amount=amount)


def right_of(facility_type: str) -> WithdrawalRight:
    """Loans of one type follow the law of the EU, and all others none."""
    return WithdrawalRight.of(packs()["EU" if facility_type == "PERSONAL" else "NEUTRAL"])


def key(name: str = "") -> list[tuple[str, str]]:
    """The metadata that carries an idempotency key."""
    return [("idempotency-key", name or new_id())]


@dataclass
class Case:
    """A loan of a customer, and both sides' clients."""

    loan_id: str
    ids: Mapping[str, Any]
    customer: Any
    officer: Any

    def record(self, amount: str, idempotency_key: str = "", **values: Any) -> payment_pb2.Payment:
        """A payment recorded."""
        request = pb.RecordPaymentRequest(loan_id=self.loan_id, amount=euros(amount), **values)
        made: payment_pb2.Payment = self.customer.RecordPayment(request, metadata=key(idempotency_key)).payment
        return made

    def upload(self, payment_id: str, content: bytes = PDF, **first: Any) -> payment_pb2.Payment:
        """A receipt uploaded."""
        pieces = messages(pb.UploadProofRequest, body({}, content), payment_id=payment_id, **first)
        found: payment_pb2.Payment = self.customer.UploadProof(pieces).payment
        return found

    def verify(self, payment_id: str, approve: bool = True, reason: str = "") -> payment_pb2.Payment:
        """An officer's decision."""
        request = pb.VerifyPaymentRequest(payment_id=payment_id, approve=approve, reason=reason)
        found: payment_pb2.Payment = self.officer.VerifyPayment(request).payment
        return found

    def pay(self, amount: str, **values: Any) -> payment_pb2.Payment:
        """A payment recorded, proved and accepted."""
        payment_id = self.record(amount, **values).payment_id
        self.upload(payment_id)
        return self.verify(payment_id)


@dataclass
class Repayment:
    """The service under test, and what tests look at."""

    database: Postgres
    servers: Servers
    clock: FakeClock = field(default_factory=FakeClock)
    bucket: MemoryBucket = field(default_factory=MemoryBucket)
    notices: FakeNotices = field(default_factory=FakeNotices)
    zone: ZoneInfo = DUBLIN

    def __post_init__(self) -> None:
        self.traffic = FakeTraffic("repayment", self.database, convert.event_message)
        self.accounts, self.applications, self.agreements = FakeLoanAccounts(), FakeApplications(), FakeAgreements()
        files = SealedFiles(self.bucket, self.database, "loan")
        self.app = App(
            lambda: UnitOfWork(self.database, self.traffic.outbox), self.clock, files, FakeScanner(),
            self.accounts, self.applications, right_of,
        )  # fmt: skip
        self.runner = DailyRunner(self.app.begin, self.clock, self.notices, DAYS_AHEAD)
        self.withdrawals = Withdrawals(
            self.app.begin, self.clock, self.accounts, self.agreements, self.applications, right_of, self.zone, "IE"
        )
        self.borrowers = FakeCustomers()
        sheets = Sheets(self.app, self.borrowers, lender_of())
        self.servicer = RepaymentServicer(self.app, self.runner, sheets, self.withdrawals)

    def serve(self) -> Running:
        shared = Shared(self.app.owner_of, self.withdrawals.co_borrowers_of)
        owners: dict[str, OwnerOf] = {"loan_id": shared, "payment_id": self.app.payer_of}
        return self.servers.serve(self.servicer, owners=owners, store=self.database, name="repayment")

    def client(self, caller: Caller) -> Any:
        return self.serve().client(caller)

    def take(self, event: Message) -> None:
        self.traffic.deliver(subscriptions(self.app), event)

    def loan(self, *, disbursed: bool = True, start: date = START, facility_type: str = "") -> Case:
        """A loan of 1200 EUR over 12 months, paid out unless said otherwise; no late fees without a facility type."""
        owner = customer()
        ids: dict[str, Any] = {"loan_id": new_id(), "application_id": new_id(), "customer_id": owner.subject}
        self.take(schedule_created(ids, start, facility_type=facility_type))
        if disbursed:
            self.take(activation.DisbursementCompleted(**ids))
        return Case(ids["loan_id"], ids, self.client(owner), self.client(staff("OFFICER", account_id="o1")))

    def published(self) -> list[str]:
        return [type(event).__name__ for event in self.traffic.published(*KINDS)]


def schedule_created(
    ids: Mapping[str, Any], start: date = START, **changes: Any
) -> activation.RepaymentScheduleCreated:
    """The event that opens a ledger."""
    values: dict[str, Any] = {
        **ids, "schedule_version": 1, "terms": from_terms(TERMS), "terms_hash": TERMS.hash(),
        "start_date": start.isoformat(), "instalments": from_instalments(loan_schedule(TERMS, start).rows, "EUR"),
    }  # fmt: skip
    return activation.RepaymentScheduleCreated(**{**values, **changes})


@pytest.fixture
def running(fresh_postgres: FreshPostgres, client_for: Servers) -> Repayment:
    """The service."""
    return Repayment(fresh_postgres("repayment"), client_for)
