"""Headers at the edge: what HTTP allows and gRPC does not is no INTERNAL, and native callers keep gRPC's own."""

import grpc
import httpx
import pytest

from envoy.headers import MAX_HEADERS_KIB
from tests.contract.conftest import RunningEdge
from tests.contract.test_edge import LIST_OFFERS, OFFERS, last_call, problem

ODD_NAMES = ("x'y", "a!b", "#", "a$", "p%q&r", "a*b+c", "^", "`", "a|b~c")
NOT_OF_REST = {
    "x-bin": "!!!", "grpc-trace-bin": "no base64", "grpc-timeout": "soon", "grpc-encoding": "zip",
    "grpc-retry-pushback-ms": "x", "grpc-previous-rpc-attempts": "x", "grpc-internal-encoding-request": "x",
}  # fmt: skip
TRACE = {"traceparent": f"00-{'1' * 32}-{'2' * 16}-01", "tracestate": "a=b", "baggage": "c=d"}


@pytest.mark.parametrize("name", [*ODD_NAMES, *NOT_OF_REST])
def test_a_rest_call_may_carry_any_header(name: str, edge: RunningEdge) -> None:
    headers = edge.bearer("OFFICER") | {name: NOT_OF_REST.get(name, "1"), "x-kept": "1"}
    answer = httpx.get(edge.url + OFFERS, headers=headers)
    assert answer.status_code == 200, answer.text
    metadata = last_call(edge).metadata
    assert (metadata["x-kept"], metadata.get(name)) == ("1", None)


@pytest.mark.parametrize("content_type", ["application/grpc-web", "application/grpcish"])
def test_what_is_no_grpc_may_carry_it_too(content_type: str, edge: RunningEdge) -> None:
    headers = edge.bearer("OFFICER") | {"content-type": content_type, "a!b": "1"}
    assert httpx.get(edge.url + OFFERS, headers=headers).status_code == 200


@pytest.mark.parametrize("content_type", ["application/grpc", "application/grpc+proto"])
def test_a_native_caller_keeps_his_headers(content_type: str, edge: RunningEdge) -> None:
    with httpx.Client(http1=False, http2=True) as client:
        headers = edge.bearer("OFFICER") | {"content-type": content_type, "te": "trailers", "x-proof-bin": "AP8"}
        answer = client.post(f"http://{edge.grpc_target}{LIST_OFFERS}", headers=headers, content=b"\0\0\0\0\0")
    assert answer.headers["content-type"].startswith("application/grpc")
    assert "x-proof-bin" in last_call(edge).metadata


def test_no_one_outside_says_what_is_traced(edge: RunningEdge) -> None:
    httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER") | TRACE)
    assert not TRACE.keys() & last_call(edge).metadata.keys()


@pytest.mark.parametrize("kib, code", [(MAX_HEADERS_KIB - 2, 200), (MAX_HEADERS_KIB, 431)])
def test_headers_have_their_limit_at_the_edge_and_not_behind_it(kib: int, code: int, edge: RunningEdge) -> None:
    answer = httpx.get(edge.url + OFFERS, headers=edge.bearer("OFFICER") | {"x-long": "a" * 1024 * kib})
    assert answer.status_code == code
    if code != 200:
        assert problem(answer) == (431, 3, "HEADERS_TOO_LARGE")


def test_a_native_callers_deadline_and_bytes_go_on(edge: RunningEdge) -> None:
    request = edge.backend.message("loanflow.discussion.v1.ListOffersRequest")
    metadata = (("authorization", f"Bearer {edge.token('OFFICER')}"), ("x-proof-bin", b"\x00\xff"))
    with grpc.insecure_channel(edge.grpc_target) as channel:
        channel.unary_unary(LIST_OFFERS, type(request).SerializeToString, bytes)(request, 5, metadata)
    assert "x-proof-bin" in last_call(edge).metadata
