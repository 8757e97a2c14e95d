"""One trace through everything, seen from an exporter: who is whose parent, with what status, and what stays inside."""

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any

import grpc
import pytest
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.exposition import generate_latest

from services.runtime import errors
from services.runtime.context import Caller
from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox, Outcome
from services.runtime.observing import spans as shared
from services.runtime.observing import tracing
from tests.harness import Running, Servers, customer, service, staff
from tests.integration.runtime.listening import Listener
from tests.integration.runtime.spans import PARENT_ID, SAMPLED, TRACE_ID, UNSAMPLED, Spans, recorded
from tests.integration.runtime.things import Backend, PlainCodec
from tests.waiting import PATIENCE_SECONDS, until

OFFICER, READER = staff("OFFICER"), service("reader")
SERVICE = "/meshtest.v1.ShelfService"
OK, CANCELLED, INVALID, NOT_FOUND, DENIED, PRECONDITION, INTERNAL = 0, 1, 3, 5, 7, 9, 13


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recorded() as found:
        yield found


@pytest.fixture
def running(shelf: ModuleType, client_for: Servers) -> Running:
    return client_for.serve(shelf.Shelf(), owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())


@pytest.fixture
def outside(shelf: ModuleType) -> Iterator[Any]:
    """`outside(running, caller)` is a stub as the edge's: nothing of ours is in its channel."""
    opened: list[grpc.Channel] = []

    def connect(running: Running, caller: Caller) -> Any:
        credentials = running.mesh.caller_identity(caller).channel_credentials()
        options = [("grpc.ssl_target_name_override", running.name)]
        opened.append(grpc.secure_channel(running.target, credentials, options))
        return shelf.rpc.ShelfServiceStub(opened[-1])

    yield connect
    for channel in opened:
        channel.close()


def outer() -> AbstractContextManager[trace.Span]:
    """A span of the test's own, sampled whatever the share."""
    return shared.tracer().start_as_current_span("outer", propagate.extract(dict([SAMPLED])))


def ask(shelf: ModuleType, book_id: str = "mine") -> Any:
    return shelf.pb.GetRequest(book_id=book_id)


def parent(span: ReadableSpan) -> str:
    return format_span_id(span.parent.span_id) if span.parent else ""


def span_id(span: ReadableSpan) -> str:
    assert span.context is not None
    return format_span_id(span.context.span_id)


def code(span: ReadableSpan) -> Any:
    return (span.attributes or {})[shared.RPC_STATUS]


def test_one_trace_from_the_edge_through_two_servers_and_an_event(
    spans: Spans, running: Running, shelf: ModuleType, client_for: Servers, outside: Any, backend: Backend
) -> None:
    second = running.client(READER)
    servicer = shelf.Asking(lambda request, _: (second.Sweep(request), backend.create("a")))
    first = client_for.serve(servicer, owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore(), name="first")
    metadata = (SAMPLED, ("x-correlation-id", "c-1"), ("baggage", "name=Lovelace"))
    outside(first, OFFICER).GetBook(ask(shelf), metadata=metadata)

    (row,) = backend.store.outbox.waiting(range(12), 10)
    assert row.headers["traceparent"].startswith(f"00-{TRACE_ID}-")
    assert "baggage" not in row.headers
    listener = Listener()
    inbox = Inbox("listener", backend.store, PlainCodec(), {backend.outbox.event: listener.handle})
    outcome, _ = inbox.receive(Event.read(row.topic, row.key, row.headers, row.payload))
    assert (outcome, listener.names) == (Outcome.APPLIED, ["a"])

    incoming, call = spans.one(SpanKind.SERVER, "/GetBook"), spans.one(SpanKind.CLIENT, "/Sweep")
    called, handled = spans.one(SpanKind.SERVER, "/Sweep"), spans.one(SpanKind.CONSUMER, "thing.renamed")
    assert len(spans.all()) == 4
    assert {format_trace_id(span.context.trace_id) for span in spans.all() if span.context} == {TRACE_ID}
    assert [parent(span) for span in (incoming, call, called, handled)] == [
        PARENT_ID, span_id(incoming), span_id(call), span_id(incoming)
    ]  # fmt: skip
    assert {(span.attributes or {}).get(shared.CORRELATION_ID) for span in (incoming, called, handled)} == {"c-1"}
    assert [span.name for span in (incoming, called)] == [f"{SERVICE}/GetBook", f"{SERVICE}/Sweep"]
    assert handled.name == "process thing.renamed"


def exposed() -> str:
    """The metrics as Prometheus asks for them, with exemplars."""
    text: bytes = generate_latest(REGISTRY)  # type: ignore[no-untyped-call]
    return text.decode()


def test_a_figure_of_a_traced_call_names_its_trace(running: Running, shelf: ModuleType, outside: Any) -> None:
    traced, untraced = secrets.token_hex(16), secrets.token_hex(16)
    for trace_id, flags in ((untraced, "00"), (traced, "01")):
        outside(running, OFFICER).GetBook(ask(shelf), metadata=(("traceparent", f"00-{trace_id}-{PARENT_ID}-{flags}"),))
    until(lambda: traced in exposed())
    assert untraced not in exposed()


