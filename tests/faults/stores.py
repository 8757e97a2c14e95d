"""Faults of what is in the stores: tables that are locked, connections that are taken, keys that are gone or wrong."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

import psycopg

from stack.demo.api import Refused, Session
from stack.servers import postgres, redis
from tests.bench.platform import Platform, form
from tests.faults.fault import Act
from tests.faults.load import register

_STORMS, _WRITERS, _WRONG_TIMES = 6, 12, 8


def locked(seconds: float) -> Act:
    """Another session holds the table that every write needs: each connection of the pool waits for it."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        with postgres.admin(platform.layout, "application") as connection:
            connection.autocommit = False
            connection.execute("LOCK TABLE applications IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            yield
            connection.rollback()

    return act


def crowded(seconds: float) -> Act:
    """The services' connections are cut, and all that the server has are taken by others."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        held = list[psycopg.Connection[tuple[object, ...]]]()
        try:
            held.append(postgres.admin(platform.layout))
            until = time.monotonic() + seconds * chance.uniform(0.8, 1.2)
            while time.monotonic() < until:
                held[0].execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)",
                    [list(postgres.SERVICES)],
                )
                with suppress(psycopg.OperationalError):
                    while True:
                        held.append(postgres.admin(platform.layout))
                time.sleep(0.2)
        finally:
            for each in held:
                each.close()
        yield

    return act


@contextmanager
def emptied(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Every key is gone, three times: what FLUSHALL does, which the services' user may not."""
    with redis.client(platform.layout) as client:
        for _ in range(3):
            for key in client.scan_iter(count=1_000):
                client.delete(key)
            time.sleep(chance.uniform(0.2, 1.0))
    yield


@contextmanager
def wrong(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Every key holds something else, of a type that is none of its own, as long as it would have lasted."""
    with redis.client(platform.layout) as client:
        for _ in range(_WRONG_TIMES):
            keys = list(client.scan_iter(count=1_000))
            with client.pipeline(transaction=False) as asked:
                for key in keys:
                    asked.type(key).pttl(key)
                found = asked.execute()
            with client.pipeline(transaction=False) as changed:
                for key, kind, left in zip(keys, found[::2], found[1::2], strict=True):
                    changed.delete(key)
                    if kind == b"string":
                        changed.rpush(key, "wrong")
                    else:
                        changed.set(key, b"wrong")
                    changed.pexpire(key, left if left > 0 else 2_000)
                changed.execute()
            time.sleep(chance.uniform(0.5, 1.0))
    yield


@contextmanager
def storm(platform: Platform, _chance: random.Random) -> Iterator[None]:
    """A dozen callers withdraw one application at the same moment, each with a key of its own: one of them does.

    AssertionError when it was withdrawn more than once, or not at all.
    """
    customer = register(platform.edge, platform.layout.mails)
    for _ in range(_STORMS):
        answer = customer.session.post("/api/v1/applications", form(customer.id))
        application, together = answer["application"]["applicationId"], threading.Barrier(_WRITERS)
        with ThreadPoolExecutor(_WRITERS) as pool:
            done = list(pool.map(_withdraws, [(customer.session, application, together)] * _WRITERS))
        assert sum(done) == 1, f"application {application} was withdrawn {sum(done)} times"
        with closing(postgres.admin(platform.layout, "application")) as connection:
            found = connection.execute(
                "SELECT count(*) FROM timeline WHERE application_id = %s AND to_status = 'WITHDRAWN'", [application]
            ).fetchone()
        assert found == (1,), f"the timeline of application {application} has {found} withdrawals"
    yield


def _withdraws(given: tuple[Session, str, threading.Barrier]) -> bool:
    session, application, together = given
    together.wait(30)
    try:
        session.post(f"/api/v1/applications/{application}/withdraw", {"reason": "I have changed my mind."})
    except Refused:
        return False
    return True
