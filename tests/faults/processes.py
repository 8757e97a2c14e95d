"""Faults of processes: killed, ended, frozen, slowed down, short of what the system gives them, not read from."""

import os
import random
import resource
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psutil

from services import catalog
from stack import starter
from stack.parts import stand_in_of, table
from tests.bench.platform import Platform
from tests.faults.fault import Act

SERVICES = tuple(catalog.BY_NAME)
_MEGABYTE = 2**20
# A file descriptor for each of a few calls, and then none.
_FILES_LEFT = 3
_MEGABYTES_LEFT = 8


def killed(*names: str, times: int = 3, pause: float = 2.0) -> Act:
    """kill -9 of one after another, by chance; the supervisor starts each again."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        for _ in range(times):
            with_pid = [name for name in names if platform.roots().get(name)]
            os.kill(platform.roots()[chance.choice(with_pid)], signal.SIGKILL)
            time.sleep(chance.uniform(0.5, pause))
        yield

    return act


def stopped(name: str, seconds: float) -> Act:
    """Ended in order, and started again after a while."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        platform.supervisor.stop(name)
        try:
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            yield
        finally:
            start(platform, name)

    return act


def start(platform: Platform, name: str) -> None:
    """Starts a part and waits until it is ready; what stack.starter raises when it does not get so."""
    [part] = [each for each in table() if each.name == name]
    for problem in starter.start(platform.layout, platform.supervisor, [part], lambda *_: None):
        raise problem


def frozen(*names: str, seconds: float) -> Act:
    """The processes of one of them stand still: connections are open, and nothing is answered."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        with _suspended(platform.roots()[chance.choice(names)]):
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            yield

    return act


def slowed(name: str, seconds: float) -> Act:
    """It gets a fifth of the time: it runs for a moment, and stands still for four as long."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        until = time.monotonic() + seconds * chance.uniform(0.8, 1.2)
        while time.monotonic() < until:
            with _suspended(platform.roots()[name]):
                time.sleep(0.2)
            time.sleep(0.05)
        yield

    return act


@contextmanager
def _suspended(pid: int) -> Iterator[None]:
    root = psutil.Process(pid)
    processes = [root, *root.children(recursive=True)]
    for process in processes:
        # Connections of a server end while it is looked through.
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in reversed(processes):
            with suppress(psutil.NoSuchProcess):
                process.resume()


@contextmanager
def rolling(platform: Platform, chance: random.Random) -> Iterator[None]:
    """Every service is restarted in order, one after another, a stand-in at its place."""
    for name in chance.sample(SERVICES, len(SERVICES)):
        platform.command("restart", name)
    yield


def relays(name: str, seconds: float) -> Act:
    """A relay stands still past its lease, a stand-in takes its shards, and it goes on with what it had in hand."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        with standing_in(platform, name):
            for _ in range(2):
                with _suspended(platform.roots()[name]):
                    time.sleep(seconds * chance.uniform(0.8, 1.2))
                time.sleep(chance.uniform(1, 3))
        yield

    return act


def joining(name: str, times: int) -> Act:
    """A second member of its consumer group comes, takes partitions and goes again, in order or by kill -9."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        for _ in range(times):
            with standing_in(platform, name) as pid:
                time.sleep(chance.uniform(0, 2))
                if chance.random() < 0.5:
                    os.kill(pid, signal.SIGKILL)
        yield

    return act


@contextmanager
def standing_in(platform: Platform, name: str) -> Iterator[int]:
    """A stand-in works beside the service for the block; its process."""
    part = stand_in_of(name)
    assert part
    for problem in starter.start(platform.layout, platform.supervisor, [part], lambda *_: None):
        raise problem
    try:
        yield platform.roots()[part.name]
    finally:
        platform.supervisor.stop(part.name)


def short_of(kind: int, names: Sequence[str], seconds: float) -> Act:
    """One of them gets no more of a resource (resource.RLIMIT_NOFILE, RLIMIT_AS) than it has, but for a little."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        *others, last = chance.sample(names, len(names))
        for name in others:
            with _short(platform, name, kind):
                time.sleep(seconds * chance.uniform(0.8, 1.2))
        with _short(platform, last, kind):
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            yield

    return act


@contextmanager
def _short(platform: Platform, name: str, kind: int) -> Iterator[None]:
    process = psutil.Process(platform.roots()[name])
    before = resource.prlimit(process.pid, kind)
    resource.prlimit(process.pid, kind, (_used(process, kind), before[1]))
    try:
        yield
    finally:
        # Short of memory, it may have ended and been started anew, with the limits of all.
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, kind, before)


def _used(process: psutil.Process, kind: int) -> int:
    if kind == resource.RLIMIT_NOFILE:
        return int(process.num_fds()) + _FILES_LEFT
    return int(process.memory_info().vms) + _MEGABYTES_LEFT * _MEGABYTE


def unread(seconds: float) -> Act:
    """No one reads what the programs write to their logs: the pipes to the supervisor are full after a while."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        supervisor = psutil.Process(platform.supervisor.pid())
        supervisor.suspend()
        try:
            time.sleep(seconds * chance.uniform(0.9, 1.1))
        finally:
            supervisor.resume()
        yield

    return act
