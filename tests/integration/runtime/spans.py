"""What the tests of tracing look at: the spans of this process as they would be exported."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from services.runtime.observing import tracing
from tests.waiting import until

TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED = ("traceparent", f"00-{TRACE_ID}-{PARENT_ID}-01")
UNSAMPLED = ("traceparent", f"00-{TRACE_ID}-{PARENT_ID}-00")


class Spans:
    """The spans that ended since it was made."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def all(self) -> list[ReadableSpan]:
        """In the order in which they ended."""
        return list(self._exporter.get_finished_spans())

    def of(self, kind: SpanKind) -> list[ReadableSpan]:
        """Those of one kind."""
        return [span for span in self.all() if span.kind is kind]

    def one(self, kind: SpanKind, method: str) -> ReadableSpan:
        """The only one of a kind with this method's name, which may be about to end."""
        until(lambda: self._named(kind, method))
        (found,) = self._named(kind, method)
        return found

    def _named(self, kind: SpanKind, method: str) -> list[ReadableSpan]:
        return [span for span in self.of(kind) if span.name.endswith(method)]


@contextmanager
def recorded() -> Iterator[Spans]:
    """The spans of the block, if they are sampled."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        # The first server of the process sets it up; there was none yet.
        provider = tracing.configure("tests", "", 0.05)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(tracing.RedactingExporter(exporter)))
    try:
        yield Spans(exporter)
    finally:
        exporter.shutdown()
