"""What one caller can do to the edge: floods of HTTP/2, slow bodies, other protocols; a real edge ends them all."""

import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings
import httpx
import pytest

from envoy import protection
from envoy.edge import LIVE_PATH
from services.runtime.calling.identity import Identity
from tests.contract.backend import Backend
from tests.contract.conftest import ADMIN_PROBE as ID
from tests.contract.conftest import GEN, RunningEdge, running_edge
from tests.contract.raw import request
from tests.harness import Mesh
from tests.waiting import PATIENCE_SECONDS, until

OFFERS = f"/api/v1/discussion/{ID}/offers"
START, UPLOAD = f"/api/v1/discussion/{ID}/start", "/api/v1/documents/upload"
UPGRADE = {"connection": "upgrade", "sec-websocket-version": "13", "sec-websocket-key": "x" * 22}


class Caller:
    """A connection by HTTP/2, frame by frame."""

    def __init__(self, edge: RunningEdge) -> None:
        host, _, port = edge.grpc_target.partition(":")
        self._socket = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
        self.was_reset = False
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(validate_outbound_headers=False))
        self._headers = [(":method", "GET"), (":path", OFFERS), (":scheme", "http"), (":authority", "edge")]
        self._headers += list(edge.bearer("OFFICER").items())
        self._h2.initiate_connection()
        self.flush()

    def flush(self) -> None:
        """Sends what was said."""
        self._socket.sendall(self._h2.data_to_send())

    def asks(self) -> int:
        """Begins a request; gives its stream."""
        stream = self._h2.get_next_available_stream_id()
        self._h2.send_headers(stream, self._headers, end_stream=True)
        return stream

    def gives_up(self, stream: int) -> None:
        """Ends a request that has no answer yet."""
        self._h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)

    def pings(self) -> None:
        """Asks for its health."""
        self._h2.ping(b"12345678")

    def events(self) -> Iterator[Any]:
        """What the edge does, until it ends the connection."""
        while True:
            try:
                data = self._socket.recv(65536)
            except ConnectionError:
                # What the edge has not read yet makes its end a reset, which may overtake its last frame.
                self.was_reset = True
                return
            if not data:
                return
            yield from self._h2.receive_data(data)

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()


def floods(caller: Caller, flood: Callable[[], None], rounds: int) -> bool:
    """Whether the edge ends the connection while the flood goes on."""
    try:
        for _ in range(rounds):
            flood()
            caller.flush()
    except OSError:
        return True
    terminated = any(isinstance(event, h2.events.ConnectionTerminated) for event in caller.events())
    return terminated or caller.was_reset


def test_requests_that_are_given_up_at_once_again_and_again_end_the_connection(edge: RunningEdge) -> None:
    caller = Caller(edge)
    rounds = protection.RUNTIME["overload.premature_reset_total_stream_count"] + 50
    assert floods(caller, lambda: caller.gives_up(caller.asks()), rounds)
    caller.close()
    assert httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER", sub="beside")).status_code == 200


def test_pings_whose_answers_are_not_read_end_the_connection(edge: RunningEdge) -> None:
    caller = Caller(edge)

    def flood() -> None:
        for _ in range(2000):
            caller.pings()

    assert floods(caller, flood, 2000)
    caller.close()


def test_more_requests_at_once_than_a_connection_may_have_are_refused(edge: RunningEdge) -> None:
    caller = Caller(edge)
    settings = next(event for event in caller.events() if isinstance(event, h2.events.RemoteSettingsChanged))
    most = settings.changed_settings[h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS].new_value
    assert most == protection.HTTP2["max_concurrent_streams"]
    caller.close()


@pytest.mark.parametrize("path", [OFFERS, START, UPLOAD, "/docs", "/api/v1/nothing", "/.well-known/jwks.json"])
@pytest.mark.parametrize("protocol", ["websocket", "TLS/1.0", "anything"])
def test_another_protocol_is_refused_where_there_is_none(edge: RunningEdge, path: str, protocol: str) -> None:
    answer = request(edge, "GET", path, {**UPGRADE, "upgrade": protocol})
    unknown = path == "/api/v1/nothing"
    assert (answer.status, answer.reason) == ((404, "PATH_UNKNOWN") if unknown else (400, "REQUEST_MALFORMED"))


def test_the_live_path_still_is_a_websocket(edge: RunningEdge) -> None:
    # There is no stand-in for it, so the edge says that it is away.
    assert request(edge, "GET", LIVE_PATH, {**UPGRADE, "upgrade": "websocket"}).status == 503


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[RunningEdge]:
    """An edge on which a call may take one second."""
    folder = tmp_path_factory.mktemp("hasty")
    yield from running_edge(folder, certificates, Backend(GEN / "loanflow.binpb"), longest=1)


def begin(edge: RunningEdge, path: str, content_type: str, role: str) -> socket.socket:
    """A POST whose body does not come to its end."""
    host, _, port = edge.grpc_target.partition(":")
    connection = socket.create_connection((host, int(port)), PATIENCE_SECONDS)
    head = {"host": "x", "content-type": content_type, "content-length": "1000", **edge.bearer(role)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    connection.sendall(f"POST {path} HTTP/1.1\r\n{lines}\r\n{{".encode())
    return connection


def test_a_body_that_does_not_come_to_its_end_is_given_up_but_a_file_may_take_longer(hasty: RunningEdge) -> None:
    upload = begin(hasty, UPLOAD, "multipart/form-data; boundary=x", "BEARER")
    slow = begin(hasty, START, "application/json", "OFFICER")
    assert slow.recv(65536).split()[1] == b"408"
    # It began earlier and has no answer still.
    upload.setblocking(False)
    with pytest.raises(BlockingIOError):
        upload.recv(1)
    for connection in (slow, upload):
        connection.close()


def test_memory_and_connections_are_watched(edge: RunningEdge) -> None:
    def statistic(name: str) -> bool:
        return name in httpx.get(f"http://127.0.0.1:{edge.base + 90}/stats", params={"filter": name}).text

    until(lambda: statistic("overload.envoy.resource_monitors.fixed_heap.pressure"))
    for action in protection.overload_manager()["actions"]:
        assert statistic(f"overload.{action['name']}.active"), action["name"]


def shake_hands(port: int, folder: Path, version: ssl.TLSVersion) -> str | None:
    """The version of TLS that a workload with a good certificate gets at most."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(folder / "kyc" / "tls.pem", folder / "kyc" / "tls.key")
    context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
    with raw, context.wrap_socket(raw) as secured:
        return secured.version()


def test_services_speak_tls_1_3_alone(mesh: Mesh) -> None:
    for name in ("auth", "kyc"):
        mesh.identity(name)
    server = grpc.server(ThreadPoolExecutor(1))
    port = Identity("auth", mesh.folder).add_port(server, "127.0.0.1:0")
    server.start()
    try:
        assert shake_hands(port, mesh.folder, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        with pytest.raises((ssl.SSLError, ConnectionError)):
            shake_hands(port, mesh.folder, ssl.TLSVersion.TLSv1_2)
    finally:
        server.stop(0).wait()


def test_the_edge_speaks_tls_1_3_alone_to_its_callers(edge: RunningEdge, certificates: Path) -> None:
    assert shake_hands(edge.base + 443, certificates, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shake_hands(edge.base + 443, certificates, ssl.TLSVersion.TLSv1_2)
