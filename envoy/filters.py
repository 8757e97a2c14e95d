"""The filters every request passes, in order; after the transcoder REST and native gRPC have the same path."""

import re

from envoy import docs, door, dynamic, headers, limits, overload
from envoy.edge import (
    AUDIENCE,
    CLAIM_HEADERS,
    CUSTOMER_ROLE,
    ISSUER,
    JWKS_PATH,
    LIVE_PATH,
    REFLECTION,
    REFLECTION_ROLES,
    TYPE,
    Edge,
    Json,
    Rpc,
)
from services.catalog import SHARED

BUFFER = "envoy.filters.http.buffer"
JWT = "envoy.filters.http.jwt_authn"
JWKS_CLUSTER = "jwks"
MAX_JSON_BYTES = 1024 * 1024
MAX_ANSWER_BYTES = 16 * 1024 * 1024


def http_filters(edge: Edge) -> list[Json]:
    """The chain; what is refused first costs least."""
    router = {"@type": TYPE + "filters.http.router.v3.Router"}
    return [
        _named(door.FILTER, door.door(edge)),
        _named(headers.REST_HEADERS, headers.rest_headers()),
        _named(BUFFER, {"@type": TYPE + "filters.http.buffer.v3.Buffer", "max_request_bytes": MAX_JSON_BYTES}),
        _named("envoy.filters.http.grpc_json_transcoder", _transcoder(edge)),
        _named(headers.UNASKED_TOKENS, headers.unasked_tokens(_open_to_anyone(edge))),
        _named(JWT, _tokens(edge)),
        _named("envoy.filters.http.rbac", _roles(edge)),
        dynamic.limit(edge, limits.FILTER),
        dynamic.limit(edge, limits.SHARE_FILTER),
        _named(overload.FILTER, overload.concurrency(edge)),
        _named("envoy.filters.http.router", router),
    ]


def _named(name: str, config: Json) -> Json:
    return {"name": name, "typed_config": config}


def _transcoder(edge: Edge) -> Json:
    return {
        "@type": TYPE + "filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        "proto_descriptor": str(edge.descriptors),
        "services": sorted({rpc.service.proto_service for rpc in edge.rpcs}),
        "convert_grpc_status": True,
        "print_options": {"always_print_primitive_fields": True, "stream_newline_delimited": True},
        "request_validation_options": {
            "reject_unknown_method": True,
            "reject_unknown_query_parameters": True,
            "reject_binding_body_field_collisions": True,
        },
        "max_response_body_size": MAX_ANSWER_BYTES,
    }


def _tokens(edge: Edge) -> Json:
    """Verifies tokens; public and internal RPCs need none (the edge lets no internal one through anyway)."""
    keys = {
        "http_uri": {"uri": f"http://edge{JWKS_PATH}", "cluster": JWKS_CLUSTER, "timeout": "2s"},
        "cache_duration": "60s",
        # Fetched beforehand; the first attempts fail until the auth service is up.
        "async_fetch": {"fast_listener": True, "failed_refetch_duration": "0.5s"},
    }
    provider = {
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "forward": True,
        "payload_in_metadata": "claims",
        "claim_to_headers": [{"header_name": name, "claim_name": claim} for name, claim in CLAIM_HEADERS.items()],
        "remote_jwks": keys,
    }
    tokenless = [{"path": rpc.path} for rpc in edge.rpcs if rpc.public or rpc.internal]
    tokenless += [{"prefix": f"/{name}/"} for name in sorted(SHARED)]
    tokenless += [{"path": path} for path in docs.paths(edge)]
    rules: list[Json] = [{"match": match} for match in tokenless]
    rules.append({"match": {"prefix": "/"}, "requires": {"provider_name": "loanflow"}})
    return {
        "@type": TYPE + "filters.http.jwt_authn.v3.JwtAuthentication",
        "providers": {"loanflow": provider},
        "rules": rules,
    }


def _open_to_anyone(edge: Edge) -> list[str]:
    return sorted({rpc.path for rpc in edge.rpcs if rpc.public} | {*docs.paths(edge)})


def _roles(edge: Edge) -> Json:
    """Lets through what the contract allows; an RPC without a policy here is refused."""
    reflection = [{"url_path": {"path": {"prefix": f"/{name}/"}}} for name in REFLECTION]
    who = [_has_role(role) for role in REFLECTION_ROLES]
    policies: Json = {"reflection": {"permissions": [_any_of(reflection)], "principals": who}}
    live = {"url_path": {"path": {"exact": LIVE_PATH}}}
    policies["live"] = {"permissions": [live], "principals": [_has_role(CUSTOMER_ROLE)]}
    if pages := [{"url_path": {"path": {"exact": path}}} for path in docs.paths(edge)]:
        policies["docs"] = {"permissions": [_any_of(pages)], "principals": [{"any": True}]}
    for rpc in edge.rpcs:
        if not rpc.internal:
            policies[rpc.path] = {
                "permissions": [{"url_path": {"path": {"exact": rpc.path}}}],
                "principals": _principals(rpc),
            }
    return _rbac({"action": "ALLOW", "policies": policies})


def _principals(rpc: Rpc) -> list[Json]:
    if rpc.public:
        return [{"any": True}]
    return [*map(_has_role, rpc.roles), *map(_has_scope, rpc.scopes)]


def _has_role(role: str) -> Json:
    return _claim("roles", {"list_match": {"one_of": {"string_match": {"exact": role}}}})


def _has_scope(scope: str) -> Json:
    """RFC 6749 §3.3: words with a space between them."""
    regex = f"(.* )?{re.escape(scope)}( .*)?"
    return _claim("scope", {"string_match": {"safe_regex": {"regex": regex}}})


def _claim(name: str, value: Json) -> Json:
    matcher = {"filter": JWT, "path": [{"key": "claims"}, {"key": name}], "value": value}
    return {"sourced_metadata": {"metadata_matcher": matcher}}


def _rbac(rules: Json) -> Json:
    return {"@type": TYPE + "filters.http.rbac.v3.RBAC", "rules": rules}


def _any_of(rules: list[Json]) -> Json:
    return {"or_rules": {"rules": rules}}
