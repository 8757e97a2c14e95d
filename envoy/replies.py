"""Envoy's own answers in the shape of every other error: google.rpc.Status with ErrorInfo.

Native gRPC callers keep Envoy's text, which becomes their grpc-message.
"""

from dataclasses import dataclass

from envoy.edge import LIVE_PATH, Json

DOMAIN = "loanflow"


@dataclass(frozen=True)
class Reply:
    """What an HTTP status of Envoy becomes: a gRPC code and a reason of errors.v1.Reason without its prefix."""

    http: int
    code: int
    reason: str


REPLIES = (
    Reply(400, 3, "REQUEST_MALFORMED"),
    Reply(401, 16, "UNAUTHENTICATED"),
    Reply(403, 7, "ACCESS_DENIED"),
    Reply(404, 5, "PATH_UNKNOWN"),
    Reply(408, 4, "DEADLINE_EXCEEDED"),
    Reply(413, 3, "REQUEST_TOO_LARGE"),
    Reply(429, 8, "RATE_LIMITED"),
    Reply(431, 3, "HEADERS_TOO_LARGE"),
    Reply(502, 14, "DEPENDENCY_UNAVAILABLE"),
    Reply(503, 14, "DEPENDENCY_UNAVAILABLE"),
    Reply(504, 4, "DEADLINE_EXCEEDED"),
)
UNSUPPORTED_MEDIA_TYPE = Reply(415, 3, "MEDIA_TYPE_UNSUPPORTED")
ANYTHING_ELSE = Reply(500, 13, "INTERNAL")
# The transcoder adds it, so what lacks it was answered before.
_TRANSCODED = "x-envoy-original-path"


def local_replies(*, pages: bool = False) -> Json:
    """The mappers, most special first; with `pages`, the edge also has answers of its own that are no errors."""
    never_transcoded = _header(":path", string_match={"prefix": LIVE_PATH}, invert_match=True)
    early_refusal = _all(_rest(), _status(403), _header(_TRANSCODED, present_match=False), never_transcoded)
    mappers: list[Json] = [
        *([{"filter": _status(200)}] if pages else []),
        {"filter": early_refusal, "status_code": UNSUPPORTED_MEDIA_TYPE.http, **_media_type_body()},
        *({"filter": _all(_rest(), _status(reply.http)), **_body(reply)} for reply in REPLIES),
        {"filter": _rest(), **_body(ANYTHING_ELSE)},
    ]
    return {"mappers": mappers}


def _media_type_body() -> Json:
    return _body(UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")


def _body(reply: Reply, message: str = "%LOCAL_REPLY_BODY%") -> Json:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reply.reason,
        "domain": DOMAIN,
        "metadata": {"correlation_id": "%REQ(X-REQUEST-ID)%"},
    }
    status = {"code": reply.code, "message": message, "details": [info]}
    # What was refused before it had an id has none to tell.
    shape = {"json_format": status, "content_type": "application/json", "omit_empty_values": True}
    return {"body_format_override": shape}


def _rest() -> Json:
    """A REST call: transcoded, or no gRPC from the start (after the transcoder all content types are gRPC's)."""
    grpc = {"string_match": {"prefix": "application/grpc"}, "invert_match": True, "treat_missing_header_as_empty": True}
    return {"or_filter": {"filters": [_header(_TRANSCODED, present_match=True), _header("content-type", **grpc)]}}


def _header(name: str, **match: object) -> Json:
    return {"header_filter": {"header": {"name": name, **match}}}


def _status(code: int) -> Json:
    value = {"default_value": code, "runtime_key": "unset"}
    return {"status_code_filter": {"comparison": {"op": "EQ", "value": value}}}


def _all(*filters: Json) -> Json:
    return {"and_filter": {"filters": list(filters)}}
