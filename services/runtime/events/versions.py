"""Versions of events across restores: a restored aggregate counts on from below what its listeners have seen.

So a version counts within an incarnation of its publisher's store, which a restore raises (`python -m
services.runtime.events incarnation <service> --bump`): every event of the new one is later than all of those before.
Both go round as one number, the incarnation above the version; records without the header are of incarnation 0.
"""

import re
from collections.abc import Mapping

# The header of an event whose publisher's store was restored, and the name under which that store notes the number.
INCARNATION, NOTE = "ce_incarnation", "incarnation"
_STEP = 2**32
_MOST = 2**31 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
# A version as others name it: that of an incarnation after the first has it in front, with a dot.
PATTERN = r"(?:[1-9][0-9]{0,9}\.)?[1-9][0-9]{0,9}"


def ordinal(incarnation: int, version: int) -> int:
    """The place of an event among all of its aggregate."""
    return incarnation * _STEP + version


def incarnation_of(headers: Mapping[str, str]) -> int:
    """The incarnation that an event is of; ValueError when it is none."""
    text = headers.get(INCARNATION, "0")
    if not _NUMBER.fullmatch(text) or int(text) > _MOST:
        raise ValueError("the incarnation is none")
    return int(text)


def headers_of(incarnation: int) -> dict[str, str]:
    """The headers of an event of an incarnation; of the first it has none."""
    return {INCARNATION: str(incarnation)} if incarnation else {}


def named(ordinals: Mapping[str, int]) -> str:
    """What each listener was sent last, as a header has it: `one=3,other=29934567.4`."""
    parts = ((listener, *divmod(place, _STEP)) for listener, place in ordinals.items())
    return ",".join(
        f"{listener}={incarnation}.{version}" if incarnation else f"{listener}={version}"
        for listener, incarnation, version in parts
    )


def read(text: str) -> int:
    """The ordinal of a text that matches PATTERN."""
    incarnation, _, version = text.rpartition(".")
    return ordinal(int(incarnation or 0), int(version))


def raised(noted: str, now: float) -> int:
    """The incarnation of a store that was restored at a time, in seconds since 1970, and had this one noted.

    The minutes: a second restore of the same backup must not take a number that was used already.
    """
    return max(int(noted or 0) + 1, int(now // 60))
