"""Every REST route of the contract reaches its own RPC through a real Envoy; streams and files pass unharmed."""

import hashlib
import importlib
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.descriptor import FieldDescriptor

from tests.contract.conftest import GEN, RunningEdge

ACCESS: dict[str, Any] = json.loads((GEN / "access.json").read_text())
ROUTES = [
    (rpc, binding["verb"], binding["path"], binding["body"])
    for rpc, entry in ACCESS.items()
    if entry["public"] or entry["roles"] or entry["owner"] or entry["scopes"]
    for binding in entry["http"]
]
ID = "0b0f6a52-6ad8-4a5e-8a53-7c2cf9b4a6a1"
NUMBER = 2026


def sample(rpc: str, field: str) -> str | int:
    """A value for a path field, of the type that the request gives it."""
    service, _, method = rpc.removeprefix("/").partition("/")
    package, _, name = service.rpartition(".")
    module = importlib.import_module(f"{package}.{package.split('.')[1]}_service_pb2")
    request = module.DESCRIPTOR.services_by_name[name].methods_by_name[method].input_type
    return ID if request.fields_by_name[field].cpp_type == FieldDescriptor.CPPTYPE_STRING else NUMBER


@pytest.mark.parametrize(("rpc", "verb", "template", "body"), ROUTES, ids=[f"{r[1]} {r[2]}" for r in ROUTES])
def test_reaches_its_rpc(edge: RunningEdge, rpc: str, verb: str, template: str, body: str) -> None:
    entry = ACCESS[rpc]
    role = entry["roles"][0] if entry["roles"] else "BEARER"
    claims = {} if entry["roles"] or entry["owner"] else {"scope": " ".join(entry["scopes"])}
    headers = {} if entry["public"] else edge.bearer(role, sub=rpc, **claims)
    content: dict[str, Any] = {"json": {}} if body == "*" else {}
    if entry["raw_body"] and not entry["upload"]:
        content = {"json": []} if body in ("event", "events") else {"data": {"grant_type": "client_credentials"}}
    elif entry["raw_body"]:
        content = {"files": {"file": ("a.pdf", b"%PDF", "application/pdf")}}
    # An address of its own: routes that are limited by address do not use up each other's calls.
    index = ROUTES.index((rpc, verb, template, body))
    transport = httpx.HTTPTransport(local_address=f"127.0.1.{index + 1}")
    with httpx.Client(transport=transport) as client:
        path = re.sub(r"\{([^}=]*)[^}]*\}", lambda found: str(sample(rpc, found[1])), template)
        answer = client.request(verb, edge.url + path, headers=headers, **content)
    assert answer.status_code == 200, answer.text
    # Envoy asks for the keys on its own account, at any moment.
    reached = [call for call in edge.backend.calls if call.path == rpc]
    for field in re.findall(r"\{([^}=]*)[^}]*\}", template):
        assert getattr(reached[-1].requests[0], field) == sample(rpc, field)
    assert reached


def _route(flag: str) -> tuple[str, str]:
    return next((rpc, entry["http"][0]["path"]) for rpc, entry in ACCESS.items() if entry[flag] and entry["http"])


def _upload_size(edge: RunningEdge) -> tuple[int, str]:
    data = b"".join(request.file.data for request in edge.backend.calls[-1].requests)
    return len(data), hashlib.sha256(data).hexdigest()


def test_uploads_pass_in_pieces_and_whole(edge: RunningEdge) -> None:
    _, path = _route("upload")
    content = b"0123456789abcdef" * (512 * 1024)
    headers = edge.bearer("BEARER", sub="uploader") | {"content-type": "multipart/form-data; boundary=x"}
    url = edge.url + re.sub(r"\{[^}]*\}", ID, path)
    answer = httpx.post(url, content=content, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    assert _upload_size(edge) == (len(content), hashlib.sha256(content).hexdigest())
    requests = edge.backend.calls[-1].requests
    assert len(requests) > 10
    assert requests[0].file.content_type == "multipart/form-data; boundary=x"


def test_files_come_out_with_their_own_media_type(edge: RunningEdge) -> None:
    rpc = edge.rpc_of("GET", "/api/v1/documents/{document_id}/content")
    method = edge.backend.pool.FindServiceByName(rpc.split("/")[1]).FindMethodByName(rpc.split("/")[2])
    piece = {"file": {"content_type": "image/png", "data": b"x" * 65536}}
    edge.backend.answers[rpc] = lambda *_: (
        edge.backend.message(method.output_type.full_name, **piece) for _ in range(64)
    )
    try:
        answer = httpx.get(f"{edge.url}/api/v1/documents/{ID}/content", headers=edge.bearer("OFFICER", sub="reader"))
    finally:
        del edge.backend.answers[rpc]
    assert (answer.headers["content-type"], answer.content) == ("image/png", b"x" * 65536 * 64)


def test_live_streams_come_message_by_message(edge: RunningEdge) -> None:
    rpc = edge.rpc_of("GET", "/api/v1/notifications/stream")
    method = edge.backend.pool.FindServiceByName(rpc.split("/")[1]).FindMethodByName(rpc.split("/")[2])

    def answer(_: list[Any], __: grpc.ServicerContext) -> Iterator[Any]:
        for _number in range(3):
            yield edge.backend.message(method.output_type.full_name)
            # So far apart that a stream which is passed on in one piece is distinguished from one that is not.
            time.sleep(0.6)

    edge.backend.answers[rpc] = answer
    try:
        arrived = []
        with httpx.stream(
            "GET", f"{edge.url}/api/v1/notifications/stream", headers=edge.bearer("BEARER", sub="r")
        ) as got:
            for line in got.iter_lines():
                json.loads(line)
                arrived.append(time.monotonic())
    finally:
        del edge.backend.answers[rpc]
    assert len(arrived) == 3
    assert arrived[2] - arrived[0] > 0.4
