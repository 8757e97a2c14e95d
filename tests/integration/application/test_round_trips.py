"""How often the application service waits for its database, by use case."""

from collections.abc import Callable
from typing import Any

from loanflow.application.v1 import application_service_pb2 as pb
from services.runtime.ids import new_id
from tests.harness import Servers, customer, staff
from tests.integration.application.test_application import Service, creation
from tests.integration.conftest import CountedPostgres

WARM = 6


def test_a_draft_is_made_in_two_round_trips_and_everything_is_read_in_one(
    counted_postgres: CountedPostgres, client_for: Servers
) -> None:
    database, trips = counted_postgres("application")
    running, owner, officer = Service(database, client_for), customer(), staff("ADMIN")
    client = running.client(owner)
    key = [("idempotency-key", new_id())]
    made = client.CreateApplication(creation(owner), metadata=key).application
    named = {"application_id": made.application_id}
    calls: dict[str, Callable[[], object]] = {
        "CreateApplication, first": lambda: client.CreateApplication(
            creation(owner), metadata=[("idempotency-key", new_id())]
        ),
        "CreateApplication, again": lambda: client.CreateApplication(creation(owner), metadata=key),
        "CreateApplication, without a key": lambda: client.CreateApplication(creation(owner)),
        "UpdateApplication": lambda: client.UpdateApplication(
            pb.UpdateApplicationRequest(**named, **_figures(creation(owner)))
        ),
        "GetApplication": lambda: client.GetApplication(pb.GetApplicationRequest(**named)),
        "ListApplications": lambda: client.ListApplications(pb.ListApplicationsRequest()),
        "ListLoans": lambda: running.client(officer).ListLoans(pb.ListLoansRequest()),
    }
    assert {name: trips(call, WARM) for name, call in calls.items()} == {
        "CreateApplication, first": [
            ["BEGIN", "LOCK", "SELECT idempotency"],
            [
                "INSERT applications", "INSERT timeline", "INSERT audit", "INSERT outbox", "INSERT idempotency",
                "COMMIT",
            ],
        ],
        "CreateApplication, again": [["BEGIN", "LOCK", "SELECT idempotency"], ["COMMIT"]],
        "CreateApplication, without a key": [
            ["BEGIN", "INSERT applications", "INSERT timeline", "INSERT audit", "INSERT outbox", "COMMIT"]
        ],
        "UpdateApplication": [
            ["BEGIN", "SELECT applications"], ["UPDATE applications", "INSERT timeline", "INSERT audit", "COMMIT"],
        ],
        "GetApplication": [["SELECT applications"]],
        "ListApplications": [["SELECT applications"]],
        "ListLoans": [["SELECT applications"]],
    }  # fmt: skip


def _figures(request: pb.CreateApplicationRequest) -> dict[str, Any]:
    return {field.name: value for field, value in request.ListFields() if field.name != "customer_id"}
