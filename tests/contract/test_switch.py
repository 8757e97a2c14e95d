"""A service is switched from one version to another under load, and back: no call fails, and none goes astray.

An Envoy stands in for a caller's sidecar. Its upstream is what the DestinationRule of a service makes of one; its
endpoints are those that the service's address selects, and change under it as they do when a Rollout leads the address
to another version. Neither calls nor Envoy try anything again. The pods are servers with the options of services.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from envoy.edge import TYPE
from services.catalog import BY_NAME
from services.runtime.serving.server import OPTIONS
from stack import programs
from stack.mesh.generate import read_table
from stack.mesh.policies import manifests
from tests.bases import own_base
from tests.waiting import until

BLUE, GREEN = b"blue", b"green"
ONE, MANY = "/trial.v1.Trial/One", "/trial.v1.Trial/Many"
REPLICAS, CALLERS = 2, 4
# So many answers in a row of one version, and Envoy knows of no other any more.
IN_A_ROW, STAY_SECONDS = 16, 0.5
WORK_SECONDS, STREAM_SECONDS, PARTS = 0.005, 2.0, 20


class Version(grpc.GenericRpcHandler):
    """A pod: it says which version it is, in one answer after a little work, or in many over two seconds."""

    def __init__(self, name: bytes) -> None:
        self._name = name

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        """The handler of either call."""
        if details.method == MANY:
            return grpc.unary_stream_rpc_method_handler(self._many)
        return grpc.unary_unary_rpc_method_handler(self._one)

    def _one(self, _: bytes, __: grpc.ServicerContext) -> bytes:
        time.sleep(WORK_SECONDS)
        return self._name

    def _many(self, _: bytes, __: grpc.ServicerContext) -> Iterator[bytes]:
        for _part in range(PARTS):
            time.sleep(STREAM_SECONDS / PARTS)
            yield self._name


@dataclass
class Load:
    """Callers who call again and again, and what they were answered: when each call began, and by which version."""

    channel: grpc.Channel
    answers: list[tuple[float, bytes]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """They call for the block."""
        with futures.ThreadPoolExecutor(CALLERS) as pool:
            callers = [pool.submit(self._call) for _ in range(CALLERS)]
            try:
                yield
            finally:
                self._over.set()
            for each in callers:
                each.result()

    def _call(self) -> None:
        call: Callable[..., bytes] = self.channel.unary_unary(ONE)
        while not self._over.is_set():
            began = time.monotonic()
            try:
                self.answers.append((began, call(b"", timeout=5)))
            except grpc.RpcError as error:
                self.failures.append(str(error))

    def stays(self, version: bytes) -> tuple[float, float]:
        """Waits until that version answers, and a while more: from when to when calls began which are all its own."""
        until(lambda: {found for _, found in self.answers[-IN_A_ROW:]} == {version}, f"answers by {version!r}")
        since = time.monotonic()
        time.sleep(STAY_SECONDS)
        return since, time.monotonic()

    def by(self, since: float, to: float) -> set[bytes]:
        """The versions that answered calls which began in that time."""
        return {version for began, version in self.answers if since <= began < to}


def upstream(endpoints: Path) -> dict[str, Any]:
    """The cluster that a service's DestinationRule makes, but for the mesh's TLS, with its endpoints from a file."""
    _, rule = manifests(read_table(), BY_NAME["kyc"])
    policy = rule["spec"]["trafficPolicy"]
    tcp, http = policy["connectionPool"]["tcp"], policy["connectionPool"]["http"]
    limits = {
        "max_connections": tcp["maxConnections"],
        "max_pending_requests": http["http1MaxPendingRequests"],
        "max_requests": http["http2MaxRequests"],
    }
    ejection = policy["outlierDetection"]
    protocol = {"@type": TYPE + "upstreams.http.v3.HttpProtocolOptions"}
    source = {"resource_api_version": "V3", "path_config_source": {"path": str(endpoints)}}
    return {
        "name": "kyc",
        "type": "EDS",
        "eds_cluster_config": {"eds_config": source},
        "connect_timeout": tcp["connectTimeout"],
        "lb_policy": policy["loadBalancer"]["simple"],
        "circuit_breakers": {"thresholds": [limits]},
        "outlier_detection": {
            "consecutive_gateway_failure": ejection["consecutiveGatewayErrors"],
            "enforcing_consecutive_gateway_failure": 100,
            "interval": ejection["interval"],
            "base_ejection_time": ejection["baseEjectionTime"],
            "max_ejection_percent": ejection["maxEjectionPercent"],
        },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": protocol
            | {"explicit_http_config": {"http2_protocol_options": {}}}
        },
    }


def configuration(endpoints: Path, port: int) -> dict[str, Any]:
    """A sidecar that leads every call to the service."""
    route = {"match": {"prefix": "/"}, "route": {"cluster": "kyc", "timeout": "0s"}}
    manager = {
        "@type": TYPE + "filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "sidecar",
        "route_config": {"virtual_hosts": [{"name": "kyc", "domains": ["*"], "routes": [route]}]},
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": TYPE + "filters.http.router.v3.Router"},
            }
        ],
    }
    chain = [{"name": "manager", "typed_config": manager}]
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    return {
        "node": {"id": "sidecar", "cluster": "sidecar"},
        "static_resources": {
            "listeners": [{"name": "sidecar", "address": address, "filter_chains": [{"filters": chain}]}],
            "clusters": [upstream(endpoints)],
        },
    }


def lead(endpoints: Path, ports: list[int]) -> None:
    """Leads the address to the pods at those ports."""
    addresses = [{"socket_address": {"address": "127.0.0.1", "port_value": port}} for port in ports]
    assignment = {
        "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
        "cluster_name": "kyc",
        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": each}} for each in addresses]}],
    }
    new = endpoints.with_suffix(".new")
    new.write_text(json.dumps({"resources": [assignment]}))
    os.replace(new, endpoints)


@contextmanager
def pods(version: bytes, ports: list[int]) -> Iterator[None]:
    """The pods of a version, which end as services do: what is under way is done."""
    servers = []
    for port in ports:
        pool = futures.ThreadPoolExecutor(2 * CALLERS)
        server = grpc.server(pool, handlers=[Version(version)], options=OPTIONS)
        assert server.add_insecure_port(f"127.0.0.1:{port}") == port
        server.start()
        servers.append(server)
    try:
        yield
    finally:
        for each in servers:
            each.stop(10).wait()


@pytest.fixture
def base() -> Iterator[int]:
    """Ports for the pods, and behind them for the sidecar."""
    with own_base() as own:
        yield own


def test_no_call_fails_while_the_address_goes_to_green_and_back_and_blue_ends(base: int, tmp_path: Path) -> None:
    blue, green = [base + 1, base + 2], [base + 3, base + 4]
    endpoints, port = tmp_path / "endpoints.json", base + 80
    lead(endpoints, blue)
    (tmp_path / "envoy.json").write_text(json.dumps(configuration(endpoints, port)))
    start = [programs.envoy(), "-c", str(tmp_path / "envoy.json"), "--use-dynamic-base-id", "--concurrency", "1"]
    with ExitStack() as stack, (tmp_path / "envoy.log").open("w") as log:
        old = stack.enter_context(ExitStack())
        old.enter_context(pods(BLUE, blue))
        stack.enter_context(pods(GREEN, green))
        process = stack.enter_context(subprocess.Popen([*start, "-l", "warning"], stdout=log, stderr=log))
        stack.callback(process.terminate)
        channel = stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{port}"))
        until(lambda: _answers(channel), lambda: (tmp_path / "envoy.log").read_text())
        load = Load(channel)
        with load.running():
            turns = [(BLUE, load.stays(BLUE))]
            # Begun at blue, and not yet over when the address is led away.
            many: Callable[..., Iterator[bytes]] = channel.unary_stream(MANY)
            long = many(b"", timeout=30)
            first = next(long)
            for version, ports in ((GREEN, green), (BLUE, blue), (GREEN, green)):
                lead(endpoints, ports)
                turns.append((version, load.stays(version)))
            old.close()
            turns.append((GREEN, load.stays(GREEN)))
        assert [first, *long] == [BLUE] * PARTS, "a call that was under way at blue ended there"
    assert not load.failures, f"{len(load.failures)} of {len(load.answers)} failed: {load.failures[0]}"
    for version, (since, to) in turns:
        assert load.by(since, to) == {version}


def _answers(channel: grpc.Channel) -> bool:
    one: Callable[..., bytes] = channel.unary_unary(ONE)
    try:
        return one(b"", timeout=1) == BLUE
    except grpc.RpcError:
        return False
