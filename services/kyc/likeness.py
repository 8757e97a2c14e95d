"""How much two names are alike, by parts: in any order, split or joined, by initials, with slips and parts missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from rapidfuzz.distance import OSA

from services.kyc.joining import fitted
from services.kyc.names import Name, folded, joined, skeleton, starts
from services.kyc.screening import PartLikeness

# Two parts that are less alike are two different parts.
_SAME_PART = 0.65
# A part of which only the initial is given, and one that differs in vowels alone (Mohammed, Muhammad).
_INITIAL = 0.9
_VOWELS_ALONE = 0.93
_FEW_CONSONANTS = 0.75
# What a name costs of which the other one has more parts.
_MISSING = 0.95
# Letters beyond that add no weight to a part: a long family name does not outweigh another given name.
_LONGEST = 7
_MOST_PARTS = 5
# From which score on no other way to cut the names is looked for.
_ENOUGH = 0.95


@dataclass(frozen=True)
class Likeness:
    """How much a name is like a listed one, from 0 to 100, and the parts that it is made of."""

    score: int
    parts: tuple[PartLikeness, ...] = ()


Pairs = list[tuple[str, str, float]]


def likeness(given: Name, listed: Name, *, thorough: bool = True) -> Likeness:
    """The likeness of two names: the best of all ways to join adjacent parts of the one that has more of them.

    A `thorough` one looks at what both become when parts of both are joined or cut (joining.py), too.
    """
    score, pairs = _best(given, listed)
    if thorough and score < _ENOUGH:
        ours, theirs = fitted(given, listed)
        score, pairs = max((score, pairs), _oriented(ours, theirs), key=lambda each: each[0])
    return Likeness(
        round(100 * score), tuple(PartLikeness(one, other, round(100 * each)) for one, other, each in pairs)
    )


def _best(given: Name, listed: Name) -> tuple[float, Pairs]:
    least = min(len(given), len(listed))
    ways = (
        ((given, parts) for parts in _with_joined(listed, least))
        if len(given) <= len(listed)
        else ((parts, listed) for parts in _with_joined(given, least))
    )
    return max((_paired(*way) for way in ways), key=lambda each: each[0])


def _paired(given: Name, listed: Name) -> tuple[float, Pairs]:
    """The same of names that are not folded yet."""
    return _oriented(tuple(map(folded, given)), tuple(map(folded, listed)))


def _oriented(given: Name, listed: Name) -> tuple[float, Pairs]:
    """The likeness of folded names as they are, each pair with the part that is given first."""
    if len(given) <= len(listed):
        return _aligned(given, listed)
    score, pairs = _aligned(listed, given)
    return score, [(other, one, alike) for one, other, alike in pairs]


def _with_joined(parts: Name, least: int) -> Iterator[Name]:
    """The parts as they are, and with adjacent ones joined, down to `least` parts."""
    yield parts
    if len(parts) > _MOST_PARTS:
        return
    for count in range(max(least, 1), len(parts)):
        for cuts in combinations(range(1, len(parts)), count - 1):
            edges = (0, *cuts, len(parts))
            yield tuple(joined(parts[start:end]) for start, end in pairwise(edges))


def _aligned(few: Name, many: Name) -> tuple[float, Pairs]:
    """The likeness of names whose parts are paired greedily, the most alike first."""
    table = sorted(
        ((_alike(one, other), i, j) for i, one in enumerate(few) for j, other in enumerate(many)), reverse=True
    )
    left, right, pairs = set(range(len(few))), set(range(len(many))), []
    for alike, i, j in table:
        if alike >= _SAME_PART and i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((few[i], many[j], alike))
    weights = [min(len(one), len(other), _LONGEST) for one, other, _ in pairs]
    total = sum(alike * weight for (_, _, alike), weight in zip(pairs, weights, strict=True))
    # Parts on both sides that have no counterpart contradict each other; on one side alone they are missing.
    contradicting = sum(min(max(len(few[i]), 3), _LONGEST) for i in left)
    score = total / (sum(weights) + contradicting) if pairs else 0.0
    missing = [("", many[j], 0.0) for j in sorted(right)]
    full = sum(len(one) > 1 and len(other) > 1 for one, other, _ in pairs)
    if right:
        score *= _MISSING
    if full < len(pairs):
        score *= _MISSING
    if not full or (len(pairs) < 2 and len(many) > 1):
        score = 0.0
    return score, pairs + [(few[i], "", 0.0) for i in sorted(left)] + missing


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if set(starts(one)) & set(starts(other)) else 0.0
    alike = OSA.normalized_similarity(one, other)
    consonants = skeleton(one)
    if len(consonants) > 2 and consonants == skeleton(other):
        return max(alike, _VOWELS_ALONE if len(consonants) > 3 else _FEW_CONSONANTS)
    return alike
