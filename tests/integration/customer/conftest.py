"""The customer service on a real server and a real database, with the auth service played in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from loanflow.types.v1.money_pb2 import Money
from services.customer import convert
from services.customer.consumer import subscriptions
from services.customer.handlers import App
from services.customer.servicer import CustomerServicer
from services.customer.store import UnitOfWork
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.serving.interceptors.ownership import yourself
from services.runtime.stores import encryption
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres import Postgres
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import FakeClock
from tests.fakes.registry import FakeRegistry
from tests.harness import ANONYMOUS, Servers, customer
from tests.integration.conftest import FreshPostgres

PASSWORD = "correct horse battery"
NO_TOKEN = "no token of anyone at all"
IBAN = "DE89370400440532013000"


def details(**changes: Any) -> customer_pb2.KycDetails:
    """KYC details that are right, or wrong in what `changes` says."""
    given: dict[str, Any] = {
        "national_id": "L01X00T47",
        "birth_date": "1990-01-31",
        "nationality": "DE",
        "address": customer_pb2.Address(street="Hauptstraße 1", city="Berlin", postal_code="10115", country="DE"),
        "employer": "Muster GmbH",
        "monthly_income": Money(currency="EUR", amount="3200.50"),
        "payout_iban": IBAN,
    }
    return customer_pb2.KycDetails(**{**given, **changes})


@dataclass
class Customers:
    """The service under test, and what tests look at."""

    app: App
    database: Postgres
    clock: FakeClock
    accounts: FakeAccounts
    servicer: CustomerServicer
    servers: Servers

    def client(self, caller: Caller = ANONYMOUS) -> Any:
        """A stub for the caller."""
        return self.servers(self.servicer, caller, owners={"customer_id": yourself}, store=self.database)

    def own(self, customer_id: str) -> Any:
        """A stub for a customer."""
        return self.client(customer(customer_id))

    def ask(self, email: str = "anna@example.org", password: str = PASSWORD, **options: Any) -> Any:
        """Asks to be registered; gives the customer to be."""
        request = pb.RegisterRequest(email=email, password=password, full_name="Anna Muster", phone="+4915112345678")
        return self.client().Register(request, **options).customer

    def confirm(self, email: str = "anna@example.org", password: str = PASSWORD) -> Any:
        """Confirms a registration by the token of the mail; gives the resource."""
        request = pb.ConfirmEmailRequest(confirmation_token=self.accounts.token(email) or NO_TOKEN, password=password)
        return self.client().ConfirmEmail(request).customer

    def register(self, email: str = "anna@example.org") -> Any:
        """Registers a customer, who confirms; gives the resource."""
        self.ask(email)
        return self.confirm(email)

    def submit_kyc(self, customer_id: str, **changes: Any) -> Any:
        """Submits KYC details; gives the resource."""
        request = pb.SubmitKycRequest(customer_id=customer_id, kyc=details(**changes))
        return self.own(customer_id).SubmitKyc(request).customer

    def profile(self, customer_id: str) -> Any:
        """Reads the profile as its owner."""
        return self.own(customer_id).GetProfile(pb.GetProfileRequest(customer_id=customer_id)).customer

    def hear(self, event: Any) -> None:
        """Has the service handle an event."""
        with context.background("application", type(event).__name__), self.database.transaction():
            subscriptions(self.app)[type(event)](event)

    def rows(self, query: str) -> list[Mapping[str, Any]]:
        """The rows of a query."""
        with self.database.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]

    def published(self) -> list[str]:
        """The types of the events that wait to be published, oldest first."""
        return [row["headers"]["ce_type"] for row in self.rows("SELECT headers FROM outbox ORDER BY position")]


@pytest.fixture
def customers(fresh_postgres: FreshPostgres, client_for: Servers, tmp_path: Path) -> Customers:
    """The service on an empty database."""
    key_file = tmp_path / "key"
    key_file.write_text(encryption.new_secret())
    cipher, outbox = FieldCipher(key_file), Outbox("customer", convert.event_message, Codec(FakeRegistry()))
    database, clock, accounts = fresh_postgres("customer"), FakeClock(), FakeAccounts()
    app = App(lambda: UnitOfWork(database, outbox, cipher), clock, accounts)
    return Customers(app, database, clock, accounts, CustomerServicer(app), client_for)
