"""Entries of the fictitious list: names in every script, dates of birth as sources have them, countries."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stack.watchlist import pools
from stack.watchlist.cultures import CULTURES, Part

SIZE = 15_000
SEED = 20_261_101
_FIRST, _LAST = date(1938, 1, 1), date(2001, 12, 31)
_FAMILY_FIRST = ("chinese", "korean", "mongolian")


@dataclass(frozen=True)
class Listed:
    """One entry; `born` is its real date, of which the list shows `dates` (`1961-04-30`, `1961` or none).

    `topics` are those of FollowTheMoney: why it is listed; `positions` the functions of who is politically exposed.
    """

    number: str
    kind: str
    culture: str
    parts: tuple[Part, ...]
    names: tuple[str, ...]
    born: date | None
    dates: tuple[str, ...]
    countries: tuple[str, ...]
    topics: tuple[str, ...] = ("sanction",)
    positions: tuple[str, ...] = ()


def listed(size: int = SIZE, seed: int = SEED) -> list[Listed]:
    """The entries of a seed, always the same: nine persons in ten, the others organisations."""
    chance = random.Random(seed)
    cultures, weights = list(CULTURES), [each.weight for each in CULTURES.values()]
    made = []
    for position in range(1, size + 1):
        number = f"LX-{position:05}"
        if chance.random() < 0.1:
            made.append(_organisation(number, chance))
        else:
            made.append(person(number, chance.choices(cultures, weights)[0], chance))
    return made


def person(number: str, culture: str, chance: random.Random) -> Listed:
    """A person: the usual romanisation, most with the native script, some with another romanisation or fewer parts."""
    parts = CULTURES[culture].make(chance)
    names = [written(parts, culture)]
    if all(part.native for part in parts) and (culture == "arabic" or chance.random() < 0.8):
        names.append(native(parts, culture))
    if chance.random() < 0.35:
        names.append(" ".join(chance.choice(part.spellings) for part in parts))
    if len(parts) > 2 and chance.random() < 0.4:
        names.append(" ".join(part.spellings[0] for part in (parts[0], parts[-1])))
    born = _FIRST + timedelta(days=chance.randrange((_LAST - _FIRST).days))
    shown = chance.choices(("whole", "year", "two", "none"), (64, 16, 6, 14))[0]
    other = (born + timedelta(days=chance.randrange(400, 900))).isoformat()
    dates = {"whole": (born.isoformat(),), "year": (str(born.year),), "two": (born.isoformat(), other), "none": ()}
    home = chance.sample(
        CULTURES[culture].countries, min(len(CULTURES[culture].countries), chance.choice((1, 1, 1, 2)))
    )
    countries = tuple(home) if chance.random() < 0.88 else ()
    return Listed(number, "PERSON", culture, parts, tuple(dict.fromkeys(names)), born, dates[shown], countries)


def written(parts: tuple[Part, ...], culture: str) -> str:
    """The name in Latin letters as its culture orders it, in the usual romanisation."""
    usual = [part.spellings[0] for part in parts]
    return " ".join([usual[-1], *usual[:-1]] if culture in _FAMILY_FIRST else usual)


def native(parts: tuple[Part, ...], culture: str) -> str:
    """The name in its own script."""
    words = [part.native for part in parts]
    if culture in _FAMILY_FIRST:
        return ("" if culture != "mongolian" else " ").join([words[-1], *words[:-1]])
    return " ".join(words)


def _organisation(number: str, chance: random.Random) -> Listed:
    words = (*chance.sample(pools.ORGANISATIONS.split(), 2), chance.choice(pools.TRADES.split()))
    names = [" ".join((*words, chance.choice(pools.FORMS.split("|"))))]
    if chance.random() < 0.5:
        names.append(" ".join(words))
    countries = (chance.choice(("AE", "CY", "PA", "HK", "IR", "RU", "LB")),)
    return Listed(number, "ORGANISATION", "trade", tuple(Part((w,)) for w in words), tuple(names), None, (), countries)
