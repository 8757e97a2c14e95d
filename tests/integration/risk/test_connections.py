"""Loans of whoever the control of a company connects are in the exposure, on a real database; nobody is named in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from services.risk.connection_handlers import Connections
from services.risk.connections import Company, CompanyOwner, Person
from services.risk.exposure import BoundPerson, Commitment, CommitmentRole
from services.runtime import context
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.money import Money
from services.runtime.stores.encryption import FieldCipher, new_secret
from tests.integration.risk.conftest import Risk

BORN = date(1980, 5, 17)
ANNA = Person("Anna Muster", BORN, None)
COMPANY = Company(
    "Muster GmbH", "DE", "Stuttgart HRB 1", (CompanyOwner("anna MUSTER", False, BORN, "DE", Decimal(60), False),)
)


@dataclass
class Customers:
    """services.risk.ports.Persons; who is not named is Nobody without details, and `gone` are erased."""

    people: dict[str, Person] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    away: bool = False

    def person(self, customer_id: str) -> Person | None:
        """A customer."""
        if self.away:
            raise Unavailable("the customer service is out of reach")
        return None if customer_id in self.gone else self.people.get(customer_id, Person("Nobody", None, None))


@pytest.fixture
def customers(risk: Risk) -> Customers:
    """Whom the service asks from now on."""
    made = Customers()
    cipher = FieldCipher.of_secret(new_secret())
    risk.app = replace(risk.app, connections=Connections(risk.app.begin, risk.clock, made, cipher.index))
    risk.refusals = replace(risk.refusals, app=risk.app)
    return made


def learn(risk: Risk) -> None:
    """The service looks at the reports at which nobody has looked."""
    assert risk.app.connections is not None
    with context.background("risk", "risk.connections"):
        while risk.app.connections.carry_on():
            pass


def owes(risk: Risk, customer_id: str, amount: int) -> str:
    """A customer has another loan; its id."""
    owed, application_id = Money(Decimal(amount), "EUR"), new_id()
    bound = (BoundPerson(customer_id, CommitmentRole.BORROWER),)
    risk.applications.loans.append(Commitment(application_id, bound, owed, Money.zero("EUR")))
    return application_id


def connected(risk: Risk, application_id: str) -> tuple[str, Mapping[str, bool]]:
    """What the connected owe, and by loan whether it is by control."""
    exposure = risk.report(application_id).figures.exposure
    return exposure.connected.amount, {each.application_id: each.by_control for each in exposure.counted_loans}


def test_what_the_owner_owes_counts_for_the_company_and_the_other_way_round(risk: Risk, customers: Customers) -> None:
    anna, otto = new_id(), new_id()
    customers.people.update({anna: ANNA, otto: Person("Otto Prokurist", date(1990, 1, 1), COMPANY)})
    hers, theirs = owes(risk, anna, 700), owes(risk, otto, 300)
    risk.submit(customer_id=anna)
    learn(risk)
    for_company = risk.assessed(customer_id=otto, for_legal_entity=True)
    assert connected(risk, for_company) == ("700.00", {hers: True, theirs: False})
    assert connected(risk, risk.assessed(customer_id=anna)) == ("300.00", {hers: False, theirs: True})
    # A loan of one's own is not the company's.
    assert connected(risk, risk.assessed(customer_id=otto)) == ("0.00", {theirs: False})


def test_reports_of_before_are_looked_at_by_the_service_itself_and_once(risk: Risk, customers: Customers) -> None:
    ids = [risk.submit(customer_id=new_id()) for _ in range(3)]
    learn(risk)
    customers.away = True
    learn(risk)
    with risk.traffic.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT learn_time FROM reports")).scalars().all()
    assert len(rows) == len(ids) and all(rows)


def test_nothing_is_assessed_while_it_cannot_be_known_who_is_connected(risk: Risk, customers: Customers) -> None:
    application_id = risk.submit()
    customers.away = True
    with pytest.raises(Unavailable):
        risk.approve_kyc(application_id)
    customers.away = False
    risk.approve_kyc(application_id)
    assert risk.report(application_id).HasField("score")


def test_a_customer_is_known_by_indexes_alone_and_by_none_once_they_are_erased(
    risk: Risk, customers: Customers
) -> None:
    otto = new_id()
    customers.people[otto] = Person("Otto Prokurist", BORN, COMPANY)
    risk.assessed(customer_id=otto)
    with risk.traffic.database.engine.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM known_customers")).mappings()
        [audited] = connection.execute(
            text("SELECT before, after FROM audit WHERE aggregate_type = 'KnownCustomer'")
        ).all()
    indexes = [row["person_index"], *row["company_indexes"], *row["controller_indexes"]]
    assert len(indexes) == 4 and all(len(each) == 64 for each in indexes)
    assert not any(each in str(audited) for each in indexes)
    erased = CustomerErased(customer_id=otto)
    erased.erase_time.FromDatetime(risk.clock.now())
    customers.gone.add(otto)
    risk.hear(erased)
    with risk.traffic.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM known_customers")).scalar_one() == 0
