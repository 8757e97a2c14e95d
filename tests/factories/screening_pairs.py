"""Labelled pairs of a customer and an entry of the fictitious list: the same person, or somebody like them.

How they are made, each kind equally often, of persons drawn from the list by a seed:

- The same person: the parts in another order; parts split or joined; the native script; another system of
  romanisation (which the list need not have); an initial for a given name; a slip of the pen in one or two parts; a
  middle part missing; accents lost; letters that look alike of another alphabet; three of these at once; every part
  split; parts split or joined with a middle part missing; every letter apart. The birth date is the real one, with
  another day in one of 25; the country is one of the list's, or another in one of 12.
- Somebody else: a namesake born on another date; a sibling, with another given name and a date a few years off; a
  person with the same given name and another family name; one with other names that was born on the same day in the
  same country; a relative with the same family name of whom the list has no date.

Arabic is written in its own script only where the list has that script: without vowels no reading is certain.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from anyascii import anyascii

from services.kyc.screening import Subject
from stack.watchlist.cultures import CULTURES, Part
from stack.watchlist.people import Listed, native, written

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LOOKALIKES = dict(zip("aeopcx", "аеорсх", strict=True))


@dataclass(frozen=True)
class Pair:
    """A customer beside an entry, and whether they are one person; `kind` is how the pair was made."""

    kind: str
    subject: Subject
    number: str
    same: bool


def pairs(entries: list[Listed], count: int, seed: int) -> list[Pair]:
    """So many pairs, half of them of the same person, the kinds in turn."""
    chance = random.Random(seed)
    persons = [each for each in entries if each.born]
    same, others = list(SAME), list(OTHERS)
    made: list[Pair] = []
    while len(made) < count:
        turn = len(made) // 2
        made.append(_same(same[turn % len(same)], chance, persons))
        made.append(_other(others[turn % len(others)], chance, persons))
    return made


def _same(kind: str, chance: random.Random, persons: list[Listed]) -> Pair:
    while True:
        person = chance.choice(persons)
        name = SAME[kind](chance, person)
        if name and name != person.names[0]:
            break
    assert person.born
    born = person.born.isoformat()
    if chance.random() < 0.04:
        born = _mistyped_date(person.born, chance)
    home = person.countries or ("DE",)
    countries = (chance.choice(home),) if chance.random() > 1 / 12 else ("CA",)
    return Pair(kind, Subject(name, born, countries), person.number, True)


def _mistyped_date(born: date, chance: random.Random) -> str:
    day = chance.randrange(1, 28)
    return born.replace(day=day).isoformat()


def _other(kind: str, chance: random.Random, persons: list[Listed]) -> Pair:
    subject, number = OTHERS[kind](chance, persons)
    return Pair(kind, subject, number, False)


# The same person


def _order(chance: random.Random, person: Listed) -> str:
    words = person.names[0].split()
    turned = words[-1:] + words[:-1] if chance.random() < 0.7 else chance.sample(words, len(words))
    return f"{turned[0]}, {' '.join(turned[1:])}" if chance.random() < 0.3 else " ".join(turned)


def _split(chance: random.Random, person: Listed) -> str:
    words = person.names[0].split()
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[longest]
    if len(word) < 5:
        return ""
    at = chance.randrange(2, len(word) - 1)
    words[longest] = word[:at] + chance.choice(("-", " ")) + word[at:]
    return " ".join(words)


def _join(chance: random.Random, person: Listed) -> str:
    words = person.names[0].replace("-", " ").split()
    place = chance.randrange(len(words) - 1) if len(words) > 1 else 0
    return " ".join((*words[:place], "".join(words[place : place + 2]), *words[place + 2 :]))


def _script(chance: random.Random, person: Listed) -> str:
    if not all(part.native for part in person.parts):
        return ""
    name = native(person.parts, person.culture)
    return "" if person.culture == "arabic" and name not in person.names else name


def _romanised(chance: random.Random, person: Listed) -> str:
    spelled = [chance.choice(part.spellings) for part in person.parts]
    return " ".join(spelled)


def _initial(chance: random.Random, person: Listed) -> str:
    first, *rest = (part.spellings[0] for part in person.parts)
    return " ".join((first[0] + chance.choice((".", "")), *rest)) if len(rest[-1]) > 2 else ""


def _typo(chance: random.Random, person: Listed) -> str:
    words = written(person.parts, person.culture).split()
    places = [place for place, word in enumerate(words) if len(word) > 4]
    for place in chance.sample(places, min(len(places), chance.choice((1, 1, 2)))):
        words[place] = _slip(words[place], chance)
    return " ".join(words) if places else ""


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice(_LETTERS)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
        )
    )


def _missing(chance: random.Random, person: Listed) -> str:
    words = [part.spellings[0] for part in person.parts]
    if len(words) < 3:
        return ""
    del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def _accents(chance: random.Random, person: Listed) -> str:
    name = person.names[0]
    return anyascii(name).upper() if anyascii(name) != name else name.upper()


def _lookalikes(chance: random.Random, person: Listed) -> str:
    name = person.names[0]
    return "".join(_LOOKALIKES.get(each, each) if chance.random() < 0.6 else each for each in name)


def _two(chance: random.Random, person: Listed) -> str:
    words = _romanised(chance, person).split()
    places = [place for place, word in enumerate(words) if len(word) > 5]
    if not places:
        return ""
    place = chance.choice(places)
    words[place] = _slip(words[place], chance)
    return " ".join(words[-1:] + words[:-1])


def _pieces(word: str, chance: random.Random) -> str:
    """A word in two or three pieces of two letters or more, if it is long enough."""
    most = min(3, len(word) // 2)
    if not word.isalpha() or most < 2:
        return word
    count = chance.randrange(2, most + 1)
    cuts = sorted(chance.sample(range(2, len(word) - 1, 2), min(count - 1, len(range(2, len(word) - 1, 2)))))
    edges = zip((0, *cuts), (*cuts, len(word)), strict=True)
    return chance.choice(("-", " ")).join(word[start:end] for start, end in edges)


def _all_split(chance: random.Random, person: Listed) -> str:
    return " ".join(_pieces(word, chance) for word in person.names[0].split())


def _split_missing(chance: random.Random, person: Listed) -> str:
    return " ".join(_pieces(word, chance) for word in _missing(chance, person).split())


def _joined_missing(chance: random.Random, person: Listed) -> str:
    words = _missing(chance, person).split()
    if len(words) < 2:
        return ""
    place = chance.randrange(len(words) - 1)
    return " ".join((*words[:place], "".join(words[place : place + 2]), *words[place + 2 :]))


def _letters(chance: random.Random, person: Listed) -> str:
    words = person.names[0].split()
    return chance.choice((" ", "-")).join("".join(words)) if all(map(str.isalpha, words)) else ""


SAME: Mapping[str, Callable[[random.Random, Listed], str]] = {
    "order": _order,
    "split": _split,
    "joined": _join,
    "native script": _script,
    "romanisation": _romanised,
    "initial": _initial,
    "slip": _typo,
    "part missing": _missing,
    "accents": _accents,
    "lookalikes": _lookalikes,
    "order, romanisation and slip": _two,
    "every part split": _all_split,
    "split, part missing": _split_missing,
    "joined, part missing": _joined_missing,
    "letters apart": _letters,
}
# Those that differ in where the parts begin and end.
CUTS = ("split", "joined", "every part split", "split, part missing", "joined, part missing", "letters apart")

# Somebody else


def _born(person: Listed, chance: random.Random, least: int, most: int) -> str:
    assert person.born
    days = chance.randrange(365 * least, 365 * most) * chance.choice((-1, 1))
    return (person.born + timedelta(days=days)).isoformat()


def _dated(chance: random.Random, persons: list[Listed]) -> Listed:
    while True:
        person = chance.choice(persons)
        if len(person.dates) == 1:
            return person


def _with(person: Listed, chance: random.Random, given: bool) -> str:
    """The name with another given name, or another family name, of the same culture."""
    other = CULTURES[person.culture].make(chance)
    keep = [part for part in person.parts if part.family is not given] if given else []
    parts: tuple[Part, ...] = tuple(keep)
    if given:
        parts = (*(part for part in other if not part.family), *(part for part in person.parts if part.family))
    else:
        parts = (*(part for part in person.parts if not part.family), *(part for part in other if part.family))
    kept = {part.spellings for part in person.parts}
    shared = [part for part in parts if part.spellings in kept]
    return written(parts, person.culture) if len(shared) < len(parts) else ""


def _namesake(chance: random.Random, persons: list[Listed]) -> tuple[Subject, str]:
    person = _dated(chance, persons)
    return Subject(chance.choice(person.names), _born(person, chance, 3, 30), person.countries[:1]), person.number


def _relative(given: bool, least: int, most: int) -> Callable[[random.Random, list[Listed]], tuple[Subject, str]]:
    def make(chance: random.Random, persons: list[Listed]) -> tuple[Subject, str]:
        while True:
            person = _dated(chance, persons)
            name = _with(person, chance, given)
            if name:
                return Subject(name, _born(person, chance, least, most), person.countries[:1]), person.number

    return make


def _same_day(chance: random.Random, persons: list[Listed]) -> tuple[Subject, str]:
    person = _dated(chance, persons)
    other = chance.choice([each for each in chance.sample(persons, 40) if each.culture == person.culture] or persons)
    while other.number == person.number:
        other = chance.choice(persons)
    assert person.born
    return Subject(other.names[0], person.born.isoformat(), person.countries[:1]), person.number


def _undated(chance: random.Random, persons: list[Listed]) -> tuple[Subject, str]:
    while True:
        person = chance.choice(persons)
        name = "" if person.dates else _with(person, chance, given=True)
        if name:
            return Subject(name, _born(person, chance, 1, 20), person.countries[:1]), person.number


OTHERS: Mapping[str, Callable[[random.Random, list[Listed]], tuple[Subject, str]]] = {
    "namesake of another date": _namesake,
    "sibling": _relative(True, 1, 12),
    "same given name": _relative(False, 1, 30),
    "born on the same day": _same_day,
    "relative, no date on the list": _undated,
}
