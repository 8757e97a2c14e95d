"""The simulation beside what was measured: service times from a run, and what follows of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.bench.capacity.simulation import Costs, Simulation, Site

Run = Mapping[str, Any]
# How far the simulation may be off: throughput of a full machine, and the median where calls hardly wait.
THROUGHPUT_TOLERANCE, MEDIAN_TOLERANCE = 0.25, 0.4
_SECONDS = 6.0
# Above that part of the processors, how long calls wait hangs on how the system hands them out.
_CALM = 0.6


@dataclass(frozen=True)
class Point:
    """One figure, measured and simulated."""

    what: str
    measured: float
    simulated: float
    tolerance: float

    @property
    def off(self) -> float:
        """By what part of the measured figure the simulation is off."""
        return abs(self.simulated - self.measured) / self.measured

    @property
    def within(self) -> bool:
        """Whether that is tolerated."""
        return self.off <= self.tolerance


def points(run: Run) -> Iterator[Point]:
    """Creates with the consumers paused by the costs at 16 connections; users at work by those at each rate.

    Where calls were refused there is no point: the simulation refuses none.
    """
    created = run["parts"]["create"]
    site = Site(int(run["facts"]["cores"]), created["processes"])
    yield from _creates(created["consumers paused"], site)
    yield from _users(run["parts"]["mixed"], site)


def costs_of(measured: Mapping[str, Any], per: str) -> Costs:
    """The costs of a call in a measured window."""
    micros = measured[per]
    postgres = micros.get("postgres/application", 0)
    before = micros.get("edge", 0) + micros.get("application", 0) + postgres
    return Costs(
        edge=micros.get("edge", 0), service=micros.get("application", 0), postgres=postgres,
        after=max(0, micros["all"] - before), generator=measured["generator_us_per_call"],
    )  # fmt: skip


def _creates(measured: Mapping[str, Any], site: Site) -> Iterator[Point]:
    costs = costs_of(measured["16"], "us_per_request")
    for width in (each for each in ("16", "64") if not measured[each]["errors"]):
        there = _with_others(site, measured[width])
        outcome = Simulation(costs, there).closed(int(width), _SECONDS)
        yield Point(
            f"creates a second, {width} connections", measured[width]["per_second"], round(outcome.per_second, 1),
            THROUGHPUT_TOLERANCE,
        )  # fmt: skip


def _users(measured: Mapping[str, Any], site: Site) -> Iterator[Point]:
    quiet, there = costs_of(measured["50"], "us_per_call"), _with_others(site, measured["50"])
    alone = Simulation(quiet, there).constant(50, _SECONDS).milliseconds(0.5)
    # What is left of the quietest median is no processor's: it is the same for every call.
    wait = max(0.0, measured["50"]["p50_ms"] - alone) * 1000
    for rate in (each for each in ("50", "100", "200") if not measured[each]["errors"]):
        costs, there = (
            replace(costs_of(measured[rate], "us_per_call"), wait=wait),
            _with_others(site, measured[rate]),
        )
        outcome = Simulation(costs, there).constant(float(rate), _SECONDS)
        yield Point(
            f"calls a second of {rate} asked, users at work", measured[rate]["per_second"],
            round(outcome.per_second, 1), THROUGHPUT_TOLERANCE,
        )  # fmt: skip
        if costs.total * float(rate) / 1e6 + there.others < _CALM * site.cores:
            yield Point(
                f"median at {rate}/s, ms, users at work", measured[rate]["p50_ms"], outcome.milliseconds(0.5),
                MEDIAN_TOLERANCE,
            )  # fmt: skip


def _with_others(site: Site, measured: Mapping[str, Any]) -> Site:
    """The machine with the other programs that ran while it was measured."""
    return replace(site, others=min(measured["others_cores"], site.cores - 0.1))
