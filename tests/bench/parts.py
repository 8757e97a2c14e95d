"""The parts of `make bench`, in the order in which they run: the last ones fill the databases and the topics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench import consumers, layers, logins, mongo_operations, overload, writes
from tests.bench.arithmetic import arithmetic
from tests.bench.backlog import backlog
from tests.bench.create import create
from tests.bench.daily import daily
from tests.bench.followers import followers
from tests.bench.growth import growth
from tests.bench.handled import handled
from tests.bench.journeys import journeys
from tests.bench.mixed import mixed
from tests.bench.platform import Platform
from tests.bench.replicas import replicas
from tests.bench.screening import screening
from tests.bench.starting import starting
from tests.bench.steady import steady
from tests.bench.volume import volume


@dataclass(frozen=True)
class Size:
    """How long a part takes, and on how much: the whole form, or the quick one."""

    seconds: float
    journey_seconds: float
    most_seconds: float
    loans: int
    grown_to: int
    backlog: int
    shared: int
    rows: int
    together: int = 16
    calls: int = 40
    rounds: int = 15
    times: int = 300
    following: int = 1_000


WHOLE = Size(20, 300, 300, 100_000, 1_000_000, 100_000, 20_000, 10_000_000)
QUICK = Size(8, 60, 40, 20_000, 100_000, 100_000, 4_000, 2_000_000, calls=20, rounds=5, times=40)
Part = Callable[[Platform, Size], Mapping[str, Any]]

PARTS: Mapping[str, Part] = {
    "arithmetic": lambda platform, size: arithmetic(),
    "screening": lambda platform, size: screening(size.times),
    "starting": lambda platform, size: starting(platform, min(60, size.most_seconds / 2)),
    "steady": lambda platform, size: steady(platform, 5, 2),
    "create": lambda platform, size: create(platform, size.seconds),
    "mixed": lambda platform, size: mixed(platform, size.seconds * 1.5),
    "handled": lambda platform, size: handled(platform, size.seconds),
    "journeys": lambda platform, size: journeys(platform, size.journey_seconds, size.together),
    "followers": lambda platform, size: followers(platform, size.following, size.seconds),
    "replicas": lambda platform, size: replicas(platform, size.shared, size.most_seconds),
    "layers": lambda platform, size: {row["layer"]: row for row in layers.table(layers.measured(size.rounds, 200))},
    "consumers": lambda platform, size: consumers.measure(
        platform.layout.base, size.shared, size.shared // 10, seconds=round(size.seconds / 2)
    ),
    "writes": lambda platform, size: writes.run(platform.layout.base),
    "mongo_operations": lambda platform, size: mongo_operations.measure(size.times),
    "overload": lambda platform, size: overload.run(size.seconds / 2),
    "logins": lambda platform, size: logins.run(platform.layout.base, size.calls),
    "daily": lambda platform, size: daily(platform.layout, size.loans),
    "volume": lambda platform, size: volume(platform.layout, size.rows),
    "growth": lambda platform, size: growth(platform, size.grown_to, size.calls),
    "backlog": lambda platform, size: backlog(platform, size.backlog, size.most_seconds),
}
