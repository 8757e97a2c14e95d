"""A collector of traces by OTLP/gRPC, which keeps what it is sent."""

import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc


class Collector(rpc.TraceServiceServicer):
    """Keeps every request as it came."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self._lock = threading.Lock()

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - the name of the contract's method
        with self._lock:
            self.received.append(request)
        return pb.ExportTraceServiceResponse()

    def services(self) -> set[str]:
        """Whose spans came."""
        groups = [group for request in self.received for group in request.resource_spans]
        said = [each for group in groups for each in group.resource.attributes]
        return {each.value.string_value for each in said if each.key == "service.name"}


@contextmanager
def collecting(port: int = 0, leaf: Path | None = None) -> Iterator[tuple[Collector, int]]:
    """A collector on a port of the loopback, any free one for 0; by TLS with the certificate and key in `leaf`."""
    server, servicer = grpc.server(futures.ThreadPoolExecutor(2)), Collector()
    register: Any = rpc.add_TraceServiceServicer_to_server
    register(servicer, server)
    address = f"127.0.0.1:{port}"
    if leaf is None:
        bound = server.add_insecure_port(address)
    else:
        pair = (leaf / "tls.key").read_bytes(), (leaf / "tls.pem").read_bytes()
        bound = server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
    server.start()
    try:
        yield servicer, bound
    finally:
        server.stop(1).wait()
