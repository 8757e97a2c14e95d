"""The edge as clients meet it: a real Envoy with the generated configuration."""

import ssl
import uuid
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from joserfc.jwk import ECKey

from services.catalog import BY_NAME, SERVICES
from services.runtime import errors
from tests.contract.backend import Call
from tests.contract.conftest import RunningEdge
from tests.waiting import until

ID = str(uuid.uuid4())
OFFERS = f"/api/v1/discussion/{ID}/offers"
LIST_OFFERS = "/loanflow.discussion.v1.DiscussionService/ListOffers"
OFFER = f"/api/v1/discussion/{ID}/offer"
START = f"/api/v1/discussion/{ID}/start"
VERIFY = f"/api/v1/agreement/{ID}/verify"


def problem(answer: httpx.Response) -> tuple[int, int, str]:
    """HTTP status, gRPC code and reason of an error; checks that it has the one shape."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert set(body) == {"code", "message", "details"}
    assert body["message"].strip()
    info = next(detail for detail in body["details"] if detail["@type"].endswith("google.rpc.ErrorInfo"))
    assert info["domain"] == "loanflow"
    assert all(isinstance(value, str) for value in info.get("metadata", {}).values())
    return answer.status_code, body["code"], info["reason"]


def last_call(edge: RunningEdge) -> Call:
    return edge.backend.calls[-1]


def test_passes_a_call_with_its_fields_and_headers(edge: RunningEdge) -> None:
    spoofed = {"x-loanflow-subject": "root", "x-loanflow-other": "1", "x-forwarded-client-cert": "URI=spiffe://x"}
    answer = httpx.get(
        edge.url + OFFERS + "?pageSize=5",
        headers=edge.bearer("OFFICER", sub="sub-1") | spoofed | {"idempotency-key": "key-1", "x-request-id": "mine"},
    )
    assert answer.status_code == 200
    assert answer.json()["nextPageToken"] == ""
    call = last_call(edge)
    assert (call.path, call.requests[0].application_id, call.requests[0].page_size) == (LIST_OFFERS, ID, 5)
    assert call.metadata["x-loanflow-subject"] == "sub-1"
    assert call.metadata["idempotency-key"] == "key-1"
    assert not {"x-loanflow-other", "x-forwarded-client-cert"} & set(call.metadata)
    assert call.metadata["x-correlation-id"] == call.metadata["x-request-id"] == answer.headers["x-request-id"]
    assert call.metadata["x-correlation-id"] != "mine"


@pytest.mark.parametrize(
    ("verb", "path", "roles", "expected"),
    [
        ("GET", OFFERS, None, (401, 16, "UNAUTHENTICATED")),
        ("GET", OFFERS, ("MANAGER",), (403, 7, "ACCESS_DENIED")),
        ("POST", START, ("BEARER",), (403, 7, "ACCESS_DENIED")),
        ("GET", "/api/v1/nothing", ("OFFICER",), (404, 5, "PATH_UNKNOWN")),
        ("DELETE", OFFERS, ("OFFICER",), (405, 12, "METHOD_NOT_ALLOWED")),
        ("GET", OFFERS + "?nope=1", ("OFFICER",), (400, 3, "REQUEST_MALFORMED")),
        ("GET", OFFERS + "?pageSize=many", ("OFFICER",), (400, 3, "REQUEST_MALFORMED")),
    ],
)
def test_refuses(edge: RunningEdge, verb: str, path: str, roles: tuple[str, ...] | None, expected: Any) -> None:
    def asked() -> int:
        # Envoy asks for the keys on its own account, at any moment.
        return sum(not call.path.endswith("/GetJwks") for call in edge.backend.calls)

    before = asked()
    answer = httpx.request(verb, edge.url + path, headers=edge.bearer(*roles) if roles else {})
    assert problem(answer) == expected
    assert asked() == before


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        ("{oops", "application/json", (400, 3, "REQUEST_MALFORMED")),
        ('{"terms": 5}', "application/json", (400, 3, "REQUEST_MALFORMED")),
        ("a=b", "application/x-www-form-urlencoded", (415, 3, "MEDIA_TYPE_UNSUPPORTED")),
        ('{"conditions": "' + "x" * 1_100_000 + '"}', "application/json", (413, 3, "REQUEST_TOO_LARGE")),
    ],
)
def test_refuses_bodies(edge: RunningEdge, content: str, media_type: str, expected: Any) -> None:
    headers = edge.bearer("OFFICER") | {"content-type": media_type}
    assert problem(httpx.post(edge.url + OFFER, content=content, headers=headers)) == expected


def test_refuses_tokens_that_are_forged_expired_or_for_others(edge: RunningEdge) -> None:
    other = ECKey.generate_key("P-256", {"kid": "test", "alg": "ES256"})
    for claims in ({"key": other}, {"exp": 1}, {"iss": "https://other"}):
        assert problem(httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER", **claims)))[0] == 401
    foreign = httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER", aud="other"))
    assert problem(foreign)[0] in (401, 403)


def test_what_only_services_may_call_is_refused_to_everyone(edge: RunningEdge) -> None:
    internal = [
        (binding["verb"], binding["path"])
        for entry in edge.access.values()
        if not (entry["public"] or entry["roles"] or entry["owner"] or entry["scopes"])
        for binding in entry["http"]
    ]
    assert internal
    everything = edge.bearer("BEARER", "OFFICER", "MANAGER", "RISK_MGR", "INTERNAL", "CREDIT_HEAD", "ADMIN")
    for verb, template in internal:
        path = template.replace("{application_id}", ID).replace("{loan_id}", ID)
        for headers in ({}, everything):
            body: Any = {} if verb in ("POST", "PUT") else None
            answer = httpx.request(verb, edge.url + path, headers=headers, json=body)
            assert problem(answer) == (403, 7, "ACCESS_DENIED"), template


def test_passes_errors_of_services_with_their_details(edge: RunningEdge) -> None:
    wrong = [errors.Violation("terms", "is wrong")]
    error = errors.FailedPrecondition("no", reason="WRONG_STATUS", metadata={"status": "DRAFT"}, violations=wrong)
    with edge.backend.refuses(LIST_OFFERS, error):
        answer = httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER"))
    assert problem(answer) == (400, 9, "WRONG_STATUS")
    violation = answer.json()["details"][1]["fieldViolations"][0]
    assert (violation["field"], violation["description"]) == ("terms", "is wrong")


def test_tls_is_1_3_and_nothing_older(edge: RunningEdge, certificates: Any) -> None:
    trusting = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    with httpx.Client(verify=trusting, http2=True) as client:
        answer = client.get(edge.tls_url + OFFERS, headers=edge.bearer("OFFICER"))
    assert (answer.status_code, answer.http_version) == (200, "HTTP/2")
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2
    with httpx.Client(verify=trusting) as client, pytest.raises(httpx.ConnectError):
        client.get(edge.tls_url + OFFERS)


def test_native_grpc_meets_the_same_rules(edge: RunningEdge) -> None:
    def call(*roles: str) -> Any:
        request = edge.backend.message("loanflow.discussion.v1.ListOffersRequest", application_id=ID)
        metadata = (("authorization", f"Bearer {edge.token(*roles)}"),) if roles else ()
        with grpc.insecure_channel(edge.grpc_target) as channel:
            return channel.unary_unary(LIST_OFFERS, type(request).SerializeToString, bytes)(request, 5, metadata)

    call("OFFICER")
    assert last_call(edge).path == LIST_OFFERS
    for roles, code in (((), grpc.StatusCode.UNAUTHENTICATED), (("MANAGER",), grpc.StatusCode.PERMISSION_DENIED)):
        with pytest.raises(grpc.RpcError) as refused:
            call(*roles)
        assert refused.value.code() is code
        assert "{" not in str(refused.value.details())


def reflect(edge: RunningEdge, service: str, *roles: str) -> Any:
    """What a service answers to who asks for its RPCs with such a token, or with none."""
    headers = edge.bearer(*roles) if roles else {}
    with grpc.insecure_channel(edge.grpc_target) as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
        asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        return next(stub.ServerReflectionInfo(asked, timeout=30, metadata=[("x-service", service), *headers.items()]))


def test_reflection_reaches_every_service(edge: RunningEdge) -> None:
    for service in SERVICES:
        answer = reflect(edge, service.name, "ADMIN")
        assert service.proto_service in {found.name for found in answer.list_services_response.service}


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ((), grpc.StatusCode.UNAUTHENTICATED),
        (("BEARER",), grpc.StatusCode.PERMISSION_DENIED),
        (("OFFICER", "MANAGER", "CREDIT_HEAD"), grpc.StatusCode.PERMISSION_DENIED),
    ],
)
def test_reflection_is_for_those_who_run_the_platform(
    edge: RunningEdge, roles: tuple[str, ...], code: grpc.StatusCode
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        reflect(edge, "kyc", *roles)
    assert refused.value.code() is code


def test_says_when_a_service_is_away_and_finds_it_again(edge: RunningEdge, certificates: Path) -> None:
    def ask() -> httpx.Response:
        return httpx.get(f"{edge.url}/api/v1/risk/{ID}/score", headers=edge.bearer("OFFICER", sub="patient"))

    assert ask().status_code == 200
    edge.backend.servers["risk"].stop(0).wait()
    assert problem(ask()) == (503, 14, "DEPENDENCY_UNAVAILABLE")
    assert ask().json()["details"][0]["metadata"]["correlation_id"]
    edge.backend.servers["risk"] = edge.backend.serve(BY_NAME["risk"], edge.base, certificates)
    until(lambda: ask().status_code == 200)


def test_tries_again_what_a_service_kept_nothing_of(edge: RunningEdge) -> None:
    attempts: list[int] = []

    def unavailable_once(_: list[Any], __: grpc.ServicerContext) -> list[Any]:
        attempts.append(1)
        if len(attempts) == 1:
            raise errors.Unavailable("just now")
        return [edge.backend.message("loanflow.discussion.v1.ListOffersResponse")]

    edge.backend.answers[LIST_OFFERS] = unavailable_once
    try:
        assert httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER")).status_code == 200
    finally:
        del edge.backend.answers[LIST_OFFERS]
    assert len(attempts) == 2


def test_limits_each_subject_for_itself(edge: RunningEdge) -> None:
    with httpx.Client() as client:
        # Of its class five a second, which the slowest machine exceeds.
        answers = [client.get(edge.url + VERIFY, headers=edge.bearer("OFFICER", sub="eager")) for _ in range(300)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {problem(answer) for answer in refused} == {(429, 8, "RATE_LIMITED")}
    assert refused[0].headers["retry-after"]
    assert httpx.get(edge.url + VERIFY, headers=edge.bearer("OFFICER", sub="calm")).status_code == 200


def test_limits_guesses_by_address(edge: RunningEdge) -> None:
    with httpx.Client() as client:
        answers = [client.post(edge.url + "/api/v1/auth/login", json={}) for _ in range(15)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert answers[-1].status_code == 429


def test_a_body_may_be_absent_and_never_overrules_the_path(edge: RunningEdge) -> None:
    absent = httpx.post(edge.url + START, headers=edge.bearer("OFFICER", sub="brief"))
    assert absent.status_code == 200
    assert last_call(edge).requests[0].application_id == ID
    other = httpx.post(edge.url + START, json={"applicationId": "other"}, headers=edge.bearer("OFFICER", sub="brief"))
    assert other.status_code == 200
    assert last_call(edge).requests[0].application_id == ID


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (OFFERS, {"x_underscore": "1"}, (400, 3, "REQUEST_MALFORMED")),
        (OFFERS, {"x-long": "a" * 70_000}, (431, 3, "HEADERS_TOO_LARGE")),
        ("/api/v1/a%2Fb", {}, (400, 3, "REQUEST_MALFORMED")),
        ("/", {}, (404, 5, "PATH_UNKNOWN")),
        (LIST_OFFERS, {}, (404, 5, "PATH_UNKNOWN")),
        (OFFERS, {"authorization": "Bearer nonsense"}, (401, 16, "UNAUTHENTICATED")),
        (OFFERS, {"authorization": "Basic nonsense"}, (401, 16, "UNAUTHENTICATED")),
    ],
)
def test_refuses_strange_requests_in_the_same_shape(
    edge: RunningEdge, path: str, headers: dict[str, str], expected: Any
) -> None:
    answer = httpx.get(edge.url + path, headers=edge.bearer("OFFICER", sub="strange") | headers)
    assert problem(answer) == expected


def test_services_get_what_was_transcoded(edge: RunningEdge) -> None:
    """By it they name fields as in JSON."""
    httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER"))
    assert edge.backend.calls[-1].metadata["x-envoy-original-path"] == OFFERS
