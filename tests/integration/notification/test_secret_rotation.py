"""A static secret that is replaced while the service works: delivered as the next version, and no call fails."""

import threading
from pathlib import Path

import pytest

from services.notification.redis import Redis, RedisSettings
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.delivery import Delivery
from services.runtime.secrets.settings import OpenBaoSettings
from stack import rotation
from stack.layout import Layout
from stack.servers import engines, openbao, postgres, redis
from tests.waiting import until

SERVICE, FILE = "notification", "redis-password"


def test_the_password_of_redis_is_replaced_under_load_and_no_call_fails(layout: Layout, tmp_path: Path) -> None:
    pair = layout.pki / SERVICE / "tls.pem", layout.pki / SERVICE / "tls.key"
    delivery = Delivery(
        OpenBao(
            OpenBaoSettings(
                openbao.url(layout), SERVICE, layout.pki / "ca.pem", *pair, delivers=("kv",), secrets_folder=tmp_path
            )
        )
    )
    delivery.refresh()
    file, port = tmp_path / FILE, layout.ports.of("redis")
    settings = RedisSettings("127.0.0.1", port, postgres.tls(layout), redis.USER, file)
    over, done, failures = threading.Event(), [0], list[str]()

    def work() -> None:
        lasting = Redis(settings)
        while not over.is_set():
            try:
                fresh = Redis(settings)
                for each in (lasting, fresh):
                    each.check()
                fresh.close()
            except Exception as error:
                failures.append(repr(error))
            done[0] += 1
        lasting.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    before = file.read_text()
    try:
        until(lambda: done[0] > 20, "calls under load")
        assert rotation.static(layout, SERVICE) == 0
        during = done[0]
        until(lambda: done[0] > during + 20, "calls under the password of before")
        assert FILE in delivery.refresh()
        after = done[0]
        until(lambda: done[0] > after + 20, "calls under the new password")
    finally:
        over.set()
        for each in threads:
            each.join()
    assert not failures
    assert file.read_text() == layout.secret("redis") != before


def test_secrets_that_may_not_be_delivered_yet_are_not_replaced_again(layout: Layout) -> None:
    rotation.static(layout, SERVICE)
    with pytest.raises(ValueError, match="again after 120 s"):
        rotation.check_delivered(layout, SERVICE)


def test_a_part_knows_no_more_than_the_two_newest_passwords(layout: Layout) -> None:
    rotation.static(layout, SERVICE)
    assert len(redis.passwords(layout)) == 2


def test_a_secret_is_the_same_at_its_part_and_in_openbao_after_a_new_start(layout: Layout) -> None:
    rotation.static(layout, SERVICE)
    found, version = engines.static(openbao.client(layout, signed_in=True), SERVICE)
    assert found[FILE] == layout.secret("redis")
    engines.settle(layout)
    assert engines.static(openbao.client(layout, signed_in=True), SERVICE) == (found, version)
