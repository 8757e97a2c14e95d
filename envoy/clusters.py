"""One upstream per service, over mutual TLS; and the edge itself, from which it fetches the keys of tokens."""

from envoy.edge import LIVE_SERVICE, TRUST_DOMAIN, TYPE, Edge, Json
from envoy.filters import JWKS_CLUSTER
from envoy.routes import LIVE_CLUSTER
from services.catalog import SERVICES, STANDBY_OFFSET, Service

CONNECT_TIMEOUT = "1s"
# What one service may be asked at once. Unary calls have a smaller limit in overload.py, so this one is that of their
# retries and of streams.
MAX_REQUESTS = 256
# Who follows live holds a connection all along; the service says by itself when they are too many.
_MAX_FOLLOWERS = 4096
# A service that says NOT_SERVING is left alone at the next check, so it drains for longer than this.
CHECK_INTERVAL = "1s"


def clusters(edge: Edge) -> list[Json]:
    """All upstreams."""
    return [*(_service(edge, service) for service in SERVICES), _live(edge), _keys(edge)]


def _service(edge: Edge, service: Service) -> Json:
    port = edge.base + service.offset
    http2 = {
        "@type": TYPE + "upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {"connection_keepalive": edge.pings}},
    }
    return {
        "name": service.name,
        "type": "STATIC",
        "connect_timeout": CONNECT_TIMEOUT,
        "per_connection_buffer_limit_bytes": 32768,
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2},
        "load_assignment": _at(service.name, edge.host, port, port + STANDBY_OFFSET),
        # With the stand-in at rest, half of the endpoints are in order; that is no reason to call the other half.
        "common_lb_config": {"healthy_panic_threshold": {"value": 40}},
        "circuit_breakers": {"thresholds": [_limits(MAX_REQUESTS)]},
        "health_checks": [_health_check()],
        "transport_socket": _mutual_tls(edge, service.name, "h2"),
    }


def _limits(most: int) -> Json:
    """Retries are few by default (3), too few for a restart under load."""
    return {
        "max_connections": most,
        "max_pending_requests": most,
        "max_requests": most,
        "retry_budget": {"budget_percent": {"value": 25.0}, "min_retry_concurrency": 64},
    }


def _health_check() -> Json:
    return {
        "timeout": "1s",
        "interval": CHECK_INTERVAL,
        "no_traffic_interval": CHECK_INTERVAL,
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        "grpc_health_check": {},
    }


def _mutual_tls(edge: Edge, service: str, protocol: str) -> Json:
    """TLS 1.3 to exactly this service: the name in its certificate is its SPIFFE identity."""
    identity = f"spiffe://{TRUST_DOMAIN}/ns/loanflow/sa/{service}"
    trust = {
        "trusted_ca": {"filename": str(edge.pki / "ca.pem")},
        "match_typed_subject_alt_names": [{"san_type": "URI", "matcher": {"exact": identity}}],
    }
    context = {
        "@type": TYPE + "transport_sockets.tls.v3.UpstreamTlsContext",
        "sni": service,
        **edge.certificates(alpn_protocols=[protocol], validation_context=trust),
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


def _live(edge: Edge) -> Json:
    """The WebSocket of live notifications: HTTP/1.1, one connection for each who follows."""
    return {
        "name": LIVE_CLUSTER,
        "type": "STATIC",
        "connect_timeout": CONNECT_TIMEOUT,
        "load_assignment": _at(LIVE_CLUSTER, edge.host, edge.live_port),
        "circuit_breakers": {"thresholds": [_limits(_MAX_FOLLOWERS)]},
        "transport_socket": _mutual_tls(edge, LIVE_SERVICE, "http/1.1"),
    }


def _keys(edge: Edge) -> Json:
    at = _at(JWKS_CLUSTER, edge.host, edge.plain_port)
    return {"name": JWKS_CLUSTER, "type": "STATIC", "connect_timeout": CONNECT_TIMEOUT, "load_assignment": at}


def _at(name: str, host: str, *ports: int) -> Json:
    addresses = [{"socket_address": {"address": host, "port_value": port}} for port in ports]
    return {
        "cluster_name": name,
        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}} for address in addresses]}],
    }
