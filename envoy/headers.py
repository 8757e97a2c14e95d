"""Which headers of a call go on to a service: gRPC refuses what plain HTTP allows, and some are the edge's alone."""

from collections.abc import Iterable

from envoy.edge import HEADER_PREFIX, TYPE, Json

REST_HEADERS = "envoy.filters.http.rest_headers"
UNASKED_TOKENS = "envoy.filters.http.unasked_tokens"
# Under gRPC's own limit of 16 KiB for all that arrives, with room for what edge and mesh add.
MAX_HEADERS_KIB = 12
# Whether a call is traced, and into which trace it goes, is not for the outside to say.
_TRACE = ("traceparent", "tracestate", "baggage")
# A name with other characters than gRPC's, pseudo-headers aside; bytes in base64, which is never sent as REST; gRPC's
# own. Each would be answered by INTERNAL.
_NOT_OF_REST: tuple[Json, ...] = (
    {"safe_regex": {"regex": "[^:].*[^0-9a-z_.-].*|[^:0-9a-z_.-].*"}},
    {"suffix": "-bin"},
    {"prefix": "grpc-"},
)


def remove_own() -> Json:
    """What the edge passes to services in its own headers, which no outside caller can set."""
    matchers: list[Json] = [{"prefix": HEADER_PREFIX}, *({"exact": name} for name in _TRACE)]
    config = {
        "@type": TYPE + "http.early_header_mutation.header_mutation.v3.HeaderMutation",
        "mutations": [_remove(matcher) for matcher in matchers],
    }
    return {"name": "envoy.http.early_header_mutation.header_mutation", "typed_config": config}


def rest_headers() -> Json:
    """The filter that takes from a REST call what would be no gRPC call; native gRPC callers pass it by."""
    mutation = {
        "@type": TYPE + "filters.http.header_mutation.v3.HeaderMutation",
        "mutations": {"request_mutations": [_remove(matcher) for matcher in _NOT_OF_REST]},
    }
    by, passes = _of("content-type"), _SKIP
    # As Envoy's transcoder has it; what else begins like this, such as gRPC-Web, is transcoded.
    alone = {"matcher": {"matcher_tree": {"input": by, "exact_match_map": {"map": {"application/grpc": passes}}}}}
    native = {"application/grpc": alone, "application/grpc+": passes}
    return _unless(mutation, {"matcher_tree": {"input": by, "prefix_match_map": {"map": native}}})


def unasked_tokens(paths: Iterable[str]) -> Json:
    """The filter that takes the bearer token from a call of one of these paths, which are open to anyone.

    The services don't look at it there, and neither must the edge: else an expired one would keep its holder from
    signing in wherever whatever token there is must be a good one, as in Istio.
    """
    mutation = {
        "@type": TYPE + "filters.http.header_mutation.v3.HeaderMutation",
        "mutations": {"request_mutations": [{"remove": "authorization"}]},
    }
    bearer = {"single_predicate": {"input": _of("authorization"), "value_match": {"prefix": "Bearer"}}}
    those = [{"single_predicate": {"input": _of(":path"), "value_match": {"exact": path}}} for path in paths]
    elsewhere = {"not_matcher": {"and_matcher": {"predicate": [bearer, {"or_matcher": {"predicate": those}}]}}}
    return _unless(mutation, {"matcher_list": {"matchers": [{"predicate": elsewhere, "on_match": _SKIP}]}})


_SKIP: Json = {
    "action": {"name": "skip", "typed_config": {"@type": TYPE + "filters.common.matcher.action.v3.SkipFilter"}}
}


def _of(header: str) -> Json:
    kind = "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput"
    return {"name": "header", "typed_config": {"@type": kind, "header_name": header}}


def _unless(mutation: Json, matcher: Json) -> Json:
    """The mutation of headers, where the matcher does not have it skipped."""
    return {
        "@type": "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher",
        "extension_config": {"name": "header_mutation", "typed_config": mutation},
        "xds_matcher": matcher,
    }


def _remove(matcher: Json) -> Json:
    return {"remove_on_match": {"key_matcher": matcher}}
