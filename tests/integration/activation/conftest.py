"""The activation service over a real server and a real database; its peers and the bank are fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.protobuf.message import Message

from loanflow.activation.v1 import account_pb2
from loanflow.activation.v1 import activation_events_pb2 as events
from loanflow.activation.v1 import activation_service_pb2 as pb
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.types.v1 import money_pb2, terms_pb2
from services.activation import convert
from services.activation.consumer import subscriptions
from services.activation.handlers import App
from services.activation.openings import Openings
from services.activation.payouts import Payouts
from services.activation.servicer import ActivationServicer
from services.activation.store import UnitOfWork
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from services.terms import to_terms
from tests.fakes.clock import FakeClock
from tests.fakes.payees import FakeBank, FakeOwners, FakePayees
from tests.fakes.traffic import FakeTraffic
from tests.harness import Servers, service
from tests.integration.conftest import FreshPostgres

SCHEDULER = service("scheduler")
KINDS = (
    events.LoanActivated, events.RepaymentScheduleCreated, events.DisbursementInitiated, events.DisbursementCompleted,
    events.DisbursementFailed, events.LoanCancelled,
)  # fmt: skip


def euros(amount: str) -> money_pb2.Money:
    return money_pb2.Money(currency="EUR", amount=amount)


def terms(**changes: Any) -> terms_pb2.LoanTerms:
    values: dict[str, Any] = {
        "principal": euros("1200"), "annual_rate_percent": "6", "tenure_months": 12,
        "frequency": "REPAYMENT_FREQUENCY_MONTHLY", "method": "REPAYMENT_METHOD_ANNUITY", "fee": euros("20"),
        "day_count": "DAY_COUNT_PERIOD", "rounding": "ROUNDING_HALF_EVEN",
        "business_day_convention": "BUSINESS_DAY_CONVENTION_NO_ADJUST",
    }  # fmt: skip
    return terms_pb2.LoanTerms(**{**values, **changes})


@dataclass
class Activation:
    """The service under test, with everything around it in reach."""

    database: Postgres
    servers: Servers
    clock: FakeClock = field(default_factory=FakeClock)
    owners: FakeOwners = field(default_factory=FakeOwners)
    payees: FakePayees = field(default_factory=FakePayees)
    bank: FakeBank = field(default_factory=FakeBank)
    due: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.traffic = FakeTraffic("activation", self.database, convert.event_message)
        payouts = Payouts(self._begin, self.clock, self.payees, self.owners, self.bank)
        openings = Openings(self._begin, self.clock, self.owners)
        self.app = App(self._begin, self.clock, self.payees, openings, payouts)
        self.servicer = ActivationServicer(self.app)

    def _begin(self) -> UnitOfWork:
        return UnitOfWork(self.database, self.traffic.outbox, self.due)

    def client(self, caller: Caller) -> Any:
        return self.servers(self.servicer, caller, owners={"loan_id": self.app.owner_of}, store=self.database)

    def take(self, event: Message) -> None:
        self.traffic.deliver(subscriptions(self.app), event)

    def approve(self, application_id: str, kyc_version: int) -> None:
        """Publishes KYC's approval."""
        self.take(kyc.KycApproved(application_id=application_id, customer_id=new_id(), kyc_version=kyc_version))

    def sign(self, owner: Caller, application_id: str = "", *, approved: int = 1, **changes: Any) -> str:
        """Publishes which version KYC approved, unless 0, and the signature; the application's id."""
        values: dict[str, Any] = {
            "application_id": application_id or new_id(),
            "customer_id": owner.subject,
            "terms": terms(),
        }
        if approved:
            self.approve(values["application_id"], approved)
        values |= {"terms_hash": to_terms(terms()).hash(), **changes}
        event = agreement.AgreementSigned(**values)
        event.sign_time.FromDatetime(self.clock.now())
        self.owners.standings.setdefault(event.application_id, (owner.subject, to_terms(terms()).hash()))
        self.owners.kyc_version = approved or self.owners.kyc_version
        self.take(event)
        self.open()
        return event.application_id

    def open(self) -> bool:
        """Opens the account that is due, as the service does by itself."""
        with context.background("activation", "activation.opening"):
            return self.app.open_next()

    def account(self, application_id: str) -> account_pb2.Account:
        """The account of an application, as the service that triggers it sees it."""
        found = self.client(SCHEDULER).Trigger(pb.TriggerRequest(application_id=application_id)).account
        assert isinstance(found, account_pb2.Account)
        return found

    def pay_out(self) -> bool:
        with context.background("activation", "activation.payout"):
            return self.app.pay_out_next()

    def published(self) -> list[str]:
        return [type(event).__name__ for event in self.traffic.published(*KINDS)]


@pytest.fixture
def running(fresh_postgres: FreshPostgres, client_for: Servers) -> Activation:
    return Activation(fresh_postgres("activation"), client_for)
