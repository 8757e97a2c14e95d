"""The mesh's gateway against the local edge: what istio/edge makes of an Envoy answers as the one of envoy/ does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from envoy import contract, docs, limits
from stack.mesh.generate import read_table
from tests.contract import parity
from tests.contract.conftest import GEN, RunningEdge
from tests.contract.mesh_gateway import routes, running_gateway
from tests.contract.parity import Probe, Target
from tests.contract.raw import Answer, request
from tests.waiting import until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the gateway's pod has in its volume."""
    return tmp_path_factory.mktemp("contract")


@pytest.fixture(scope="module")
def gateway(folder: Path, edge: RunningEdge) -> Iterator[str]:
    """The address of a running gateway."""
    with running_gateway(folder, edge) as url:
        yield url


@pytest.mark.parametrize("probe", [*parity.REST, *parity.NATIVE], ids=lambda probe: f"{probe.method} {probe.name}")
def test_both_edges_answer_alike(gateway: str, edge: RunningEdge, probe: Probe) -> None:
    here, there = (parity.answered(probe, Target(url, edge.token)) for url in (edge.url, gateway))
    assert there == here


def test_the_table_has_every_answer_that_matters(gateway: str, edge: RunningEdge) -> None:
    found = {parity.answered(probe, Target(gateway, edge.token))["status"] for probe in parity.REST}
    assert {200, 204, 400, 401, 403, 404, 405, 413, 415, 426, 431} <= found
    codes = {parity.answered(probe, Target(gateway, edge.token))["code"].name for probe in parity.NATIVE}
    assert {"OK", "UNAUTHENTICATED", "PERMISSION_DENIED"} <= codes


def test_anybody_gets_the_api_reference_as_from_the_local_edge(gateway: str) -> None:
    files = {f"/docs/{name}": source for name, source in contract.sources(GEN).items()}
    files["/openapi.yaml"] = files.pop("/docs/openapi.yaml")
    for route in docs.routes(read_table().edge):
        path, body = route["match"]["path"], route["direct_response"]["body"]
        answer = httpx.get(gateway + path)
        assert answer.status_code == 200, path
        assert answer.content == (
            body["inline_string"].encode() if "inline_string" in body else files[path].read_bytes()
        )
        for each in route["response_headers_to_add"]:
            assert answer.headers[each["header"]["key"]] == each["header"]["value"]


def test_nothing_beside_it_is_let_in(gateway: str) -> None:
    for path in ("/docs/more", "/docs/loanflow.binpb"):
        answer = httpx.get(gateway + path)
        assert (answer.status_code, answer.json()["details"][0]["reason"]) == (404, "PATH_UNKNOWN")
    assert httpx.get(f"{gateway}/api/v1/applications").json()["details"][0]["reason"] == "UNAUTHENTICATED"


def test_routes_with_a_file_that_is_missing_are_refused_and_the_old_ones_stay(gateway: str, folder: Path) -> None:
    lacking = routes(folder)
    lacking["version_info"] = "2"
    lacking["resources"][0]["virtual_hosts"][0]["routes"][0]["direct_response"]["body"] = {"filename": "/nowhere"}
    (folder / "next.yaml").write_text(json.dumps(lacking))
    # Envoy looks again when the file is replaced by another.
    (folder / "next.yaml").rename(folder / "routes.yaml")
    until(lambda: "/nowhere" in (folder / "envoy.log").read_text())
    assert all(httpx.get(gateway + path).status_code == 200 for path in docs.paths(read_table().edge))


def test_it_is_limited_by_address(gateway: str) -> None:
    first, second = (httpx.get(f"{gateway}/docs/start.js").headers for _ in range(2))
    calls = limits.LIMITS["STANDARD"].burst * limits.ANONYMOUS_FACTOR
    assert first["x-ratelimit-limit"] == str(calls)
    assert int(second["x-ratelimit-remaining"]) < calls


REFUSED_AT_THE_DOOR: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/api/v1/applications/%FF", {}),
    ("GET", "/api/v1/applications?pageToken=%zz", {}),
    ("GET", "/api/v1/applications/a%2Fb", {}),
    ("GET", "/api/v1/nothing", {}),
    ("PATCH", "/api/v1/applications", {}),
    ("OPTIONS", "/api/v1/applications", {}),
    ("POST", "/api/v1/applications", {"content-type": "text/plain"}),
    ("POST", "/api/v1/applications", {"content-type": "application/json; charset=latin-1"}),
    ("POST", "/api/v1/applications", {"content-type": "application/json", "content-encoding": "gzip"}),
    ("POST", "/api/v1/documents/upload", {"content-type": "multipart/form-data"}),
    ("POST", "/oauth2/token", {"content-type": "application/json"}),
    ("GET", "/oauth2/token", {}),
    ("GET", "/ws/notifications", {}),
    ("GET", "/api/v1/applications", {"x_under": "1"}),
    ("GET", "/api/v1/applications", {"x-long": "a" * 20_000}),
    ("HEAD", "/docs", {}),
    ("GET", "/docs", {"transfer-encoding": "gzip"}),
]


@pytest.mark.parametrize(("method", "path", "headers"), REFUSED_AT_THE_DOOR)
def test_its_door_is_the_local_edges(
    gateway: str, edge: RunningEdge, method: str, path: str, headers: dict[str, str]
) -> None:
    def shown(answer: Answer) -> tuple[object, ...]:
        reason = answer.body if answer.status < 400 or path == "/oauth2/token" else answer.reason
        names = ("allow", "accept", "accept-encoding", "cache-control", "content-type", "x-content-type-options")
        return answer.status, reason, {name: answer.headers.get(name) for name in names}

    body = b"{}" if method == "POST" else None
    there = request(replace(edge, grpc_target=gateway.removeprefix("http://")), method, path, headers, body)
    here = request(edge, method, path, headers, body)
    assert here.status
    assert shown(there) == shown(here)
