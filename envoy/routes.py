"""One route per RPC, by its gRPC path; and one per upload, by its REST path.

Envoy looks for a route twice: for the path as it came, and again after the transcoder. Only the first can switch off
the buffer, which stands before the transcoder.
"""

import re

from envoy import docs, limits
from envoy.edge import LIVE_PATH, REFLECTION, TYPE, Edge, Json, Rpc
from services.catalog import SERVICES
from services.runtime.calling.terms import ADDRESS, CERTIFICATE
from services.runtime.serving.pace import PACE

UNARY_TIMEOUT = "15s"
NO_TIMEOUT = "0s"
# What a service does with a file when the last of it has come: it is scanned and stored.
UPLOAD_ANSWER_SECONDS = 60
LIVE_CLUSTER = "notification_live"
# What a service learns of a call: its id, the address that it came from, and the SHA-256 of the client's certificate.
ADDED = {
    "x-correlation-id": "%REQ(X-REQUEST-ID)%",
    ADDRESS: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    CERTIFICATE: "%DOWNSTREAM_PEER_FINGERPRINT_256%",
}
# Names the service whose reflection is asked; without it, the first of the catalogue answers.
REFLECTION_HEADER = "x-service"
# A service answers UNAVAILABLE only when it kept nothing, so trying again is safe.
RETRIES: Json = {
    "retry_on": "unavailable,reset-before-request,connect-failure,refused-stream",
    "num_retries": 3,
    # Another try asks another replica, if there is one.
    "retry_host_predicate": [
        {
            "name": "envoy.retry_host_predicates.previous_hosts",
            "typed_config": {
                "@type": TYPE + "retry.host.previous_hosts.v3.PreviousHostsPredicate",
            },
        }
    ],
    "host_selection_retry_max_attempts": 3,
    "retry_back_off": {"base_interval": "0.025s", "max_interval": "0.5s"},
}


def route_config(edge: Edge) -> Json:
    """Every route of the edge, on any host name."""
    routes = [
        *(_upload(edge, rpc, _regex(binding["path"])) for rpc in edge.rpcs if rpc.upload for binding in rpc.http),
        *(_native(edge, rpc) for rpc in edge.rpcs),
        _live(edge),
        *docs.routes(edge),
        *(route for name in REFLECTION for route in _reflection(edge, name)),
    ]
    return {
        "name": "edge",
        "max_direct_response_body_size_bytes": docs.MAX_BYTES,
        "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}],
        "request_headers_to_remove": ["x-forwarded-client-cert"],
        "request_headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in ADDED.items()
        ],
        "response_headers_to_remove": [
            "grpc-accept-encoding",
            "grpc-retry-pushback-ms",
            "x-envoy-upstream-service-time",
            "x-envoy-overloaded",
        ],
    }


def _regex(template: str) -> str:
    return "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", template))


def _native(edge: Edge, rpc: Rpc) -> Json:
    action: Json = {"cluster": rpc.service.name, "timeout": UNARY_TIMEOUT, "retry_policy": RETRIES}
    route: Json = {"match": {"path": rpc.path, "grpc": {}}, "route": action, "metadata": limits.route_metadata(rpc)}
    if rpc.streaming:
        route["route"] = _stream(edge, rpc.service.name, live=rpc.live)
        route["typed_per_filter_config"] = _unbuffered()
    return route


def _upload(edge: Edge, rpc: Rpc, regex: str) -> Json:
    return {
        "match": {"safe_regex": {"regex": regex}},
        "route": _stream(edge, rpc.service.name, live=False),
        "typed_per_filter_config": _unbuffered(),
    }


def _live(edge: Edge) -> Json:
    """The WebSocket of live notifications, which the transcoder must not take for an unknown RPC."""
    transcoder = {"@type": TYPE + "filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder", "proto_descriptor_bin": ""}
    return {
        "match": {"path": LIVE_PATH},
        "route": {**_stream(edge, LIVE_CLUSTER, live=True), "upgrade_configs": [{"upgrade_type": "websocket"}]},
        "metadata": {"filter_metadata": {limits.FILTER: {"subject": "STANDARD"}}},
        "typed_per_filter_config": {**_unbuffered(), "envoy.filters.http.grpc_json_transcoder": transcoder},
    }


def _reflection(edge: Edge, name: str) -> list[Json]:
    default = {"match": {"prefix": f"/{name}/", "grpc": {}}}
    named = [
        {**default["match"], "headers": [{"name": REFLECTION_HEADER, "string_match": {"exact": service.name}}]}
        for service in SERVICES
    ]
    matches = [*zip(named, (service.name for service in SERVICES), strict=True), (default["match"], SERVICES[0].name)]
    return [
        {"match": match, "route": _stream(edge, cluster, live=True), "typed_per_filter_config": _unbuffered()}
        for match, cluster in matches
    ]


def _stream(edge: Edge, cluster: str, *, live: bool) -> Json:
    """A stream may last, but not for ever; one that is live may also be silent, a file on its way may not."""
    longest = edge.keepalive.stream + edge.keepalive.ping if live else PACE.total + UPLOAD_ANSWER_SECONDS
    route = {"cluster": cluster, "timeout": NO_TIMEOUT, "max_stream_duration": {"max_stream_duration": f"{longest}s"}}
    return route | ({"idle_timeout": NO_TIMEOUT} if live else {})


def _unbuffered() -> Json:
    config = {"@type": TYPE + "filters.http.buffer.v3.BufferPerRoute", "disabled": True}
    return {"envoy.filters.http.buffer": config}
