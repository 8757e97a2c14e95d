"""The server as a whole, over mutual TLS on loopback: who gets in, what goes out, how it begins and ends."""

import threading
import time
import urllib.error
import urllib.request
from types import ModuleType
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from joserfc.jwk import ECKey

from services.runtime import errors
from services.runtime.calling import clients
from services.runtime.context import Caller, CallerKind
from services.runtime.serving.builder import ServerBuilder
from services.runtime.serving.rpcs import StartError
from tests.harness import ANONYMOUS, Mesh, Running, Servers, TokenIdentity, customer, program, service, staff
from tests.waiting import PATIENCE_SECONDS, until

OFFICER = staff("OFFICER", account_id="s1")
CUSTOMER = customer("c1")


@pytest.fixture
def running(shelf: ModuleType, client_for: Servers) -> Running:
    return client_for.serve(shelf.Shelf(), owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())


def request(shelf: ModuleType, book_id: str = "mine") -> Any:
    return shelf.pb.GetRequest(book_id=book_id)


def health(channel: grpc.Channel, name: str = "") -> Any:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    return stub.Check(health_pb2.HealthCheckRequest(service=name)).status


ALLOWED = [
    (ANONYMOUS, "GetOpen", "anonymous"),
    (OFFICER, "GetOpen", "anonymous"),
    (OFFICER, "GetBook", "staff:s1"),
    (staff("ADMIN", "RISK_MGR", account_id="s2"), "GetBook", "staff:s2"),
    (program("registration.read", client_id="p1"), "GetBook", "client:p1"),
    (CUSTOMER, "GetBook", "customer:c1"),
    (service("reader"), "GetBook", "service:reader"),
    (service("reader"), "Sweep", "service:reader"),
    (OFFICER, "AddBook", "staff:s1"),
]


@pytest.mark.parametrize(("caller", "method", "actor"), ALLOWED)
def test_who_the_rule_names_gets_in(
    caller: Caller, method: str, actor: str, running: Running, shelf: ModuleType
) -> None:
    assert getattr(running.client(caller), method)(request(shelf)).actor == actor


REFUSED = [
    (ANONYMOUS, "GetBook", errors.Unauthenticated, "UNAUTHENTICATED"),
    (ANONYMOUS, "Sweep", errors.PermissionDenied, "ACCESS_DENIED"),
    (staff("ADMIN"), "GetBook", errors.PermissionDenied, "ACCESS_DENIED"),
    (OFFICER, "Sweep", errors.PermissionDenied, "ACCESS_DENIED"),
    (CUSTOMER, "AddBook", errors.PermissionDenied, "ACCESS_DENIED"),
    (Caller(CallerKind.END_USER, "c1", frozenset({"OFFICER"})), "AddBook", errors.PermissionDenied, "ACCESS_DENIED"),
    (customer("c2"), "GetBook", errors.PermissionDenied, "NOT_OWNER"),
    (service("writer"), "GetBook", errors.PermissionDenied, "ACCESS_DENIED"),
    (service("writer"), "GetOpen", errors.PermissionDenied, "ACCESS_DENIED"),
    (service("reader"), "AddBook", errors.PermissionDenied, "ACCESS_DENIED"),
]


@pytest.mark.parametrize(("caller", "method", "error", "reason"), REFUSED)
def test_no_one_else_gets_in(
    caller: Caller, method: str, error: type[errors.Error], reason: str, running: Running, shelf: ModuleType
) -> None:
    with pytest.raises(error) as raised:
        getattr(running.client(caller), method)(request(shelf))
    assert raised.value.reason == reason


def test_an_object_that_is_not_there_has_no_owner(running: Running, shelf: ModuleType) -> None:
    with pytest.raises(errors.NotFound):
        running.client(CUSTOMER).GetBook(request(shelf, "unknown"))


BAD_CLAIMS: list[dict[str, Any]] = [
    {"exp": int(time.time()) - 60},
    {"iss": "https://elsewhere"},
    {"aud": "other"},
    {"kind": "service"},
    {"roles": "OFFICER"},
    {"sub": None},
]


@pytest.mark.parametrize("claims", BAD_CLAIMS)
def test_a_token_must_be_ours_and_fresh(
    claims: dict[str, Any], mesh: Mesh, running: Running, shelf: ModuleType
) -> None:
    identity = TokenIdentity("edge", mesh.folder, token=mesh.token(OFFICER, **claims))
    with pytest.raises(errors.Unauthenticated):
        running.client_as(identity).GetBook(request(shelf))