ENDINGS = [
    (OFFICER, "mine", OK, StatusCode.UNSET),
    (OFFICER, "x", INVALID, StatusCode.UNSET),
    (OFFICER, "lent", PRECONDITION, StatusCode.UNSET),
    (customer("c2"), "mine", DENIED, StatusCode.UNSET),
    (customer("c2"), "Lovelace", NOT_FOUND, StatusCode.UNSET),
    (OFFICER, "broken", INTERNAL, StatusCode.ERROR),
]


@pytest.mark.parametrize(("caller", "book_id", "status", "of_server"), ENDINGS)
def test_spans_tell_how_a_call_ended_and_nothing_of_what_it_said(
    caller: Caller, book_id: str, status: int, of_server: StatusCode, spans: Spans, running: Running, shelf: ModuleType
) -> None:
    client = running.client(caller)
    with outer(), pytest.raises(errors.Error) if status else nullcontext():
        client.GetBook(ask(shelf, book_id))
    server, call = spans.one(SpanKind.SERVER, "/GetBook"), spans.one(SpanKind.CLIENT, "/GetBook")
    assert (code(server), server.status.status_code) == (status, of_server)
    assert (code(call), call.status.status_code) == (status, StatusCode.ERROR if status else StatusCode.UNSET)
    assert parent(server) == span_id(call)
    for span in (server, call):
        said = span.to_json()
        for secret in ("Lovelace", "secret", "the book", "Ada", "grpc-python", "Bearer", "eyJ"):
            assert secret not in said, said
        assert not span.status.description
        attributes = {name for event in span.events for name in event.attributes or {}}
        assert attributes <= {"exception.type", "exception.escaped"}


def test_a_consumer_that_fails_does_not_quote(spans: Spans, backend: Backend, staff_call: None) -> None:
    def fail(_message: Any) -> None:
        raise ValueError("Ada Lovelace")

    with outer():
        backend.create("a")
    (row,) = backend.store.outbox.waiting(range(12), 10)
    inbox = Inbox("listener", backend.store, PlainCodec(), {backend.outbox.event: fail})
    with pytest.raises(ValueError, match="Ada"):
        inbox.receive(Event.read(row.topic, row.key, row.headers, row.payload))
    handled = spans.one(SpanKind.CONSUMER, "thing.renamed")
    assert handled.status.status_code is StatusCode.ERROR
    assert "Lovelace" not in handled.to_json()
    assert "ValueError" in handled.to_json()


def test_streams_have_their_spans(spans: Spans, running: Running, shelf: ModuleType) -> None:
    officer, owner, page = running.client(OFFICER), running.client(customer("c1")), shelf.pb.Page(text="a")
    with outer() as around:
        assert len(list(owner.ListOwn(ask(shelf)))) == 2
        assert officer.Write(iter([page, page])).book.book_id == "aa"
        assert [each.text for each in officer.Talk(iter([page, page]))] == ["a", "a"]
    for method in ("/ListOwn", "/Write", "/Talk"):
        server, call = spans.one(SpanKind.SERVER, method), spans.one(SpanKind.CLIENT, method)
        assert (code(server), code(call)) == (OK, OK)
        assert (parent(server), parent(call)) == (span_id(call), format_span_id(around.get_span_context().span_id))


def test_a_stream_that_fails_half_way_says_so(spans: Spans, running: Running, shelf: ModuleType) -> None:
    with outer(), pytest.raises(errors.NotFound):
        list(running.client(customer("c1")).ListOwn(ask(shelf, "broken")))
    server, call = spans.one(SpanKind.SERVER, "/ListOwn"), spans.one(SpanKind.CLIENT, "/ListOwn")
    assert (code(server), server.status.status_code) == (NOT_FOUND, StatusCode.UNSET)
    assert (code(call), call.status.status_code) == (NOT_FOUND, StatusCode.ERROR)
    assert "no such book" not in call.to_json()


@pytest.mark.parametrize("method", ["ListOwn", "Talk"])
def test_a_reader_that_stops_ends_the_peers_work(
    method: str, spans: Spans, shelf: ModuleType, client_for: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    servicer, more = shelf.Endless(), threading.Event()
    running = client_for.serve(servicer, owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())

    def pages() -> Iterator[Any]:
        yield shelf.pb.Page(text="a")
        more.wait(5)

    with outer() as around, caplog.at_level(logging.ERROR):
        if method == "ListOwn":
            answers = running.client(customer("c1")).ListOwn(ask(shelf))
        else:
            answers = running.client(OFFICER).Talk(pages())
        next(answers)
        answers.close()
        assert servicer.ended.wait(PATIENCE_SECONDS)
        more.set()
        server = spans.one(SpanKind.SERVER, f"/{method}")
    assert code(server) == CANCELLED
    assert parent(spans.one(SpanKind.CLIENT, f"/{method}")) == format_span_id(around.get_span_context().span_id)
    assert "context" not in caplog.text


def test_who_is_not_sampled_costs_no_span(
    spans: Spans, running: Running, shelf: ModuleType, client_for: Servers, outside: Any
) -> None:
    second = running.client(READER)
    servicer = shelf.Asking(lambda request, _: second.Sweep(request))
    first = client_for.serve(servicer, owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore(), name="first")
    outside(first, OFFICER).GetBook(ask(shelf), metadata=(UNSAMPLED,))
    assert spans.all() == []


def test_one_trace_in_twenty_is_sampled() -> None:
    tracer = tracing.configure("tests", "", 0.05).get_tracer("tests")
    sampled = sum(tracer.start_span("root").is_recording() for _ in range(4000))
    assert 120 < sampled < 280
