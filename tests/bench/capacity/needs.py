"""What a number of applications a day needs, worked out from the measured costs of a whole journey."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Run = Mapping[str, Any]
VOLUMES = (10_000, 1_000_000, 100_000_000)
# A tenth of a day comes in its busiest hour, 2.4 times the mean; half as much again in the worst minutes of it.
PEAK = 2.4 * 1.5
# Above that, lines grow faster than load.
BUSY = 0.6
# Fewer are no replicas: one is deployed, one has died.
LEAST_REPLICAS = 3
SHARDS = 12
POOL = 20
DAY, YEAR = 86_400, 365
SERVICES = (
    "customer", "application", "document", "kyc", "risk", "discussion", "approval", "agreement", "activation",
    "repayment", "notification", "auth",
)  # fmt: skip


@dataclass(frozen=True)
class Need:
    """What a number of applications a day takes."""

    per_day: int
    peak_per_second: float
    replicas: Mapping[str, int]
    cores: Mapping[str, float]
    partitions: int
    postgres_flushes_per_second: float
    postgres_commits_per_second: float
    events_per_second: float
    bytes_per_day: Mapping[str, float]

    @property
    def all_cores(self) -> float:
        """Processors kept busy at the peak, those that are to be there divided by how busy they may be."""
        return sum(self.cores.values()) / BUSY

    @property
    def connections(self) -> int:
        """What the pools of all replicas may hold at PostgreSQL."""
        return POOL * sum(count for name, count in self.replicas.items() if name != "edge")

    @property
    def bytes_per_year(self) -> float:
        """What is kept of a year; Kafka keeps a week."""
        kept = {name: size * (7 if name == "kafka" else YEAR) for name, size in self.bytes_per_day.items()}
        return sum(kept.values())


def need(run: Run, per_day: int) -> Need:
    """The need for so many applications a day, each of which takes the whole journey."""
    journey = run["parts"]["journeys"]
    micros, each = journey["us_per_journey"], journey["each_journey"]
    peak = per_day / DAY * PEAK
    cores = {name: us * peak / 1e6 for name, us in micros.items() if _counts(name)}
    replicas = {name: max(LEAST_REPLICAS, math.ceil(cores.get(name, 0.0) / BUSY)) for name in (*SERVICES, "edge")}
    sizes = {name: each[f"{name}_bytes"] * per_day for name in ("postgres", "mongo", "kafka", "s3")}
    # As many partitions as the largest group of consumers has members, in whole rounds of the shards.
    most = max(count for name, count in replicas.items() if name not in ("edge", "auth"))
    return Need(
        per_day=per_day, peak_per_second=peak, replicas=replicas, cores=cores,
        partitions=SHARDS * math.ceil(most / SHARDS),
        postgres_flushes_per_second=each["postgres_flushes"] * peak,
        postgres_commits_per_second=each["postgres_commits"] * peak,
        events_per_second=each["events"] * peak, bytes_per_day=sizes,
    )  # fmt: skip


def _counts(name: str) -> bool:
    """Not the sum, not the parts of PostgreSQL, which are in the whole, and not what stands in for people."""
    return name != "all" and "/" not in name and not name.startswith("customers")