@pytest.mark.parametrize("key_id", ["test", "other"])
def test_a_forged_token_is_refused(key_id: str, mesh: Mesh, running: Running, shelf: ModuleType) -> None:
    mesh.identity("edge")
    forger = ECKey.generate_key("P-256", {"kid": key_id})
    identity = TokenIdentity("edge", mesh.folder, token=mesh.token(OFFICER, key=forger))
    with pytest.raises(errors.Unauthenticated):
        running.client_as(identity).GetBook(request(shelf))


def test_a_token_is_worth_nothing_without_the_edge(mesh: Mesh, running: Running, shelf: ModuleType) -> None:
    mesh.identity("writer")
    with pytest.raises(errors.PermissionDenied):
        running.client_as(TokenIdentity("writer", mesh.folder, token=mesh.token(OFFICER))).GetBook(request(shelf))


def test_who_is_not_of_the_mesh_gets_no_connection(
    running: Running, shelf: ModuleType, tmp_path_factory: pytest.TempPathFactory, mesh: Mesh
) -> None:
    foreign = Mesh(tmp_path_factory.mktemp("foreign")).identity("reader")
    (foreign.folder / "ca.pem").write_bytes((mesh.folder / "ca.pem").read_bytes())
    for channel in (clients.channel("tested", running.target, foreign), grpc.insecure_channel(running.target)):
        with channel, pytest.raises((errors.Unavailable, grpc.RpcError)):
            shelf.rpc.ShelfServiceStub(channel).GetOpen(request(shelf), timeout=1)


def test_streams_pass_through_the_same_rules(running: Running, shelf: ModuleType) -> None:
    pages = [shelf.pb.Page(text=text, book_id="mine") for text in ("a", "b")]
    officer, owner, other = running.client(OFFICER), running.client(CUSTOMER), running.client(customer("c2"))
    assert [each.actor for each in owner.ListOwn(request(shelf))] == ["customer:c1"] * 2
    assert owner.Write(iter(pages)).book.book_id == "ab"
    assert [page.book_id for page in officer.Talk(iter(pages))] == ["staff:s1"] * 2
    with pytest.raises(errors.PermissionDenied):
        other.Write(iter(pages))
    with pytest.raises(errors.InvalidArgument):
        owner.Write(iter([]))
    with pytest.raises(errors.InvalidArgument):
        officer.Write(iter([shelf.pb.Page(text="much too long")]))
    with pytest.raises(errors.PermissionDenied):
        list(owner.Talk(iter(pages)))
    with pytest.raises(errors.PermissionDenied):
        list(officer.ListOwn(request(shelf)))


def test_who_names_what_is_anothers_learns_that_before_what_else_is_wrong(running: Running, shelf: ModuleType) -> None:
    bad = [shelf.pb.Page(text="much too long", book_id="mine")]
    with pytest.raises(errors.PermissionDenied) as raised:
        running.client(customer("c2")).Write(iter(bad))
    assert raised.value.reason == "NOT_OWNER"
    for caller, book_id in ((CUSTOMER, "mine"), (CUSTOMER, ""), (CUSTOMER, "unknown"), (OFFICER, "mine")):
        with pytest.raises(errors.InvalidArgument) as refused:
            running.client(caller).Write(iter([shelf.pb.Page(text="much too long", book_id=book_id)]))
        assert [each.field for each in refused.value.violations] == ["text"]


def test_an_error_in_mid_stream_is_typed_too(running: Running, shelf: ModuleType) -> None:
    answers = running.client(CUSTOMER).ListOwn(request(shelf, "broken"))
    assert next(answers).book.book_id == "1"
    with pytest.raises(errors.NotFound):
        next(answers)


def test_typed_errors_keep_reason_and_metadata(running: Running, shelf: ModuleType) -> None:
    with pytest.raises(errors.FailedPrecondition) as raised:
        running.client(OFFICER).GetBook(request(shelf, "lent"))
    assert raised.value.reason == "WRONG_STATUS"
    assert raised.value.metadata == {"status": "LENT", "allowed_from": "SHELVED"}


def test_fields_at_fault_are_named(running: Running, shelf: ModuleType) -> None:
    with pytest.raises(errors.InvalidArgument) as raised:
        running.client(OFFICER).GetBook(request(shelf, "x"))
    assert (raised.value.reason, [each.field for each in raised.value.violations]) == ("INVALID_FIELD", ["book_id"])


def test_fields_at_fault_are_named_as_the_caller_wrote_them(running: Running, shelf: ModuleType) -> None:
    transcoded = (("x-envoy-original-path", "/api/v1/books/x"),)
    with pytest.raises(errors.InvalidArgument) as raised:
        running.client(OFFICER).GetBook(request(shelf, "x"), metadata=transcoded)
    assert [each.field for each in raised.value.violations] == ["bookId"]
    assert raised.value.message.startswith("bookId: ")


