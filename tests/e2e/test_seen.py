"""What each running service shows the operators: liveness, health, reflection, metrics, logs."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from prometheus_client.parser import text_string_to_metric_families

from services import catalog
from services.runtime.calling.identity import Identity
from stack.demo.journey import LoanJourney
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.e2e.test_refusals import bearer
from tests.waiting import until

EVERY_SERVICE = pytest.mark.parametrize("service", catalog.SERVICES, ids=lambda service: service.name)


@pytest.fixture(scope="module")
def journeys() -> list[LoanJourney]:
    """The one journey of the module, once it is begun."""
    return []


@pytest.fixture
def journey(new_journey: NewJourney, journeys: list[LoanJourney], raw: httpx.Client) -> LoanJourney:
    """A journey whose draft every service has been asked about, whatever it answered."""
    if not journeys:
        journey = new_journey()
        journey.register()
        journey.apply()
        journey.await_notice("application.created")
        for path in ("kyc/queue", "risk/{}/report", "discussion/{}/offers", "approval/{}", "agreement/{}",
                     "activation/{}/account", "payments/{}/history"):  # fmt: skip
            raw.get(f"/api/v1/{path.format(journey.application_id)}", headers=bearer(journey.staff.officer))
        journey.customer.get(f"/api/v1/documents/{journey.application_id}/list")
        journeys.append(journey)
    return journeys[0]


class Named(grpc.StreamStreamClientInterceptor):
    """Says with every call of reflection which service is asked, and who asks."""

    def __init__(self, service: str, headers: dict[str, str]) -> None:
        self._metadata = (("x-service", service), *headers.items())

    def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        """The call with the header."""
        details = Details(client_call_details.method, client_call_details.timeout, self._metadata)
        return continuation(details, request_iterator)


@dataclass(frozen=True)
class Details(grpc.ClientCallDetails):
    """What a call carries besides its messages."""

    method: str
    timeout: float | None
    metadata: tuple[tuple[str, str | bytes], ...]
    credentials: None = None
    wait_for_ready: None = None
    compression: None = None


def lines(layout: Layout, service: str) -> Iterator[dict[str, Any]]:
    """The log of a service; every line of it is one JSON object."""
    with (layout.logs / f"{service}.log").open(errors="replace") as log:
        yield from map(json.loads, log)


@EVERY_SERVICE
def test_it_reports_liveness(layout: Layout, service: catalog.Service) -> None:
    answer = httpx.get(f"http://127.0.0.1:{layout.ports.metrics(service.name)}/health/{service.name}")
    assert (answer.status_code, answer.text) == (200, "OK\n")
    assert httpx.get(f"http://127.0.0.1:{layout.ports.metrics(service.name)}/health/another").status_code == 404


@EVERY_SERVICE
def test_it_serves_its_health_over_grpc(layout: Layout, service: catalog.Service) -> None:
    target = f"127.0.0.1:{layout.ports.service(service.name)}"
    with Identity("edge", layout.pki).connect(service.name, target, []) as channel:
        for name in ("", service.proto_service):
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=5)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING


@EVERY_SERVICE
def test_it_shows_its_contract_by_reflection_through_the_edge(
    layout: Layout, service: catalog.Service, journey: LoanJourney
) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{layout.ports.of('edge')}") as channel:
        headers = bearer(journey.staff.admin)
        database = ProtoReflectionDescriptorDatabase(grpc.intercept_channel(channel, Named(service.name, headers)))
        assert service.proto_service in database.get_services()
        assert DescriptorPool(database).FindServiceByName(service.proto_service).methods


def served_by(service: catalog.Service) -> tuple[str, ...]:
    """What the paths of its methods begin with."""
    return tuple(f"/{each}/" for each in (service.proto_service, *catalog.SHARED))


@EVERY_SERVICE
def test_it_counts_and_times_its_calls(layout: Layout, service: catalog.Service, journey: LoanJourney) -> None:
    text = httpx.get(f"http://127.0.0.1:{layout.ports.metrics(service.name)}/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    counted = {sample.labels["method"] for sample in families["loanflow_grpc_calls"].samples}
    timed = {sample.labels["method"] for sample in families["loanflow_grpc_call_seconds"].samples}
    assert counted
    assert counted == timed
    assert all(method.startswith(served_by(service)) for method in counted)
    assert "loanflow_consumer_lag" in families


@EVERY_SERVICE
def test_its_log_is_json_with_correlation_ids(layout: Layout, service: catalog.Service, journey: LoanJourney) -> None:
    calls = 0
    for line in lines(layout, service.name):
        assert {"Timestamp", "SeverityText", "Body", "Resource", "Attributes"} <= set(line)
        assert line["Resource"]["service.name"] == service.name
        if line["Body"] == "call":
            calls += 1
            assert line["Attributes"]["correlation_id"]
            assert line["Attributes"]["method"].startswith(served_by(service))
    assert calls


def test_a_request_is_followed_by_its_id_through_the_services(
    layout: Layout, journey: LoanJourney, raw: httpx.Client
) -> None:
    path = f"/api/v1/applications/{journey.application_id}/submit"
    answer = raw.post(path, json={}, headers=bearer(journey.customer, **{"x-request-id": str(uuid.uuid4())}))
    assert answer.status_code == 400, "its documents are missing"
    followed = answer.headers["x-request-id"]
    for service in ("application", "document"):
        assert [line for line in lines(layout, service) if line["Attributes"].get("correlation_id") == followed], (
            service
        )
    # The edge writes its log every ten seconds.
    until(lambda: followed in (layout.logs / "edge.log").read_text(), "its line in the edge's log")
