"""Screening of a customer against the sanctions list: which entries they may be, and what speaks for or against.

A name alone confirms nothing: it makes a possible match, which birth date and countries confirm or rule out. The list
in sanctions.json beside this file, whose entries are invented, counts until another one is loaded.
"""

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from heapq import nlargest
from importlib import resources
from typing import Any

from services.kyc import identifiers
from services.kyc.identifiers import DetailAgreement
from services.kyc.likeness import Likeness, likeness
from services.kyc.names import Name, folded, joined, readings, starts
from services.kyc.screening import Entry, Hit, HitOutcome, Listing, Screening, ScreeningResult, Subject

# From which likeness a name counts, out of 100; with the same birth date a name may be less alike.
THRESHOLD = 82
THRESHOLD_SAME_DATE = 70
# From which likeness a name counts though no tie to a country is the same and no birth date is known.
THRESHOLD_OTHER_COUNTRY = 95
_GRAM = 3
# How many listed names, those that share most with the name, are compared part by part.
_COMPARED = 150
# How many of these with the parts of both names joined, which takes longest, if this share of the shorter one is in
# the other.
_COMPARED_THOROUGHLY = 20
_SHARED = 0.4
_MOST_HITS = 20
# A customer's name has 200 characters, and a hundred words at most; one sign may stand for four words, though.
_MOST_PARTS = 100


class SanctionsList:
    """A version of the list, with an index of the three-letter runs of its names: few of them are compared whole."""

    def __init__(self, version: str, entries: tuple[Entry, ...]) -> None:
        self.version = version
        self.entries = entries
        self._by_number = {entry.number: entry for entry in entries}
        self._names: list[tuple[Name, int, str, bool]] = [
            (reading, position, name, is_whole)
            for position, entry in enumerate(entries)
            for name in entry.names
            for reading, is_whole in _readings(name)
        ]
        self._lengths: array[int] = array("H")
        self._index: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for place, (parts, *_) in enumerate(self._names):
            grams = _grams(parts)
            self._lengths.append(len(grams))
            for gram in grams:
                self._index[gram].append(place)

    def list_version(self) -> str:
        """Which list it is."""
        return self.version

    def listed(self, numbers: Iterable[str]) -> Mapping[str, Entry]:
        """The entries with these numbers, as far as they are on the list."""
        return {number: self._by_number[number] for number in numbers if number in self._by_number}

    def screen(self, subject: Subject, at: datetime) -> Screening:
        """What the list says about a person.

        A name without letters, of initials alone, or of more parts than any has, cannot be compared with any, so it
        counts as a match.
        """
        names = _readings(subject.full_name)
        if any(len(reading) > _MOST_PARTS for reading, _ in names):
            names = []
        is_compared = any(len(part) > 1 for reading, _ in names for part in reading)
        found = sorted(self._hits(names, subject), key=lambda hit: (hit.outcome is HitOutcome.RULED_OUT, -hit.score))
        matched = tuple(hit.entry_number for hit in found if hit.outcome is not HitOutcome.RULED_OUT)
        result = ScreeningResult.CLEAR if is_compared and not matched else ScreeningResult.MATCHED
        best = max((hit.score for hit in found), default=0)
        shown = found[: max(_MOST_HITS, len(matched))]
        return Screening(result, self.version, matched, best, at, hits=tuple(shown))

    def _hits(self, names: list[tuple[Name, bool]], subject: Subject) -> Iterator[Hit]:
        best: dict[int, tuple[Likeness, str]] = {}
        for given, is_whole in names:
            for place, is_near in self._candidates(given):
                parts, position, name, is_listed_whole = self._names[place]
                # The particles of both are no likeness: Saleh al Ali, Saleh al Harbi.
                if is_whole and is_listed_whole:
                    continue
                alike = likeness(given, parts, thorough=is_near)
                if alike.score >= THRESHOLD_SAME_DATE and (
                    position not in best or alike.score > best[position][0].score
                ):
                    best[position] = alike, name
        for position, (alike, name) in best.items():
            entry = self.entries[position]
            date = identifiers.birth_dates(subject.birth_date, entry.birth_dates)
            country = identifiers.countries(subject.countries, entry.countries)
            outcome = judged(alike.score, date, country)
            if outcome is not None:
                yield Hit(
                    entry.number, name, alike.score, alike.parts, date, country, outcome, listing=entry.listing
                )  # fmt: skip

    def _candidates(self, given: Name) -> list[tuple[int, bool]]:
        """The places of names that share most with this one, and whether they are worth a thorough look."""
        grams = _grams(given)
        shared: Counter[int] = Counter()
        for gram in grams:
            shared.update(self._index.get(gram, ()))
        size, lengths = len(grams), self._lengths

        def closeness(place: int) -> float:
            other = lengths[place]
            # How much of the shorter name is in the other, and of the longer one.
            return shared[place] / min(size, other) + shared[place] / max(size, other)

        def is_near(rank: int, place: int) -> bool:
            return rank < _COMPARED_THOROUGHLY and shared[place] >= _SHARED * min(size, lengths[place])

        chosen = nlargest(_COMPARED, shared, key=closeness)
        return [(place, is_near(rank, place)) for rank, place in enumerate(chosen)]


def judged(score: int, date: DetailAgreement, country: DetailAgreement) -> HitOutcome | None:
    """What follows from a name's likeness, birth date and countries; None when the name is not alike enough."""
    if date is DetailAgreement.SAME:
        return (
            HitOutcome.POSSIBLE if country is DetailAgreement.DIFFERENT or score < THRESHOLD else HitOutcome.CONFIRMED
        )
    if score < THRESHOLD:
        return None
    if date is DetailAgreement.DIFFERENT:
        return HitOutcome.RULED_OUT
    if date is DetailAgreement.UNKNOWN and country is DetailAgreement.DIFFERENT and score < THRESHOLD_OTHER_COUNTRY:
        return HitOutcome.RULED_OUT
    return HitOutcome.POSSIBLE


def _readings(name: str) -> list[tuple[Name, bool]]:
    """The ways to read a name, each with whether it has what others leave out."""
    plain = readings(name)
    return [(reading, reading not in plain) for reading in readings(name, whole=True)]


def _grams(parts: Name) -> set[str]:
    """Runs of three letters over the joined parts, so that a split changes nothing, and the parts' initials."""
    whole = folded(joined(part for part in parts if len(part) > 1))
    runs = {whole[start : start + _GRAM] for start in range(len(whole) - _GRAM + 1)}
    return runs.union(*map(starts, map(folded, parts)))


def parse(text: str) -> SanctionsList:
    """The list that a JSON text holds; ValueError, KeyError or TypeError when it is none."""
    data = json.loads(text)
    return SanctionsList(data["version"], tuple(_entry(each) for each in data["entries"]))


def _entry(data: Mapping[str, Any]) -> Entry:
    dates, countries, positions = (tuple(data.get(name, ())) for name in ("birth_dates", "countries", "positions"))
    listing = Listing[data.get("listing", Listing.SANCTION.name)]
    return Entry(str(data["number"]), tuple(data["names"]), dates, countries, listing, positions)


@cache
def current_list() -> SanctionsList:
    """The list that is delivered, read once."""
    return parse(resources.files(__package__).joinpath("sanctions.json").read_text(encoding="utf-8"))
