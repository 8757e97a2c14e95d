"""The header of a sidecar: believed where the settings say that there is one, and nowhere else."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import grpc
import pytest

from services.runtime import errors
from services.runtime.calling import clients
from services.runtime.calling.sidecar import HEADER, identity_of
from tests.harness import Mesh, Running, Servers, service, staff

ID = "spiffe://loanflow.local/ns/loanflow/sa/"


def seen(peer: str) -> tuple[str, str]:
    return (HEADER, f'By={ID}tested;Hash=a1b2;Subject="";URI={ID}{peer}')


@pytest.fixture
def behind_sidecar(mesh: Mesh, shelf: ModuleType) -> Iterator[Running]:
    running = Running(
        mesh, shelf.Shelf(), {"book_id": shelf.owner_of}, shelf.MemoryStore(), pki_folder=None, peer_from="xfcc"
    )
    yield running
    running.stop()


@pytest.fixture
def stub(behind_sidecar: Running, shelf: ModuleType) -> Iterator[Any]:
    """Calls as the sidecar passes them on: in plain text."""
    identity = identity_of("reader", "xfcc", None, "loanflow.local")
    with clients.channel("tested", behind_sidecar.target, identity) as channel:
        yield shelf.rpc.ShelfServiceStub(channel)


def test_the_sidecar_says_who_calls(stub: Any, shelf: ModuleType, mesh: Mesh) -> None:
    request = shelf.pb.GetRequest(book_id="mine")
    assert stub.Sweep(request, metadata=[seen("reader")]).actor == "service:reader"
    assert stub.Sweep(request, metadata=[seen("edge"), seen("reader")]).actor == "service:reader"
    bearer = ("authorization", f"Bearer {mesh.token(staff('OFFICER', account_id='s1'))}")
    assert stub.GetBook(request, metadata=[seen("edge"), bearer]).actor == "staff:s1"


@pytest.mark.parametrize("metadata", [[], [seen("writer")], [seen("reader"), seen("writer")]])
def test_who_is_not_named_by_the_sidecar_is_refused(metadata: Any, stub: Any, shelf: ModuleType) -> None:
    with pytest.raises(errors.PermissionDenied):
        stub.Sweep(shelf.pb.GetRequest(book_id="mine"), metadata=metadata)


def test_without_a_sidecar_the_header_is_worth_nothing(shelf: ModuleType, client_for: Servers) -> None:
    running = client_for.serve(shelf.Shelf(), owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())
    running.mesh.identity("writer")
    stub = running.client(service("writer"))
    for peer in ("reader", "edge"):
        with pytest.raises(errors.PermissionDenied):
            stub.Sweep(shelf.pb.GetRequest(book_id="mine"), metadata=[seen(peer)])
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError):
        plain: Any = shelf.rpc.ShelfServiceStub(channel)
        plain.Sweep(shelf.pb.GetRequest(book_id="mine"), metadata=[seen("reader")], timeout=1)
