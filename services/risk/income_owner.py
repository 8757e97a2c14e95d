"""Whether an account is a customer's, by the name that its bank has for them; pure.

Banks cut and turn names, leave middle names out, and name everybody who holds an account together. So the shorter name
has to be in the longer one, part by part, with two parts at least: one alone is anybody of a family. Initials prove
nothing; where a doubt has to count against an income, they are enough.
"""

import re
import unicodedata

_LEAST_PARTS = 2
# What stands beside names, and between those of several.
_BESIDES = frozenset(
    "herr frau herrn mr mrs ms miss dr prof sir dame monsieur madame mme und and or oder et ou y u e o".split()
)
_WORD = re.compile(r"[^\W\d_]+")
# As machines without these letters write them.
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})


def is_same_person(on_account: str, customer: str) -> bool:
    """Whether the name on an account is the customer's, alone or among others."""
    accounts, customers = _readings(on_account), _readings(customer)
    return any(_alike(one, other) for one in accounts for other in customers)


def may_be_same_person(one: str, other: str) -> bool:
    """Whether two names can be one person's: as `is_same_person`, and where initials stand for given names."""
    return any(_may_be_alike(a, b) for a in _readings(one) for b in _readings(other))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if len(one) < _LEAST_PARTS or len(other) < _LEAST_PARTS:
        return bool(one) and one == other
    return one <= other or other <= one


def _may_be_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    shared = any(len(each) > 1 for each in shorter & longer)
    every = all(any(_stands_for(part, whole) for whole in longer) for part in shorter)
    return _alike(one, other) or (len(shorter) >= _LEAST_PARTS and shared and every)


def _stands_for(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def folded(name: str) -> str:
    """A name in one form, to be compared as a whole: small letters without accents, its blanks single."""
    return " ".join(_WORD.findall(_plain(name)))


def _readings(name: str) -> list[frozenset[str]]:
    """The parts of a name, with accents left out and as machines write them out."""
    written = unicodedata.normalize("NFC", name).casefold()
    both = dict.fromkeys((_plain(written), _plain(written.translate(_SPELLED))))
    return [frozenset(_WORD.findall(each)) - _BESIDES for each in both]


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in split if not unicodedata.combining(each))
