"""A small discrete-event simulation of a call and of what follows: edge, service, PostgreSQL, Kafka, consumers.

Everything waits in line for processors: on one machine all of it for the same few cores, in a cluster each station for
its own. A service computes in one process at a time besides (Python's interpreter lock), with as many as it has
replicas. What no processor is busy with (the disk, the network, threads that are woken) is a wait of the same length
for each call. Times are seconds, service times come from measured microseconds, and chance is seeded: the same figures
give the same answer.
"""

import math
import random
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

from tests.bench.load import percentile

# Longest stretch on a processor before another may have it.
_SLICE = 0.0005
# Shape of the gamma distribution of service times: most are near their mean, some take twice as long.
_SHAPE = 4.0
_WARM_PART = 0.2
Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Costs:
    """Microseconds of processor for one call: before its answer, and afterwards for the events that it made."""

    edge: float
    service: float
    postgres: float
    after: float
    generator: float = 0.0
    wait: float = 0.0

    @property
    def total(self) -> float:
        """Of all processors together."""
        return self.edge + self.service + self.postgres + self.after + self.generator


@dataclass(frozen=True)
class Site:
    """What it runs on: `cores` that all share; processes of the service, and consumers, that are at work at once.

    `others` is how many cores programs keep busy besides that are none of the platform's.
    """

    cores: int
    processes: int = 1
    connections: int = 20
    consumers: int = 3
    others: float = 0.0


@dataclass
class Outcome:
    """What was seen after the warming up: answers a second, sorted seconds of each, events that wait at the end."""

    per_second: float = 0.0
    took: list[float] = field(default_factory=list)
    waiting: int = 0

    def milliseconds(self, part: float) -> float:
        """The percentile of the answers."""
        return round(percentile(self.took, part) * 1000, 1)


class Simulation:
    """One run; use it once."""

    def __init__(self, costs: Costs, site: Site, seed: int = 1) -> None:
        self._costs, self._chance = costs, random.Random(seed)
        self._world = simpy.Environment()
        self._cores = simpy.Resource(self._world, site.cores)
        self._interpreter = simpy.Resource(self._world, site.processes)
        self._consumers = simpy.Resource(self._world, site.consumers)
        self._connections = simpy.Resource(self._world, site.connections)
        self._found = Outcome()
        self._ends = 0.0
        for _ in range(math.ceil(site.others)):
            self._world.process(self._keep_busy(site.others / math.ceil(site.others)))

    def constant(self, per_second: float, seconds: float) -> Outcome:
        """Calls arrive by chance at this rate, whatever the answers take."""
        self._world.process(self._arrivals(per_second, seconds))
        return self._run(seconds)

    def closed(self, connections: int, seconds: float) -> Outcome:
        """So many connections each send the next call when the last one is answered."""
        for _ in range(connections):
            self._world.process(self._one_after_another(seconds))
        return self._run(seconds)

    def _run(self, seconds: float) -> Outcome:
        self._ends = seconds
        self._world.run(until=seconds)
        self._found.took.sort()
        self._found.per_second = len(self._found.took) / (seconds * (1 - _WARM_PART))
        return self._found

    def _arrivals(self, per_second: float, seconds: float) -> Steps:
        while self._world.now < seconds:
            self._world.process(self._call())
            yield self._world.timeout(1 / per_second)

    def _one_after_another(self, seconds: float) -> Steps:
        while self._world.now < seconds:
            yield self._world.process(self._call())

    def _call(self) -> Steps:
        begun, costs = self._world.now, self._costs
        yield from self._compute(costs.generator / 2)
        yield from self._compute(costs.edge / 2)
        # The service gives the interpreter up while it waits for the database, and comes back to it.
        yield from self._interpret(costs.service / 2)
        with self._connections.request() as connection:
            yield connection
            yield from self._compute(costs.postgres)
            yield self._world.timeout(costs.wait / 1e6)
        yield from self._interpret(costs.service / 2)
        yield from self._compute(costs.edge / 2)
        yield from self._compute(costs.generator / 2)
        if self._world.now >= self._ends * _WARM_PART:
            self._found.took.append(self._world.now - begun)
        if costs.after:
            self._world.process(self._follow())

    def _follow(self) -> Steps:
        self._found.waiting += 1
        with self._consumers.request() as turn:
            yield turn
            yield from self._compute(self._costs.after)
        self._found.waiting -= 1

    def _keep_busy(self, part: float) -> Steps:
        """Another program, which would have a core for this part of the time."""
        while True:
            with self._cores.request() as core:
                yield core
                yield self._world.timeout(_SLICE)
            yield self._world.timeout(_SLICE * (1 / part - 1))

    def _interpret(self, micros: float) -> Steps:
        with self._interpreter.request() as turn:
            yield turn
            yield from self._compute(micros)

    def _compute(self, micros: float) -> Steps:
        left = self._chance.gammavariate(_SHAPE, micros / 1e6 / _SHAPE) if micros else 0.0
        while left > 0:
            with self._cores.request() as core:
                yield core
                yield self._world.timeout(min(left, _SLICE))
            left -= _SLICE
