"""Which headers of a call go on to a service: gRPC refuses what plain HTTP allows, and some are the edge's alone."""

from envoy.edge import HEADER_PREFIX, TYPE, Json

REST_HEADERS = "envoy.filters.http.rest_headers"
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
    content_type = {
        "@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
        "header_name": "content-type",
    }
    by = {"name": "content_type", "typed_config": content_type}
    skip = {"@type": TYPE + "filters.common.matcher.action.v3.SkipFilter"}
    passes = {"action": {"name": "skip", "typed_config": skip}}
    # As Envoy's transcoder has it; what else begins like this, such as gRPC-Web, is transcoded.
    alone = {"matcher": {"matcher_tree": {"input": by, "exact_match_map": {"map": {"application/grpc": passes}}}}}
    native = {"application/grpc": alone, "application/grpc+": passes}
    return {
        "@type": "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher",
        "extension_config": {"name": "header_mutation", "typed_config": mutation},
        "xds_matcher": {"matcher_tree": {"input": by, "prefix_match_map": {"map": native}}},
    }


def _remove(matcher: Json) -> Json:
    return {"remove_on_match": {"key_matcher": matcher}}
