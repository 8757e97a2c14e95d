"""Faults of the ways between programs: slow, stalled, without answers, cut at the worst moment."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from stack.servers import kafka
from tests.bench.platform import Platform
from tests.faults.commits import LostCommits
from tests.faults.fault import Act
from tests.faults.processes import start
from tests.faults.proxy import Network, Proxy
from tests.faults.replacement import replaced

_ROUNDS = 3
_ADVERTISED = "advertised.listeners=MTLS://127.0.0.1:"


def to_database(network: Network, seconds: float) -> Act:
    """The application service reaches its database by a network that misbehaves, three times."""
    return _way("application", "postgres", "LOANFLOW_POSTGRES_PORT", network, seconds)


def to_redis(network: Network, seconds: float) -> Act:
    """The notification service reaches Redis by such a network."""
    return _way("notification", "redis", "LOANFLOW_REDIS_PORT", network, seconds)


def _way(service: str, part: str, variable: str, network: Network, seconds: float) -> Act:
    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        proxy = Proxy(platform.layout.ports.of(part))
        try:
            with replaced(platform, service, {variable: str(proxy.port)}):
                _misbehaves(proxy, network, seconds, chance)
                yield
        finally:
            proxy.close()

    return act


def to_broker(network: Network, seconds: float) -> Act:
    """Every program reaches the broker by a network that misbehaves: it says of itself that it is at the proxy's port.

    In a stalled one the sockets are half open: what is sent is taken, and nothing comes.
    """

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        own = platform.layout.ports.of("kafka")
        proxy, file = Proxy(own), platform.layout.state / "kafka" / "server.properties"
        platform.supervisor.stop("kafka")
        try:
            settings = file.read_text()
            assert f"{_ADVERTISED}{own}" in settings, f"{file} does not say where the broker is"
            file.write_text(settings.replace(f"{_ADVERTISED}{own}", f"{_ADVERTISED}{proxy.port}"))
            platform.supervisor.start("kafka")
            _await_broker(platform)
            _misbehaves(proxy, network, seconds, chance)
            yield
        finally:
            platform.supervisor.stop("kafka")
            # Its settings are written anew.
            start(platform, "kafka")
            proxy.close()

    return act


def _await_broker(platform: Platform) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            return kafka.ready(platform.layout)
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _misbehaves(proxy: Proxy, network: Network, seconds: float, chance: random.Random) -> None:
    for _ in range(_ROUNDS):
        with proxy.behaving(network):
            time.sleep(seconds * chance.uniform(0.8, 1.2))
        time.sleep(chance.uniform(0.5, 1.5))


@contextmanager
def commits_lost(platform: Platform, chance: random.Random) -> Iterator[None]:
    """COMMIT is done, and the application service sees its connection end instead; RuntimeError when none was lost."""
    lost = LostCommits(platform.layout, chance, share=0.2)
    try:
        with replaced(platform, "application", {"LOANFLOW_POSTGRES_PORT": str(lost.port)}):
            time.sleep(15)
            yield
    finally:
        lost.close()
    if not lost.lost:
        raise RuntimeError("no COMMIT came by whose answer could be lost")
