"""Counts over the audit trails of several services as one; pure.

Each trail counts all of its values, so the sums are right; of them the most frequent are shown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.auth.ports import Sought

SERVICE, DAY = "service", "day"
_FIELDS = ("method", "actor_kind", "aggregate_type", "outcome")
# So many values of each are shown.
_MOST = 20


@dataclass(frozen=True)
class TrailFacet:
    """How many of all that fit have each value of a field, the most frequent first; days the newest first."""

    field: str
    counts: tuple[tuple[str, int], ...]


def facets(sought: Mapping[str, Sought]) -> tuple[TrailFacet, ...]:
    """The counts of all trails, by name of the service; none where none of them has counted."""
    if not any(each.counts for each in sought.values()):
        return ()
    services = Counter({name: each.total for name, each in sought.items() if each.total})
    made = [TrailFacet(SERVICE, _frequent(services))]
    made += [TrailFacet(name, _frequent(_summed(name, sought))) for name in _FIELDS]
    days = sorted(_summed(DAY, sought).items(), reverse=True)
    return (*made, TrailFacet(DAY, tuple(days[:_MOST])))


def _summed(name: str, sought: Mapping[str, Sought]) -> Counter[str]:
    summed = Counter[str]()
    for each in sought.values():
        summed.update(each.counts.get(name, {}))
    return summed


def _frequent(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent first, and of those that are as frequent the first by name."""
    return tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:_MOST])
