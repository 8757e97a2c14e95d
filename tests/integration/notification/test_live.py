"""Live notifications, through Redis: by stream and by WebSocket."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.live import Follower, Hub
from services.notification.redis import Redis, RedisSettings
from services.notification.settings import LiveSettings
from services.notification.websocket import _UNREAD_SECONDS, PATH, WebSocketPort
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.context import Caller
from services.runtime.errors import Error, ResourceExhausted, Unavailable
from services.runtime.periodic import Periodic
from services.runtime.serving.streams import Watch
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.paging import Page
from services.runtime.tls import TlsSettings
from tests.harness import AUDIENCE, ISSUER, Mesh, customer, staff
from tests.integration.notification.conftest import Service
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture(autouse=True)
def _hearing(hub: Hub) -> None:
    until(lambda: hub._hearing)


def _opened(running: Service) -> Any:
    stream = running.client().StreamNotifications(pb.StreamNotificationsRequest(), timeout=15)
    received: list[Any] = []
    Thread(target=lambda: received.extend(_until_it_ends(stream)), daemon=True).start()
    until(lambda: running.hub._followers)
    return received


def _until_it_ends(stream: Any) -> Iterator[Any]:
    try:
        yield from stream
    except Error as error:
        yield error


def test_a_stream_has_what_is_made_after_it_and_only_what_is_ones_own(running: Service) -> None:
    running.happens(KycApproved)
    running.clock.advance(timedelta(seconds=1))
    received = _opened(running)
    mine, running.customer_id = running.customer_id, customer().subject
    running.happens(KycApproved)
    running.customer_id = mine
    running.happens(KycApproved)
    until(lambda: received)
    assert [each.notification.customer_id for each in received] == [mine]
    assert received[0].notification == running.inbox()[0]


def test_what_is_notified_at_one_replica_is_followed_at_another(running: Service, redis: Redis) -> None:
    other = Hub(redis, LiveSettings(port=0))
    other.start()
    until(lambda: other._hearing)
    with other.follow(running.customer_id) as follower:
        running.happens(KycApproved)
        assert next(iter(follower)).event_type == "kyc.approved"
    other.stop()


def test_what_a_later_version_writes_is_missed_by_its_customer_alone(running: Service, hub: Hub, redis: Redis) -> None:
    running.happens(KycApproved)
    (made,) = running.app.inbox(running.customer_id, Page(), False).page.items
    other = replace(made, customer_id="another customer")
    with hub.follow(made.customer_id) as theirs, hub.follow(other.customer_id) as others:
        with redis.use() as client:
            client.publish("loanflow:notification:live", json.dumps({**to_plain(made), "channel": "OF_LATER"}))
        hub.publish(other)
        with pytest.raises(Unavailable):
            next(iter(theirs))
        assert next(iter(others)) == other


def test_a_follower_that_hangs_up_makes_room(running: Service) -> None:
    stream = running.client().StreamNotifications(pb.StreamNotificationsRequest(), timeout=15)
    Thread(target=lambda: list(_until_it_ends(stream)), daemon=True).start()
    until(lambda: running.hub._followers)
    running.servers.stop()
    until(lambda: not running.hub._followers)
    assert running.hub._count() == 0


def test_too_many_followers_are_refused(hub: Hub) -> None:
    with hub.follow("c"), hub.follow("c"), pytest.raises(ResourceExhausted) as refused, hub.follow("c"):
        pass
    assert refused.value.reason == "RATE_LIMITED"
    with ExitStack() as four:
        for number in range(4):
            four.enter_context(hub.follow(str(number)))
        with pytest.raises(ResourceExhausted), hub.follow("5"):
            pass
    with hub.follow("5"):
        pass


def test_no_one_follows_while_redis_is_away_and_notices_are_made_all_the_same(running: Service) -> None:
    hub = Hub(Redis(RedisSettings("127.0.0.1", 1, TlsSettings(plaintext=True))), LiveSettings(port=0))
    hub.start()
    with pytest.raises(Unavailable), hub.follow("c"):
        pass
    running.happens(KycApproved)
    hub.publish(running.app.inbox(running.customer_id, Page(), False).page.items[0])
    hub.stop()


def test_a_follower_ends_with_its_time_by_closing_or_when_it_may_have_missed_something() -> None:
    assert list(Follower(0.05)) == []
    closed, lost, slow = Follower(10), Follower(10), Follower(10)
    closed.close()
    assert list(closed) == []
    lost.lose()
    for _ in range(200):
        slow.put(None)  # type: ignore[arg-type]
    for follower in (lost, slow):
        with pytest.raises(Unavailable):
            list(follower)


@pytest.fixture
def port(mesh: Mesh, hub: Hub) -> Iterator[WebSocketPort]:
    tokens = TokenVerifier.of_issuer(mesh.jwks_url, mesh.folder / "ca.pem", ISSUER, AUDIENCE)
    watch, asking = Watch(every=0.05), Periodic("notification", "tested", tokens.refresh, 0.1)
    port = WebSocketPort("127.0.0.1", 0, mesh.identity("notification"), hub, tokens, watch)
    for each in (watch, asking, port):
        each.start()
    yield port
    hub.stop()
    for each in (port, asking, watch):
        each.stop()


@contextmanager
def opened(
    mesh: Mesh, port: WebSocketPort, path: str, peer: str = "edge", token: str = ""
) -> Iterator[ClientConnection]:
    identity = mesh.identity(peer)
    trust = ssl.create_default_context(cafile=identity.authority_file)
    trust.load_cert_chain(identity.certificate_file, identity.key_file)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"wss://127.0.0.1:{port.port}{path}"
    with connect(url, ssl=trust, server_hostname="notification", additional_headers=headers) as connection:
        yield connection


@pytest.mark.parametrize("by", ["header", "query"])
def test_a_websocket_has_what_is_made_after_it(running: Service, mesh: Mesh, port: WebSocketPort, by: str) -> None:
    token = mesh.token(customer(running.customer_id))
    path, header = (PATH, token) if by == "header" else (f"{PATH}?access_token={token}", "")
    with opened(mesh, port, path, token=header) as connection:
        until(lambda: running.hub._followers)
        running.happens(KycApproved)
        notification = json.loads(connection.recv(timeout=PATIENCE_SECONDS))["notification"]
    assert (notification["eventType"], notification["customerId"]) == ("kyc.approved", running.customer_id)
    until(lambda: not running.hub._followers)


@pytest.mark.parametrize(
    "path, peer, who, code",
    [
        (PATH, "edge", None, 401),
        (PATH, "edge", staff("ADMIN"), 403),
        (PATH, "kyc", customer(), 403),
        ("/elsewhere", "edge", customer(), 404),
    ],
)
def test_a_websocket_is_for_customers_who_come_by_the_edge(
    mesh: Mesh, port: WebSocketPort, path: str, peer: str, who: Caller | None, code: int
) -> None:
    token = mesh.token(who) if who else ""
    with pytest.raises(InvalidStatus) as refused, opened(mesh, port, path, peer, token):
        pass
    assert refused.value.response.status_code == code


def test_a_websocket_ends_when_its_token_is_revoked(running: Service, mesh: Mesh, port: WebSocketPort) -> None:
    token = mesh.token(customer(running.customer_id), sid="the session")
    other = mesh.token(customer(running.customer_id), sid="another session")
    with opened(mesh, port, PATH, token=token) as revoked, opened(mesh, port, PATH, token=other) as stays:
        until(lambda: running.hub._count() == 2)
        mesh.revoke(("the session", 1))
        with pytest.raises(ConnectionClosed) as closed:
            revoked.recv(timeout=PATIENCE_SECONDS)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        running.happens(KycApproved)
        assert json.loads(stays.recv(timeout=PATIENCE_SECONDS))["notification"]["eventType"] == "kyc.approved"
    mesh.revoke()


def test_a_websocket_needs_a_certificate(mesh: Mesh, port: WebSocketPort) -> None:
    trust = ssl.create_default_context(cafile=mesh.identity("edge").authority_file)
    url = f"wss://127.0.0.1:{port.port}{PATH}"
    with pytest.raises((OSError, WebSocketException)), connect(url, ssl=trust, server_hostname="notification"):
        pass


def test_a_renewed_certificate_is_taken_up(running: Service, mesh: Mesh, port: WebSocketPort) -> None:
    token = mesh.token(customer(running.customer_id))
    seen = []
    for _ in range(2):
        with opened(mesh, port, PATH, token=token) as connection:
            assert isinstance(connection.socket, ssl.SSLSocket)
            seen.append(connection.socket.getpeercert(binary_form=True))
        mesh.renew("notification")
    assert seen[0] != seen[1]


def test_a_websocket_whose_peer_reads_nothing_gives_its_place_back(
    running: Service, mesh: Mesh, port: WebSocketPort
) -> None:
    assert port._server is not None
    option = socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT
    assert port._server.socket.getsockopt(*option) == _UNREAD_SECONDS * 1000
    port._server.socket.setsockopt(*option, 1000)
    running.happens(KycApproved)
    (made,) = running.app.inbox(running.customer_id, Page(), False).page.items
    large, token = replace(made, text=replace(made.text, body="x" * 100_000)), mesh.token(customer(running.customer_id))
    with socket.create_connection(("127.0.0.1", port.port)) as plain, _secured(mesh, plain) as unread:
        asked = f"GET {PATH} HTTP/1.1\r\nHost: notification\r\nAuthorization: Bearer {token}\r\n{_UPGRADE}\r\n"
        unread.sendall(asked.encode())
        assert b" 101 " in unread.recv(64)
        until(lambda: running.hub._followers)
        for _ in range(90):
            running.hub._pass_on(large)
        until(lambda: running.hub._count() == 0)


_UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def _secured(mesh: Mesh, plain: socket.socket) -> ssl.SSLSocket:
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    identity = mesh.identity("edge")
    trust = ssl.create_default_context(cafile=identity.authority_file)
    trust.load_cert_chain(identity.certificate_file, identity.key_file)
    return trust.wrap_socket(plain, server_hostname="notification")


def test_one_websocket_too_many_is_closed_with_the_reason(running: Service, mesh: Mesh, port: WebSocketPort) -> None:
    token = mesh.token(customer(running.customer_id))
    with ExitStack() as all_open:
        for _ in range(2):
            all_open.enter_context(running.hub.follow(running.customer_id))
        connection = all_open.enter_context(opened(mesh, port, PATH, token=token))
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=PATIENCE_SECONDS)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_who_has_an_open_websocket_misses_nothing_from_then_on(
    running: Service, mesh: Mesh, port: WebSocketPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, customer_of, goes_on, asked = mesh.token(customer(running.customer_id)), port._customer, Event(), list[int]()

    def slowly(request: Any) -> Any:
        asked.append(1)
        # The second time it is served, which may be late.
        return customer_of(request) if len(asked) == 1 or goes_on.wait(PATIENCE_SECONDS) else None

    monkeypatch.setattr(port, "_customer", slowly)
    with opened(mesh, port, PATH, token=token) as connection:
        running.happens(KycApproved)
        goes_on.set()
        assert json.loads(connection.recv(timeout=PATIENCE_SECONDS))["notification"]["eventType"] == "kyc.approved"
    until(lambda: not running.hub._followers)


def test_a_connection_that_is_let_in_and_breaks_before_it_is_open_takes_no_place(
    running: Service, port: WebSocketPort
) -> None:
    class Broken:
        """Of a connection no more is asked than that it is there."""

    broken: Any = Broken()
    port._let(broken, running.customer_id)
    assert running.hub._count() == 1
    del broken
    assert running.hub._count() == 0
