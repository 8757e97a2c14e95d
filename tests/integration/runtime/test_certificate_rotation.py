"""Certificates of OpenBao's PKI engine, replaced while calls and events flow: none fails, and all take them up."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from services.runtime.calling import clients
from services.runtime.events.kafka import KafkaSettings
from services.runtime.secrets.certificates import Certificate
from stack import pki
from stack.layout import Layout
from stack.servers import engines, openbao
from tests.harness import Mesh, Running
from tests.integration.runtime.bao import Bao
from tests.integration.runtime.listening import Listener, consuming, relaying
from tests.integration.runtime.things import Backend
from tests.waiting import until

ROTATIONS = 4


@pytest.fixture
def issued(bao: Bao, tmp_path: Path) -> tuple[Mesh, dict[str, Certificate]]:
    """A mesh whose root is that above the engine, and the certificates in it of a server and of who calls it."""
    for name in ("ca.pem", "ca.key"):
        shutil.copy(bao.layout.pki / name, tmp_path / name)
    mesh, found = Mesh(tmp_path), dict[str, Certificate]()
    for name in ("tested", "reader"):
        openbao.admit(bao.layout, bao.admin, name, openbao.policy(name))
        bao.admin.adapter.post(f"/v1/{engines.PKI}/roles/{name}", json=engines.certificate_role(name))
        first = mesh.identity(name)
        client = bao.client(name, login_certificate_file=first.certificate_file, login_key_file=first.key_file)
        found[name] = Certificate(client, tmp_path / name)
    return mesh, found


def test_both_sides_of_calls_are_renewed_under_load_and_no_call_fails(
    issued: tuple[Mesh, dict[str, Certificate]], shelf: ModuleType
) -> None:
    mesh, certificates = issued
    running = Running(mesh, shelf.Shelf(), {"book_id": shelf.owner_of}, shelf.MemoryStore())
    over, done, failures, actors = threading.Event(), [0], list[str](), set[str]()

    def work() -> None:
        while not over.is_set():
            try:
                with clients.channel("tested", running.target, mesh.identity("reader")) as fresh:
                    for channel in (lasting, fresh):
                        stub = shelf.rpc.ShelfServiceStub(channel)
                        actors.add(stub.Sweep(shelf.pb.GetRequest(book_id="mine")).actor)
            except Exception as error:
                failures.append(repr(error))
            done[0] += 1

    with clients.channel("tested", running.target, mesh.identity("reader")) as lasting:
        first = lasting.current()
        threads = [threading.Thread(target=work) for _ in range(3)]
        for each in threads:
            each.start()
        try:
            for turn in range(ROTATIONS):
                for certificate in certificates.values():
                    assert certificate.renew(anyway=turn > 0), "the first identity was not replaced"
                    before = done[0]
                    until(lambda: done[0] > before + 6, "calls under load")  # noqa: B023 - called at once
        finally:
            over.set()
            for each in threads:
                each.join()
        assert lasting.current() is not first
    running.stop()
    assert not failures
    assert actors == {"service:reader"}


@pytest.mark.usefixtures("staff_call")
def test_clients_of_the_broker_are_renewed_between_events_and_none_is_lost(
    layout: Layout, backend: Backend, kafka: KafkaSettings, topics: str, tmp_path: Path
) -> None:
    authority, listener = pki.load_authority(layout.pki), Listener()
    pki.issue(tmp_path, authority, pki.DEPLOY)
    pair = tmp_path / pki.DEPLOY / "tls.pem", tmp_path / pki.DEPLOY / "tls.key"
    renewed = replace(kafka, tls=replace(kafka.tls, certificate_file=pair[0], key_file=pair[1]))
    with relaying(backend, renewed) as relay, consuming(backend, renewed, topics, listener) as consumer:
        for turn in range(3):
            for number in range(5):
                backend.create(f"{turn}.{number}")
            until(lambda: len(listener.names) == 5 * turn + 5)  # noqa: B023 - called at once
            pki.issue(tmp_path, authority, pki.DEPLOY)
        backend.create("last")
        until(lambda: len(listener.names) == 16)
        assert relay._producer.generation == 3
        until(lambda: consumer._stamp == renewed.stamp(), "the consumer's new client")
    assert len(set(listener.names)) == 16
