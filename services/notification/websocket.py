"""The WebSocket of live notifications, for the edge: /ws/notifications.

Each message is the JSON of loanflow.notification.v1.StreamNotificationsResponse. The token is in the Authorization
header or, for browsers, in the query parameter `access_token`; what the client sends is ignored.
"""

import logging
import socket
import ssl
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

from google.protobuf.json_format import MessageToJson
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from loanflow.notification.v1.notification_service_pb2 import StreamNotificationsResponse
from services.notification import convert
from services.notification.live import Follower, Hub
from services.runtime.calling.identity import Identity
from services.runtime.calling.keepalive import MESH
from services.runtime.calling.sidecar import HEADER, SidecarIdentity
from services.runtime.calling.status_mapping import to_status
from services.runtime.calling.tokens import TokenVerifier
from services.runtime.context import CallerKind
from services.runtime.errors import Error, NotFound, PermissionDenied, ResourceExhausted, Unauthenticated
from services.runtime.serving.streams import Watch
from services.runtime.tls import load_pair

# The library writes requests, and with them tokens, into its log.
_quiet = logging.getLogger("services.notification.websockets")
_quiet.setLevel(logging.ERROR)
PATH = "/ws/notifications"
EDGE = "edge"
_MAX_INCOMING_BYTES = 1024
# For so long a peer may leave unread what it was sent, as long as it may take over the answer to a ping.
_UNREAD_SECONDS = MESH.ping + MESH.answer


class WebSocketPort:
    """Serves the WebSocket over mutual TLS to the edge alone; a services.runtime.serving.background.Background."""

    def __init__(self, host: str, port: int, identity: Identity, hub: Hub, tokens: TokenVerifier, watch: Watch) -> None:
        self._host, self.port, self._identity, self._hub = host, port, identity, hub
        self._tokens, self._watch = tokens, watch
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        # Of connections that are let in and not served yet.
        self._let_in: WeakKeyDictionary[ServerConnection, tuple[ExitStack, Follower]] = WeakKeyDictionary()

    def start(self) -> None:
        """Opens the port; OSError when it is taken."""
        self._server = serve(
            self._serve, self._host, self.port, ssl=self._security(), process_request=self._check,
            ping_interval=MESH.ping, ping_timeout=MESH.answer, compression=None,
            max_size=_MAX_INCOMING_BYTES, server_header="loanflow", logger=_quiet,
        )  # fmt: skip
        # Connections have it from here. Without it one whose peer reads nothing holds whoever writes to it for ever:
        # its place, its thread, and the end of the process.
        self._server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(_UNREAD_SECONDS * 1000))
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="websocket", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread that admits connections has ended."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Takes no more connections; those that are open end with the hub."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(5)

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuses before the connection becomes a WebSocket."""
        if urlsplit(request.path).path != PATH:
            return _refuse(connection, NotFound("there is no such path", reason="PATH_UNKNOWN"))
        if self._peer(connection, request) != EDGE:
            return _refuse(connection, PermissionDenied("the peer may not call this"))
        try:
            customer_id, _ = self._customer(request)
        except Error as error:
            return _refuse(connection, error)
        self._let(connection, customer_id)
        return None

    def _let(self, connection: ServerConnection, customer_id: str) -> None:
        """Follows from before the connection is open: who reads the inbox once it is misses nothing in between."""
        kept = ExitStack()
        # What is against it is said when the connection is served.
        with suppress(Error):
            self._let_in[connection] = kept, kept.enter_context(self._hub.follow(customer_id))
            # A connection that breaks before it is open is never served.
            weakref.finalize(connection, kept.close)

    @contextmanager
    def _followed(self, connection: ServerConnection, customer_id: str) -> Iterator[Follower]:
        kept, follower = self._let_in.pop(connection, (ExitStack(), None))
        with kept:
            yield follower or kept.enter_context(self._hub.follow(customer_id))

    def _serve(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        try:
            customer_id, trusted = self._customer(request)
            with (
                self._followed(connection, customer_id) as follower,
                self._watch.watching(_Following(connection, follower, trusted)),
            ):
                threading.Thread(target=_drain, args=(connection, follower), daemon=True).start()
                for notification in follower:
                    message = StreamNotificationsResponse(notification=convert.from_notification(notification))
                    connection.send(MessageToJson(message, indent=None))
            if not trusted():
                connection.close(CloseCode.POLICY_VIOLATION, "the token is revoked")
        except ConnectionClosed:
            return
        except ResourceExhausted as error:
            connection.close(CloseCode.POLICY_VIOLATION, error.message)
        except Error:
            connection.close(CloseCode.TRY_AGAIN_LATER)

    def _customer(self, request: Request) -> tuple[str, Callable[[], bool]]:
        """The customer whose token it is, and what says whether it still stands; Unauthenticated, PermissionDenied."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = parse_qs(urlsplit(request.path).query).get("access_token", [""])[0]
        caller, trusted = self._tokens.follow(token.strip(), dict(request.headers.raw_items()))
        if caller.kind is not CallerKind.END_USER or caller.scopes is not None:
            raise PermissionDenied("only customers follow notifications")
        return caller.owner_id, trusted

    def _security(self) -> ssl.SSLContext | None:
        """Mutual TLS, unless the sidecar has it."""
        return None if isinstance(self._identity, SidecarIdentity) else _mutual_tls(self._identity)

    def _peer(self, connection: ServerConnection, request: Request) -> str:
        """The service name in the peer's SPIFFE id; empty when it has none, several, or a foreign one."""
        if isinstance(self._identity, SidecarIdentity):
            return self._identity.peer_in(request.headers.get_all(HEADER))
        assert isinstance(connection.socket, ssl.SSLSocket)
        # The typing stubs have every entry of the certificate in one union.
        names: Any = (connection.socket.getpeercert() or {}).get("subjectAltName", ())
        return self._identity.workload([str(value) for kind, value in names if kind == "URI"])


@dataclass(frozen=True)
class _Following:
    """An open connection, as the watch sees it."""

    connection: ServerConnection
    follower: Follower
    trusted: Callable[[], bool]

    def over(self, _now: float) -> bool:
        """Whether the token is revoked."""
        return not self.trusted()

    def cancel(self) -> None:
        """Ends it; who serves it says why."""
        self.follower.close()


_STATUSES: dict[type[Error], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    PermissionDenied: HTTPStatus.FORBIDDEN,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
}


def _refuse(connection: ServerConnection, error: Error) -> Response:
    """The error as the edge shows those of RPCs: google.rpc.Status in JSON."""
    status = _STATUSES.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE)
    response = connection.respond(status, MessageToJson(to_status(error), indent=None))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    return response


def _drain(connection: ServerConnection, follower: Follower) -> None:
    """Reads until the connection ends, from whichever side and why, which ends the follower."""
    try:
        with suppress(ConnectionClosed):
            for _ in connection:
                continue
    finally:
        follower.close()


def _mutual_tls(identity: Identity) -> ssl.SSLContext:
    """A context that demands a certificate of the peer, and has its own read anew when the file has changed."""
    seen = identity.stamp()

    def renew(connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        if identity.stamp() != seen:
            connection.context = _context_of(identity)

    context = _context_of(identity)
    context.sni_callback = renew
    return context


def _context_of(identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(identity.authority_file)
    load_pair(context, identity.certificate_file, identity.key_file)
    return context
