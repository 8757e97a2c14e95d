"""What auditors do: search and export the audit trails of all services, which is audited itself."""

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from itertools import chain
from typing import Any, TypeVar

import structlog

from services.auth.ports import Place, Portion, Shown, Trail, Wanted
from services.auth.trail_facets import TrailFacet, facets
from services.auth.trail_pages import ENDED, Places, merged, places_of, token_of
from services.runtime import context
from services.runtime.errors import Error, InvalidArgument, ResourceExhausted
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.paging import Page
from services.runtime.stores.ports import Store

log = structlog.get_logger(__name__)
P = TypeVar("P")
# Of this many readers each may have a thread wait for every other service; so the services that wait for this one
# always find others, and none stands still with another.
_READERS = 3
# Ids, calls and moments have something in them that names and addresses have not.
_OF_A_TRAIL = re.compile(r"[^@\s]*[0-9/:_][^@\s]*")
# And these are one of a few words, whichever it is.
_OF_A_FEW = ("actor_kind",)


@dataclasses.dataclass(frozen=True)
class FoundRows:
    """A page of rows, newest first; `unavailable` are the services that did not answer."""

    rows: tuple[Shown, ...]
    next_token: str
    unavailable: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SoughtRows:
    """The same, found by words, with counts on the first page; of `degraded` services their databases answered."""

    found: FoundRows
    total: int
    facets: tuple[TrailFacet, ...]
    degraded: tuple[str, ...]


class AuditTrails:
    """The trails by the names of their services; `store` is this service's own, which notes who reads.

    `index` gives the blind index of a text: what is looked for may be a name or an address, and is noted for good.
    """

    def __init__(self, store: Store, trails: Mapping[str, Trail], index: Callable[[str], str]) -> None:
        self._store, self._trails, self._index = store, trails, index
        self._readers = threading.BoundedSemaphore(_READERS)
        self._threads = ThreadPoolExecutor(max(1, _READERS * len(trails)), thread_name_prefix="trail")

    def search(self, service: str, wanted: Wanted, page: Page) -> FoundRows:
        """A page of the rows that fit, of one service or (empty) of all."""
        names = {service} if service else set(self._trails)
        list_name = f"audit {service} {sorted(_given(wanted).items())}"
        places = places_of(list_name, page.token, names)
        with self._reading():
            self._note(service, wanted)
            answers = self._asked(names, places, lambda trail, after: trail.find(wanted, after, page.size))
        found = {name: answer for name, answer in answers.items() if answer is not None}
        return _found(list_name, found, places, page.size, answers.keys() - found.keys())

    def search_by_words(self, service: str, wanted: Wanted, page: Page) -> SoughtRows:
        """A page of the rows that a search by words finds, of one service or (empty) of all."""
        names = {service} if service else set(self._trails)
        list_name = f"audit query {service} {sorted(_given(wanted).items())}"
        places = places_of(list_name, page.token, names)
        with self._reading():
            self._note(service, wanted)
            answers = self._asked(names, places, lambda trail, after: trail.search(wanted, after, page.size))
        sought = {name: answer for name, answer in answers.items() if answer is not None}
        portions = {name: each.portion for name, each in sought.items()}
        found = _found(list_name, portions, places, page.size, answers.keys() - sought.keys())
        degraded = tuple(name for name, each in sorted(sought.items()) if each.degraded)
        # A trail of which the first page had nothing begins with the second, and counts there.
        counted = {} if page.token else sought
        return SoughtRows(found, sum(each.total for each in counted.values()), facets(counted), degraded)

    def export(self, service: str, wanted: Wanted) -> Iterator[bytes]:
        """The chain of a service's trail as lines, the first of them there already; errors.Unavailable."""
        with self._reading():
            self._note(service, wanted)
            lines = self._trails[service].chain(wanted)
            first = next(lines, b"")
        return self._rest(chain([first], lines))

    def close(self) -> None:
        """Ends its threads."""
        self._threads.shutdown(cancel_futures=True)

    def _asked(self, names: set[str], places: Places, ask: Callable[[Trail, Place | None], P]) -> dict[str, P | None]:
        """What each trail that has more gives, all asked at once; None of those that do not answer."""
        asked: dict[str, Future[P]] = {}
        for name in sorted(names):
            if name not in places or places[name] is not ENDED:
                run, trail = copy_context().run, self._trails[name]
                asked[name] = self._threads.submit(run, ask, trail, places.get(name))
        return {name: _answer(name, future) for name, future in asked.items()}

    def _rest(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        with self._reading():
            yield from lines

    @contextmanager
    def _reading(self) -> Iterator[None]:
        if not self._readers.acquire(blocking=False):
            raise ResourceExhausted("too many read the audit trails at this moment", reason="OVERLOADED")
        try:
            yield
        finally:
            self._readers.release()

    def _note(self, service: str, wanted: Wanted) -> None:
        """Audits the reading before anything is read."""
        now = context.current()
        row = AuditRow(
            actor=now.caller.actor, method=now.method, aggregate_type="AuditTrail", aggregate_id=service or "all",
            version=1, before=None, after=self._noted(wanted), why="", correlation_id=now.correlation_id,
        )  # fmt: skip
        with self._store.transaction():
            self._store.audit.append([row])

    def _noted(self, wanted: Wanted) -> dict[str, Any]:
        """The filter, in the clear where it can be no word about a person."""
        given = _given(wanted).items()
        clear = {name for name, text in given if name in _OF_A_FEW or _OF_A_TRAIL.fullmatch(text)}
        return {name: text if name in clear else f"index:{self._index(text)}" for name, text in given}


def _found(list_name: str, portions: Mapping[str, Portion], places: Places, size: int, silent: Set[str]) -> FoundRows:
    """The next page out of what each trail that answered has found."""
    result = merged(portions, places, size)
    return FoundRows(result.rows, token_of(list_name, result.places, portions), tuple(sorted(silent)))


def _answer(name: str, future: "Future[P]") -> P | None:
    try:
        return future.result()
    except InvalidArgument:
        raise
    except Error as error:
        log.warning("audit trail does not answer", trail=name, reason=error.reason)
        return None


def _given(wanted: Wanted) -> dict[str, Any]:
    """The parts of a filter that are not empty, as the audit row of the reading has them."""
    parts = {name: value for name, value in vars(wanted).items() if value}
    return {name: value if isinstance(value, str) else value.isoformat() for name, value in parts.items()}
