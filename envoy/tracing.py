"""The first span of every call, which the edge begins where there is a collector, and passes on to the services."""

from envoy.edge import TLS_1_3, TYPE, Edge, Json

COLLECTOR_CLUSTER = "collector"


def tracing(edge: Edge) -> Json:
    """What the connection manager does for traces: every call has one, of which the collector keeps some."""
    if not edge.traced:
        return {}
    service = {"envoy_grpc": {"cluster_name": COLLECTOR_CLUSTER}, "timeout": "1s"}
    config = {
        "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
        "grpc_service": service,
        "service_name": "edge",
    }
    return {
        "tracing": {
            "provider": {"name": "envoy.tracers.opentelemetry", "typed_config": config},
            "random_sampling": {"value": 100.0},
            # Nobody outside says which call is traced.
            "client_sampling": {"value": 0.0},
        }
    }


def cluster(edge: Edge) -> Json:
    """The collector, by TLS; its name is in its certificate."""
    trust = {
        "trusted_ca": {"filename": str(edge.pki / "ca.pem")},
        "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": "localhost"}}],
    }
    context = {
        "@type": TYPE + "transport_sockets.tls.v3.UpstreamTlsContext",
        "sni": "localhost",
        # The newest that Envoy speaks to others by itself is 1.2.
        "common_tls_context": {"tls_params": TLS_1_3, "alpn_protocols": ["h2"], "validation_context": trust},
    }
    http2 = {
        "@type": TYPE + "upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    address = {"socket_address": {"address": edge.host, "port_value": edge.collector_port}}
    return {
        "name": COLLECTOR_CLUSTER,
        "type": "STATIC",
        "connect_timeout": "1s",
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2},
        "load_assignment": {
            "cluster_name": COLLECTOR_CLUSTER,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
        "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": context},
    }
