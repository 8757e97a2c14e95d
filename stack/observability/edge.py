"""Alerts about the edge: whether it is there, reaches the services, and has to refuse calls."""

from stack.observability.alert import CRITICAL, EDGE, WARNING, Alert, grows, stands

_LABELS = 'job="edge", instance="edge:1"'
_HTTP = f'envoy_http_conn_manager_prefix="edge", {_LABELS}'
_CLUSTER = f'envoy_cluster_name="kyc", {_LABELS}'
_OURS = '{envoy_http_conn_manager_prefix="edge"}'

ALERTS: tuple[Alert, ...] = (
    Alert(
        "EdgeDown", CRITICAL, f'max(up{{job="{EDGE}"}}) == 0 or absent(up{{job="{EDGE}"}})',
        "no edge answers: nobody gets in", "service-down",
        {f"up{{{_LABELS}}}": stands(1, 0)},
    ),
    Alert(
        "UpstreamUnhealthy", CRITICAL,
        'label_replace(max by (envoy_cluster_name) (envoy_cluster_membership_healthy) == 0,'
        ' "service", "$1", "envoy_cluster_name", "(.*)")',
        "the edge finds no replica of {service} that is healthy", "service-down",
        {f"envoy_cluster_membership_healthy{{{_CLUSTER}}}": stands(1, 0)},
        {"envoy_cluster_name": "kyc", "service": "kyc"}, minutes=2, faults=("services killed",),
        follows=("ServiceDown", "ServiceNotReady"),
    ),
    Alert(
        "KeysNotFetched", CRITICAL, f"sum(rate(envoy_http_jwt_authn_jwks_fetch_failed{_OURS}[5m])) > 0",
        "the edge cannot fetch the keys of access tokens: soon it refuses every caller", "service-down",
        {f"envoy_http_jwt_authn_jwks_fetch_failed{{{_HTTP}}}": grows(0, 6)}, minutes=5,
    ),
    Alert(
        "EdgeOverloaded", WARNING,
        f"sum(rate(envoy_http_adaptive_concurrency_gradient_controller_rq_blocked{_OURS}[5m])) > 1",
        "the edge refuses calls because services are not fast enough", "overload",
        {f"envoy_http_adaptive_concurrency_gradient_controller_rq_blocked{{{_HTTP}}}": grows(2, 600)}, minutes=5,
        follows=("StoreDown",),
    ),
    Alert(
        "EdgeStopsAccepting", CRITICAL,
        "max(envoy_overload_envoy_overload_actions_stop_accepting_requests_active) > 0",
        "the edge has no memory left and takes no calls", "overload",
        {f"envoy_overload_envoy_overload_actions_stop_accepting_requests_active{{{_LABELS}}}": stands(0, 1)},
    ),
    Alert(
        "LimitsHit", WARNING,
        "sum(rate(envoy_http_local_rate_limit_rate_limited[5m]))"
        f" / sum(rate(envoy_http_downstream_rq_total{_OURS}[5m])) > 0.1",
        "one call in ten is more than its caller may make", "overload",
        {
            f'envoy_http_local_rate_limit_rate_limited{{envoy_local_http_ratelimit_prefix="edge", {_LABELS}}}': grows(
                1, 900
            ),
            f"envoy_http_downstream_rq_total{{{_HTTP}}}": grows(600, 3000),
        },
        minutes=10,
    ),
    Alert(
        "EdgeTimesOut", WARNING,
        'label_replace(sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_timeout[5m])) > 0.1,'
        ' "service", "$1", "envoy_cluster_name", "(.*)")',
        "{service} does not answer the edge in time", "overload",
        {f"envoy_cluster_upstream_rq_timeout{{{_CLUSTER}}}": grows(0, 30)},
        {"envoy_cluster_name": "kyc", "service": "kyc"}, minutes=5,
        faults=("a table locked, the pool held", "a slow way to PostgreSQL", "a stalled way to PostgreSQL"),
        follows=("StoreDown", "ServiceDown", "UpstreamUnhealthy"),
    ),
)  # fmt: skip
