"""Screens labelled pairs against the fictitious list: the share found, the share taken for others, the time of a name.

Precision here is over the pairs, half of which are of one person; among real customers next to none is on a list:
`alerts_per_1000_strangers`, of persons of the same cultures who are not on it, says what officers will have to do.
"""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from services.kyc.sanctions import SanctionsList
from services.kyc.screening import Entry, ScreeningResult, Subject
from stack.watchlist.cultures import CULTURES
from stack.watchlist.people import Listed, listed, person
from tests.factories.screening_pairs import SAME, Pair, pairs

COUNT, SEED = 2_200, 7
_NOW = datetime(2030, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Rates:
    """What screening made of labelled pairs, `by_kind` the recall of each kind, and which of them it got wrong."""

    pairs: int
    recall: float
    precision: float
    false_positives: float
    by_kind: Mapping[str, float]
    missed: tuple[Pair, ...]
    taken: tuple[Pair, ...]


@cache
def sanctions_list() -> tuple[list[Listed], SanctionsList]:
    """The fictitious list, and the same as it is screened against."""
    entries = listed()
    return entries, SanctionsList(
        "fictitious", tuple(Entry(each.number, each.names, each.dates, each.countries) for each in entries)
    )


def rates(against: SanctionsList, labelled: list[Pair]) -> Rates:
    """The shares of labelled pairs that are found, and taken for one person though they are not."""
    found = {pair: pair.number in against.screen(pair.subject, _NOW).matched_entries for pair in labelled}
    same = [hit for pair, hit in found.items() if pair.same]
    of_kind = {kind: [hit for pair, hit in found.items() if pair.kind == kind] for kind in SAME}
    others = [hit for pair, hit in found.items() if not pair.same]
    return Rates(
        len(found),
        sum(same) / len(same),
        sum(same) / (sum(same) + sum(others)),
        sum(others) / len(others),
        {kind: sum(hits) / len(hits) for kind, hits in of_kind.items()},
        tuple(pair for pair, hit in found.items() if pair.same and not hit),
        tuple(pair for pair, hit in found.items() if hit and not pair.same),
    )


def screening(names: int) -> dict[str, Any]:
    """Rates of the labelled pairs, and milliseconds of the processor for a name, over so many names."""
    entries, against = sanctions_list()
    labelled = pairs(entries, COUNT, SEED)
    measured = rates(against, labelled)
    times = []
    for pair in labelled[:names]:
        begun = time.process_time()
        against.screen(pair.subject, _NOW)
        times.append(time.process_time() - begun)
    return {
        "entries": len(entries),
        "pairs": measured.pairs,
        "recall": round(measured.recall, 4),
        "precision": round(measured.precision, 4),
        "false_positives": round(measured.false_positives, 4),
        "least_recall_of_a_kind": round(min(measured.by_kind.values()), 4),
        "mean_ms": round(sum(times) / len(times) * 1000, 2),
        "p99_ms": round(sorted(times)[len(times) * 99 // 100] * 1000, 2),
        "alerts_per_1000_strangers": _alerts(against, names),
    }


def _alerts(against: SanctionsList, names: int) -> float:
    chance = random.Random(SEED)
    weights = [each.weight for each in CULTURES.values()]
    strangers = [person("", chance.choices(list(CULTURES), weights)[0], chance) for _ in range(names)]
    subjects = [Subject(each.names[0], str(each.born), each.countries) for each in strangers]
    matched = [against.screen(each, _NOW).result is ScreeningResult.MATCHED for each in subjects]
    return round(sum(matched) / len(matched) * 1000, 1)
