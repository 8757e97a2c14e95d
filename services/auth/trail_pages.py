"""Pages over the audit trails of several services as one list, newest first; pure.

Each trail is looked into from its own place on. A row comes only when every trail was looked through down to its time,
so that no page has a row that is newer than one of the page before.
"""

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.auth.ports import Place, Portion, Shown
from services.runtime.errors import InvalidArgument
from services.runtime.stores import paging

# The place of a trail that has nothing beyond.
ENDED = None
Places = dict[str, Place | None]
_END = "end"


@dataclass(frozen=True)
class Merged:
    """The rows of a page, and how far each trail is read; a trail that is not named is not begun."""

    rows: tuple[Shown, ...]
    places: Places


def merged(portions: Mapping[str, Portion], places: Places, size: int) -> Merged:
    """The next rows of all trails, `size` at most, out of what was found in each from its place in `places` on."""
    horizon = max((each.reached.create_time for each in portions.values() if each.reached), default=None)
    streams = [[(name, row) for row in portion.rows] for name, portion in portions.items()]
    newest_first = heapq.merge(*streams, key=lambda each: each[1].place.create_time, reverse=True)
    taken = [each for each in newest_first if horizon is None or each[1].place.create_time >= horizon][:size]
    after = dict(places)
    for name, portion in portions.items():
        own = [row for whose, row in taken if whose == name]
        if len(own) == len(portion.rows):
            after[name] = portion.reached
        elif own:
            after[name] = own[-1].place
    return Merged(tuple(row for _, row in taken), after)


def token_of(list_name: str, places: Places, answered: Collection[str]) -> str:
    """The token of what follows; empty when no trail that answered has more."""
    if all(name in places and places[name] is ENDED for name in answered):
        return ""
    return paging.encode(list_name, [_written(name, place) for name, place in sorted(places.items())])


def places_of(list_name: str, token: str, names: set[str]) -> Places:
    """The places that a token has; INVALID_PAGE_TOKEN for one of another list."""
    if not token:
        return {}
    try:
        places = dict(map(_read, paging.decode(list_name, token)))
    except ValueError as error:
        raise InvalidArgument.field("page_token", "is not a page token", reason="INVALID_PAGE_TOKEN") from error
    if not places.keys() <= names:
        raise InvalidArgument.field("page_token", "belongs to another list", reason="INVALID_PAGE_TOKEN")
    return places


def _written(name: str, place: Place | None) -> str:
    return f"{name} {_END}" if place is ENDED else f"{name} {place.create_time.isoformat()} {place.entry_id}"


def _read(text: str) -> tuple[str, Place | None]:
    name, *rest = text.split(" ")
    if rest == [_END]:
        return name, ENDED
    time, entry_id = rest
    return name, Place(datetime.fromisoformat(time), entry_id)
