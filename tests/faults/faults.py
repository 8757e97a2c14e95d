"""The faults, each a stretch of time in which something is away, slow, wrong or doubled; healed when its block ends."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import psutil

from services import catalog
from stack import starter
from stack.parts import table
from stack.servers import postgres, redis
from tests.bench.platform import Platform
from tests.faults.network import behind
from tests.faults.proxy import Network, Proxy
from tests.faults.records import doubled, from_the_beginning, poisoned

Act = Callable[[Platform, random.Random], AbstractContextManager[None]]
_SERVICES = tuple(catalog.BY_NAME)


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and the letters of the guarantees that it is aimed at."""

    act: Act
    guarantees: str
    # What it puts on the topics stays there, and is what no service published.
    litters: bool = False


def _killed(*names: str, times: int = 3, pause: float = 2.0) -> Act:
    """kill -9 of one after another, by chance; the supervisor starts each again."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        for _ in range(times):
            with_pid = [name for name in names if platform.roots().get(name)]
            os.kill(platform.roots()[chance.choice(with_pid)], signal.SIGKILL)
            time.sleep(chance.uniform(0.5, pause))
        yield

    return act


def _stopped(name: str, seconds: float) -> Act:
    """Ended in order, and started again after a while."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        platform.supervisor.stop(name)
        try:
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            yield
        finally:
            [part] = [each for each in table() if each.name == name]
            for problem in starter.start(platform.layout, platform.supervisor, [part], lambda *_: None):
                raise problem

    return act


def _frozen(*names: str, seconds: float) -> Act:
    """Its processes stand still: connections are open, and nothing is answered."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        root = psutil.Process(platform.roots()[chance.choice(names)])
        processes = [root, *root.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            time.sleep(seconds * chance.uniform(0.8, 1.2))
        finally:
            for process in reversed(processes):
                process.resume()
        yield

    return act


def _locked(seconds: float) -> Act:
    """Another session holds the table that every write needs."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        with postgres.admin(platform.layout, "application") as connection:
            connection.autocommit = False
            connection.execute("LOCK TABLE applications IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            connection.rollback()
        yield

    return act


@contextmanager
def _emptied(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Every key is gone, three times: what FLUSHALL does, which the services' user may not."""
    with redis.client(platform.layout) as client:
        for _ in range(3):
            for key in client.scan_iter(count=1_000):
                client.delete(key)
            time.sleep(chance.uniform(0.2, 1.0))
    yield


@contextmanager
def _rolling(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Every service is restarted in order, one after another, a stand-in at its place."""
    for name in chance.sample(_SERVICES, len(_SERVICES)):
        platform.command("restart", name)
    yield


def _database_network(network: Network, seconds: float) -> Act:
    """The application service reaches its database by a network that misbehaves, three times."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        proxy = Proxy(platform.layout.ports.of("postgres"))
        try:
            with behind(platform, "application", "LOANFLOW_POSTGRES_PORT", proxy.port):
                for _ in range(3):
                    with proxy.behaving(network):
                        time.sleep(seconds * chance.uniform(0.8, 1.2))
                    time.sleep(chance.uniform(0.5, 1.5))
                yield
        finally:
            proxy.close()

    return act


FAULTS = {
    "services killed": Fault(_killed(*_SERVICES, times=8), "EXOD"),
    "PostgreSQL killed": Fault(_killed("postgres", times=2, pause=4), "EXD"),
    "PostgreSQL restarted": Fault(_stopped("postgres", 5), "ED"),
    "PostgreSQL frozen": Fault(_frozen("postgres", seconds=8), "ED"),
    "a table locked": Fault(_locked(8), "DL"),
    "MongoDB killed": Fault(_killed("mongo", times=2, pause=4), "EX"),
    "MongoDB frozen": Fault(_frozen("mongo", seconds=12), "EX"),
    "broker killed": Fault(_killed("kafka", times=1, pause=4), "EXO"),
    "broker away": Fault(_stopped("kafka", 45), "EXOL"),
    "broker frozen": Fault(_frozen("kafka", seconds=20), "EXO"),
    "relay past its lease": Fault(_frozen("application", seconds=40), "EO"),
    "consumers past their session": Fault(_frozen("document", "notification", "kyc", "risk", seconds=50), "XO"),
    "Redis away": Fault(_stopped("redis", 10), "DL"),
    "Redis emptied": Fault(_emptied, "X"),
    "Redis frozen": Fault(_frozen("redis", seconds=8), "DL"),
    "object store away": Fault(_stopped("s3", 10), "L"),
    "registry away": Fault(_stopped("registry", 10), "EL"),
    "members come and go": Fault(_killed("customer", times=8, pause=2), "XO"),
    "all restarted in turn": Fault(_rolling, "EXOD"),
    "events twice to five times, shuffled": Fault(doubled, "XO"),
    "all topics once more from the beginning": Fault(from_the_beginning, "XM"),
    "poison in every topic": Fault(poisoned, "XL", litters=True),
    "answers of PostgreSQL lost": Fault(_database_network(Network.NO_ANSWERS, 2), "EXD"),
    "a slow way to PostgreSQL": Fault(_database_network(Network.SLOW, 4), "EL"),
    "a stalled way to PostgreSQL": Fault(_database_network(Network.STALLED, 5), "EL"),
}
