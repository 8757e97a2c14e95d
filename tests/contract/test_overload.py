"""More calls than a service can do: a real edge refuses what is too much at once, and nothing else suffers."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from grpc_status import rpc_status

from envoy import clusters, limits, overload
from envoy.replies import RETRY_AFTER_SECONDS
from tests.contract.backend import Backend
from tests.contract.conftest import ADMIN_PROBE as ID
from tests.contract.conftest import GEN, RunningEdge, edge_of, running_edge
from tests.waiting import until

OFFERS, LIST_OFFERS = f"/api/v1/discussion/{ID}/offers", "/loanflow.discussion.v1.DiscussionService/ListOffers"
SCORE = f"/api/v1/risk/{ID}/score"
LOGIN, SIGN_IN = "/api/v1/auth/login", "/loanflow.auth.v1.AuthService/Login"
MANY = 100


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[RunningEdge]:
    """An edge whose callers have no limits of their own, before stand-ins with threads for all that gets through."""
    backend = Backend(GEN / "loanflow.binpb", threads=MANY)
    yield from running_edge(tmp_path_factory.mktemp("busy"), certificates, backend, rate_factor=10_000)


@contextmanager
def held(edge: RunningEdge, path: str) -> Iterator[list[Any]]:
    """Has an RPC answer nothing as long as the block lasts; gives the calls that got through."""
    got, end = [], threading.Event()
    method = path.split("/")
    output = edge.backend.pool.FindServiceByName(method[1]).FindMethodByName(method[2]).output_type.full_name

    def answer(requests: list[Any], _: grpc.ServicerContext) -> list[Any]:
        got.append(requests)
        assert end.wait(90)
        return [edge.backend.message(output)]

    edge.backend.answers[path] = answer
    try:
        yield got
    finally:
        end.set()
        del edge.backend.answers[path]


def ask(edge: RunningEdge, path: str = OFFERS, who: str = "someone") -> httpx.Response:
    return httpx.get(edge.url + path, headers=edge.bearer("OFFICER", sub=who), timeout=90)


def many(pool: ThreadPoolExecutor, edge: RunningEdge) -> "list[Future[httpx.Response]]":
    return [pool.submit(ask, edge) for _ in range(MANY)]


def statistic(edge: RunningEdge, name: str) -> int:
    text = httpx.get(f"http://127.0.0.1:{edge.base + 90}/stats", params={"filter": name}, timeout=30).text
    return sum(int(line.rpartition(": ")[2]) for line in text.splitlines())


def test_what_is_too_much_is_refused_while_the_service_works_on_the_rest(busy: RunningEdge) -> None:
    with ThreadPoolExecutor(MANY) as pool, held(busy, LIST_OFFERS) as got:
        calls = many(pool, busy)
        until(lambda: sum(call.done() for call in calls) + len(got) == MANY)
        refused = [call.result() for call in calls if call.done()]
        assert overload.LEAST <= len(got) <= overload.MOST
        # Other services, and the keys of tokens, are there as ever.
        assert ask(busy, SCORE).status_code == 200
        assert httpx.get(f"{busy.url}/.well-known/jwks.json").status_code == 200
    assert {answer.status_code for answer in refused} == {429}
    for answer in refused:
        info, wait = answer.json()["details"]
        assert (answer.json()["code"], info["reason"]) == (8, "OVERLOADED")
        assert wait["retryDelay"] == f"{RETRY_AFTER_SECONDS}s"
        assert answer.headers["retry-after"] == str(RETRY_AFTER_SECONDS)
    assert [call.result().status_code for call in calls].count(200) == MANY - len(refused)
    assert ask(busy).status_code == 200


def test_grpc_callers_learn_it_by_status_and_details(busy: RunningEdge) -> None:
    with ThreadPoolExecutor(MANY) as pool, held(busy, LIST_OFFERS) as got:
        calls = many(pool, busy)
        until(lambda: sum(call.done() for call in calls) + len(got) == MANY)
        reason, seconds = native(busy)
    assert (reason, seconds) == ("OVERLOADED", RETRY_AFTER_SECONDS)


def native(edge: RunningEdge, path: str = LIST_OFFERS) -> tuple[str, int]:
    """Why a native call is refused, once it is, and in how many seconds it may be tried again."""
    with grpc.insecure_channel(edge.grpc_target) as channel:
        call: Any = channel.unary_unary(path, lambda _: b"", bytes)
        with pytest.raises(grpc.RpcError) as failed:
            while True:
                call(None, metadata=list(edge.bearer("OFFICER").items()), timeout=30)
    error: Any = failed.value
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    info, wait = ErrorInfo(), RetryInfo()
    status = rpc_status.from_call(error)
    assert status is not None
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(wait)
    return info.reason, wait.retry_delay.seconds


def test_grpc_callers_learn_of_their_own_limit_alike(tmp_path: Path, certificates: Path) -> None:
    edges = running_edge(tmp_path, certificates, Backend(GEN / "loanflow.binpb"))
    edge = next(edges)
    assert native(edge, SIGN_IN) == ("RATE_LIMITED", RETRY_AFTER_SECONDS)
    edges.close()


def test_keys_are_there_while_too_many_sign_in(busy: RunningEdge) -> None:
    with ThreadPoolExecutor(MANY) as pool, held(busy, SIGN_IN) as got:
        calls = [pool.submit(httpx.post, busy.url + LOGIN, json={}, timeout=90) for _ in range(MANY)]
        until(lambda: sum(call.done() for call in calls) + len(got) == MANY)
        assert any(call.done() for call in calls)
        answers = [httpx.get(f"{busy.url}/.well-known/jwks.json") for _ in range(overload.MOST)]
    assert {answer.status_code for answer in answers} == {200}


def test_a_quick_service_gets_more_at_once_and_a_slow_one_less(busy: RunningEdge) -> None:
    def limit() -> int:
        return statistic(busy, "gradient_controller.concurrency_limit$")

    with httpx.Client(base_url=busy.url, headers=busy.bearer("OFFICER")) as client:
        until(lambda: client.get(SCORE) and limit() == overload.MOST)


def test_streams_and_keys_are_not_counted() -> None:
    edge = edge_of(8000, Path("pki"))
    uncounted = {rpc.path for rpc in edge.rpcs if not overload.counted(rpc)}
    assert uncounted == {rpc.path for rpc in edge.rpcs if rpc.streaming} | {
        f"/loanflow.auth.v1.AuthService/{name}" for name in ("GetJwks", "GetRevocations")
    }
    assert {rpc.path for rpc in edge.rpcs if rpc.live or rpc.upload} <= uncounted


def test_more_streams_than_a_service_may_have_are_refused_alike(
    tmp_path: Path, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "MAX_REQUESTS", 3)
    edges = running_edge(tmp_path, certificates, Backend(GEN / "loanflow.binpb"), rate_factor=1000)
    edge = next(edges)
    with ThreadPoolExecutor(MANY) as pool, held(edge, LIST_OFFERS) as got:
        calls = [pool.submit(ask, edge) for _ in range(8)]
        until(lambda: sum(call.done() for call in calls) == 5 and len(got) == 3)
        assert native(edge) == ("OVERLOADED", RETRY_AFTER_SECONDS)
        refused = [call.result() for call in calls if call.done()]
    assert {(each.status_code, each.json()["details"][0]["reason"]) for each in refused} == {(429, "OVERLOADED")}
    assert all(each.headers["retry-after"] for each in refused)
    edges.close()


def test_a_caller_who_asks_for_all_does_not_take_the_place_of_others(
    tmp_path: Path, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = 3
    monkeypatch.setattr(limits, "SHARES", {"STANDARD": limits.Limit(burst=share, refill=1, seconds=3600)})
    edges = running_edge(tmp_path, certificates, Backend(GEN / "loanflow.binpb", threads=MANY))
    edge = next(edges)
    with ThreadPoolExecutor(MANY) as pool, held(edge, LIST_OFFERS) as got:
        eager = [pool.submit(ask, edge, who="eager") for _ in range(limits.LIMITS["STANDARD"].burst // 2)]
        until(lambda: sum(call.done() for call in eager) + len(got) == len(eager))
        assert len(got) == share + overload.LEAST_BEYOND
        calm = [pool.submit(ask, edge, who=f"calm{number}") for number in range(overload.LEAST - share)]
        until(lambda: sum(call.done() for call in calm) + len(got) == len(calm) + share + overload.LEAST_BEYOND)
        assert not any(call.done() for call in calm)
    assert {call.result().status_code for call in calm} == {200}
    edges.close()
