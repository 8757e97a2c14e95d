"""The edge as an Istio gateway: the routes, filters and replies of envoy/, put into the proxy that Istio configures.

Each of Envoy's routes becomes one of a VirtualService; what a VirtualService cannot say of a route, the routes that the
edge answers by itself, and the filters, are patches. Tokens and roles are Istio's own filters, which stand after the
transcoder and before the limits.
"""

import json
from typing import Any

from envoy import docs, door, headers, limits, overload, replies
from envoy.bootstrap import bootstrap
from envoy.edge import Edge
from envoy.routes import ADDED, LIVE_CLUSTER, NO_TIMEOUT, route_config
from services.catalog import BY_NAME, SHARED
from stack.mesh.environment import BASE_PORT, Json, host_of, live_port
from stack.mesh.policies import EDGE, NETWORKING, PATCHES, PUBLIC_HOST, Table, edge_policy, istio, tokens
from stack.mesh.workloads import selector

TLS_PORT = 8443
# Istio's chain begins with these five of ours, and has these before its router.
FIRST = (
    door.FILTER,
    headers.REST_HEADERS,
    "envoy.filters.http.buffer",
    "envoy.filters.http.grpc_json_transcoder",
    headers.UNASKED_TOKENS,
)
# What Istio's sidecars add to an answer.
OF_THE_MESH = ("x-envoy-decorator-operation",)
LAST = (limits.FILTER, limits.SHARE_FILTER, overload.FILTER)
# What of the connection manager makes the edge what it is; the rest is the mesh's own.
MANAGER = (
    "normalize_path",
    "merge_slashes",
    "path_with_escaped_slashes_action",
    "server_name",
    "always_set_request_id_in_response",
    "max_request_headers_kb",
    "request_headers_timeout",
    "request_timeout",
    "stream_idle_timeout",
    "common_http_protocol_options",
    "http2_protocol_options",
    "early_header_mutation_extensions",
)
# The folder of the pod in which the edge's Secret is mounted, as Kubernetes names the keys of such a Secret.
PUBLIC = "/etc/loanflow/public"
# Istio's own come first, those without a priority; istioctl asks for one where a patch stands beside what is there.
PRIORITY = 10
_MANAGER_FILTER = "envoy.filters.network.http_connection_manager"


def manifests(table: Table) -> list[Json]:
    """Everything of the edge but the pods it runs in."""
    routes = grouped(table.edge)
    patches = [_filters(table), _route_patches(routes), _reference(table.edge)]
    return [_gateway(), _routes(table.edge, routes), tokens(), edge_policy(table), *patches]


def connection_manager(edge: Edge) -> Json:
    """Envoy's own configuration of the edge, from which all of this is taken."""
    listener = bootstrap(edge)["static_resources"]["listeners"][0]
    found: Json = listener["filter_chains"][0]["filters"][0]["typed_config"]
    return found


def grouped(edge: Edge) -> list[tuple[str, list[Json], Json]]:
    """Envoy's routes to services, those together that differ only in what they match: a name, the matches, a route.

    The order stays; the name says the cluster and counts.
    """
    found: dict[str, list[Json]] = {}
    for route in (each for each in route_config(edge)["virtual_hosts"][0]["routes"] if "route" in each):
        alike = json.dumps({key: value for key, value in route.items() if key != "match"}, sort_keys=True)
        special = "path" not in route["match"]
        found.setdefault(f"{special and sorted(route['match'])} {alike}", []).append(route)
    groups: list[tuple[str, list[Json], Json]] = []
    counts: dict[str, int] = {}
    for routes in found.values():
        cluster = routes[0]["route"]["cluster"]
        counts[cluster] = counts.get(cluster, 0) + 1
        groups.append((f"{cluster}-{counts[cluster]}", [route["match"] for route in routes], routes[0]))
    return groups


def _gateway() -> Json:
    server = {
        "port": {"number": TLS_PORT, "name": "https", "protocol": "HTTPS"},
        "hosts": [PUBLIC_HOST],
        # By its files, which the pod has: a Secret's name would have the proxy read Secrets by the API.
        "tls": {
            "mode": "SIMPLE",
            "serverCertificate": f"{PUBLIC}/tls.crt",
            "privateKey": f"{PUBLIC}/tls.key",
            "minProtocolVersion": "TLSV1_3",
        },
    }
    return istio("Gateway", NETWORKING, EDGE, selector=selector(EDGE), servers=[server])


def _routes(edge: Edge, groups: list[tuple[str, list[Json], Json]]) -> Json:
    config = route_config(edge)
    headers = {
        "request": {"set": dict(ADDED), "remove": config["request_headers_to_remove"]},
        "response": {"remove": [*config["response_headers_to_remove"], *OF_THE_MESH]},
    }
    return istio(
        "VirtualService",
        NETWORKING,
        EDGE,
        hosts=[PUBLIC_HOST],
        gateways=[EDGE],
        http=[_route(*each, headers) for each in groups],
    )


