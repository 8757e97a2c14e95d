"""The mesh's gateway as far as it goes without a mesh: a real Envoy with Istio's patches, applied as istiod does it.

The chain has Istio's policy before the router, and the routes come by xDS, from a file. There are no tokens here.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from envoy import contract, docs, limits
from envoy.edge import TYPE
from stack import programs
from stack.mesh.generate import CONTRACT, read_table
from tests.contract.conftest import GEN, ROOT, RunningEdge
from tests.contract.raw import Answer, request
from tests.waiting import until

PORT = 27800
URL = f"http://127.0.0.1:{PORT}"
ROUTER = "envoy.filters.http.router"
MANAGER = TYPE + "filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"


def manifests(folder: Path) -> Iterator[Any]:
    """What istio/edge holds, with the files in `folder` instead of the pod's volume."""
    for path in sorted((ROOT / "istio" / "edge").glob("edge-*.yaml")):
        yield from yaml.safe_load_all(path.read_text().replace(str(CONTRACT), str(folder)))


def patches(folder: Path, target: str) -> list[tuple[str, Any]]:
    """What is to be done to filters, routes and so on: operation and value, in their order."""
    found = (
        each for made in manifests(folder) if made["kind"] == "EnvoyFilter" for each in made["spec"]["configPatches"]
    )
    return [(each["patch"]["operation"], each["patch"]["value"]) for each in found if each["applyTo"] == target]


def policy(folder: Path) -> Any:
    """Istio's filter for what the policy lets in without a token."""
    (spec,) = (made["spec"] for made in manifests(folder) if made["kind"] == "AuthorizationPolicy")
    operations = [to["operation"] for rule in spec["rules"] if "when" not in rule for to in rule["to"]]
    open_to_all = [{"and_rules": {"rules": [_any(_path, each["paths"]), *_methods(each)]}} for each in operations]
    rules = {
        "action": spec["action"],
        "policies": {"open": {"permissions": open_to_all, "principals": [{"any": True}]}},
    }
    return {
        "name": "envoy.filters.http.rbac",
        "typed_config": {"@type": TYPE + "filters.http.rbac.v3.RBAC", "rules": rules},
    }


def _methods(operation: Any) -> list[Any]:
    return [_any(_method, operation["methods"])] if "methods" in operation else []


def _any(rule: Any, values: list[str]) -> Any:
    return {"or_rules": {"rules": [rule(value) for value in values]}}


def _path(path: str) -> Any:
    match = {"prefix": path.removesuffix("*")} if path.endswith("*") else {"exact": path}
    return {"url_path": {"path": match}}


def _method(method: str) -> Any:
    return {"header": {"name": ":method", "string_match": {"exact": method}}}


def configuration(folder: Path) -> Any:
    """Envoy's bootstrap, with Istio's connection manager and what the patches make of it."""
    filters = [policy(folder), {"name": ROUTER, "typed_config": {"@type": TYPE + "filters.http.router.v3.Router"}}]
    for operation, value in patches(folder, "HTTP_FILTER"):
        filters.insert({"INSERT_FIRST": 0, "INSERT_BEFORE": len(filters) - 1}[operation], value)
    source = {"resource_api_version": "V3", "path_config_source": {"path": str(folder / "routes.yaml")}}
    manager = {
        "@type": MANAGER,
        "stat_prefix": "gateway",
        "use_remote_address": True,
        "rds": {"route_config_name": "gateway", "config_source": source},
        "http_filters": filters,
    }
    ((operation, value),) = patches(folder, "NETWORK_FILTER")
    assert operation == "MERGE"
    chain = [{"name": "manager", "typed_config": manager | value["typed_config"]}]
    address = {"socket_address": {"address": "127.0.0.1", "port_value": PORT}}
    listener = {"name": "gateway", "address": address, "filter_chains": [{"filters": chain}]}
    return {"node": {"id": "edge", "cluster": "edge"}, "static_resources": {"listeners": [listener]}}


