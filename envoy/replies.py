"""Envoy's own answers in the shape of every other error: google.rpc.Status with ErrorInfo.

Native gRPC callers keep Envoy's text, which becomes their grpc-message; what may be tried again says so by details.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from envoy import overload
from envoy.edge import LIVE_PATH, Json

DOMAIN = "loanflow"


@dataclass(frozen=True)
class Reply:
    """What an HTTP status of Envoy becomes: a gRPC code and a reason of errors.v1.Reason without its prefix.

    `message` is ours; where it quotes Envoy's own, that says what is wrong, or was written by the door. What may
    be tried `again` says when.
    """

    http: int
    code: int
    message: str
    reason: str
    again: bool = False


# In how many seconds a refused call may be tried again.
RETRY_AFTER_SECONDS = 3
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
    Reply(429, 8, "Too many calls; try again later.", "RATE_LIMITED", again=True),
    Reply(431, 3, "The headers are larger than the edge takes, all together.", "HEADERS_TOO_LARGE"),
    Reply(502, 14, _AWAY, "DEPENDENCY_UNAVAILABLE", again=True),
    Reply(503, 14, _AWAY, "DEPENDENCY_UNAVAILABLE", again=True),
    Reply(504, 4, _LATE, "DEADLINE_EXCEEDED"),
)
# What the filter of overload.py refuses has a status of its own; what a circuit breaker or Envoy's own overload manager
# refuses has the one of a service that is away, and a flag.
OVERLOADED = Reply(
    429, 8, "More is asked for at this moment than can be done; try again later.", "OVERLOADED", again=True
)
# Envoy's answer to a request for another protocol, at a path that it finds before the door looks at it.
NO_UPGRADE = Reply(400, 3, "This path is no WebSocket.", "REQUEST_MALFORMED")
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
_LATER = {"retry-after": str(RETRY_AFTER_SECONDS)}
_ABSENT: Json = {"present_match": True, "invert_match": True}
# What the filter for tokens says to native gRPC where it is it that refuses a call without one.
_TOKENLESS = "Jwt is missing"


def local_replies(no_one: Sequence[str] = ()) -> Json:
    """The mappers, most special first; answers of the edge that are no errors stay as they are.

    `no_one` has the paths of RPCs, a * at the end for what may follow, that are refused with and without a token. It is
    given where the policy alone refuses, as in Istio: a call of any other path without a token is a 401 then.
    """
    unknown = _all(_status("EQ", 403), *_tokenless(no_one)) if no_one else None
    mappers: list[Json] = [
        {"filter": _status("LE", 399)},
        {"filter": _all(_rest(), _status("EQ", 400), _header("x-request-id", **_ABSENT)), **_body(NO_HTTP)},
        {"filter": _all(_rest(), _status("EQ", 403), *_upgrade()), "status_code": 400, **_body(NO_UPGRADE)},
        *([{"filter": _all(_rest(), unknown), "status_code": 401, **_body(_of(401))}] if unknown else []),
        {"filter": _all(_rest(), _overloaded()), "status_code": OVERLOADED.http, **_body(OVERLOADED)},
        *({"filter": _all(_rest(), _status("EQ", reply.http)), **_body(reply)} for reply in REPLIES),
        # What Envoy calls "not implemented" is a transfer coding that the caller made up.
        {"filter": _all(_rest(), _status("EQ", 501)), "status_code": ANY_REFUSAL.http, **_body(ANY_REFUSAL)},
        {"filter": _all(_rest(), _status("LE", 499)), **_body(ANY_REFUSAL)},
        {"filter": _rest(), **_body(ANYTHING_ELSE)},
        # What is left is native gRPC.
        {"filter": _overloaded(), **_details(OVERLOADED)},
        *({"filter": _status("EQ", reply.http), **_details(reply)} for reply in REPLIES if reply.again),
        *([{"filter": unknown, "status_code": 401, "body": {"inline_string": _TOKENLESS}}] if unknown else []),
    ]
    return {"mappers": mappers}


def _of(status: int) -> Reply:
    return next(reply for reply in REPLIES if reply.http == status)


def _tokenless(no_one: Sequence[str]) -> tuple[Json, ...]:
    """No bearer token, which the door writes in one way, and a path that some token opens."""
    bearer = {"string_match": {"prefix": "Bearer "}, "invert_match": True, "treat_missing_header_as_empty": True}
    # One by one: as one expression they are larger than Envoy takes.
    closed = [{"prefix": path[:-1]} if path.endswith("*") else {"exact": path} for path in no_one]
    paths = (_header(":path", string_match=each, invert_match=True) for each in closed)
    return _header("authorization", **bearer), *paths


def _body(reply: Reply) -> Json:
    info: Json = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reply.reason,
        "domain": DOMAIN,
        "metadata": {"correlation_id": "%REQ(X-REQUEST-ID)%"},
    }
    wait = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{RETRY_AFTER_SECONDS}s"}
    details = [info, wait] if reply.again else [info]
    status = {"code": reply.code, "message": reply.message, "details": details}
    # What was refused before it had an id has none to return.
    shape = {"json_format": status, "content_type": "application/json", "omit_empty_values": True}
    return {"body_format_override": shape, **(_headers(_LATER) if reply.again else {})}


def _details(reply: Reply) -> Json:
    """The status of a gRPC call, in headers as there is nothing after them."""
    status = Status(code=reply.code, message=reply.message)
    wait = RetryInfo(retry_delay={"seconds": RETRY_AFTER_SECONDS})
    status.details.extend(map(_packed, (ErrorInfo(reason=reply.reason, domain=DOMAIN), wait)))
    encoded = base64.b64encode(status.SerializeToString()).decode()
    own = {"grpc-status": str(reply.code), "grpc-status-details-bin": encoded}
    # The body becomes the message; gRPC wants it to be the one of the details.
    return {"body": {"inline_string": reply.message}, **_headers(own | _LATER)}


def _packed(message: Message) -> Any:
    packed = Any()
    packed.Pack(message)
    return packed


def _headers(headers: dict[str, str]) -> Json:
    made = [
        {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        for key, value in headers.items()
    ]
    return {"headers_to_add": made}


def _rest() -> Json:
    """A REST call: transcoded, or no gRPC from the start (after the transcoder all content types are gRPC's)."""
    # As Envoy has it: what else begins like this, such as gRPC-Web, is no gRPC.
    native = {"safe_regex": {"regex": r"application/grpc(\+.*)?"}}
    grpc = {"string_match": native, "invert_match": True, "treat_missing_header_as_empty": True}
    return {"or_filter": {"filters": [_header(_TRANSCODED, present_match=True), _header("content-type", **grpc)]}}


def _upgrade() -> tuple[Json, Json]:
    elsewhere = {"string_match": {"prefix": LIVE_PATH}, "invert_match": True}
    return _header("upgrade", present_match=True), _header(":path", **elsewhere)


def _header(name: str, **match: object) -> Json:
    return {"header_filter": {"header": {"name": name, **match}}}


def _overloaded() -> Json:
    flagged = {"response_flag_filter": {"flags": ["UO", "OM"]}}
    return {"or_filter": {"filters": [_status("EQ", overload.STATUS), flagged]}}


def _status(comparison: str, code: int) -> Json:
    value = {"default_value": code, "runtime_key": "unset"}
    return {"status_code_filter": {"comparison": {"op": comparison, "value": value}}}


def _all(*filters: Json) -> Json:
    return {"and_filter": {"filters": list(filters)}}
