"""How many calls go on to one service at the same time: as many as are answered in good time, found out while it runs.

What is more is refused at once, before the service has any work with it. Each service has its own measure; streams,
which last for as long as their readers like, and the keys and revocations of tokens, without which no other call is
understood, are neither counted nor refused. What a caller asks beyond a share has a measure apart, so that no one fills
it for all.

Envoy would find out by itself how long a call takes in quiet times, and let nearly none through for that once a minute.
A fixed time stands in the place of that.
"""

from envoy.edge import JWKS_PATH, REVOCATIONS_PATH, TYPE, Edge, Json, Rpc
from envoy.limits import BEYOND_HEADER
from services.catalog import SERVICES

FILTER = "envoy.filters.http.composite"
CONTROLLER = "envoy.filters.http.adaptive_concurrency"
# As long as nine of ten calls to a service take no longer than this, one more is let through at the same time.
GOOD_TIME = "0.25s"
SHARE_PERCENT = 90
# How often the number is found anew; it halves at most, or doubles.
INTERVAL = "0.25s"
# However slow a service is, so many get through; it has more threads than that.
LEAST = 16
# And so many of those beyond their callers' shares.
LEAST_BEYOND = 6
# What a service's threads can take at once, and a few that wait.
MOST = 64
# No other refusal has it, so replies.py knows it by that and makes 429 of it.
STATUS = 507
_MATCHING = "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher"


def concurrency(edge: Edge) -> Json:
    """The filter; after the transcoder, when the path names the RPC."""
    services = {f"/{service.proto_service}/": _of(edge, service.name) for service in SERVICES}
    return {
        "@type": _MATCHING,
        "extension_config": {
            "name": "composite",
            "typed_config": {"@type": TYPE + "filters.http.composite.v3.Composite"},
        },
        "xds_matcher": {"matcher_tree": {"input": _header(":path"), "prefix_match_map": {"map": services}}},
    }


def counted(rpc: Rpc) -> bool:
    """Whether calls of the RPC are counted, and refused when there are too many."""
    of_tokens = any(binding["path"] in (JWKS_PATH, REVOCATIONS_PATH) for binding in rpc.http)
    return not rpc.streaming and not of_tokens


def _of(edge: Edge, service: str) -> Json:
    """What is done with calls to one service."""
    skip = {"action": {"name": "skip", "typed_config": {"@type": TYPE + "filters.common.matcher.action.v3.SkipFilter"}}}
    passing = {rpc.path: skip for rpc in edge.rpcs if rpc.service.name == service and not counted(rpc)}
    beyond = {"1": _limited(f"{service} beyond", LEAST_BEYOND)}
    limited = _by(BEYOND_HEADER, beyond, _limited(service, LEAST))
    return _by(":path", passing, limited) if passing else limited


def _by(header: str, actions: Json, otherwise: Json) -> Json:
    tree = {"input": _header(header), "exact_match_map": {"map": actions}}
    return {"matcher": {"matcher_tree": tree, "on_no_match": otherwise}}


def _limited(name: str, least: int) -> Json:
    """An action with a measure of its own."""
    config = {
        "@type": TYPE + "filters.http.composite.v3.ExecuteFilterAction",
        "typed_config": {"name": CONTROLLER, "typed_config": _controller(least)},
    }
    return {"action": {"name": name, "typed_config": config}}


def _controller(least: int) -> Json:
    return {
        "@type": TYPE + "filters.http.adaptive_concurrency.v3.AdaptiveConcurrency",
        "gradient_controller_config": {
            "sample_aggregate_percentile": {"value": SHARE_PERCENT},
            "concurrency_limit_params": {"max_concurrency_limit": MOST, "concurrency_update_interval": INTERVAL},
            "min_rtt_calc_params": {"fixed_value": GOOD_TIME, "min_concurrency": least, "buffer": {"value": 0}},
        },
        "concurrency_limit_exceeded_status": {"code": STATUS},
    }


def _header(name: str) -> Json:
    header = {"@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput", "header_name": name}
    return {"name": name, "typed_config": header}
