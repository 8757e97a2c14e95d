"""What processes tell comes to where it is searched: whole, by its trace, and without what is personal."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Status, StatusCode, Tracer

from envoy import bootstrap
from envoy.edge import Edge
from stack.layout import Layout
from stack.observability import telemetry
from stack.servers import collector, logstore, tracestore
from tests.waiting import until

# A service's own logging, in a process of its own, with what masks switched off.
PROGRAM = """
import sys
import structlog
from opentelemetry.sdk.trace import TracerProvider
from services.runtime.observing import logging

logging.mask_personal = lambda _logger, _name, event: event
logging.configure("kyc")
with TracerProvider().get_tracer("t").start_as_current_span("call") as span:
    structlog.get_logger("kyc").warning(sys.argv[1], email=sys.argv[2], amount="12000.00", nested={"said": sys.argv[2]})
    print(f"{span.get_span_context().trace_id:032x}", file=sys.stderr)
"""


def searched(layout: Layout, query: str) -> list[dict[str, Any]]:
    """The lines that VictoriaLogs finds for a query of LogsQL."""
    answer = httpx.get(f"{logstore.url(layout)}/select/logsql/query", params={"query": query})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def one_line(layout: Layout, query: str) -> dict[str, Any]:
    until(lambda: searched(layout, query), query)
    (line,) = searched(layout, query)
    return line


@pytest.fixture
def logged(layout: Layout) -> Callable[[str, str], str]:
    """Has a service write a line to its log; gives the trace it says."""

    def write(text: str, email: str) -> str:
        with layout.log("kyc").open("a") as log:
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, text, email], stdout=log, stderr=subprocess.PIPE, check=True, text=True
            )
        return done.stderr.strip()

    return write


def test_a_line_is_found_by_its_trace_with_all_that_it_says(layout: Layout, logged: Callable[[str, str], str]) -> None:
    trace_id = logged("customer is looked at", "nobody")
    line = one_line(layout, f'trace_id:="{trace_id}"')
    assert line["_msg"] == "customer is looked at"
    assert (line["severity_text"], line["severity_number"]) == ("WARNING", "13")
    assert line["service.name"] == "kyc"
    assert line["amount"] == "12000.00"
    assert re.fullmatch("[0-9a-f]{16}", line["span_id"])


@pytest.mark.parametrize(
    "personal",
    [
        "ada@example.org",
        "4111 1111 1111 1111",
        "4111111111111111",
        "DE89 3704 0044 0532 0130 00",
        "+49 171 1234567",
    ],
)
def test_what_a_service_did_not_mask_is_masked_on_the_way(
    layout: Layout, logged: Callable[[str, str], str], personal: str
) -> None:
    line = one_line(layout, f'trace_id:="{logged(f"mail to {personal} sent", personal)}"')
    assert personal not in json.dumps(line)
    assert telemetry.MASK in line["_msg"]
    assert line["_msg"].startswith("mail to")
    assert line["email"] == telemetry.MASK
    assert personal not in line["nested.said"]


def test_ids_and_amounts_are_no_personal_data(layout: Layout, logged: Callable[[str, str], str]) -> None:
    known = "018f3b9c-7d1e-7000-8000-123456789012"
    line = one_line(layout, f'trace_id:="{logged(f"loan {known} of 1234567.89", "none")}"')
    assert line["_msg"] == f"loan {known} of 1234567.89"


def test_a_line_of_the_edge_is_taken_apart_as_well(layout: Layout) -> None:
    edge = Edge(layout.base, "127.0.0.1", layout.pki, Path(), (), traced=True)
    line, trace_id = bootstrap._access_log(edge)["typed_config"]["log_format"]["json_format"], secrets.token_hex(16)
    # As Envoy writes it: by the order of the alphabet, without spaces.
    written = dict(sorted((line | {"Timestamp": datetime.now(UTC).isoformat(), "TraceId": trace_id}).items()))
    with layout.log("edge").open("a") as log:
        log.write(json.dumps(written, separators=(",", ":")) + "\n")
    found = one_line(layout, f'trace_id:="{trace_id}"')
    assert (found["_msg"], found["service.name"], found["severity_text"]) == ("request", "edge", "INFO")
    assert found["upstream"] == line["Attributes"]["upstream"]


def test_a_line_of_another_program_is_kept_as_it_is(layout: Layout) -> None:
    word = secrets.token_hex(8)
    with layout.log("postgres").open("a") as log:
        log.write(f"2026-11-30 12:00:00 UTC [77] LOG:  checkpoint {word} of bob@example.org\n")
    line = one_line(layout, word)
    assert line["part"] == "postgres"
    assert line["_msg"].endswith(f"LOG:  checkpoint {word} of ****")


@pytest.fixture
def tracer(layout: Layout) -> Iterator[Tracer]:
    """Spans as a service sends them, without what it masks."""
    provider = TracerProvider(resource=Resource.create({"service.name": "kyc"}))
    trust = grpc.ssl_channel_credentials((layout.pki / "ca.pem").read_bytes())
    provider.add_span_processor(
        SimpleSpanProcessor(OTLPSpanExporter(endpoint=collector.url(layout), credentials=trust, timeout=10))
    )
    yield provider.get_tracer("t")
    provider.shutdown()


def trace(layout: Layout, trace_id: int) -> list[dict[str, Any]]:
    """The spans of a trace that Zipkin has."""
    answer = httpx.get(f"{tracestore.url(layout)}/zipkin/api/v2/trace/{trace_id:032x}")
    return answer.json() if answer.status_code == 200 else []


def is_whole(layout: Layout, trace_id: int) -> bool:
    return len(trace(layout, trace_id)) == 2


def test_a_trace_with_an_error_is_kept_whole_and_masked(layout: Layout, tracer: Tracer) -> None:
    kept = []
    for number in range(20):
        with tracer.start_as_current_span("call") as span:
            with tracer.start_as_current_span("inner") as inner:
                inner.set_attribute("said", f"{number} of ada@example.org")
                inner.set_attribute("http.url", "https://bank.example/?name=Ada")
            span.set_status(Status(StatusCode.ERROR))
            kept.append(span.get_span_context().trace_id)
    for trace_id in kept:
        until(partial(is_whole, layout, trace_id), "both spans")
    spans = json.dumps([trace(layout, each) for each in kept])
    assert "example" not in spans
    assert "19 of ****" in spans


def test_of_calls_in_order_a_share_is_kept(layout: Layout, tracer: Tracer) -> None:
    made = []
    for _ in range(200):
        with tracer.start_as_current_span("call") as span:
            made.append(span.get_span_context().trace_id)
    with tracer.start_as_current_span("slow", start_time=1) as span:
        slow = span.get_span_context().trace_id
    until(lambda: trace(layout, slow), "what was slow")
    share = sum(bool(trace(layout, each)) for each in made)
    # 20 in 100 of 200: beyond these bounds once in a million.
    assert 200 * telemetry.SHARE // 100 - 28 <= share <= 200 * telemetry.SHARE // 100 + 28


def test_the_collector_counts_what_it_sends(layout: Layout) -> None:
    text = httpx.get(f"http://127.0.0.1:{layout.ports.of('collector figures')}/metrics").text
    assert "otelcol_exporter_sent_log_records" in text
    assert "otelcol_exporter_sent_spans" in text


def test_both_stores_have_a_page(layout: Layout) -> None:
    for page in (f"{logstore.url(layout)}/select/vmui/", f"{tracestore.url(layout)}/zipkin/"):
        answer = httpx.get(page, follow_redirects=True)
        assert answer.status_code == 200
        assert "<html" in answer.text.lower()
