"""OpenTelemetry: one tracer for the process, sampled by the parent's word or one trace in twenty.

Spans leave the process without the words of errors and of callers, which may name persons.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

_REDACTED = ("exception.message", "exception.stacktrace", "rpc.user_agent")
# The queue fits into one batch, so that a collector that is out of reach holds up the end of the process only once.
_QUEUE, _EXPORT_SECONDS = 2048, 2.0


class _Sampling(Sampler):
    """A share of the traces that may change while the process runs."""

    def __init__(self) -> None:
        self.by = TraceIdRatioBased(0)

    def should_sample(self, *trace_id_and_rest: Any, **rest: Any) -> SamplingResult:
        return self.by.should_sample(*trace_id_and_rest, **rest)

    def get_description(self) -> str:
        return self.by.get_description()


_sampling = _Sampling()


def set_ratio(ratio: float) -> None:
    """Samples this share, 0 to 1, of the traces that begin here from now on; ValueError when it is neither."""
    _sampling.by = TraceIdRatioBased(ratio)


def configure(service: str, endpoint: str, ratio: float, authority_file: Path | None = None) -> TracerProvider:
    """Sets up tracing; spans are exported by OTLP/gRPC to `endpoint`, or nowhere when it is empty.

    An endpoint that begins with `http://` is spoken to without TLS, any other must show a certificate of the authority.
    `ratio`, 0 to 1, is the share of the traces that begin here which is sampled; ValueError when it is neither.
    """
    set_ratio(ratio)
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.namespace": "loanflow"}),
        sampler=ParentBased(_sampling),
    )
    if endpoint:
        # Imported here because it costs every process memory, and most run without.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        trust = grpc.ssl_channel_credentials(authority_file.read_bytes()) if authority_file else None
        spans = OTLPSpanExporter(endpoint=endpoint, credentials=trust, timeout=_EXPORT_SECONDS)
        exporter = RedactingExporter(spans)
        provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=_QUEUE, max_export_batch_size=_QUEUE))
    trace.set_tracer_provider(provider)
    # The trace alone is passed on: baggage from outside would travel through every service and into the events.
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    return provider


class RedactingExporter(SpanExporter):
    """Passes spans on to another exporter without texts: neither messages of errors, nor what a caller calls itself."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Exports the spans without the texts."""
        return self._inner.export([_redacted(span) for span in spans])

    def shutdown(self) -> None:
        """Ends the exporter behind it."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """True when the exporter behind it has sent everything."""
        return self._inner.force_flush(timeout_millis)


def _redacted(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        _kept(span.attributes),
        [Event(event.name, _kept(event.attributes), event.timestamp) for event in span.events],
        span.links,
        span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _kept(attributes: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
    return {name: value for name, value in (attributes or {}).items() if name not in _REDACTED}
