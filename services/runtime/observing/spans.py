"""What spans of the process are made with, on OpenTelemetry's interface alone; where they go, tracing.py says.

Those of calls are ours on both sides: OpenTelemetry's interceptors for gRPC bring a hundred modules and four megabytes
into each process, put a wrapper of their own kind around the channel, and do for each call what one in twenty needs.
"""

from grpc import RpcError, StatusCode
from opentelemetry import propagate, trace

RPC_STATUS = "rpc.grpc.status_code"
CORRELATION_ID = "loanflow.correlation_id"


def tracer() -> trace.Tracer:
    """The tracer for every span of the process; spans cost nothing where tracing is not configured."""
    return trace.get_tracer("loanflow")


def rpc_attributes(method: str) -> dict[str, str]:
    """What the span of a call has, on either side; `method` is the gRPC path."""
    service, _, name = method.lstrip("/").partition("/")
    return {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name}


def exemplar() -> dict[str, str] | None:
    """The trace of what goes on now, for the figure that it becomes part of; None when it is not recorded."""
    place = trace.get_current_span().get_span_context()
    return {"trace_id": trace.format_trace_id(place.trace_id)} if place.trace_flags.sampled else None


class CallSpan:
    """The span of a call to another service: it begins when it is made, and `end` says with which status."""

    def __init__(self, tracer: trace.Tracer, method: str) -> None:
        self._span = tracer.start_span(method, kind=trace.SpanKind.CLIENT)
        if self._span.is_recording():
            self._span.set_attributes(rpc_attributes(method))

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that pass it on to the peer."""
        carrier: dict[str, str] = {}
        propagate.inject(carrier, trace.set_span_in_context(self._span))
        return tuple(carrier.items())

    def end(self, failure: BaseException | None = None) -> None:
        """Ends it: well, or with what the call raised; nothing of its words is kept."""
        if self._span.is_recording():
            code = _code(failure)
            self._span.set_attribute(RPC_STATUS, code.value[0])
            if code is not StatusCode.OK:
                self._span.set_status(trace.StatusCode.ERROR)
        self._span.end()


def _code(failure: BaseException | None) -> StatusCode:
    if failure is None:
        return StatusCode.OK
    if isinstance(failure, GeneratorExit):
        return StatusCode.CANCELLED
    # Those of a channel are calls as well, and know their status.
    code = getattr(failure, "code", lambda: None)() if isinstance(failure, RpcError) else None
    return code if isinstance(code, StatusCode) else StatusCode.UNKNOWN
