"""One table of probes for both edges, the local one and the mesh's gateway: codes, bodies and headers have to be equal.

What a probe needs of an edge is its address and a token for a role, so that the same table goes to any edge.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
import httpx

OFFERS = "/api/v1/discussion/00000000-0000-4000-8000-00000000aaaa/offers"
LOGIN = "/api/v1/auth/login"
INTERNAL = "/loanflow.application.v1.ApplicationService/AdvanceApplication"
JSON = {"content-type": "application/json"}
# Of these the value is of the one answer; that they are there is compared.
OWN = ("date", "x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset", "content-length")
FORGED = "Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6InRlc3QifQ.eyJzdWIiOiJ4In0.AAAA"


@dataclass(frozen=True)
class Probe:
    """One request. `role` has it bear a token of that role; native ones are gRPC, with no fields set."""

    name: str
    method: str
    path: str
    role: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Target:
    """An edge: its URL, what makes a token of a role for it, and how its certificate is verified."""

    url: str
    token: Callable[[str], str]
    verify: ssl.SSLContext | None = None


REST = (
    Probe("public", "GET", "/api/v1/facilities"),
    Probe("public, asked by HEAD", "HEAD", "/api/v1/facilities"),
    Probe("options", "OPTIONS", "/api/v1/facilities", headers={"origin": "https://x.example"}),
    Probe("allowed", "GET", OFFERS, "OFFICER"),
    Probe("no token", "GET", OFFERS),
    Probe("no token, to change something", "POST", OFFERS.removesuffix("s"), headers=JSON, body=b"{}"),
    Probe("another scheme", "GET", OFFERS, headers={"authorization": "Basic eDp5"}),
    Probe("an empty scheme", "GET", OFFERS, headers={"authorization": "Bearer"}),
    Probe("no JWT", "GET", OFFERS, headers={"authorization": "Bearer abc.def.ghi"}),
    Probe("forged", "GET", OFFERS, headers={"authorization": FORGED}),
    Probe("no JWT where none is needed", "GET", "/api/v1/facilities", headers={"authorization": "Bearer x"}),
    Probe("forged where none is needed", "POST", LOGIN, headers={**JSON, "authorization": FORGED}, body=b"{}"),
    Probe("forged, for the reference", "GET", "/docs", headers={"authorization": FORGED}),
    Probe("a good one where none is needed", "GET", "/api/v1/facilities", "OFFICER"),
    Probe("Basic where it is", "POST", "/oauth2/token", body=b"grant_type=client_credentials", headers={
        "content-type": "application/x-www-form-urlencoded", "authorization": "Basic eDp5",
    }),
    Probe("another role", "GET", OFFERS, "MANAGER"),
    Probe("a claimed subject", "GET", OFFERS, headers={"x-loanflow-subject": "1"}),
    Probe("a claimed peer", "GET", OFFERS, headers={"x-forwarded-client-cert": "URI=spiffe://loanflow.local/x"}),
    Probe("a token in the query", "GET", f"{OFFERS}?access_token=x"),
    Probe("unknown path", "GET", "/api/v1/nothing"),
    Probe("unknown path, with a token", "GET", "/api/v1/nothing", "OFFICER"),
    Probe("root", "GET", "/"),
    Probe("another method", "DELETE", OFFERS, "OFFICER"),
    Probe("unknown query", "GET", f"{OFFERS}?nope=1", "OFFICER"),
    Probe("no number", "GET", f"{OFFERS}?pageSize=many", "OFFICER"),
    Probe("broken JSON", "POST", LOGIN, headers=JSON, body=b"{"),
    Probe("another type", "POST", LOGIN, headers={"content-type": "text/plain"}, body=b"a=b"),
    Probe("large body", "POST", LOGIN, headers=JSON, body=b'{"email": "' + b"x" * 1_500_000 + b'"}'),
    Probe("underscore in a header", "GET", OFFERS, "OFFICER", {"a_b": "1"}),
    Probe("many headers", "GET", OFFERS, "OFFICER", {f"h-{number}": "x" for number in range(80)}),
    Probe("large header", "GET", OFFERS, "OFFICER", {"h": "x" * 14_000}),
    Probe("double slash", "GET", f"/{OFFERS}", "OFFICER"),
    Probe("escaped slash", "GET", "/api/v1%2Ffacilities"),
    Probe("keys", "GET", "/.well-known/jwks.json"),
    Probe("discovery", "GET", "/.well-known/openid-configuration"),
    Probe("no WebSocket", "GET", "/ws/notifications", "BEARER"),
    Probe("a WebSocket without a token", "GET", "/ws/notifications", headers={
        "connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13", "sec-websocket-key": "x" * 24,
    }),
    Probe("an RPC as REST", "POST", INTERNAL, headers=JSON, body=b"{}"),
    Probe("reference", "GET", "/docs"),
    Probe("specification", "GET", "/openapi.yaml"),
    Probe("beside the reference", "GET", "/docs/more"),
)  # fmt: skip
NATIVE = (
    Probe("allowed", "grpc", "/loanflow.discussion.v1.DiscussionService/ListOffers", "OFFICER"),
    Probe("no token", "grpc", "/loanflow.discussion.v1.DiscussionService/ListOffers"),
    Probe("forged", "grpc", "/loanflow.discussion.v1.DiscussionService/ListOffers", headers={"authorization": FORGED}),
    Probe("another role", "grpc", "/loanflow.discussion.v1.DiscussionService/ListOffers", "MANAGER"),
    Probe("internal", "grpc", INTERNAL, "ADMIN"),
    Probe("internal, no token", "grpc", INTERNAL),
    Probe("of every service", "grpc", "/loanflow.audit.v1.AuditService/SearchTrail"),
    Probe(
        "forged where none is needed",
        "grpc",
        "/loanflow.application.v1.ApplicationService/ListFacilities",
        headers={"authorization": FORGED},
    ),
    Probe("unknown", "grpc", "/loanflow.none.v1.NoService/Nothing"),
    Probe("unknown, with a token", "grpc", "/loanflow.none.v1.NoService/Nothing", "ADMIN"),
)


def answered(probe: Probe, target: Target) -> dict[str, Any]:
    """What comes back, as far as it has to be the same from every edge."""
    headers = dict(probe.headers)
    if probe.role:
        headers["authorization"] = f"Bearer {target.token(probe.role)}"
    return _native(probe, target, headers) if probe.method == "grpc" else _rest(probe, target, headers)


def _rest(probe: Probe, target: Target, headers: Mapping[str, str]) -> dict[str, Any]:
    with httpx.Client(verify=target.verify or False, timeout=20) as client:
        answer = client.request(probe.method, target.url + probe.path, headers=headers, content=probe.body)
    shown = {name: "…" if name in OWN else value for name, value in answer.headers.items()}
    return {"status": answer.status_code, "headers": shown, "body": _body(answer)}


def _body(answer: httpx.Response) -> object:
    """The body; of an error without the id of the one request."""
    try:
        found = json.loads(answer.content)
    except ValueError:
        return answer.content
    for detail in found.get("details") or () if isinstance(found, dict) else ():
        detail.get("metadata", {}).pop("correlation_id", None)
    return found


def _native(probe: Probe, target: Target, headers: Mapping[str, str]) -> dict[str, Any]:
    address = httpx.URL(target.url)
    with _channel(f"{address.host}:{address.port or 443}", target) as channel:
        call = channel.unary_unary(probe.path, bytes, bytes)
        try:
            answer: bytes = call(b"", 5, tuple(headers.items()))
        except grpc.RpcError as refused:
            return {"code": refused.code(), "details": refused.details()}
    return {"code": grpc.StatusCode.OK, "body": answer}


def _channel(address: str, target: Target) -> grpc.Channel:
    if target.url.startswith("http:"):
        return grpc.insecure_channel(address)
    assert target.verify is not None
    authorities = "".join(map(ssl.DER_cert_to_PEM_cert, target.verify.get_ca_certs(binary_form=True)))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(authorities.encode()))
