"""Screening of a name against the sanctions list: accents, the order of words and small slips do not hide anybody.

Nor do invisible characters, or letters of another alphabet that look the same.

The list stands in sanctions.json beside this file, with a version and the likeness from which a name counts as a match.
Its entries are invented; a deployment puts its authority's list in this form.
"""

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import cache
from importlib import resources

from services.kyc.model import Screening, ScreeningResult

# Letters that Unicode does not take apart into a base letter and a mark; the fillers of Hangul show nothing.
_LETTERS = {
    **str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}),
    **dict.fromkeys(map(ord, "\u115f\u1160"), ""),
}
# Cyrillic and Greek letters that look like Latin ones, on the list as in the name: they cannot be distinguished by eye.
_LOOKALIKES = {
    **str.maketrans(dict(zip("авекмнорстухіјѕ", "abekmhopctyxijs", strict=True))),
    **str.maketrans(dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))),
}
# Marks on a letter, and characters that only steer how a text is laid out, such as a soft hyphen.
_UNSEEN = ("Mn", "Me", "Cf")
# Words that one name has and the other lacks cost this share of the likeness.
_MISSING_WORDS = 0.95

Words = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One person or house on the list, under every name it goes by, each as its normal words."""

    number: str
    names: tuple[Words, ...]


@dataclass(frozen=True)
class SanctionsList:
    """A version of the list; a likeness of `threshold` or more, out of 100, is a match."""

    version: str
    threshold: int
    entries: tuple[Entry, ...]

    def screen(self, name: str, at: datetime) -> Screening:
        """What the list says about a name. A name without letters cannot be cleared, so it counts as a match."""
        words = normal_words(name)
        scores = {entry.number: max(likeness(words, known) for known in entry.names) for entry in self.entries}
        matched = tuple(number for number, score in scores.items() if score >= self.threshold)
        clear = bool(words) and not matched
        result = ScreeningResult.CLEAR if clear else ScreeningResult.MATCHED
        return Screening(result, self.version, matched, max(scores.values(), default=0), at)


def normal_words(name: str) -> Words:
    """The words of a name in small base letters and in alphabetical order: `Müller, JOSÉ` becomes (jose, muller)."""
    small = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS | _LOOKALIKES)
    parts = unicodedata.normalize("NFKD", small)
    plain = "".join(letter for letter in parts if unicodedata.category(letter) not in _UNSEEN)
    return tuple(sorted("".join(letter if letter.isalnum() else " " for letter in plain).split()))


def likeness(one: Words, other: Words) -> int:
    """How much two names are alike, from 0 to 100: as a whole, or word by word when one name has fewer words."""
    if not one or not other:
        return 0
    whole = _ratio(" ".join(one), " ".join(other))
    return round(100 * max(whole, _by_words(*sorted((one, other), key=len))))


def _by_words(fewer: Words, more: Words) -> float:
    # A single word is shared by too many people to say anything.
    if len(fewer) < 2:
        return 0.0
    left, alike, letters = list(more), 0.0, 0
    for word in fewer:
        closest = max(left, key=lambda each: _ratio(word, each))
        weight = max(len(word), len(closest))
        alike, letters = alike + _ratio(word, closest) * weight, letters + weight
        left.remove(closest)
    share = alike / letters
    return share * _MISSING_WORDS if left else share


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def parse(text: str) -> SanctionsList:
    """The list that a JSON text holds; ValueError, KeyError or TypeError when it is none."""
    data = json.loads(text)
    entries = (Entry(each["number"], tuple(map(normal_words, each["names"]))) for each in data["entries"])
    return SanctionsList(data["version"], data["threshold"], tuple(entries))


@cache
def current_list() -> SanctionsList:
    """The list that is in force, read once."""
    return parse(resources.files(__package__).joinpath("sanctions.json").read_text(encoding="utf-8"))
