"""The log-in of a service at MongoDB, which alternates between two users while it works: no call fails."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.delivery import Delivery
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.stores.mongo import Mongo, MongoSettings
from stack import rotation
from stack.layout import Layout
from stack.servers import engines, mongo, openbao, postgres
from tests.waiting import until

SERVICE, FILE = "agreement", "mongo-login"


@pytest.fixture
def delivery(layout: Layout, tmp_path: Path) -> Delivery:
    """The service's, into a folder of the test's own."""
    engines.settle(layout)
    pair = layout.pki / SERVICE / "tls.pem", layout.pki / SERVICE / "tls.key"
    settings = OpenBaoSettings(
        openbao.url(layout), SERVICE, layout.pki / "ca.pem", *pair, delivers=("kv",), secrets_folder=tmp_path
    )
    return Delivery(OpenBao(settings))


@pytest.fixture
def database(layout: Layout, delivery: Delivery, tmp_path: Path) -> Iterator[Mongo]:
    """The service's database, by its own log-in; two connections at most are kept."""
    delivery.refresh()
    port = layout.ports.of("mongo")
    opened = Mongo(
        MongoSettings("127.0.0.1", port, SERVICE, postgres.tls(layout), login_file=tmp_path / FILE, pool_size=4)
    )
    yield opened
    opened.close()


def _user(database: Mongo) -> str:
    [found] = database.database.command("connectionStatus")["authInfo"]["authenticatedUsers"]
    return str(found["user"])


def test_the_log_in_alternates_under_load_and_no_call_fails(
    layout: Layout, delivery: Delivery, database: Mongo, tmp_path: Path
) -> None:
    over, done, failures = threading.Event(), [0], list[str]()

    def work() -> None:
        while not over.is_set():
            try:
                with database.transaction() as transaction:
                    database.database["probe"].find_one(session=transaction.session)
                if done[0] % 3 == 0:
                    # Its connections are no more: the next ones are made by whatever log-in counts by then.
                    next(iter(database.client._topology._servers.values())).pool.reset_without_pause()
            except Exception as error:
                failures.append(repr(error.__cause__ or error))
            done[0] += 1

    threads, used = [threading.Thread(target=work) for _ in range(3)], [(tmp_path / FILE).read_text()]
    for each in threads:
        each.start()
    try:
        for _ in range(4):
            assert rotation.static(layout, SERVICE) == 0
            during = done[0]
            until(lambda: done[0] > during + 20, "work under the log-in of before")  # noqa: B023 - called at once
            assert sorted(delivery.refresh()) == [FILE, "sealing-key"]
            used.append((tmp_path / FILE).read_text())
            after = done[0]
            until(lambda: done[0] > after + 20, "work under the new log-in")  # noqa: B023 - called at once
            assert _user(database) == used[-1].partition("\n")[0]
    finally:
        over.set()
        for each in threads:
            each.join()
    assert not failures
    assert len(set(used)) == 5
    assert {each.partition("\n")[0] for each in used} == {SERVICE, mongo.other(SERVICE)}
    user, password = used[-3].split("\n")
    with (
        mongo.client(layout, username=user, password=password, authSource=SERVICE) as void,
        pytest.raises(PyMongoError, match=r"(?i)authentication"),
    ):
        void[SERVICE].command("ping")


def test_both_users_may_do_the_same(layout: Layout, delivery: Delivery) -> None:
    mongo.settle(layout)
    with mongo.client(layout, username=mongo.ADMIN, password=layout.secret("mongo-admin")) as admin:
        first, second = (
            admin[SERVICE].command("usersInfo", name)["users"][0]["roles"] for name in (SERVICE, mongo.other(SERVICE))
        )
    assert first == second
