"""What a whole journey leaves behind outside the services' own stores does not identify the customer."""

import dataclasses
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from services import catalog
from services.runtime.stores.mongo_schema import trail
from stack import pki
from stack.demo.journey import LoanJourney
from stack.layout import Layout
from stack.servers import kafka as kafka_server
from stack.servers import mongo as mongo_server
from stack.servers import postgres as postgres_server
from tests.e2e.conftest import NewJourney
from tests.e2e.outages import finish
from tests.waiting import PATIENCE_SECONDS

HOST = "127.0.0.1"


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody of whom nothing else on the stack speaks."""

    full_name: str = f"Zsofia {secrets.token_hex(4).title()}-Quenneville"
    phone: str = f"+49151{secrets.randbelow(10**8):08}"
    national_id: str = f"L{secrets.token_hex(4).upper()}"
    street: str = f"Unter den Linden {secrets.token_hex(4)}"
    payout_iban: str = "FR1420041010050500013M02606"

    def live(self, journey: LoanJourney) -> None:
        """Goes on to the last payment."""
        journey.applicant = dataclasses.replace(journey.applicant, name=self.full_name)
        journey.register()
        own = f"/api/v1/customers/{journey.customer.account_id}"
        journey.customer.put(f"{own}/profile", {"fullName": self.full_name, "phone": self.phone})
        address = {"street": self.street, "city": "Berlin", "postalCode": "10117", "country": "DE"}
        details = {
            "nationalId": self.national_id,
            "birthDate": "1988-04-12",
            "nationality": "DE",
            "address": address,
            "employer": "Spree Works GmbH",
            "monthlyIncome": journey.money(journey.applicant.monthly_income),
            "payoutIban": self.payout_iban,
        }
        journey.customer.put(f"{own}/kyc", {"kyc": details})
        journey.apply()
        finish(journey)


@pytest.fixture(scope="module")
def secrets_of_life() -> dict[str, str]:
    """What is personal in the one journey of the module, by what it is."""
    return {}


@pytest.fixture
def personal(new_journey: NewJourney, secrets_of_life: dict[str, str]) -> dict[str, str]:
    """The same, once the journey is over."""
    if not secrets_of_life:
        journey, person = new_journey(), Person()
        person.live(journey)
        secrets_of_life.update(dataclasses.asdict(person), email=journey.email, token=journey.customer.token)
        secrets_of_life["first_name"], secrets_of_life["last_name"] = person.full_name.split()
    return secrets_of_life


def said(personal: dict[str, str], text: str) -> set[str]:
    """What personal data of the customer a text has; upper and lower case are alike."""
    lower = text.lower()
    return {what for what, value in personal.items() if value.lower() in lower}


def records(layout: Layout) -> Iterator[tuple[str, str]]:
    """Every record of every topic of ours: the topic, and key, headers and value as text."""
    client = Consumer({
        **kafka_server.client(layout, pki.DEPLOY).client(), "group.id": "privacy", "enable.auto.commit": False,
        "enable.partition.eof": False,
    })  # fmt: skip
    topics = [
        topic
        for name, topic in client.list_topics(timeout=PATIENCE_SECONDS).topics.items()
        if name.startswith("loanflow.")
    ]
    places = [TopicPartition(topic.topic, number, 0) for topic in topics for number in topic.partitions]
    ends = {
        (place.topic, place.partition): client.get_watermark_offsets(place, timeout=PATIENCE_SECONDS)[1]
        for place in places
    }
    left = sum(ends.values())
    client.assign(places)
    try:
        while left:
            record = client.poll(20)
            assert record is not None and not record.error(), f"{left} records did not come"
            if (record.offset() or 0) >= ends[record.topic() or "", record.partition() or 0]:
                continue
            left -= 1
            headers: Any = record.headers() or ()
            parts: list[Any] = [record.key(), record.value(), *(value for _, value in headers)]
            yield record.topic() or "", " ".join((part or b"").decode("latin-1") for part in parts)
    finally:
        client.close()


def audits(layout: Layout) -> Iterator[tuple[str, str]]:
    """Every row of every audit trail: the service, and the row as text."""
    for service in catalog.SERVICES:
        if service.storage is catalog.Storage.POSTGRES:
            with postgres_server.admin(layout, service.name) as connection:
                for row in connection.execute("SELECT row_to_json(audit)::text FROM audit"):
                    yield service.name, row[0]
    password = layout.secret_file("mongo-admin").read_text().strip()
    with mongo_server.client(layout, username="admin", password=password, authSource="admin") as client:
        for service in catalog.SERVICES:
            if service.storage is catalog.Storage.MONGO:
                for document in client[trail(service.name)].audit.find():
                    yield service.name, str(document)


def test_the_customers_own_mail_says_it(layout: Layout, personal: dict[str, str]) -> None:
    """What looks for personal data finds it where it may be."""
    mails = " ".join(file.read_text(errors="replace") for file in layout.mails.glob("*.eml"))
    assert said(personal, mails) >= {"full_name", "email"}


def test_no_log_identifies_the_customer(layout: Layout, personal: dict[str, str]) -> None:
    logs = sorted(layout.logs.glob("*.log*"))
    assert {log.name for log in logs} >= {f"{service.name}.log" for service in catalog.SERVICES}
    found = {log.name: said(personal, log.read_text(errors="replace")) for log in logs}
    assert {name: what for name, what in found.items() if what} == {}


def test_no_topic_identifies_the_customer(layout: Layout, personal: dict[str, str]) -> None:
    counted = 0
    for topic, text in records(layout):
        counted += 1
        assert said(personal, text) == set(), topic
    assert counted > 30


def test_no_audit_trail_identifies_the_customer(layout: Layout, personal: dict[str, str]) -> None:
    seen = set()
    for service, text in audits(layout):
        seen.add(service)
        assert said(personal, text) == set(), f"{service}: {text}"
    # Notifications are no decisions, and have no audit trail.
    assert seen >= {service.name for service in catalog.SERVICES} - {"notification"}
