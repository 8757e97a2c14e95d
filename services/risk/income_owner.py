"""Whether an account is a customer's, by the name that its bank has for them; pure.

Banks cut and turn names, leave middle names out, and name everybody who holds an account together. So the shorter name
has to be in the longer one, part by part, with two parts at least: one alone is anybody of a family. Of several holders
one has to be the customer, and not each of them a part; a company or an estate of the same name is somebody else.
Initials prove nothing; where a doubt has to count against an income, they are enough.
"""

import re
import unicodedata

_LEAST_PARTS = 2
# What stands beside names, and between those of several.
_TITLES = frozenset("herr frau herrn mr mrs ms miss dr prof sir dame monsieur madame mme".split())
_BETWEEN = frozenset("und and or oder et ou y u e o".split())
_BESIDES = _TITLES | _BETWEEN
# Companies by their form, and what is held for others or left behind: each has its own account. Of a person named like
# one, the customer's name has the word, too.
_BODIES = frozenset(
    """ab ag aps as bv bvba company corp corporation doo eg ev foundation gbr gesellschaft gmbh inc incorporated kft kg
    limited llc llp lp ltd ltda nv ohg oy oyj partgmbb partners plc pty pvt sa sarl sas scs se sl slu snc spa srl sro
    stiftung ug zoo
    eredi erben erbengemeinschaft estate executor executors heirs herencia hoirie nachlass succession trust trustee
    trustees""".split()
)
# What a customer can be called, too, and a bank have left out.
_ALSO_NAMES = frozenset({"sa", "se", "as"})
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS_BETWEEN = re.compile(r"[&+/;]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u02b9\u2032\uff07`\u00b4]")
_DOTTED = re.compile(r"(?<=\b[^\W\d_])\.\s?(?=[^\W\d_]\b)")
# As machines without these letters write them, and what is left of one without its stroke or dot.
_SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "đ": "dj", "þ": "th"}
)
_BARE = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ø": "o",
        "\u0131": "i",
        "ħ": "h",
        "ŧ": "t",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ŋ": "n",
    }
)


def is_same_person(on_account: str, customer: str) -> bool:
    """Whether the name on an account is the customer's, alone or among others."""
    accounts, customers = _bodies(on_account), _bodies(customer)
    if accounts - customers or customers - accounts - _ALSO_NAMES:
        return False
    holders = [reading for holder in _holders(on_account) for reading in _readings(holder)]
    return any(_alike(one, other) for one in holders for other in _readings(customer))


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


def _holders(name: str) -> list[str]:
    """The names of those who hold an account together; the name of a family is often there once, for all of them."""
    found: list[list[str]] = [[]]
    for part in _SIGNS_BETWEEN.sub(" and ", name).split():
        word = _plain(part).strip(".,")
        if word in _BETWEEN:
            found.append([])
        elif word not in _TITLES:
            found[-1].append(part)
    people = [each for each in found if each]
    shared = [[people[-1][-1], *each] for each in people[:-1] if len(each) == 1]
    shared += [[people[0][0], *each] for each in people[1:] if len(each) == 1]
    return [" ".join(each) for each in (*people, *shared)]


def _bodies(name: str) -> frozenset[str]:
    """What a name has of a company or an estate, with dots in it or without."""
    plain = _plain(name)
    return _BODIES & {*_WORD.findall(plain), *_WORD.findall(_DOTTED.sub("", plain))}


def _readings(name: str) -> list[frozenset[str]]:
    """The parts of a name, with accents left out and as machines write them out, an apostrophe between two or none."""
    written = unicodedata.normalize("NFC", name).casefold()
    forms = (each.translate(table) for each in (written, _APOSTROPHES.sub("", written)) for table in ({}, _SPELLED))
    return [frozenset(_WORD.findall(each)) - _BESIDES for each in dict.fromkeys(map(_plain, forms))]


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in split if not unicodedata.combining(each)).translate(_BARE)