def test_what_broke_inside_stays_inside(running: Running, shelf: ModuleType) -> None:
    with pytest.raises(errors.Internal) as raised:
        running.client(OFFICER).GetBook(request(shelf, "broken"), metadata=(("x-correlation-id", "abc-1"),))
    assert "secret" not in str(raised.value)
    assert raised.value.metadata == {"correlation_id": "abc-1"}


def test_the_correlation_id_comes_from_the_caller_if_it_is_decent(running: Running, shelf: ModuleType) -> None:
    client = running.client(OFFICER)
    assert client.GetBook(request(shelf), metadata=(("x-request-id", "r-1"),)).correlation_id == "r-1"
    for indecent in ("", "with space", "x" * 65):
        answer = client.GetBook(request(shelf), metadata=(("x-correlation-id", indecent),))
        assert answer.correlation_id not in ("", indecent)


def test_an_objects_owner_is_asked_for_once_and_an_unknown_object_every_time(
    shelf: ModuleType, client_for: Servers
) -> None:
    asked: list[str] = []

    def owner_of(book_id: str) -> str:
        asked.append(book_id)
        return str(shelf.owner_of(book_id))

    servicer, owners = shelf.Shelf(), {"book_id": owner_of}
    owner = client_for(servicer, CUSTOMER, owners=owners, store=shelf.MemoryStore())
    other = client_for(servicer, customer("c2"))
    for _ in range(2):
        assert owner.GetBook(request(shelf)).actor == "customer:c1"
        with pytest.raises(errors.PermissionDenied):
            other.GetBook(request(shelf))
        with pytest.raises(errors.NotFound):
            owner.GetBook(request(shelf, "nowhere"))
    assert asked == ["mine", "nowhere", "nowhere"]


def test_one_key_one_effect(shelf: ModuleType, client_for: Servers) -> None:
    servicer = shelf.Shelf()
    client = client_for(servicer, OFFICER, owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())
    key = (("idempotency-key", "k1"),)
    first, again = (client.AddBook(request(shelf), metadata=key) for _ in range(2))
    assert first == again
    assert servicer.added == ["mine"]
    with pytest.raises(errors.FailedPrecondition) as raised:
        client.AddBook(request(shelf, "other"), metadata=key)
    assert raised.value.reason == "IDEMPOTENCY_KEY_REUSED"
    other = client_for(servicer, staff("OFFICER")).AddBook(request(shelf), metadata=key)
    assert other.book.book_id == "mine2"
    assert client.AddBook(request(shelf)).book.book_id == "mine3"


def test_a_failed_call_leaves_its_key_free(shelf: ModuleType, client_for: Servers) -> None:
    store = shelf.MemoryStore()
    client = client_for(shelf.Shelf(), OFFICER, owners={"book_id": shelf.owner_of}, store=store)
    with pytest.raises(errors.AlreadyExists):
        client.AddBook(request(shelf, "refused"), metadata=(("idempotency-key", "k1"),))
    assert store.rows == {}


def test_a_needed_key_must_be_there_and_decent(running: Running, shelf: ModuleType) -> None:
    client = running.client(OFFICER)
    with pytest.raises(errors.InvalidArgument) as raised:
        client.PayBook(request(shelf))
    assert raised.value.reason == "IDEMPOTENCY_KEY_REQUIRED"
    with pytest.raises(errors.InvalidArgument):
        client.PayBook(request(shelf), metadata=(("idempotency-key", "x" * 129),))


def test_conflicts_are_tried_again_for_a_while(shelf: ModuleType, client_for: Servers) -> None:
    servicer = shelf.Shelf()
    client = client_for(servicer, OFFICER, owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())
    servicer.conflicts = 3
    assert client.AddBook(request(shelf)).book.book_id == "mine1"
    servicer.conflicts = 4
    with pytest.raises(errors.Aborted):
        client.AddBook(request(shelf))


def test_calls_end_at_their_deadline(running: Running, shelf: ModuleType) -> None:
    with pytest.raises(errors.DeadlineExceeded):
        running.client(OFFICER).GetBook(request(shelf, "slow"), timeout=0.2)


def test_renewed_certificates_are_taken_up_by_both_sides(mesh: Mesh, running: Running, shelf: ModuleType) -> None:
    channel = clients.channel("tested", running.target, mesh.identity("reader"))
    with channel:
        stub = shelf.rpc.ShelfServiceStub(channel)
        before = channel.current()
        for _ in range(3):
            mesh.renew("tested")
            mesh.renew("reader")
            assert stub.Sweep(request(shelf)).actor == "service:reader"
        assert channel.current() is not before


