"""The edge begins the trace of each call where there is a collector, whatever a caller says, and passes it on."""

from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as pb_grpc

from envoy.tracing import COLLECTOR_CLUSTER
from stack.ports import Ports
from tests.contract.backend import Backend
from tests.contract.conftest import GEN, RunningEdge, running_edge
from tests.contract.test_edge import OFFERS, last_call
from tests.contract.test_edge_headers import TRACE
from tests.waiting import until


class Collector(pb_grpc.TraceServiceServicer):
    """Takes spans by TLS, as the collector does, and keeps them by the traces that they are of."""

    def __init__(self, certificates: Path) -> None:
        self.spans: dict[str, Any] = {}
        self.services: set[str] = set()
        leaf = certificates / COLLECTOR_CLUSTER
        self._pair = (leaf / "tls.key").read_bytes(), (leaf / "tls.pem").read_bytes()

    def Export(  # noqa: N802 - the name is the protocol's
        self, request: pb.ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> Any:
        """Takes some."""
        for group in request.resource_spans:
            names = (each for each in group.resource.attributes if each.key == "service.name")
            self.services |= {each.value.string_value for each in names}
            self.spans |= {span.trace_id.hex(): span for scope in group.scope_spans for span in scope.spans}
        return pb.ExportTraceServiceResponse()

    def start(self, port: int) -> grpc.Server:
        """A server that is this one."""
        server = grpc.server(futures.ThreadPoolExecutor(2))
        pb_grpc.add_TraceServiceServicer_to_server(self, server)  # type: ignore[no-untyped-call]
        server.add_secure_port(f"127.0.0.1:{port}", grpc.ssl_server_credentials([self._pair]))
        server.start()
        return server


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[RunningEdge]:
    """An edge that was told of a collector."""
    yield from running_edge(
        tmp_path_factory.mktemp("traced"), certificates, Backend(GEN / "loanflow.binpb"), traced=True
    )


def called(edge: RunningEdge) -> list[str]:
    """Calls with a trace of the caller's own; the parts of the trace's head that the service was given."""
    answer = httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER") | TRACE)
    assert answer.status_code == 200, answer.text
    return last_call(edge).metadata["traceparent"].split("-")


def test_without_a_collector_calls_are_answered_as_ever(traced: RunningEdge) -> None:
    assert len({called(traced)[1] for _ in range(3)}) == 3


def test_a_call_has_a_trace_of_the_edges_own_which_the_service_goes_on_with(
    traced: RunningEdge, certificates: Path
) -> None:
    collector = Collector(certificates)
    server = collector.start(Ports(traced.base).of("collector"))
    try:
        _, trace, parent, sampled = called(traced)
        span = until(lambda: collector.spans.get(trace), "the span of the edge")
    finally:
        server.stop(1).wait()
    assert trace not in TRACE["traceparent"] and sampled == "01"
    assert collector.services == {"edge"}
    assert span.span_id.hex() == parent and not span.parent_span_id
