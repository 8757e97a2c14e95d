"""Keepalive on both sides of every connection: no side pings more often than the other permits."""

import inspect
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import yaml

from envoy.bootstrap import bootstrap
from envoy.routes import route_config
from services.notification import websocket
from services.notification.settings import LiveSettings
from services.runtime.calling.clients import PeerChannel
from services.runtime.calling.identity import Identity
from services.runtime.calling.keepalive import MESH
from services.runtime.serving.server import OPTIONS
from tests.contract.backend import Backend
from tests.contract.conftest import GEN, ROOT, RunningEdge, edge_of, running_edge

STREAM = "/loanflow.notification.v1.NotificationService/StreamNotifications"
LEAST = "grpc.http2.min_ping_interval_without_data_ms"
# Everything a hundred times as fast, but for the answer: the machine may be busy.
FAST = replace(MESH, ping=MESH.ping / 100, least=MESH.least / 100, age=MESH.age / 100, stream=MESH.stream / 100)
# By then a server that lets itself be asked once in five minutes would long have ended the connection.
SILENT_SECONDS = 25 * FAST.ping


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def channel_options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the channel of a service's client is made with."""
    seen: dict[str, Any] = {}

    def connect(_: Identity, __: str, ___: str, options: list[tuple[str, Any]]) -> grpc.Channel:
        seen.update(options)
        return grpc.insecure_channel("127.0.0.1:1")

    monkeypatch.setattr(Identity, "connect", connect)
    monkeypatch.setattr(Identity, "stamp", lambda _: 0)
    PeerChannel("kyc", "127.0.0.1:1", Identity("edge", Path()), 1).close()
    return seen


def asks(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Who asks a gRPC server of the mesh, and how many seconds apart at least."""
    clusters = bootstrap(edge_of(8000, Path("pki")))["static_resources"]["clusters"]
    name = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    found = {
        f"edge to {each['name']}": seconds(
            each["typed_extension_protocol_options"][name]["explicit_http_config"]["http2_protocol_options"][
                "connection_keepalive"
            ]["interval"]
        )
        for each in clusters
        if "typed_extension_protocol_options" in each
    }
    return found | {"services": channel_options(monkeypatch)["grpc.keepalive_time_ms"] / 1000}


def test_pings_are_permitted_by_the_other_side(monkeypatch: pytest.MonkeyPatch) -> None:
    least = dict(OPTIONS)[LEAST] / 1000
    found = asks(monkeypatch)
    assert len(found) == 13
    assert {who: every for who, every in found.items() if every < 2 * least} == {}
    assert dict(OPTIONS)["grpc.keepalive_permit_without_calls"] == 1
    # A server asks its clients, too: Envoy answers as often as it is asked.
    assert dict(OPTIONS)["grpc.keepalive_time_ms"] == MESH.ping * 1000


def test_nothing_in_a_cluster_asks_otherwise() -> None:
    def intervals(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value["interval"] for key, value in node.items() if key == "connection_keepalive")
            yield from (each for value in node.values() for each in intervals(value))
        elif isinstance(node, list):
            yield from (each for value in node for each in intervals(value))

    files = [path for folder in ("istio", "k8s") for path in (ROOT / folder).rglob("*.yaml")]
    documents = [each for path in files for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)]
    found = {each for document in documents for each in intervals(document)}
    assert {seconds(each) for each in found} == {MESH.ping}


def test_no_stream_lasts_longer_than_a_connection_waits_for_it() -> None:
    grace = dict(OPTIONS)["grpc.max_connection_age_grace_ms"] / 1000
    assert grace > MESH.stream >= LiveSettings(port=1).seconds
    source = inspect.getsource(websocket)
    assert "ping_interval=MESH.ping, ping_timeout=MESH.answer" in source


def test_what_may_be_silent_is_not_idle_at_the_edge() -> None:
    routes = route_config(edge_of(8000, Path("pki")))["virtual_hosts"][0]["routes"]
    live = [each for each in routes if each["match"].get("path") in (STREAM, "/ws/notifications")]
    assert len(live) == 2
    assert {(each["route"]["timeout"], each["route"]["idle_timeout"]) for each in live} == {("0s", "0s")}


@pytest.fixture
def fast(tmp_path: Path, certificates: Path) -> Iterator[RunningEdge]:
    """An edge and stand-ins that ask each other often."""
    options = {**dict(OPTIONS), **dict(FAST.server_options())}
    backend = Backend(GEN / "loanflow.binpb", options=tuple(options.items()))
    yield from running_edge(tmp_path, certificates, backend, keepalive=FAST)


def test_a_silent_stream_stays_open(fast: RunningEdge) -> None:
    gone: list[bool] = []

    def silent(_: list[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        time.sleep(SILENT_SECONDS)
        gone.append(not context.is_active())
        yield fast.backend.message("loanflow.notification.v1.StreamNotificationsResponse")

    fast.backend.answers[STREAM] = silent
    url, bearer = f"{fast.url}/api/v1/notifications/stream", fast.bearer("BEARER")
    with httpx.stream("GET", url, headers=bearer, timeout=60) as got:
        assert got.status_code == 200
        assert got.read()
    assert gone == [False]
    metadata = (("authorization", f"Bearer {fast.token('BEARER')}"),)
    request = fast.backend.message("loanflow.notification.v1.StreamNotificationsRequest")
    options = [("grpc.keepalive_time_ms", round(FAST.ping * 1000)), ("grpc.http2.max_pings_without_data", 0)]
    with grpc.insecure_channel(fast.grpc_target, options=options) as channel:
        call = channel.unary_stream(STREAM, type(request).SerializeToString, bytes)
        assert len(list(call(request, 30, metadata))) == 1
