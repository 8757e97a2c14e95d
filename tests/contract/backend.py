"""Stand-ins for all services at once, behind the edge: mutual TLS, a record of calls, answers as a test says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent import futures
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import Message
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.catalog import SERVICES, Service
from services.runtime.errors import Error
from services.runtime.serving.interceptors.context import BindContext
from services.runtime.serving.interceptors.decoding import Decode
from services.runtime.serving.interceptors.errors import MapErrors
from services.runtime.serving.server import OPTIONS

Answer = Callable[[list[Any], grpc.ServicerContext], Iterable[Message]]


@dataclass
class Call:
    """One call that got through: path, metadata, the request messages."""

    path: str
    metadata: dict[str, str]
    requests: list[Any]


@dataclass
class Backend(grpc.GenericRpcHandler):
    """Answers every RPC of the contract with an empty response, unless `answers` has something for its path."""

    descriptors: Path
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    servers: dict[str, grpc.Server] = field(default_factory=dict)
    options: Sequence[tuple[str, int]] = tuple(OPTIONS)
    threads: int = 8

    def __post_init__(self) -> None:
        self.pool = descriptor_pool.DescriptorPool()
        for file in FileDescriptorSet.FromString(self.descriptors.read_bytes()).file:
            self.pool.Add(file)

    def message(self, name: str, **fields: Any) -> Any:
        """A message of the contract by its full name."""
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))(**fields)

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        """The handler of any RPC in the contract."""
        service, _, name = details.method.lstrip("/").partition("/")
        try:
            method = self.pool.FindServiceByName(service).FindMethodByName(name)
        except KeyError:
            return None
        request = message_factory.GetMessageClass(method.input_type)
        response: Any = message_factory.GetMessageClass(method.output_type)

        def answer(requests: Any, context: grpc.ServicerContext) -> Iterator[Message]:
            received = list(requests) if method.client_streaming else [requests]
            self.calls.append(
                Call(details.method, {key: str(value) for key, value in context.invocation_metadata()}, received)
            )
            given = self.answers.get(details.method)
            yield from given(received, context) if given else (response(),)

        def single(requests: Any, context: grpc.ServicerContext) -> Message:
            return next(iter(answer(requests, context)), response())

        make = {
            (False, False): grpc.unary_unary_rpc_method_handler,
            (False, True): grpc.unary_stream_rpc_method_handler,
            (True, False): grpc.stream_unary_rpc_method_handler,
        }[method.client_streaming, method.server_streaming]
        return make(
            answer if method.server_streaming else single,
            request_deserializer=request.FromString,
            response_serializer=response.SerializeToString,
        )

    def refuses(self, path: str, error: Error) -> "AbstractContextManager[None]":
        """Has an RPC refused for the block, as a service does it."""

        @contextmanager
        def refused() -> Iterator[None]:
            self.answers[path] = _raising(error)
            try:
                yield
            finally:
                del self.answers[path]

        return refused()

    def start(self, base: int, pki: Path) -> None:
        """Starts one server per service of the catalogue."""
        for service in SERVICES:
            self.servers[service.name] = self.serve(service, base, pki)

    def stop(self) -> None:
        """Stops them all."""
        for server in self.servers.values():
            server.stop(0).wait()

    def serve(self, service: Service, base: int, pki: Path) -> grpc.Server:
        """Starts the server of one service."""
        chain: list[grpc.ServerInterceptor] = [BindContext(), MapErrors(), Decode()]
        pool = futures.ThreadPoolExecutor(self.threads)
        server = grpc.server(pool, handlers=[self], options=self.options, interceptors=chain)
        checks = health.HealthServicer()
        checks.set("", health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(checks, server)
        reflection.enable_server_reflection([service.proto_service, reflection.SERVICE_NAME], server, pool=self.pool)
        folder = pki / service.name
        pair = ((folder / "tls.key").read_bytes(), (folder / "tls.pem").read_bytes())
        authority = (pki / "ca.pem").read_bytes()
        credentials = grpc.ssl_server_credentials([pair], authority, require_client_auth=True)
        server.add_secure_port(f"127.0.0.1:{base + service.offset}", credentials)
        server.start()
        return server


def _raising(error: Error) -> Answer:
    def answer(_: list[Any], __: grpc.ServicerContext) -> Iterable[Message]:
        raise error

    return answer
