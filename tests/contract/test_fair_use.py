"""Slow callers beside a normal one: a real edge in front of a real server, for which they have nothing to take away."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import httpx
import pytest
from google.api.httpbody_pb2 import HttpBody
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor

from loanflow.document.v1 import document_service_pb2 as pb
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceServicer
from services.catalog import BY_NAME
from services.runtime.ids import new_id
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.interceptors.admission import StreamSettings
from services.runtime.serving.settings import ServerSettings
from tests.contract.backend import Backend
from tests.contract.conftest import GEN, RunningEdge, running_edge
from tests.waiting import until

ID = new_id()
UPLOAD, CONTENT, LIST = "/api/v1/documents/upload", f"/api/v1/documents/{ID}/content", f"/api/v1/documents/{ID}/list"
SLOW = 20
FILE = b"x" * 4_000_000


class Files:
    """What the real service does: reads uploads to their end, and gives files larger than what lies between."""

    def __init__(self) -> None:
        self.sending = 0

    def servicer(self) -> Any:
        """A servicer that does this, and answers everything else with nothing."""
        methods = pb.DESCRIPTOR.services_by_name["DocumentService"].methods
        found: dict[str, Any] = {method.name: _answer(method.output_type) for method in methods}
        found |= {"UploadDocument": self._upload, "GetContent": self._content}
        return type(
            "Servicer", (DocumentServiceServicer,), {name: staticmethod(each) for name, each in found.items()}
        )()

    def _upload(self, requests: Iterator[Any], _: grpc.ServicerContext) -> Any:
        for _each in requests:
            pass
        return pb.UploadDocumentResponse()

    def _content(self, _: Any, __: grpc.ServicerContext) -> Iterator[Any]:
        self.sending += 1
        try:
            for start in range(0, len(FILE), 65536):
                yield pb.GetContentResponse(file=HttpBody(content_type="a/b", data=FILE[start : start + 65536]))
        finally:
            self.sending -= 1


def _answer(output: Descriptor) -> Any:
    kind = message_factory.GetMessageClass(output)
    return lambda request, context: kind()


class OneReal(Backend):
    """Stand-ins for all services but one."""

    def serve(self, service: Any, base: int, pki: Path) -> grpc.Server:
        return grpc.server(ThreadPoolExecutor(1)) if service.name == "document" else super().serve(service, base, pki)


@pytest.fixture(scope="module")
def files() -> Files:
    return Files()


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory, certificates: Path, files: Files) -> Iterator[RunningEdge]:
    """An edge with one real server behind it, of twelve streams and four threads besides."""
    folder = tmp_path_factory.mktemp("fair")
    edges = running_edge(folder, certificates, OneReal(GEN / "loanflow.binpb"), rate_factor=100)
    edge = next(edges)
    keys = folder / "jwks.json"
    keys.write_text(json.dumps({"keys": [edge.key.as_dict(private=False)]}))
    (folder / "revocations.json").write_text(json.dumps({"time": int(time.time()), "revoked": []}))
    settings = ServerSettings(
        "document", edge.base + BY_NAME["document"].offset, 0, keys.as_uri(), certificates,
        threads=4, streams=StreamSettings(all=12, each=4), drain=0.0, grace=1.0, log_level="ERROR",
    )  # fmt: skip
    builder = ServerBuilder(settings)
    no_store: Any = SimpleNamespace(check=lambda: None)
    owners = dict.fromkeys(("document_id", "application_id"), lambda _: "normal")
    builder.add(files.servicer(), owners=owners, store=no_store)
    server = builder.start()
    until(lambda: _healthy(edge.base))
    yield edge
    server.stop()
    edges.close()


def _healthy(base: int) -> bool:
    """Whether the edge has found the real server; before, it may ask the stand-in's place as well."""
    place = f"document::127.0.0.1:{base + BY_NAME['document'].offset}::health_flags::healthy"
    return place in httpx.get(f"http://127.0.0.1:{base + 90}/clusters").text


def bearer(edge: RunningEdge, who: str) -> dict[str, str]:
    return edge.bearer("BEARER", sub=who, kind="customer")


