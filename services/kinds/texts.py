"""What people write: names, lines and texts in any script, by the general categories of Unicode."""

import re
import unicodedata
from itertools import pairwise

import idna

from services.kinds.errors import NotOfKind

# Control, surrogate, private use, unassigned, separators of lines and paragraphs.
_FORBIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
# Default_Ignorable_Code_Point without being Cf: joiner and fillers of Hangul, Khmer and Mongolian, variation selectors;
# and the Braille pattern without dots.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_JOINER, _NON_JOINER, _EMOJI_STYLE = "\u200d", "\u200c", "\ufe0f"
# What names have besides letters, marks, digits, dashes and spaces: apostrophes, dots, brackets, abbreviations.
_SIGNS = set("'\u2018\u2019`\u00b4.,/()\u00b7\u30fb\u05f3\u05f4\u055a\u0970\u0f0b\u1361")
# UTS 39, section 5.4: more than this hide what they stand on.
_MOST_MARKS = 4


def person_name(text: str) -> str:
    """The name of a person; it has a letter, and nothing that is in no name."""
    name = re.sub(" +", " ", _composed(text))
    _refuse_unseen(name, emoji=False)
    if not any(_category(each)[0] == "L" for each in name):
        raise NotOfKind("must be a name: it has no letter")
    if wrong := next((each for each in name if not _of_names(each)), None):
        raise NotOfKind(f"must be a name: no name has {_named(wrong)}")
    _refuse_marks(name)
    return name


def line(text: str) -> str:
    """One line, with something to be seen."""
    written = _composed(text)
    _refuse_unseen(written, emoji=True)
    _require_visible(written)
    return written


def lines(text: str) -> str:
    """Several lines, with something to be seen; tabs stay, ends of lines become LF."""
    written = _composed(text.replace("\r\n", "\n").replace("\r", "\n"))
    _refuse_unseen(written.replace("\n", " ").replace("\t", " "), emoji=True)
    _require_visible(written)
    return written


def spaced(text: str) -> str:
    """The text with a plain space for every blank of whatever width."""
    return "".join(" " if _category(each) == "Zs" else each for each in text)


def _composed(text: str) -> str:
    return spaced(unicodedata.normalize("NFC", text))


def _refuse_unseen(text: str, *, emoji: bool) -> None:
    for place, each in enumerate(text):
        hidden = _category(each) == "Cf" or _UNSEEN.match(each)
        if _category(each) in _FORBIDDEN or (hidden and not _joins(text, place, emoji=emoji)):
            raise NotOfKind(f"must not hold {_named(each)}, which is not shown")


def _joins(text: str, place: int, *, emoji: bool) -> bool:
    """Whether an invisible character shapes its neighbours: in Arabic and Indic scripts (RFC 5892), in emoji."""
    if emoji and text[place] in (_JOINER, _EMOJI_STYLE) and place:
        before = text[place - 1]
        return before == _EMOJI_STYLE or _category(before) in ("So", "Sk", "Nd", "Po", "Sm")
    if text[place] not in (_JOINER, _NON_JOINER) or place == len(text) - 1:
        return False
    try:
        return _category(text[place + 1])[0] in "LM" and idna.core.valid_contextj(text, place)
    except ValueError:
        return False


def _of_names(character: str) -> bool:
    category = _category(character)
    return (
        category[0] in "LM"
        or category in ("Nd", "Nl", "Pd")
        or character in _SIGNS
        or character in (" ", _JOINER, _NON_JOINER)
    )


def _refuse_marks(name: str) -> None:
    for before, each in pairwise(f" {name}"):
        if _category(each)[0] == "M" and not (_category(before)[0] in "LM" or before in (_JOINER, _NON_JOINER)):
            raise NotOfKind("must be a name: it has a mark without a letter")
    kinds = "".join("m" if _category(each) in ("Mn", "Me") else "." for each in name)
    if "m" * (_MOST_MARKS + 1) in kinds:
        raise NotOfKind(f"must be a name: it has more than {_MOST_MARKS} marks on a letter")


def _require_visible(text: str) -> None:
    if not any(_category(each)[0] in "LNPS" for each in text):
        raise NotOfKind("must hold something that can be seen")


def _category(character: str) -> str:
    return unicodedata.category(character)


def _named(character: str) -> str:
    return f"the character U+{ord(character):04X}"
