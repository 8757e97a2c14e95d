"""Envoy's own answers in the shape of every other error: google.rpc.Status with ErrorInfo.

Native gRPC callers keep Envoy's text, which becomes their grpc-message.
"""

from dataclasses import dataclass

from envoy.edge import Json

DOMAIN = "loanflow"


@dataclass(frozen=True)
class Reply:
    """What an HTTP status of Envoy becomes: a gRPC code and a reason of errors.v1.Reason without its prefix.

    `message` is ours; where it quotes Envoy's own, that says what is wrong, or was written by the door.
    """

    http: int
    code: int
    message: str
    reason: str


_SAID = "%LOCAL_REPLY_BODY%"
_UNREADABLE = f"The request could not be read. {_SAID}"
_LATE = "This took too long; whether it had an effect is not known."
_AWAY = "A service that is needed is out of reach; try again later."
REPLIES = (
    Reply(400, 3, _UNREADABLE, "REQUEST_MALFORMED"),
    Reply(401, 16, "A bearer token is needed, one that is valid and not expired.", "UNAUTHENTICATED"),
    Reply(403, 7, "The caller's roles do not allow this.", "ACCESS_DENIED"),
    Reply(404, 5, "There is no such path.", "PATH_UNKNOWN"),
    Reply(405, 12, _SAID, "METHOD_NOT_ALLOWED"),
    Reply(408, 4, "The request did not come in time, or took too long.", "DEADLINE_EXCEEDED"),
    Reply(413, 3, "The body is larger than this path takes.", "REQUEST_TOO_LARGE"),
    Reply(415, 3, _SAID, "MEDIA_TYPE_UNSUPPORTED"),
    Reply(426, 9, "HTTP/1.1 or later is needed, and a WebSocket where the path is one.", "UPGRADE_REQUIRED"),
    Reply(429, 8, "Too many calls; try again later.", "RATE_LIMITED"),
    Reply(431, 3, "The headers are larger than the edge takes, all together.", "HEADERS_TOO_LARGE"),
    Reply(502, 14, _AWAY, "DEPENDENCY_UNAVAILABLE"),
    Reply(503, 14, _AWAY, "DEPENDENCY_UNAVAILABLE"),
    Reply(504, 4, _LATE, "DEADLINE_EXCEEDED"),
)
# Refused before the request had an id, often without a word of Envoy.
NO_HTTP = Reply(
    400, 3, "The request must be HTTP, name a host, and have no escaped slash, NUL or fragment in its path.",
    "REQUEST_MALFORMED",
)  # fmt: skip
# What else is the caller's fault, and what else is not.
ANY_REFUSAL = Reply(400, 3, _UNREADABLE, "REQUEST_MALFORMED")
ANYTHING_ELSE = Reply(500, 13, "Something went wrong on our side.", "INTERNAL")
# The transcoder adds it, so what lacks it was answered before.
_TRANSCODED = "x-envoy-original-path"
_ABSENT: Json = {"present_match": True, "invert_match": True}


def local_replies() -> Json:
    """The mappers, most special first; answers of the edge that are no errors stay as they are."""
    mappers: list[Json] = [
        {"filter": _status("LE", 399)},
        {"filter": _all(_rest(), _status("EQ", 400), _header("x-request-id", **_ABSENT)), **_body(NO_HTTP)},
        *({"filter": _all(_rest(), _status("EQ", reply.http)), **_body(reply)} for reply in REPLIES),
        # What Envoy calls "not implemented" is a transfer coding that the caller made up.
        {"filter": _all(_rest(), _status("EQ", 501)), "status_code": ANY_REFUSAL.http, **_body(ANY_REFUSAL)},
        {"filter": _all(_rest(), _status("LE", 499)), **_body(ANY_REFUSAL)},
        {"filter": _rest(), **_body(ANYTHING_ELSE)},
    ]
    return {"mappers": mappers}


def _body(reply: Reply) -> Json:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reply.reason,
        "domain": DOMAIN,
        "metadata": {"correlation_id": "%REQ(X-REQUEST-ID)%"},
    }
    status = {"code": reply.code, "message": reply.message, "details": [info]}
    # What was refused before it had an id has none to tell.
    shape = {"json_format": status, "content_type": "application/json", "omit_empty_values": True}
    return {"body_format_override": shape}


def _rest() -> Json:
    """A REST call: transcoded, or no gRPC from the start (after the transcoder all content types are gRPC's)."""
    # As Envoy has it: what else begins like this, such as gRPC-Web, is no gRPC.
    native = {"safe_regex": {"regex": r"application/grpc(\+.*)?"}}
    grpc = {"string_match": native, "invert_match": True, "treat_missing_header_as_empty": True}
    return {"or_filter": {"filters": [_header(_TRANSCODED, present_match=True), _header("content-type", **grpc)]}}


def _header(name: str, **match: object) -> Json:
    return {"header_filter": {"header": {"name": name, **match}}}


def _status(comparison: str, code: int) -> Json:
    value = {"default_value": code, "runtime_key": "unset"}
    return {"status_code_filter": {"comparison": {"op": comparison, "value": value}}}


def _all(*filters: Json) -> Json:
    return {"and_filter": {"filters": list(filters)}}
