"""The whole of Envoy's configuration: listeners, connection manager, clusters."""

from envoy import headers, protection, tracing
from envoy.clusters import clusters
from envoy.edge import TYPE, Edge, Json
from envoy.filters import http_filters
from envoy.replies import local_replies
from envoy.routes import route_config
from services.runtime.serving.pace import PACE

HANDSHAKE_TIMEOUT = "10s"
IDLE_TIMEOUT = "75s"
# A little more than what the services give, who say it better.
REQUEST_TIMEOUT = f"{PACE.total + 30}s"


def bootstrap(edge: Edge) -> Json:
    """Envoy's bootstrap; a plain listener and one with TLS 1.3 in front of the same filters."""
    secure = {
        "@type": TYPE + "transport_sockets.tls.v3.DownstreamTlsContext",
        "require_client_certificate": False,
        **edge.certificates(alpn_protocols=["h2", "http/1.1"], validation_context=_client_certificates(edge)),
    }
    tls = {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": secure}}
    return {
        # Without a name of its own, Envoy takes nothing that is discovered.
        "node": {"id": "edge", "cluster": "loanflow"},
        "admin": {"address": _address(edge.host, edge.admin_port)},
        "static_resources": {
            "listeners": [_listener(edge, "plain", edge.plain_port), _listener(edge, "tls", edge.tls_port, tls)],
            "clusters": [*clusters(edge), *([tracing.cluster(edge)] if edge.traced else [])],
        },
        "overload_manager": protection.overload_manager(),
        "layered_runtime": {"layers": [{"name": "limits", "static_layer": protection.RUNTIME}]},
    }


def _client_certificates(edge: Edge) -> Json:
    """Asks for the client's certificate, and needs none: the token endpoint knows it by its hash (RFC 8705)."""
    return {"trusted_ca": {"filename": str(edge.pki / "ca.pem")}, "trust_chain_verification": "ACCEPT_UNTRUSTED"}


def _listener(edge: Edge, name: str, port: int, security: Json | None = None) -> Json:
    return {
        "name": name,
        "address": _address(edge.host, port),
        "per_connection_buffer_limit_bytes": 32768,
        "filter_chains": [
            {
                "filters": [_connection_manager(edge)],
                "transport_socket_connect_timeout": HANDSHAKE_TIMEOUT,
                **(security or {}),
            }
        ],
    }


def _connection_manager(edge: Edge) -> Json:
    config = {
        "@type": TYPE + "filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "use_remote_address": True,
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "generate_request_id": True,
        "always_set_request_id_in_response": True,
        "server_name": "loanflow",
        "max_request_headers_kb": headers.MAX_HEADERS_KIB,
        "request_headers_timeout": "10s",
        # By then all of a request must be there, an upload, too; the services refuse slow senders earlier.
        "request_timeout": REQUEST_TIMEOUT,
        "stream_idle_timeout": "60s",
        "common_http_protocol_options": {
            "headers_with_underscores_action": "REJECT_REQUEST",
            "idle_timeout": IDLE_TIMEOUT,
            "max_headers_count": 64,
            # A body of JSON that comes drop by drop; what may last longer, such as a file, says so by its route.
            "max_stream_duration": f"{edge.longest}s",
        },
        # A follower of a live stream who is gone must not hold a place for long.
        "http2_protocol_options": {**protection.HTTP2, "connection_keepalive": edge.pings},
        "early_header_mutation_extensions": [headers.remove_own()],
        "access_log": [_access_log(edge)],
        **tracing.tracing(edge),
        "local_reply_config": local_replies(),
        "http_filters": http_filters(edge),
        "route_config": route_config(edge),
    }
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": config}


def _access_log(edge: Edge) -> Json:
    """One line of JSON per request, by the names of OpenTelemetry's log data model, as services write theirs.

    No query, no body: what may be personal stays out.
    """
    line = {
        "Timestamp": "%START_TIME%",
        **({"TraceId": "%TRACE_ID%"} if edge.traced else {}),
        "SeverityText": "INFO",
        "SeverityNumber": 9,
        "Body": "request",
        "Resource": {"service.namespace": "loanflow", "service.name": "edge"},
        "Attributes": {
            "correlation_id": "%REQ(X-REQUEST-ID)%",
            "http.request.method": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
            "url.path": "%PATH(NQ:ORIG_OR_PATH)%",
            "enduser.id": "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:claims:sub)%",
            "http.response.status_code": "%RESPONSE_CODE%",
            "rpc.grpc.status_code": "%GRPC_STATUS_NUMBER%",
            "details": "%RESPONSE_CODE_DETAILS%",
            "upstream": "%UPSTREAM_CLUSTER%",
            "milliseconds": "%DURATION%",
            "http.request.size": "%BYTES_RECEIVED%",
            "http.response.size": "%BYTES_SENT%",
        },
    }
    config = {
        "@type": TYPE + "access_loggers.stream.v3.StdoutAccessLog",
        "log_format": {"json_format": line},
    }
    return {"name": "envoy.access_loggers.stdout", "typed_config": config}


def _address(host: str, port: int) -> Json:
    return {"socket_address": {"address": host, "port_value": port}}