def ask(edge: RunningEdge, who: str) -> httpx.Response:
    return httpx.get(edge.url + LIST, headers=bearer(edge, who), timeout=5)


def upload(edge: RunningEdge, who: str) -> httpx.Response:
    return httpx.post(edge.url + UPLOAD, headers=bearer(edge, who), files={"file": FILE}, timeout=20)


def connect(edge: RunningEdge) -> socket.socket:
    host, _, port = edge.grpc_target.partition(":")
    return socket.create_connection((host, int(port)), 30)


def slow_upload(edge: RunningEdge, who: str) -> tuple[int, dict[str, str], str]:
    """Sends a byte now and then until there is an answer: its status, headers and reason."""
    lines = {"host": "x", "content-type": "multipart/form-data; boundary=x", "content-length": "100000"}
    lines |= bearer(edge, who)
    head = f"POST {UPLOAD} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
    with connect(edge) as connection:
        connection.sendall(head.encode())
        connection.settimeout(1)
        for _ in range(60):
            try:
                if received := connection.recv(65536):
                    break
            except TimeoutError:
                connection.sendall(b"-")
        head, _, body = received.decode().partition("\r\n\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
        return int(head.split()[1]), headers, json.loads(body)["details"][0]["reason"]


def test_slow_uploads_of_one_or_many_take_nothing_from_others(fair: RunningEdge) -> None:
    for who in (lambda _: "slow", str):
        with ThreadPoolExecutor(SLOW) as pool:
            slow = [pool.submit(slow_upload, fair, f"{who(number)}") for number in range(SLOW)]
            time.sleep(1)
            assert [ask(fair, "normal").status_code for _ in range(20)] == [200] * 20
            found = [each.result() for each in slow]
        refused = [headers for status, headers, reason in found if (status, reason) == (429, "RATE_LIMITED")]
        ended = [reason for status, _, reason in found if (status, reason) == (400, "UPLOAD_TOO_SLOW")]
        assert len(refused) + len(ended) == SLOW, found
        assert len(ended) == (4 if who(1) == "slow" else 12)
        assert all(headers["retry-after"] for headers in refused)
        assert upload(fair, "normal").status_code == 200


def test_who_does_not_read_a_file_is_cut_off(fair: RunningEdge, files: Files) -> None:
    head = f"GET {CONTENT} HTTP/1.1\r\nhost: x\r\nauthorization: {bearer(fair, 'normal')['authorization']}\r\n\r\n"
    connections = [connect(fair) for _ in range(SLOW)]
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(head.encode())
    until(lambda: files.sending == 4)
    assert ask(fair, "normal").status_code == 200
    until(lambda: files.sending == 0)
    for connection in connections:
        connection.close()
    got = httpx.get(fair.url + CONTENT, headers=bearer(fair, "normal"), timeout=20)
    assert (got.status_code, len(got.content)) == (200, len(FILE))


def test_slow_headers_slow_handshakes_and_idle_connections_hold_nothing_up(fair: RunningEdge) -> None:
    host = fair.grpc_target.partition(":")[0]
    idle = [connect(fair) for _ in range(300)]
    handshakes = [socket.create_connection((host, fair.base + 443), 30) for _ in range(SLOW)]
    slow = [connect(fair) for _ in range(SLOW)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ")
    assert ask(fair, "normal").status_code == 200
    answers = [connection.recv(65536) for connection in slow]
    assert {answer.split()[1] for answer in answers} == {b"408"}
    assert all(b'"DEADLINE_EXCEEDED"' in answer for answer in answers)
    assert [connection.recv(1) for connection in handshakes] == [b""] * SLOW
    for connection in (*idle, *handshakes, *slow):
        connection.close()


def test_a_body_of_json_that_comes_slowly_reaches_no_service(fair: RunningEdge) -> None:
    head = f"POST /api/v1/documents/{ID}/validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    head += f"content-length: 100\r\nauthorization: {fair.bearer('OFFICER', kind='staff')['authorization']}\r\n\r\n{{"
    connections = [connect(fair) for _ in range(SLOW)]
    for connection in connections:
        connection.sendall(head.encode())
    assert [ask(fair, "normal").status_code for _ in range(5)] == [200] * 5
    for connection in connections:
        connection.close()
