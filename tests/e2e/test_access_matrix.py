"""Every RPC by everybody: at the edge as REST and as gRPC, and past the edge by mutual TLS, as the contract has it.

The matrix comes out of the access table alone. First all calls that the table refuses, with requests that would
otherwise do something: each must get its code, and no audit row may come of them. Then those it allows, which may fail
for any other reason.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from functools import partial

import grpc
import httpx
import psycopg
import pytest
from google.protobuf.message import Message

from services.catalog import SERVICES, Storage
from services.runtime.calling.identity import Identity
from stack import pki
from stack.demo.api import Session
from stack.demo.applicants import Applicant
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff
from stack.layout import Layout
from stack.servers import engines
from stack.servers import mongo as mongo_server
from tests.e2e.contract_calls import Outcome, Rpc, by_grpc, by_rest, rpcs
from tests.e2e.everybody import (
    EDGE,
    STAFF_ROLES,
    Caller,
    belongings,
    borrow,
    callers_with,
    partners_token,
    the_callers,
)

THREADS = 8


class Layer(Enum):
    """Where the rule is enforced."""

    REST = "edge, REST"
    GRPC = "edge, gRPC"
    DIRECT = "service, mutual TLS"


@dataclass(frozen=True)
class World:
    """Who calls, on what, and over which connections."""

    callers: tuple[Caller, ...]
    known: dict[str, str]
    rest: httpx.Client
    edge: grpc.Channel
    direct: Callable[[str, str], grpc.Channel]

    def call(self, layer: Layer, rpc: Rpc, caller: Caller) -> list[Outcome]:
        """One cell of the matrix: as REST, one call for each of the RPC's paths."""
        request = self._request(rpc, caller)
        if layer is Layer.REST:
            return list(by_rest(self.rest, rpc, request, caller.token))
        channel = self.edge if layer is Layer.GRPC else self.direct(caller.workload, rpc.service)
        return [by_grpc(channel, rpc, request, caller.token)]

    def _request(self, rpc: Rpc, caller: Caller) -> Message:
        """A valid one where the rule refuses or asks for the owner; else one that does as little as can be."""
        asked_for_owner = caller.customer and rpc.owner_field
        return rpc.request(self.known) if caller.expected(rpc) or asked_for_owner else rpc.empty()


class Audit:
    """How many changes by calls each service has on record; what events and sweeps changed is not counted."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def counts(self) -> dict[str, int]:
        """By service."""
        how = {Storage.POSTGRES: self._rows, Storage.MONGO: self._documents}
        return {service.name: how[service.storage](service.name) for service in SERVICES}

    def _rows(self, name: str) -> int:
        password, port = engines.password(self._layout, name), self._layout.ports.of("postgres")
        with psycopg.connect(
            host="127.0.0.1", port=port, dbname=name, user=name, password=password,
            sslmode="verify-full", sslrootcert=str(self._layout.pki / "ca.pem"),
        ) as connection:  # fmt: skip
            found = connection.execute("SELECT count(*) FROM audit WHERE method LIKE '/%'").fetchone()
        return int(found[0]) if found else 0

    def _documents(self, name: str) -> int:
        password = self._layout.secret(f"mongo-{name}").strip()
        with mongo_server.client(self._layout, username=name, password=password, authSource=name) as client:
            return client[name].audit.count_documents({"method": {"$regex": "^/"}})


@pytest.fixture(scope="module")
def world(
    layout: Layout, url: str, client: httpx.Client, staff: Staff, applicants: list[Applicant],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:  # fmt: skip
    """The owner has a loan that is paid out, and a payment on it."""
    folder = tmp_path_factory.mktemp("matrix")
    journey, foreign = (
        LoanJourney(Session(url, client=client), staff, applicants[0], folder, layout.mails) for _ in range(2)
    )
    foreign.register()
    borrow(journey)
    channels: dict[tuple[str, str], grpc.Channel] = {}
    with ExitStack() as stack:
        for workload in pki.WORKLOADS:
            identity = Identity(workload, layout.pki)
            for service in SERVICES:
                target = f"127.0.0.1:{layout.ports.service(service.name)}"
                channels[workload, service.name] = stack.enter_context(identity.connect(service.name, target, []))
        yield World(
            tuple(the_callers(journey, foreign, staff, partners_token(staff.admin, url))),
            belongings(journey),
            stack.enter_context(httpx.Client(base_url=url)),
            stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{layout.ports.of('edge')}")),
            lambda workload, service: channels[workload, service],
        )


def cells(callers: Iterable[Caller], layer: Layer, *, allowed: bool) -> list[tuple[Rpc, Caller]]:
    """The part of the matrix that one layer is asked for; workloads without a token do not come by the edge."""
    callers = tuple(callers)
    return [
        (rpc, caller)
        for rpc in rpcs()
        for caller in callers
        if (caller.workload == EDGE or layer is Layer.DIRECT) and (not caller.expected(rpc)) is allowed
    ]


def differences(world: World, layer: Layer, chosen: list[tuple[Rpc, Caller]]) -> list[str]:
    """Calls all of them; those that did not get what the contract says."""
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(lambda cell: world.call(layer, *cell), chosen))
    return [
        f"{rpc.path} by {caller.name}: {outcome}, not {caller.expected(rpc) or 'let in'}"
        for (rpc, caller), found in zip(chosen, outcomes, strict=True)
        for outcome in found
        if outcome.refusal != caller.expected(rpc) or outcome.code in ("UNAVAILABLE", "INTERNAL", "500", "503")
    ]


def test_the_matrix_asks_for_whatever_the_contract_says(world: World) -> None:
    assert {rpc.owner_field for rpc in rpcs() if rpc.owner_field} <= set(world.known)
    assert {caller for rpc in rpcs() for caller in rpc.callers} <= {caller.workload for caller in world.callers}
    assert {role for rpc in rpcs() for role in rpc.roles} <= {role for caller in world.callers for role in caller.roles}
    for layer in Layer:
        asked = {rpc.path for allowed in (True, False) for rpc, _ in cells(world.callers, layer, allowed=allowed)}
        assert asked == {rpc.path for rpc in rpcs()}


def calls(layer: Layer, *, allowed: bool) -> int:
    """How many calls the matrix makes at a layer."""
    callers = callers_with("owner", "other", "partner", dict.fromkeys(STAFF_ROLES, "staff"))
    return sum(len(rpc.bindings) if layer is Layer.REST else 1 for rpc, _ in cells(callers, layer, allowed=allowed))


@pytest.mark.tries(by=partial(calls, allowed=False))
@pytest.mark.parametrize("layer", Layer, ids=lambda layer: layer.value)
def test_everybody_else_is_refused_and_nothing_comes_of_it(layer: Layer, world: World, layout: Layout) -> None:
    before = Audit(layout).counts()
    assert any(before.values())
    assert differences(world, layer, cells(world.callers, layer, allowed=False)) == []
    assert Audit(layout).counts() == before


@pytest.mark.tries(by=partial(calls, allowed=True))
@pytest.mark.parametrize("layer", Layer, ids=lambda layer: layer.value)
def test_who_the_contract_names_is_let_in(layer: Layer, world: World) -> None:
    assert differences(world, layer, cells(world.callers, layer, allowed=True)) == []
