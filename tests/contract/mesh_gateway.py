"""The mesh's gateway without a mesh: a real Envoy with istio/edge as istiod makes Envoy's configuration of it.

Its chain has Istio's filters for tokens and policies before the router, made of RequestAuthentication and
AuthorizationPolicy; the routes, made of the VirtualService, come by xDS, from a file. The services behind it, and the
keys of tokens, are those of a local edge.
"""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from envoy import docs
from envoy.edge import TYPE
from stack import programs
from stack.mesh.environment import live_port
from stack.mesh.generate import CONTRACT
from tests.bases import own_base
from tests.contract.conftest import ROOT, RunningEdge
from tests.waiting import until

ROUTER = "envoy.filters.http.router"
JWT = "envoy.filters.http.jwt_authn"
MANAGER = TYPE + "filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"


@contextmanager
def running_gateway(folder: Path, edge: RunningEdge) -> Generator[str]:
    """A running gateway over the files in `folder`, which it fills as the init container does; its URL."""
    subprocess.run([sys.executable, "-m", "envoy.contract", str(folder)], cwd=ROOT, check=True)
    # What is JSON is YAML.
    (folder / "routes.yaml").write_text(json.dumps(routes(folder)))
    with own_base() as base, (folder / "envoy.log").open("w") as log:
        url = f"http://127.0.0.1:{base + 80}"
        (folder / "envoy.yaml").write_text(json.dumps(configuration(folder, edge, base + 80)))
        start = [programs.envoy(), "-c", str(folder / "envoy.yaml"), "--use-dynamic-base-id", "--concurrency", "1"]
        with subprocess.Popen([*start, "-l", "warning"], stdout=log, stderr=log) as process:
            try:
                until(lambda: _answers(url))
                yield url
            finally:
                process.terminate()
                process.wait(10)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}{docs.PAGE_PATH}").status_code == 200
    except httpx.HTTPError:
        return False