def test_health_and_metrics(mesh: Mesh, shelf: ModuleType, client_for: Servers) -> None:
    running = client_for.serve(shelf.Shelf(), owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())
    with clients.channel("tested", running.target, mesh.identity("edge")) as channel:
        for name in ("", "meshtest.v1.ShelfService"):
            assert health(channel, name) == health_pb2.HealthCheckResponse.SERVING
    running.client(OFFICER).GetBook(request(shelf))
    url = f"http://127.0.0.1:{running.server.metrics_port}"
    metrics = urllib.request.urlopen(f"{url}/metrics").read().decode()
    assert 'loanflow_grpc_calls_total{code="OK",method="/meshtest.v1.ShelfService/GetBook"}' in metrics
    assert urllib.request.urlopen(f"{url}/health/tested").status == 200


def test_a_part_whose_thread_died_is_named_by_the_liveness(mesh: Mesh) -> None:
    class Sweeper:
        def __init__(self) -> None:
            self._end = threading.Event()
            self._thread = threading.Thread(target=self._end.wait)
            self.start, self.alive = self._thread.start, self._thread.is_alive

        def stop(self) -> None:
            self._end.set()
            self._thread.join()

    builder, part = ServerBuilder(mesh.settings("tested")), Sweeper()
    builder.background(part)
    server = builder.start()
    url = f"http://127.0.0.1:{server.metrics_port}/health/tested"
    assert urllib.request.urlopen(url).status == 200
    part.stop()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url)
    with refused.value as answer:
        assert (answer.code, answer.read()) == (503, b"Sweeper died\n")
    server.stop()


def serving_threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each.name.startswith("call_")}


def test_it_ends_in_good_order(mesh: Mesh, shelf: ModuleType) -> None:
    servicer, ended, before = shelf.Shelf(), [], serving_threads()
    running = Running(mesh, servicer, {"book_id": shelf.owner_of}, shelf.MemoryStore(), drain=2.0, grace=10.0)
    running.builder.closes(lambda: ended.append("closed"))
    client, answers = running.client(OFFICER), []
    call = threading.Thread(target=lambda: answers.append(client.GetBook(request(shelf, "slow")).actor))
    call.start()
    assert servicer.entered.wait(PATIENCE_SECONDS)
    end = threading.Thread(target=running.server.stop)
    end.start()
    time.sleep(0.1)
    assert client.GetBook(request(shelf)).actor == "staff:s1", "while it drains, new calls are still answered"
    with clients.channel("tested", running.target, mesh.identity("edge")) as channel:
        assert health(channel) == health_pb2.HealthCheckResponse.NOT_SERVING
    # Until it has drained: from then on it is the grace that keeps the call open.
    time.sleep(2.1)
    servicer.hold.set()
    call.join(PATIENCE_SECONDS)
    end.join(PATIENCE_SECONDS)
    assert (answers, ended) == (["staff:s1"], ["closed"])
    until(lambda: serving_threads() <= before)


def test_it_refuses_to_start_without_what_the_contract_needs(mesh: Mesh, shelf: ModuleType) -> None:
    builder, store, owners = ServerBuilder(mesh.settings("tested")), shelf.MemoryStore(), {"book_id": shelf.owner_of}
    for servicer, options, missing in (
        (shelf.Unruled(), {}, "lacks the access option"),
        (shelf.Incomplete(), {}, "has no method GetOpen"),
        (shelf.Shelf(), {"store": store}, "no look-up"),
        (shelf.Shelf(), {"owners": owners}, "no store"),
        (object(), {}, "no generated base"),
    ):
        with pytest.raises(StartError, match=missing):
            builder.add(servicer, **options)


def test_a_part_that_is_missing_ends_the_start_with_one_line(
    mesh: Mesh, shelf: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def check() -> None:
        raise errors.Unavailable("the database at 127.0.0.1:1 does not answer")

    with pytest.raises(SystemExit) as ended, ServerBuilder(mesh.settings("tested")) as builder:
        builder.requires(check)
        builder.start()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "tested cannot start: the database at 127.0.0.1:1 does not answer\n"


def test_a_service_that_waits_for_a_part_is_asked_once(shelf: ModuleType, client_for: Servers) -> None:
    asked: list[str] = []

    class Away(shelf.Shelf):  # type: ignore[misc,name-defined]  # the module is made by this test run
        def answer(self, book_id: str) -> Any:
            asked.append(book_id)
            raise errors.Unavailable("the database is out of reach")

    client = client_for(Away(), OFFICER, owners={"book_id": shelf.owner_of}, store=shelf.MemoryStore())
    with pytest.raises(errors.Unavailable, match="the database is out of reach"):
        client.GetBook(request(shelf))
    assert asked == ["mine"]
