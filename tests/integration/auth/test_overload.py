"""More people sign in than passwords can be hashed: some are refused at once, and nothing else waits."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import grpc
import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from services.auth.hashing import Hashing, HashingSettings
from services.auth.passwords import Passwords
from services.runtime import context
from services.runtime.context import RequestContext
from services.runtime.errors import Error, ResourceExhausted
from tests.harness import Mesh, customer
from tests.integration.auth.conftest import Auth, servicer_of
from tests.waiting import until

T = TypeVar("T")


class Slow:
    """A hasher that takes as long as a test wants; counts what it verified."""

    def __init__(self, real: Any) -> None:
        self._real, self.go, self.begun = real, threading.Event(), 0

    def hash(self, password: str, *, salt: bytes | None = None) -> str:
        """As ever."""
        return str(self._real.hash(password, salt=salt))

    def verify(self, kept: str, password: str) -> bool:
        """When it may."""
        self.begun += 1
        assert self.go.wait(90)
        return bool(self._real.verify(kept, password))


class Watched(Hashing):
    """Remembers who came."""

    def __init__(self, settings: HashingSettings) -> None:
        super().__init__(settings)
        self.came: list[RequestContext] = []

    def run(self, work: Callable[[], T]) -> T:
        """As ever."""
        if (called := context.current_or_none()) is not None:
            self.came.append(called)
        return super().run(work)


@pytest.fixture
def slow(auth: Auth, quick_hasher: Any) -> Iterator[tuple[Auth, Slow, Watched]]:
    """The service with one hash at a time and two callers in line, one signed-in customer, and no hash that ends."""
    hasher, hashing = Slow(quick_hasher), Watched(HashingSettings(parallel=1, waiting=2))
    made: Any = hasher
    app = replace(auth.app, passwords=Passwords(hashing, made))
    busy = replace(auth, app=app, servicer=servicer_of(app, auth.database))
    yield busy, hasher, hashing
    hasher.go.set()
    hashing.close()


def test_what_is_no_sign_in_never_stands_behind_one(slow: tuple[Auth, Slow, Watched]) -> None:
    auth, hasher, hashing = slow
    anna = auth.customer("anna@example.org")
    hasher.go.set()
    token = auth.login("anna@example.org").tokens.refresh_token
    hasher.go.clear()
    with ThreadPoolExecutor(80) as callers:
        calls = [callers.submit(patient, auth, f"person{number}@example.org") for number in range(80)]
        until(lambda: sum(call.done() for call in calls) == 77)
        assert json.loads(auth.client().GetJwks(pb.GetJwksRequest()).jwks.data)["keys"]
        assert json.loads(auth.client().GetDiscovery(pb.GetDiscoveryRequest()).configuration.data)["issuer"]
        assert auth.refresh(token).access_token
        assert auth.client(customer(anna)).Logout(pb.LogoutRequest()).ended_sessions == 1
        assert hashing.busy == 3
        hasher.go.set()
        reasons = sorted(_reason(call.exception(90)) for call in calls)
    assert reasons == ["BAD_CREDENTIALS"] * 3 + ["OVERLOADED"] * 77


def test_the_refused_know_when_to_come_again(slow: tuple[Auth, Slow, Watched]) -> None:
    auth, _, hashing = slow
    with ThreadPoolExecutor(3) as callers:
        calls = [callers.submit(patient, auth, f"person{number}@example.org") for number in range(3)]
        until(lambda: hashing.busy == 3)
        with pytest.raises(ResourceExhausted) as refused:
            patient(auth, "anna@example.org")
        slow[1].go.set()
        assert all(call.exception(90) for call in calls)
    assert refused.value.retry_after >= 1


@pytest.mark.parametrize("how", ["cancelled", "late"])
def test_nothing_is_hashed_for_a_caller_who_is_gone(slow: tuple[Auth, Slow, Watched], how: str, mesh: Mesh) -> None:
    auth, hasher, hashing = slow
    at = auth.servers.serve(auth.servicer, store=auth.database).target
    with ThreadPoolExecutor(1) as callers, mesh.identity("edge").connect("tested", at, []) as channel:
        first = callers.submit(patient, auth, "anna@example.org")
        until(lambda: hasher.begun == 1)
        request = pb.LoginRequest(email="ben@example.org", password="any password")
        left = AuthServiceStub(channel).Login.future(request, timeout=4 if how == "late" else 90)
        until(lambda: hashing.busy == 2)
        if how == "cancelled":
            left.cancel()
        with pytest.raises((grpc.RpcError, grpc.FutureCancelledError)):
            left.result()
        until(lambda: not hashing.came[-1].active())
        hasher.go.set()
        assert _reason(first.exception(90)) == "BAD_CREDENTIALS"
    until(lambda: hashing.busy == 0)
    assert hasher.begun == 1


def patient(auth: Auth, email: str) -> Any:
    """Signs in, however long it takes."""
    return auth.client().Login(pb.LoginRequest(email=email, password="any password"), timeout=90)


def _reason(error: BaseException | None) -> str:
    assert isinstance(error, Error), error
    return error.reason