def routes(folder: Path) -> Any:
    """The routes that the gateway answers by itself; those to services are left out with their clusters."""
    inserted = [value for operation, value in patches(folder, "HTTP_ROUTE") if operation == "INSERT_FIRST"]
    host = {"name": "loanflow.example:443", "domains": ["*"], "routes": inserted[::-1]}
    made: dict[str, Any] = {"@type": ROUTES, "name": "gateway", "virtual_hosts": [host]}
    for operation, value in patches(folder, "ROUTE_CONFIGURATION"):
        assert operation == "MERGE"
        made |= value
    return {"version_info": "1", "resources": [made]}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running gateway; the folder that the init container has filled for it."""
    folder = tmp_path_factory.mktemp("contract")
    subprocess.run([sys.executable, "-m", "envoy.contract", str(folder)], cwd=ROOT, check=True)
    (folder / "routes.yaml").write_text(yaml.safe_dump(routes(folder)))
    (folder / "envoy.yaml").write_text(yaml.safe_dump(configuration(folder)))
    start = [
        programs.envoy(),
        "-c",
        str(folder / "envoy.yaml"),
        "--base-id",
        "48",
        "--concurrency",
        "1",
        "-l",
        "warning",
    ]
    with (folder / "envoy.log").open("w") as log, subprocess.Popen(start, stdout=log, stderr=log) as process:
        try:
            until(_answers)
            yield folder
        finally:
            process.terminate()
            process.wait(10)


def _answers() -> bool:
    try:
        return httpx.get(f"{URL}{docs.PAGE_PATH}").status_code == 200
    except httpx.HTTPError:
        return False


def test_anybody_gets_the_api_reference_as_from_the_local_edge(gateway: Path) -> None:
    files = {f"/docs/{name}": source for name, source in contract.sources(GEN).items()}
    files["/openapi.yaml"] = files.pop("/docs/openapi.yaml")
    for route in docs.routes(read_table().edge):
        path, body = route["match"]["path"], route["direct_response"]["body"]
        answer = httpx.get(URL + path)
        assert answer.status_code == 200, path
        assert answer.content == (
            body["inline_string"].encode() if "inline_string" in body else files[path].read_bytes()
        )
        for each in route["response_headers_to_add"]:
            assert answer.headers[each["header"]["key"]] == each["header"]["value"]


def test_nothing_beside_it_is_let_in(gateway: Path) -> None:
    for path in ("/docs/more", "/docs/loanflow.binpb"):
        answer = httpx.get(URL + path)
        assert (answer.status_code, answer.json()["details"][0]["reason"]) == (404, "PATH_UNKNOWN")
    assert httpx.get(f"{URL}/api/v1/applications").json()["details"][0]["reason"] == "ACCESS_DENIED"


def test_routes_with_a_file_that_is_missing_are_refused_and_the_old_ones_stay(gateway: Path) -> None:
    lacking = routes(gateway)
    lacking["version_info"] = "2"
    lacking["resources"][0]["virtual_hosts"][0]["routes"][0]["direct_response"]["body"] = {"filename": "/nowhere"}
    (gateway / "next.yaml").write_text(yaml.safe_dump(lacking))
    # Envoy looks again when the file is replaced by another.
    (gateway / "next.yaml").rename(gateway / "routes.yaml")
    until(lambda: "/nowhere" in (gateway / "envoy.log").read_text())
    assert all(httpx.get(URL + path).status_code == 200 for path in docs.paths(read_table().edge))


def test_it_is_limited_by_address(gateway: Path) -> None:
    first, second = (httpx.get(f"{URL}/docs/start.js").headers for _ in range(2))
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
    gateway: Path, edge: RunningEdge, method: str, path: str, headers: dict[str, str]
) -> None:
    def shown(answer: Answer) -> tuple[object, ...]:
        reason = answer.body if answer.status < 400 or path == "/oauth2/token" else answer.reason
        names = ("allow", "accept", "accept-encoding", "cache-control", "content-type", "x-content-type-options")
        return answer.status, reason, {name: answer.headers.get(name) for name in names}

    body = b"{}" if method == "POST" else None
    there = request(replace(edge, grpc_target=URL.removeprefix("http://")), method, path, headers, body)
    here = request(edge, method, path, headers, body)
    assert here.status
    assert shown(there) == shown(here)
