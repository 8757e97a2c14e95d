"""The dashboard of the pipeline, out of its counts; pure.

Conversion is the share of those that left a status and went on along the way: what is back in KYC for information has
gone on, and so has a loan that was repaid. An override is a decision against what the score recommends, which two
risk managers took.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from services.application.figures import DECIDED, MOVED, STAYED, WAITING, Count
from services.application.ports import BandDecisions, Dashboard, QueueAge, StageFlow, StageMetrics
from services.application.status import REJECTIONS, ApplicationStatus

# Where a loan went that did not go on.
LOST = frozenset(
    {
        *REJECTIONS,
        *(ApplicationStatus.OFFER_DECLINED, ApplicationStatus.OFFER_EXPIRED),
        *(ApplicationStatus.WITHDRAWN, ApplicationStatus.CANCELLED),
    }
)
APPROVED, REJECTED, OVERRIDDEN = "APPROVED", "REJECTED", "OVERRIDDEN"
# The upper bounds of the ages of a queue, in days.
_AGES = (1, 3, 7, 30)


def dashboard(stages: Sequence[StageMetrics], counts: Iterable[Count], at: datetime) -> Dashboard:
    """The dashboard at a moment."""
    by_kind: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        by_kind[count[0]].append(count)
    flows = _flows(by_kind[MOVED], by_kind[STAYED])
    bands = _bands(by_kind[DECIDED])
    return Dashboard(tuple(stages), tuple(flows), tuple(bands), tuple(_queues(by_kind[WAITING], at.date())), at)


def percentile(buckets: Mapping[int, int], share: Decimal) -> int:
    """The seconds within which this share stayed: the upper bound of the bucket that it falls into; 0 of none.

    Bucket n has what stayed up to 2 ^ (n / 4) seconds, and longer than the one before.
    """
    wanted, seen = math.ceil(share * sum(buckets.values())), 0
    for bucket, count in sorted(buckets.items()):
        seen += count
        if seen >= wanted:
            return math.floor(2 ** (bucket / 4))
    return 0


def _flows(moves: Iterable[Count], stays: Iterable[Count]) -> list[StageFlow]:
    left: Counter[ApplicationStatus] = Counter()
    advanced: Counter[ApplicationStatus] = Counter()
    lengths: dict[ApplicationStatus, dict[int, int]] = defaultdict(dict)
    for _, name, part, _, count in moves:
        left[ApplicationStatus[name]] += count
        advanced[ApplicationStatus[name]] += 0 if ApplicationStatus[part] in LOST else count
    for _, name, part, _, count in stays:
        lengths[ApplicationStatus[name]][int(part)] = count
    return [
        StageFlow(
            status, left[status], advanced[status], _percent(advanced[status], left[status]),
            *(percentile(lengths[status], Decimal(share) / 100) for share in (50, 90, 95)),
        )
        for status in sorted(left, key=lambda each: each.value)
    ]  # fmt: skip


def _bands(decisions: Iterable[Count]) -> list[BandDecisions]:
    found = Counter({(name, part): count for _, name, part, _, count in decisions})
    return [
        BandDecisions(
            rating, found[rating, APPROVED], found[rating, REJECTED],
            _percent(found[rating, APPROVED], found[rating, APPROVED] + found[rating, REJECTED]),
            found[rating, OVERRIDDEN],
        )
        for rating in sorted({rating for rating, _ in found})
    ]  # fmt: skip


def _queues(waits: Iterable[Count], today: date) -> list[QueueAge]:
    ages: dict[ApplicationStatus, Counter[int]] = defaultdict(Counter)
    for _, name, _, since, count in waits:
        ages[ApplicationStatus[name]][max((today - since).days, 0)] += count
    return [_queue(status, ages[status]) for status in sorted(ages, key=lambda each: each.value)]


def _queue(status: ApplicationStatus, days: Mapping[int, int]) -> QueueAge:
    parts = [0] * (len(_AGES) + 1)
    for day, count in days.items():
        parts[sum(day >= bound for bound in _AGES)] += count
    return QueueAge(status, sum(days.values()), max(days), *parts)


def _percent(part: int, whole: int) -> Decimal:
    if not whole:
        return Decimal("0.0")
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
