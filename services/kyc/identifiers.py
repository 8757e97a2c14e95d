"""Birth date and countries of a customer beside those of an entry: what confirms, or rules out, that they are one.

Sources give dates of birth as `1961-04-30`, `1961-04`, `1961`, `1958/1962` (between two years) or `~1961` (about),
several of them when they are in doubt; countries are ISO 3166-1 alpha-2 codes of any tie: nationality, residence, place
of birth.
"""

from collections.abc import Iterable
from enum import Enum, auto

# How many years a date that is said to be about right may be off.
_ABOUT_YEARS = 2


class DetailAgreement(Enum):
    """What a detail of the customer says about being the one on the list."""

    SAME = auto()
    NEAR = auto()
    DIFFERENT = auto()
    UNKNOWN = auto()


def birth_dates(given: str, listed: Iterable[str]) -> DetailAgreement:
    """The closest of the listed dates; NEAR if only the year agrees, day and month are swapped or one digit differs."""
    found = {_birth_date(given, date) for date in listed} if given else set()
    closest = (
        each for each in (DetailAgreement.SAME, DetailAgreement.NEAR, DetailAgreement.DIFFERENT) if each in found
    )
    return next(closest, DetailAgreement.UNKNOWN)


def countries(given: Iterable[str], listed: Iterable[str]) -> DetailAgreement:
    """Whether any tie of the customer is one of the entry's; UNKNOWN when one of them has none."""
    ours, theirs = {each for each in given if each}, set(listed)
    if not ours or not theirs:
        return DetailAgreement.UNKNOWN
    return DetailAgreement.SAME if ours & theirs else DetailAgreement.DIFFERENT


def _birth_date(given: str, listed: str) -> DetailAgreement:
    year = int(given[:4])
    if "/" in listed or listed.startswith("~"):
        first, last = _years(listed)
        return DetailAgreement.NEAR if first <= year <= last else DetailAgreement.DIFFERENT
    if given == listed:
        return DetailAgreement.SAME
    if len(listed) < len(given):
        return DetailAgreement.NEAR if given.startswith(listed) else DetailAgreement.DIFFERENT
    return DetailAgreement.NEAR if _slipped(given, listed) else DetailAgreement.DIFFERENT


def _years(listed: str) -> tuple[int, int]:
    if listed.startswith("~"):
        year = int(listed[1:5])
        return year - _ABOUT_YEARS, year + _ABOUT_YEARS
    first, _, last = listed.partition("/")
    return int(first[:4]), int(last[:4])


def _slipped(given: str, listed: str) -> bool:
    year, month, day = listed.split("-")
    differing = sum(one != other for one, other in zip(given, listed, strict=True))
    return given[:4] == year or given == f"{year}-{day}-{month}" or differing == 1
