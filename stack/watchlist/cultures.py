"""Persons' names by culture: the parts in their order, each in its native script and in every romanisation."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from stack.watchlist import pools, romanising


@dataclass(frozen=True)
class Part:
    """One part of a name; `spellings` in Latin letters, the usual one first; `native` is empty when it is Latin too."""

    spellings: tuple[str, ...]
    native: str = ""
    family: bool = False


@dataclass(frozen=True)
class Culture:
    """Where a name is from: how often on the list, its countries, and the maker of its parts, family name last."""

    weight: int
    countries: tuple[str, ...]
    make: Callable[[random.Random], tuple[Part, ...]]


@cache
def _words(locale: str, kind: str) -> tuple[str, ...]:
    provider = import_module(f"faker.providers.person.{locale}").Provider
    words = dict.fromkeys(getattr(provider, kind))
    return tuple(word for word in words if " " not in word and len(word) > 1)


def _latin(*locales: str, families: int = 1, middle: float = 0.25) -> Callable[[random.Random], tuple[Part, ...]]:
    def make(chance: random.Random) -> tuple[Part, ...]:
        locale = chance.choice(locales)
        count = 2 if chance.random() < middle else 1
        given = chance.sample(_words(locale, "first_names"), count)
        last = chance.sample(_words(locale, "last_names"), families)
        return (*(Part((word,)) for word in given), *(Part((word,), family=True) for word in last))

    return make


def _transliterated(locale: str, tables: tuple[romanising.Table, ...]) -> Callable[[random.Random], tuple[Part, ...]]:
    def make(chance: random.Random) -> tuple[Part, ...]:
        words = chance.choice(_words(locale, "first_names")), chance.choice(_words(locale, "last_names"))
        given, last = (Part(romanising.spellings(word, tables), word, word is words[1]) for word in words)
        return given, last

    return make


def _arabic(chance: random.Random) -> tuple[Part, ...]:
    given = chance.sample(pools.pairs(pools.ARABIC_GIVEN), chance.choice((1, 2, 2, 3)))
    native, latin = chance.choice(pools.pairs(pools.ARABIC_FAMILY))
    return (*(Part(spelled, word) for word, spelled in given), Part(latin, native, family=True))


def _chinese(chance: random.Random) -> tuple[Part, ...]:
    native, family = chance.choice(pools.pairs(pools.CHINESE_FAMILY))
    syllables = chance.sample(pools.pairs(pools.CHINESE_GIVEN), chance.choice((1, 2, 2)))
    sounds = [latin[0] for _, latin in syllables]
    joined = "".join(sounds).capitalize()
    spelled = dict.fromkeys((joined, "-".join(sounds).capitalize(), " ".join(each.capitalize() for each in sounds)))
    return Part(tuple(spelled), "".join(word for word, _ in syllables)), Part(family, native, family=True)


def _korean(chance: random.Random) -> tuple[Part, ...]:
    native, family = chance.choice(pools.pairs(pools.KOREAN_FAMILY))
    one, two = chance.sample(pools.pairs(pools.KOREAN_GIVEN), 2)
    spelled = [f"{one[1][0].capitalize()}{mark}{two[1][0]}" for mark in ("-", "", " ")]
    spelled.append(f"{one[1][-1].capitalize()}-{two[1][-1]}")
    return Part(tuple(dict.fromkeys(spelled)), one[0] + two[0]), Part(family, native, family=True)


def _mongolian(chance: random.Random) -> tuple[Part, ...]:
    given = "".join(chance.sample(pools.MONGOLIAN.split(), 2)).capitalize()
    father = chance.choice(pools.MONGOLIAN_FATHERS.split())
    parts = [Part(romanising.spellings(each, romanising.MONGOLIAN), each, each is father) for each in (given, father)]
    return tuple(parts)


CULTURES: Mapping[str, Culture] = {
    "english": Culture(9, ("GB", "US", "AU", "ZA"), _latin("en_GB", middle=0.5)),
    "german": Culture(5, ("DE", "AT", "CH"), _latin("de_DE")),
    "french": Culture(5, ("FR", "BE", "ML", "CI"), _latin("fr_FR")),
    "spanish": Culture(10, ("MX", "CO", "VE", "ES"), _latin("es_MX", families=2, middle=0.5)),
    "portuguese": Culture(4, ("BR", "PT", "AO"), _latin("pt_BR", families=2)),
    "italian": Culture(5, ("IT",), _latin("it_IT")),
    "nordic": Culture(3, ("NO", "SE"), _latin("no_NO", "sv_SE")),
    "central european": Culture(6, ("CZ", "HR", "HU", "RO"), _latin("cs_CZ", "hr_HR", "hu_HU", "ro_RO")),
    "turkish": Culture(4, ("TR", "AZ"), _latin("tr_TR")),
    "indonesian": Culture(4, ("ID", "MY"), _latin("id_ID")),
    "russian": Culture(13, ("RU", "BY", "KZ"), _transliterated("ru_RU", romanising.RUSSIAN)),
    "ukrainian": Culture(5, ("UA", "RU"), _transliterated("uk_UA", romanising.UKRAINIAN)),
    "bulgarian": Culture(3, ("BG",), _transliterated("bg_BG", romanising.BULGARIAN)),
    "greek": Culture(3, ("GR", "CY"), _transliterated("el_GR", romanising.GREEK)),
    "arabic": Culture(18, ("IQ", "SY", "YE", "LY", "SA", "EG"), _arabic),
    "chinese": Culture(8, ("CN", "HK", "SG"), _chinese),
    "korean": Culture(3, ("KP", "KR"), _korean),
    "mongolian": Culture(2, ("MN",), _mongolian),
}
