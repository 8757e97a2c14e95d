"""What an application keeps of a person: sealed in every table, readable while the law wants it, and then no more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.customer.v1 import customer_events_pb2 as customer_events
from services.retention import RULES
from services.runtime.ids import new_id
from services.runtime.stores.key_care import KeyCare
from tests.harness import Servers, customer
from tests.integration.application.test_application import Service, creation
from tests.integration.conftest import FreshPostgres

PURPOSE, PROJECT, NOTE, REASON = "our wedding in Ulm", "Kitchen of Ada", "for Ada and Ben", "Ada changed her mind"


@pytest.fixture
def running(fresh_postgres: FreshPostgres, client_for: Servers) -> Service:
    """The service on a database of its own."""
    return Service(fresh_postgres("application"), client_for)


def _everything(running: Service) -> str:
    """Every row of every table, as text."""
    with running.database.engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [connection.execute(text(f'SELECT t::text FROM "{each}" t')).scalars() for each in tables]
        return "\n".join(row for found in rows for row in found)


def test_nothing_personal_is_in_clear_and_it_ends_with_its_retention(running: Service) -> None:
    owner = customer()
    request = creation(owner)
    request.purpose, request.project.name, request.project.description = PURPOSE, PROJECT, NOTE
    key = [("idempotency-key", new_id())]
    client = running.client(owner)
    made = client.CreateApplication(request, metadata=key).application
    client.WithdrawApplication(pb.WithdrawApplicationRequest(application_id=made.application_id, reason=REASON))
    named = pb.GetApplicationRequest(application_id=made.application_id)
    assert client.GetApplication(named).application.purpose == PURPOSE
    assert client.CreateApplication(request, metadata=key).application.purpose == PURPOSE
    for each in (PURPOSE, PROJECT, NOTE, REASON):
        assert each not in _everything(running), f"{each!r} is in clear in a table of the application service"

    # Their last application ended a year before they ask: the time of the law runs since then.
    ended = datetime.now(UTC) - timedelta(days=365)
    erased = customer_events.CustomerErased(customer_id=owner.subject, erase_time=datetime.now(UTC))
    erased.relationship_end_time.FromDatetime(ended)
    running.event(erased, "customer")
    kept = client.GetApplication(named).application
    assert (kept.purpose, kept.project.name) == (PURPOSE, PROJECT)
    late = ended + RULES["application"].keep
    for at, purpose in ((late - timedelta(days=1), PURPOSE), (late + timedelta(days=1), "")):
        KeyCare(running.database, "application", lambda: at).erase()  # noqa: B023 - called at once
        assert client.GetApplication(named).application.purpose == purpose
    line = client.GetTimeline(pb.GetTimelineRequest(application_id=made.application_id)).entries[-1]
    assert (line.what, line.why) == ("application.withdrawn", "")
