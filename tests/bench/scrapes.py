"""The platform's own metrics, read as Prometheus reads them."""

import urllib.request
from collections.abc import Iterator, Mapping

from prometheus_client.parser import text_string_to_metric_families

from tests.bench.platform import Platform

Buckets = Mapping[float, float]


def samples(platform: Platform, service: str, name: str) -> Iterator[tuple[dict[str, str], float]]:
    """The labels and the value of each sample of that name."""
    url = f"http://127.0.0.1:{platform.layout.ports.metrics(service)}/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name:
                yield sample.labels, sample.value


def total(platform: Platform, service: str, name: str, **labels: str) -> float:
    """The sum of the samples of that name which have these labels."""
    return sum(value for found, value in samples(platform, service, name) if labels.items() <= found.items())


def buckets(platform: Platform, service: str, name: str) -> dict[float, float]:
    """A histogram: how many were at most so much, by that limit."""
    found: dict[float, float] = {}
    for labels, value in samples(platform, service, f"{name}_bucket"):
        limit = float(labels["le"])
        found[limit] = found.get(limit, 0.0) + value
    return found


def quantile(before: Buckets, after: Buckets, part: float) -> float:
    """The value that this part of what came between two reads does not exceed; within a bucket it is a straight line.

    The last finite limit when it lies beyond; 0 when nothing came.
    """
    limits = sorted(after)
    counts = [after[limit] - before.get(limit, 0.0) for limit in limits]
    wanted, lower, below = part * counts[-1] if counts else 0.0, 0.0, 0.0
    if not wanted:
        return 0.0
    for limit, count in zip(limits, counts, strict=True):
        if count >= wanted:
            within = (wanted - below) / (count - below)
            return lower if limit == float("inf") else lower + (limit - lower) * within
        lower, below = limit, count
    return lower
