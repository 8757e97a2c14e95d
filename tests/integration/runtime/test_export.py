"""Spans on their way out of a process: to a collector that listens, and to one that does not."""

import time
from collections.abc import Iterator

import pytest

from stack import environment
from stack.layout import Layout
from tests.fakes.collector import Collector, collecting
from tests.harness import Mesh
from tests.integration.runtime.test_process import free_port, start

CALLS = 40
# Asks itself, as its own peer; the calls are the client's spans. One span more fails with words that must not get out.
PROGRAM = f"""
import time
from dataclasses import dataclass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from services.runtime.observing import spans
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.settings import ServerSettings
from services.runtime.settings import load

@dataclass(frozen=True)
class Settings:
    server: ServerSettings

settings = load(Settings)
with ServerBuilder(settings.server) as builder:
    server = builder.start()
    stub = health_pb2_grpc.HealthStub(builder.channel("tested", f"127.0.0.1:{{server.port}}"))
    slowest = 0.0
    for _ in range({CALLS}):
        began = time.perf_counter()
        stub.Check(health_pb2.HealthCheckRequest())
        slowest = max(slowest, time.perf_counter() - began)
        time.sleep(0.01)
    try:
        with spans.tracer().start_as_current_span("work"):
            raise ValueError("Ada Lovelace")
    except ValueError:
        print("slowest", slowest, flush=True)
"""


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    with collecting() as (found, port):
        yield found, f"http://127.0.0.1:{port}"


def run(mesh: Mesh, endpoint: str, ratio: float) -> tuple[float, str, float]:
    """What the slowest call took, what was logged, and the seconds from the program's last word to its end."""
    process = start(mesh, PROGRAM, otlp_endpoint=endpoint, otlp_plaintext=True, trace_ratio=ratio)
    assert process.stdout is not None and process.stderr is not None
    lines, slowest = [], -1.0
    for line in process.stdout:
        lines.append(line)
        if line.startswith("slowest"):
            slowest, ending = float(line.split()[1]), time.monotonic()
    assert (process.wait(30), process.stderr.read()) == (0, ""), lines
    process.stdout.close()
    process.stderr.close()
    return slowest, "".join(lines), time.monotonic() - ending


def test_a_collector_gets_every_span_of_a_process_and_no_words(mesh: Mesh, collector: tuple[Collector, str]) -> None:
    servicer, endpoint = collector
    run(mesh, endpoint, 1.0)
    groups = [group for request in servicer.received for group in request.resource_spans]
    spans = [span for group in groups for scope in group.scope_spans for span in scope.spans]
    assert sorted(span.name for span in spans) == ["/grpc.health.v1.Health/Check"] * CALLS + ["work"]
    said = {each.key: each.value.string_value for group in groups for each in group.resource.attributes}
    assert (said["service.name"], said["service.namespace"]) == ("tested", "loanflow")
    assert all(b"Lovelace" not in request.SerializeToString() for request in servicer.received)


def test_nothing_is_sent_of_what_is_not_sampled(mesh: Mesh, collector: tuple[Collector, str]) -> None:
    servicer, endpoint = collector
    run(mesh, endpoint, 0.0)
    assert servicer.received == []


def test_a_collector_that_is_away_disturbs_neither_calls_nor_the_end(mesh: Mesh) -> None:
    slowest, log, ending = run(mesh, f"http://127.0.0.1:{free_port()}", 1.0)
    assert slowest < 1.0
    assert ending < 6.0
    assert "UNAVAILABLE" in log


def test_the_stack_passes_the_settings_on(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setenv("LOANFLOW_TRACE_RATIO", "0.5")
    found = environment.of_service(layout, "kyc")
    assert found["LOANFLOW_SERVER_OTLP_ENDPOINT"] == "http://127.0.0.1:4317"
    assert found["LOANFLOW_SERVER_TRACE_RATIO"] == "0.5"
