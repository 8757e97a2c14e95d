"""OpenTelemetry: one tracer for the process, sampled by the parent's word or one trace in twenty."""

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

RPC_SYSTEM = "rpc.system"
RPC_METHOD = "rpc.method"
RPC_STATUS = "rpc.response.status_code"
CORRELATION_ID = "loanflow.correlation_id"


def tracer() -> trace.Tracer:
    """The tracer for every span of the process; spans cost nothing where `configure` was not called."""
    return trace.get_tracer("loanflow")


def configure(service: str, endpoint: str, ratio: float) -> TracerProvider:
    """Sets up tracing; spans are exported by OTLP/gRPC to `endpoint`, or nowhere when it is empty."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.namespace": "loanflow"}),
        sampler=ParentBased(TraceIdRatioBased(ratio)),
    )
    if endpoint:
        # Imported here because it costs every process memory, and most run without.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return provider