def manifests(folder: Path) -> Iterator[Any]:
    """What istio/edge holds, with the files in `folder` instead of the pod's volume."""
    for path in sorted((ROOT / "istio" / "edge").glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.load_all(path.read_text().replace(str(CONTRACT), str(folder)), Loader=yaml.CSafeLoader)


def spec(folder: Path, kind: str) -> Any:
    """The one object of a kind."""
    (found,) = (made["spec"] for made in manifests(folder) if made["kind"] == kind)
    return found


def patches(folder: Path, target: str) -> list[Any]:
    """What is to be done to filters, routes and so on, in the order of the files."""
    filters = (made for made in manifests(folder) if made["kind"] == "EnvoyFilter")
    return [each for made in filters for each in made["spec"]["configPatches"] if each["applyTo"] == target]


def configuration(folder: Path, edge: RunningEdge, port: int) -> Any:
    """Envoy's bootstrap, with Istio's connection manager and what the patches make of it."""
    router = {"name": ROUTER, "typed_config": {"@type": TYPE + "filters.http.router.v3.Router"}}
    filters = [_tokens(folder, edge), _policy(folder), router]
    for each in patches(folder, "HTTP_FILTER"):
        at = {"INSERT_FIRST": 0, "INSERT_BEFORE": len(filters) - 1}[each["patch"]["operation"]]
        filters.insert(at, each["patch"]["value"])
    source = {"resource_api_version": "V3", "path_config_source": {"path": str(folder / "routes.yaml")}}
    manager = {
        "@type": MANAGER,
        "stat_prefix": "gateway",
        "use_remote_address": True,
        "server_name": "istio-envoy",
        "rds": {"route_config_name": "gateway", "config_source": source},
        "http_filters": filters,
    }
    ((patch),) = patches(folder, "NETWORK_FILTER")
    assert patch["patch"]["operation"] == "MERGE"
    chain = [{"name": "manager", "typed_config": merged(manager, patch["patch"]["value"]["typed_config"])}]
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    listener = {"name": "gateway", "address": address, "filter_chains": [{"filters": chain}]}
    behind = json.loads((edge.folder / "envoy.json").read_text())["static_resources"]["clusters"]
    return {
        "node": {"id": "gateway", "cluster": "gateway"},
        "static_resources": {"listeners": [listener], "clusters": behind},
    }


def _tokens(folder: Path, edge: RunningEdge) -> Any:
    """Istio's filter for tokens: who has none goes on, who has a wrong one does not; scopes become a list."""
    (rule,) = spec(folder, "RequestAuthentication")["jwtRules"]
    provider = {
        "issuer": rule["issuer"],
        "audiences": rule["audiences"],
        "forward": rule["forwardOriginalToken"],
        "local_jwks": {"inline_string": json.dumps({"keys": [edge.key.as_dict(private=False)]})},
        "payload_in_metadata": "payload",
        "normalize_payload_in_metadata": {"space_delimited_claims": ["scope", "permission"]},
        "claim_to_headers": [
            {"header_name": each["header"], "claim_name": each["claim"]} for each in rule["outputClaimToHeaders"]
        ],
    }
    either = {"requirements": [{"provider_name": "origins-0"}, {"allow_missing": {}}]}
    rules = [{"match": {"prefix": "/"}, "requires": {"requires_any": either}}]
    config = {"@type": TYPE + "filters.http.jwt_authn.v3.JwtAuthentication"}
    return {"name": JWT, "typed_config": {**config, "providers": {"origins-0": provider}, "rules": rules}}


def _policy(folder: Path) -> Any:
    """Istio's filter for the policy."""
    found = spec(folder, "AuthorizationPolicy")
    assert found["action"] == "ALLOW"
    made = {f"rule-{number}": _allowed(rule) for number, rule in enumerate(found["rules"])}
    rules = {"action": "ALLOW", "policies": made}
    return {
        "name": "envoy.filters.http.rbac",
        "typed_config": {"@type": TYPE + "filters.http.rbac.v3.RBAC", "rules": rules},
    }


def _allowed(rule: Any) -> Any:
    operations = [to["operation"] for to in rule["to"]]
    permissions = [{"and_rules": {"rules": [_any(_path, each["paths"]), *_methods(each)]}} for each in operations]
    claims = [_claim(when["key"].split("[")[1].rstrip("]"), when["values"]) for when in rule.get("when", ())]
    return {"permissions": permissions, "principals": claims or [{"any": True}]}


def _claim(name: str, values: list[str]) -> Any:
    path = [{"key": "payload"}, {"key": name}]
    lists = [{"list_match": {"one_of": {"string_match": {"exact": value}}}} for value in values]
    matchers = [{"filter": JWT, "path": path, "value": value} for value in lists]
    return {"or_ids": {"ids": [{"sourced_metadata": {"metadata_matcher": each}} for each in matchers]}}


def _methods(operation: Any) -> list[Any]:
    return [_any(_method, operation["methods"])] if "methods" in operation else []


def _any(rule: Any, values: list[str]) -> Any:
    return {"or_rules": {"rules": [rule(value) for value in values]}}


def _path(path: str) -> Any:
    match = {"prefix": path.removesuffix("*")} if path.endswith("*") else {"exact": path}
    return {"url_path": {"path": match}}


def _method(method: str) -> Any:
    return {"header": {"name": ":method", "string_match": {"exact": method}}}


def routes(folder: Path) -> Any:
    """The routes of the VirtualService, each a route for each of its matches, and what the patches make of them."""
    merges = {each["match"]["routeConfiguration"]["vhost"]["route"]["name"]: each["patch"]["value"]
              for each in patches(folder, "HTTP_ROUTE") if each["patch"]["operation"] == "MERGE"}  # fmt: skip
    found = [
        merged(_route(each, match), merges.get(each["name"], {}))
        for each in spec(folder, "VirtualService")["http"]
        for match in each["match"]
    ]
    inserted = [e["patch"]["value"] for e in patches(folder, "HTTP_ROUTE") if e["patch"]["operation"] == "INSERT_FIRST"]
    host = {"name": "loanflow.example:443", "domains": ["*"], "routes": [*inserted[::-1], *found]}
    made: dict[str, Any] = {"@type": ROUTES, "name": "gateway", "virtual_hosts": [host]}
    for each in patches(folder, "ROUTE_CONFIGURATION"):
        assert each["patch"]["operation"] == "MERGE"
        made |= each["patch"]["value"]
    return {"version_info": "1", "resources": [made]}


def _route(each: Any, match: Any) -> Any:
    uri = match["uri"]
    chosen: dict[str, Any] = {"safe_regex": {"regex": uri["regex"]}} if "regex" in uri else {}
    chosen |= {key: uri[value] for key, value in (("path", "exact"), ("prefix", "prefix")) if value in uri}
    if "headers" in match:
        chosen["headers"] = [{"name": n, "string_match": {"exact": v["exact"]}} for n, v in match["headers"].items()]
    destination = each["route"][0]["destination"]
    cluster = destination["host"].partition(".")[0]
    live = "_live" if destination["port"]["number"] == live_port() else ""
    request, response = each["headers"]["request"], each["headers"]["response"]
    return {
        "match": chosen,
        "route": {"cluster": cluster + live, "timeout": each.get("timeout", "0s")},
        "request_headers_to_remove": request["remove"],
        "request_headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in request["set"].items()
        ],
        "response_headers_to_remove": response["remove"],
    }


def merged(first: Any, second: Any) -> Any:
    """As istiod merges a patch: what is in both becomes one, a value of the second replaces one of the first."""
    if not isinstance(first, dict) or not isinstance(second, dict):
        return second
    return {**first, **{key: merged(first[key], value) if key in first else value for key, value in second.items()}}
