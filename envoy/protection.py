"""What protects the edge itself from its callers: limits of HTTP/2, of connections and of memory."""

from envoy.edge import TYPE, Json

MAX_CONNECTIONS = 8192
MAX_HEAP_BYTES = 768 * 1024 * 1024
# A person's browser has a few calls under way on its connection, and needs to cancel few of them.
HTTP2: Json = {
    "max_concurrent_streams": 100,
    "initial_stream_window_size": 65536,
    "initial_connection_window_size": 1048576,
    "override_stream_error_on_invalid_http_message": True,
    # Frames that are waiting to be read by a caller who reads nothing: answers to pings and settings, resets; and all.
    "max_outbound_control_frames": 200,
    "max_outbound_frames": 2000,
    # Of those that carry nothing, so many in a row, or for each stream, or for each frame that was sent.
    "max_consecutive_inbound_frames_with_empty_payload": 3,
    "max_inbound_priority_frames_per_stream": 10,
    "max_inbound_window_update_frames_per_data_frame_sent": 10,
}
# CVE-2023-44487, rapid reset: a connection ends when most of so many streams were ended by the caller within a second.
RUNTIME: Json = {
    "overload.premature_reset_total_stream_count": 100,
    "overload.premature_reset_min_stream_lifetime_seconds": 1,
    # A connection on which many requests come at once takes turns with the others.
    "http.max_requests_per_io_cycle": 5,
}
_HEAP = "envoy.resource_monitors.fixed_heap"
# From which share of the memory on.
_ACTIONS = {"shrink_heap": 0.9, "disable_http_keepalive": 0.92, "stop_accepting_requests": 0.95}


def overload_manager() -> Json:
    """Refuses connections beyond the limit, and lets go of work when the memory comes to its end."""
    connections = {
        "@type": TYPE + "resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
        "max_active_downstream_connections": MAX_CONNECTIONS,
    }
    heap = {
        "@type": TYPE + "resource_monitors.fixed_heap.v3.FixedHeapConfig",
        "max_heap_size_bytes": MAX_HEAP_BYTES,
    }
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {"name": "envoy.resource_monitors.global_downstream_max_connections", "typed_config": connections},
            {"name": _HEAP, "typed_config": heap},
        ],
        "actions": [_action(name, share) for name, share in _ACTIONS.items()],
    }


def _action(name: str, share: float) -> Json:
    return {"name": f"envoy.overload_actions.{name}", "triggers": [{"name": _HEAP, "threshold": {"value": share}}]}
