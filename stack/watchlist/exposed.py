"""Politically exposed persons of the fictitious list, and relatives: with whom a lender may do business, with care.

They are made of a seed of their own, so that the sanctions of people.py stay what they are.
"""

import random
from collections.abc import Iterator
from dataclasses import replace

from stack.watchlist.cultures import CULTURES
from stack.watchlist.people import SEED, Listed, person, written

SIZE = 600
PEP, RELATIVE = "role.pep", "role.rca"
# Functions of Directive (EU) 2015/849, art. 3(9), as lists word them.
_POSITIONS = (
    "Member of Parliament", "Minister of Finance", "Deputy Minister of Energy", "Judge of the Supreme Court",
    "Member of the Court of Auditors", "Ambassador", "General of the Armed Forces", "Mayor of the capital",
    "Member of the board of the national bank", "Director of the state railways", "Party treasurer", "Head of State",
)  # fmt: skip
# So many in a hundred have a relative on the list.
_RELATED = 40


def exposed(size: int = SIZE, seed: int = SEED + 1) -> list[Listed]:
    """So many entries, always the same for a seed: a function-holder, and often a relative of the same family name."""
    chance, made = random.Random(seed), list[Listed]()
    while len(made) < size:
        made += _household(len(made) + 1, chance)
    return made[:size]


def _household(position: int, chance: random.Random) -> Iterator[Listed]:
    culture = chance.choice(list(CULTURES))
    office = chance.sample(_POSITIONS, chance.choice((1, 1, 2)))
    holder = replace(person(f"LP-{position:05}", culture, chance), topics=(PEP,), positions=tuple(office))
    yield holder
    if chance.random() * 100 < _RELATED:
        other = person(f"LP-{position + 1:05}", culture, chance)
        family = [part for part in holder.parts if part.family]
        parts = (*(part for part in other.parts if not part.family), *family)
        relative = f"Relative of: {office[0]}"
        names = (written(parts, culture),)
        yield replace(other, parts=parts, names=names, topics=(RELATIVE,), positions=(relative,))
