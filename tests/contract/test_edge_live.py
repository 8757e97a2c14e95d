"""The WebSocket of live notifications through a real edge, in front of a stand-in for the service."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from envoy.edge import LIVE_PATH
from tests.contract.conftest import RunningEdge
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def followed(edge: RunningEdge, certificates: Path) -> Iterator[list[Any]]:
    """The requests that a stand-in got; it sends one message and the subject that the edge passed to it."""
    requests: list[Any] = []

    def handle(connection: ServerConnection) -> None:
        requests.append(connection.request)
        connection.send("sent")
        connection.recv(timeout=PATIENCE_SECONDS)

    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.verify_mode = ssl.CERT_REQUIRED
    trust.load_verify_locations(certificates / "ca.pem")
    trust.load_cert_chain(certificates / "notification" / "tls.pem", certificates / "notification" / "tls.key")
    with serve(handle, "127.0.0.1", edge.base + 50, ssl=trust) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield requests
        server.shutdown()


def _url(edge: RunningEdge, query: str = "") -> str:
    return f"{edge.url.replace('http', 'ws')}{LIVE_PATH}{query}"


@pytest.mark.parametrize("by", ["header", "query"])
def test_a_customer_follows_with_a_token_in_header_or_query(edge: RunningEdge, followed: list[Any], by: str) -> None:
    headers = edge.bearer("BEARER", sub="anna") if by == "header" else {}
    query = "" if headers else f"?access_token={edge.token('BEARER', sub='anna')}"
    with connect(_url(edge, query), additional_headers=headers) as connection:
        assert connection.recv(timeout=PATIENCE_SECONDS) == "sent"
        connection.send("bye")
    (request,) = followed
    assert request.headers["x-loanflow-subject"] == "anna"
    assert ("authorization" in request.headers) or ("access_token=" in request.path)


def test_it_goes_by_tls_too(edge: RunningEdge, followed: list[Any], certificates: Path) -> None:
    trust = ssl.create_default_context(cafile=certificates / "ca.pem")
    trust.check_hostname = False
    url = f"{edge.tls_url.replace('https', 'wss')}{LIVE_PATH}"
    with connect(url, ssl=trust, additional_headers=edge.bearer("BEARER", sub="t")) as connection:
        assert connection.recv(timeout=PATIENCE_SECONDS) == "sent"
        connection.send("bye")


@pytest.mark.parametrize("roles, code", [((), 401), (("ADMIN",), 403)])
def test_no_one_else_gets_through(edge: RunningEdge, followed: list[Any], roles: tuple[str, ...], code: int) -> None:
    headers = edge.bearer(*roles, sub="s") if roles else {}
    with pytest.raises(InvalidStatus) as refused, connect(_url(edge), additional_headers=headers):
        pass
    assert refused.value.response.status_code == code
    assert b"ErrorInfo" in refused.value.response.body
    assert followed == []


def test_while_the_service_is_away_the_edge_says_so(edge: RunningEdge) -> None:
    headers = edge.bearer("BEARER", sub="w")
    with pytest.raises(InvalidStatus) as refused, connect(_url(edge), additional_headers=headers):
        pass
    assert refused.value.response.status_code == 503
