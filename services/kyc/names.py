"""Names in the forms in which they are compared: Latin letters, parts apart; folded, one spelling for one sound.

Invisible characters, accents, and letters of another alphabet that look the same hide no one. Other scripts are
transliterated by anyascii; what the systems of romanisation (BGN/PCGN, ICAO 9303, ISO 9, those of French and German
passports) write differently for one sound is folded into one spelling: last, of parts as they were joined, for a cut
may be within a sound (Ot-hman).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from anyascii import anyascii

# The parts of a name in their order, as written in Latin letters, or folded; an initial is a part of one letter.
Name = tuple[str, ...]

# The fillers of Hangul show nothing, and apostrophes stand for soft signs and glottal stops.
_NOTHING = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0'’ʼʻ‘`´ʹ"), "")
# Cyrillic and Greek letters that look like Latin ones: in a word of both alphabets they stand for these.
_LOOKALIKES = {
    **str.maketrans(dict(zip("авекмнорстухіјѕ", "abekmhopctyxijs", strict=True))),
    **str.maketrans(dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))),
}
# Words beside a name that tell no two persons apart: articles, "son of", titles; and the forms of companies.
PARTICLES = frozenset(
    "al el ul ad as ibn bin ben bint abu de del della der den di da dos das do la le las los van von vom zu y e i "
    "dr mr mrs ms prof sir haji hajji sheikh shaikh sayyid mullah maulana "
    "llc ltd limited gmbh ag sa inc corp corporation co company group holding holdings jsc ooo plc".split()
)
_ONE_SPELLING = {
    "schtsch": "sh", "chtch": "sh", "shch": "sh", "stsch": "sh", "sch": "sh", "sh": "sh",
    "tsch": "ch", "tch": "ch", "cz": "ch", "ch": "ch", "tz": "ts", "ck": "k", "c": "k", "q": "k", "x": "ks",
    "kh": "h", "gh": "g", "dh": "d", "th": "t", "ph": "f", "dzh": "j", "zh": "j", "dj": "j", "w": "v",
    "ou": "u", "oo": "u", "ee": "i", "ae": "a", "oe": "o", "ue": "u", "ie": "e", "ye": "e", "y": "i", "j": "i",
    "you": "iu",
    "eo": "u", "yeo": "iu", "eu": "u", "yu": "iu", "ju": "iu", "ya": "ia", "ja": "ia", "yo": "io", "jo": "io",
}  # fmt: skip
# `j` before a vowel is the sound of John, unless it is one of the pairs above; anywhere else that of `y`.
_SOUNDS = re.compile(
    "|".join((*sorted((each for each in _ONE_SPELLING if each != "j"), key=len, reverse=True), "j(?![aeiou])"))
)
# How a part starts, folded, of which only this initial is given.
_STARTS = {
    "c": "kcs",
    "j": "ji",
    "k": "kh",
    "p": "pf",
    "q": "k",
    "w": "v",
    "x": "k",
    "y": "ie",
    "z": "zj",
    "d": "dj",
    "t": "tc",
}
# How many letters in a row are a word spelled out: hardly anybody has so many initials.
_SPELLED_OUT = 4
_REPEATED = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiou]")
_NO_LETTER = re.compile("[^a-z0-9]")
# A letter that is a word or a syllable: the parts of such names are written apart or joined.
_SYLLABLES = re.compile("([\u3400-\u9fff\uac00-\ud7a3])")


def readings(text: str, *, whole: bool = False) -> tuple[Name, ...]:
    """The ways to read a name, none if it has no letter: as it is spelled, and by the look of foreign letters.

    `whole`: also with its particles, which may be parts cut off (Ke-i-ta-la), or be joined elsewhere (bin Laden,
    Binladin); and with letters that stand alone, four or more in a row, as the word that they spell.
    """
    words = _words(text)
    spelled = [word.translate(_LOOKALIKES) if _is_mixed(word) else word for word in words]
    looked = [word.translate(_LOOKALIKES) if _is_disguised(word) else word for word in words]
    ways = [_plain(spelled), _plain(looked)]
    chosen = [*map(_named, ways), *((*ways, *map(_spelled, ways)) if whole else ())]
    return tuple(name for name in dict.fromkeys(map(_name, chosen)) if name)


def joined(parts: Iterable[str]) -> str:
    """Parts written as one word."""
    return "".join(parts)


def starts(part: str) -> str:
    """The letters with which a folded part may start, if this is it or its initial: C. may be Karl, or Chen."""
    return _STARTS.get(part, part) if len(part) == 1 else part[0]


def skeleton(part: str) -> str:
    """The first letter and the consonants: Mohammed, Muhammad and Mohamed are `mhmd`."""
    return part[:1] + _VOWELS.sub("", part[1:])


@lru_cache(maxsize=65536)
def folded(part: str) -> str:
    """A part in the one spelling of its sounds; what would be a letter alone, like an initial, stays as it is."""
    spelled = _REPEATED.sub(r"\1", _SOUNDS.sub(lambda found: _ONE_SPELLING[found[0]], part))
    return spelled if len(spelled) > 1 else part


def _words(text: str) -> list[str]:
    """Words in small letters; Latin ones lose their marks, which make other letters of Cyrillic ones (й, ё)."""
    small = unicodedata.normalize("NFKC", text).translate(_NOTHING).casefold()
    kept: list[str] = []
    for letter in unicodedata.normalize("NFD", small):
        kind = unicodedata.category(letter)
        if kind != "Cf" and (kind not in ("Mn", "Me") or (kept and not kept[-1].isascii())):
            kept.append(letter)
    apart = _SYLLABLES.sub(r" \1 ", unicodedata.normalize("NFC", "".join(kept)))
    return "".join(
        letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " " for letter in apart
    ).split()


def _is_mixed(word: str) -> bool:
    return any(map(str.isascii, word)) and any(ord(letter) in _LOOKALIKES for letter in word)


def _is_disguised(word: str) -> bool:
    return all(letter.isascii() or ord(letter) in _LOOKALIKES for letter in word)


def _plain(words: Iterable[str]) -> list[str]:
    return [_NO_LETTER.sub("", anyascii(word).lower()) for word in words]


def _named(words: list[str]) -> list[str]:
    """Those that are no particles, unless hardly any is left."""
    named = [word for word in words if word not in PARTICLES]
    return named if sum(len(word) > 1 for word in named) > 1 else words


def _spelled(words: list[str]) -> list[str]:
    """Words with letters that stand alone in a row joined: J R R are initials, M a l k are none."""
    found: list[str] = []
    for is_letter, row in groupby(words, key=lambda word: len(word) == 1):
        letters = list(row)
        found += ["".join(letters)] if is_letter and len(letters) >= _SPELLED_OUT else letters
    return found


def _name(words: Iterable[str]) -> Name:
    return tuple(filter(None, words))