def _route(name: str, matches: list[Json], route: Json, headers: Json) -> Json:
    action = route["route"]
    made: Json = {
        "name": name,
        "match": [_match(match) for match in matches],
        "route": [{"destination": _destination(action["cluster"])}],
        "headers": headers,
        "retries": {"attempts": 0},
    }
    # Without a timeout of its own a route has none; Istio refuses a zero that says so.
    if action["timeout"] != NO_TIMEOUT:
        made["timeout"] = action["timeout"]
    if retries := action.get("retry_policy"):
        backoff = retries["retry_back_off"]["base_interval"]
        made["retries"] = {"attempts": retries["num_retries"], "retryOn": retries["retry_on"], "backoff": backoff}
    return made


def _match(match: Json) -> Json:
    if "safe_regex" in match:
        return {"uri": {"regex": match["safe_regex"]["regex"]}}
    made: Json = {"uri": {"exact": match["path"]} if "path" in match else {"prefix": match["prefix"]}}
    if headers := match.get("headers"):
        made["headers"] = {header["name"]: {"exact": header["string_match"]["exact"]} for header in headers}
    return made


def _destination(cluster: str) -> Json:
    if cluster == LIVE_CLUSTER:
        return {"host": host_of(cluster.removesuffix("_live")), "port": {"number": live_port()}}
    return {"host": host_of(cluster), "port": {"number": BASE_PORT + BY_NAME[cluster].offset}}


def _filters(table: Table) -> Json:
    """Our filters around Istio's, and what is special about the connection manager."""
    manager = connection_manager(table.edge)
    filters = {each["name"]: each for each in manager["http_filters"]}
    # Each goes before all that are there, so the last one is put in first.
    patches = [_http_filter("INSERT_FIRST", filters[name]) for name in reversed(FIRST)]
    patches += [_http_filter("INSERT_BEFORE", filters[name], {"name": "envoy.filters.http.router"}) for name in LAST]
    chosen = {"@type": manager["@type"], **{key: manager[key] for key in MANAGER}}
    closed = sorted({rpc.path for rpc in table.edge.rpcs if rpc.internal} | {f"/{name}/*" for name in SHARED})
    chosen["local_reply_config"] = replies.local_replies(closed)
    match = {"context": "GATEWAY", "listener": {"filterChain": {"filter": {"name": _MANAGER_FILTER}}}}
    value = {"operation": "MERGE", "value": {"typed_config": chosen}}
    patches.append({"applyTo": "NETWORK_FILTER", "match": match, "patch": value})
    return _patches(EDGE, patches)


def _http_filter(operation: str, value: Json, beside: Json | None = None) -> Json:
    filter_match: Json = {"name": _MANAGER_FILTER} | ({"subFilter": beside} if beside else {})
    match = {"context": "GATEWAY", "listener": {"filterChain": {"filter": filter_match}}}
    return {"applyTo": "HTTP_FILTER", "match": match, "patch": {"operation": operation, "value": value}}


def _route_patches(groups: list[tuple[str, list[Json], Json]]) -> Json:
    """What is unlimited, unbuffered, may be silent or may not last for ever."""
    return _patches(f"{EDGE}-routes", [patch for name, _, route in groups if (patch := _route_patch(name, route))])


def _route_patch(name: str, route: Json) -> Json:
    value: Json = {key: route[key] for key in ("metadata", "typed_per_filter_config") if key in route}
    special = ("idle_timeout", "max_stream_duration", "upgrade_configs")
    if action := {key: route["route"][key] for key in special if key in route["route"]}:
        value["route"] = action
    if not value:
        return {}
    match: Any = {"context": "GATEWAY", "routeConfiguration": {"vhost": {"route": {"name": name}}}}
    return {"applyTo": "HTTP_ROUTE", "match": match, "patch": {"operation": "MERGE", "value": value}}


def _reference(edge: Edge) -> Json:
    """The API reference, by Envoy's routes as they are; their files are read by the proxy, out of a volume of its pod.

    A proxy that misses one of the files refuses the routes as a whole, and goes on with those it has.
    """
    match = {"context": "GATEWAY"}
    size = {"max_direct_response_body_size_bytes": docs.MAX_BYTES}
    patches: list[Json] = [
        {"applyTo": "ROUTE_CONFIGURATION", "match": match, "patch": {"operation": "MERGE", "value": size}}
    ]
    for route in docs.routes(edge):
        patch = {"operation": "INSERT_FIRST", "value": route}
        patches.append({"applyTo": "HTTP_ROUTE", "match": match, "patch": patch})
    return _patches(f"{EDGE}-docs", patches)


def _patches(name: str, patches: list[Json]) -> Json:
    chosen = {"workloadSelector": {"labels": selector(EDGE)}, "priority": PRIORITY}
    # IST0133: filters depend on the proxy's insides. The transcoder, the limits and the answers have no other way in;
    # one table of probes holds them against the local edge.
    return istio("EnvoyFilter", PATCHES, name, "IST0133", **chosen, configPatches=patches)
