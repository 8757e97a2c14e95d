"""The audit trail in MongoDB and its chain. Shapes and promises: audit_rows.py.

They are in a database of their own, `<service>_audit`, in which the service may read and insert, and nothing else: not
every server knows rights on a single collection.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bson import Binary, ObjectId
from bson.errors import InvalidId
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from services.runtime import errors
from services.runtime.stores import audit_search
from services.runtime.stores.audit_rows import (
    AuditEntry,
    AuditFilter,
    AuditFound,
    AuditHit,
    AuditPlace,
    AuditRow,
    ChainLink,
    Linking,
)
from services.runtime.stores.mongo_chained import Chained
from services.runtime.stores.mongo_errors import translated
from services.runtime.stores.mongo_rows import Documents, Later
from services.runtime.stores.mongo_schema import AUDIT, AUDIT_CHAIN

Rows = Collection[dict[str, Any]]
# Longer than a transaction may be open (60 s), and than the clocks of two replicas may differ besides.
_LATE = timedelta(seconds=120)
# Most transactions commit within this; for the others there is a look over all of _LATE once in a while: within the
# minute after which a verifier names what is in no link.
_SOON, _THOROUGH_SECONDS = timedelta(seconds=5), 30.0
_SMALLEST = "0" * 24
_EPOCH = datetime.fromtimestamp(0, UTC)
# The one document that says where the chain ends.
_END = "end"
_PORTION = 1000
# By these an index finds so few rows that they are sorted here.
_FEW = {"aggregate_id", "correlation_id"}
# How far back a search looks first, and by how much further each time.
_WINDOW, _WIDENED = timedelta(minutes=1), 4
_COLUMNS = [field.name for field in fields(AuditRow)]


class MongoAudit:
    """The audit trail, ordered by time.

    Everything is found by a range of an index, the only thing that SecantusDB uses one for besides equality. Where the
    chain ends is kept in the service's own database, to be found at once; what is there is believed only as far as the
    chain bears it out.
    """

    def __init__(
        self,
        trail: Documents,
        later: Later,
        session: Callable[[], ClientSession],
        transaction: Callable[[], AbstractContextManager[Any]],
        ends: Rows,
    ) -> None:
        self._rows, self._links, self._ends = trail[AUDIT.name], trail[AUDIT_CHAIN.name], ends
        self._later, self._session, self._transaction = later, session, transaction
        # Up to this moment everything is chained, as far as this process knows; None: it has not looked yet.
        self._floor: datetime | None = None
        self._chained = Chained()
        self._last_round = datetime.now(UTC)
        self._thorough_at = 0.0

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Writes the rows with the open transaction."""
        now = datetime.now(UTC)
        self._later(AUDIT.name, [{**asdict(row), "create_time": now} for row in rows])

    def chain(self, linking: Linking, limit: int) -> int:
        """Chains the oldest rows that are not chained yet; returns how many."""
        begins, thorough = datetime.now(UTC), self._floor is None or time.monotonic() >= self._thorough_at
        try:
            with self._transaction():
                if self._floor is None:
                    end = self._end()
                    self._floor = end["settled"] if end else _EPOCH
                since = self._floor if thorough else max(self._floor, self._last_round - _SOON)
                chained = self._known(self._floor)
                found = self._fresh(chained, since, limit)
                made = self._append(linking, chained.last, found, self._floor)
        except errors.Aborted:
            # Another replica chained them at the same moment.
            return 0
        except errors.AlreadyExists:
            # The same, or what is remembered is not so.
            self._chained = Chained()
            return 0
        self._chained = chained.followed_by(made)
        if len(found) < limit:
            self._last_round = begins
            if thorough:
                self._floor = max(self._floor, begins - _LATE)
                self._chained = self._chained.since(self._floor)
                self._thorough_at = time.monotonic() + _THOROUGH_SECONDS
        return len(found)

    def head(self) -> ChainLink | None:
        """The last link."""
        with self._transaction():
            found = self._head()
        return None if found is None else _link(found)

    def links(self, after: int, limit: int) -> list[tuple[ChainLink, AuditEntry | None]]:
        """The links that follow, each with its row."""
        with self._transaction():
            head = self._head()
            last, found = (head["_id"] if head else 0), list[dict[str, Any]]()
            while not found and after < last:
                found = self._range({"$gt": after, "$lte": after + limit})
                after += limit
            entries = self._entries_of(found)
        return [(_link(each), entries.get(each["audit_id"])) for each in found]

    def unchained(self, before: datetime, limit: int) -> list[AuditEntry]:
        """Rows of before then that are in no link."""
        found: list[AuditEntry] = []
        with translated(), self._rows.find() as rows:
            while len(found) < limit and (portion := list(islice(rows, _PORTION))):
                times = [each["create_time"] for each in portion]
                between = {"$gte": min(times), "$lte": max(times)}
                chained = {each["audit_id"] for each in self._links.find({"create_time": between}, {"audit_id": 1})}
                fresh = [each for each in portion if each["_id"] not in chained and each["create_time"] < before]
                # Its time may not be the one that it was chained with.
                found += [_entry(each) for each in fresh if not self._links.find_one({"audit_id": each["_id"]})]
        return found[:limit]

    def search(self, wanted: AuditFilter, after: AuditPlace | None, limit: int) -> AuditFound:
        """Rows beyond a place, newest first."""
        chosen = audit_search.lead(wanted)
        since = wanted.since or audit_search.BEGINNING

        def newest(place: AuditPlace, size: int) -> list[AuditHit]:
            query, beyond = dict[str, Any]([chosen] if chosen else []), (place.create_time, _id(place))
            if chosen and chosen[0] in _FEW:
                rows = self._newest(query, beyond, since, size)
            else:
                rows = self._by_windows(query, beyond, since, size)
            return [AuditHit(_entry(each), self._sequence_of(each["_id"])) for each in rows]

        with self._transaction():
            return audit_search.search(newest, wanted, after, limit)

    def some(self, entry_ids: Sequence[str]) -> list[AuditHit]:
        """The rows with these ids, in this order."""
        with self._transaction():
            session = self._session()
            rows = [self._rows.find_one({"_id": ObjectId(each)}, session=session) for each in entry_ids]
            return [AuditHit(_entry(each), self._sequence_of(each["_id"])) for each in rows if each]

    def _by_windows(
        self, query: dict[str, Any], beyond: tuple[datetime, ObjectId], since: datetime, size: int
    ) -> list[dict[str, Any]]:
        """The newest rows, from windows of time that grow: SecantusDB reads all of a range before it sorts it."""
        rows, upper, span = list[dict[str, Any]](), beyond[0], _WINDOW
        while len(rows) < size and upper >= since:
            lower = since if upper - since < span else upper - span
            window = {**query, "create_time": {"$gte": lower, "$lte": upper}}
            rows += self._newest(window, beyond, since, size - len(rows))
            # What MongoDB keeps of a time, so that no row is in two windows.
            upper, span = lower - timedelta(milliseconds=1), span * _WIDENED
        return rows

    def _newest(
        self, query: dict[str, Any], beyond: tuple[datetime, ObjectId], since: datetime, size: int
    ) -> list[dict[str, Any]]:
        with self._rows.find(query, session=self._session()).sort([("create_time", -1), ("_id", -1)]) as found:
            fit = (row for row in found if since <= row["create_time"] and (row["create_time"], row["_id"]) < beyond)
            return list(islice(fit, size))

    def _sequence_of(self, entry_id: ObjectId) -> int:
        link = self._links.find_one({"audit_id": entry_id}, session=self._session())
        return int(link["_id"]) if link else 0

    def _known(self, since: datetime) -> Chained:
        """What is in the chain, of rows since then: what is remembered, with the links that other replicas have made.

        Where the chain does not bear that out, all of it is read.
        """
        remembered, session = self._chained, self._session()
        links = self._range({"$gte": remembered.last["_id"]}) if remembered.last else []
        if remembered.is_borne_out(links):
            return remembered.followed_by(links[1:])
        head, query = self._head(), {"create_time": {"$gte": since}}
        rows = self._links.find(query, {"audit_id": 1, "create_time": 1}, session=session) if head else ()
        return Chained(head, {each["audit_id"]: each["create_time"] for each in rows})

    def _fresh(self, chained: Chained, since: datetime, limit: int) -> list[dict[str, Any]]:
        """Rows since then that are in no link, the oldest first, at most so many."""
        # Most of them are in one, so it is their times alone that are read first.
        query, session = {"create_time": {"$gte": since}}, self._session()
        rows = self._rows.find(query, {"create_time": 1}, session=session)
        fresh = sorted((each["create_time"], each["_id"]) for each in rows if each["_id"] not in chained.rows)[:limit]
        if not fresh:
            return []
        span, ids = {"create_time": {"$gte": fresh[0][0], "$lte": fresh[-1][0]}}, {each for _, each in fresh}
        found = [each for each in self._rows.find(span, session=session) if each["_id"] in ids]
        return sorted(found, key=lambda each: (each["create_time"], each["_id"]))

    def _entries_of(self, links: list[dict[str, Any]]) -> dict[ObjectId, AuditEntry]:
        if not links:
            return {}
        times = [each["create_time"] for each in links]
        query, wanted = {"create_time": {"$gte": min(times), "$lte": max(times)}}, {each["audit_id"] for each in links}
        rows = [each for each in self._rows.find(query, session=self._session()) if each["_id"] in wanted]
        missing = wanted - {each["_id"] for each in rows}
        others = (self._rows.find_one({"_id": each}, session=self._session()) for each in missing)
        return {each["_id"]: _entry(each) for each in (*rows, *others) if each}

    def _end(self) -> dict[str, Any] | None:
        return self._ends.find_one({"_id": _END}, session=self._session())

    def _head(self) -> dict[str, Any] | None:
        end = self._end()
        known = end["sequence"] if end else 0
        return self._last(known) or (self._last(0) if known else None)

    def _last(self, least: int) -> dict[str, Any] | None:
        return next(iter(self._range({"$gte": least})[-1:]), None)

    def _range(self, sequences: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self._links.find({"sequence": sequences}, session=self._session()).sort("sequence", 1))

    def _append(
        self, linking: Linking, head: dict[str, Any] | None, found: list[dict[str, Any]], settled: datetime
    ) -> list[dict[str, Any]]:
        """Puts a link for each row behind the last one; the links."""
        if not found:
            return []
        made = linking(None if head is None else _link(head), [_entry(each) for each in found])
        times = {str(each["_id"]): each["create_time"] for each in found}
        documents = [{**_document(each), "create_time": times[each.entry_id]} for each in made]
        self._links.insert_many(documents, session=self._session())
        end = {"sequence": made[-1].sequence, "settled": settled}
        self._ends.update_one({"_id": _END}, {"$set": end}, upsert=True, session=self._session())
        return documents


def _document(link: ChainLink) -> dict[str, Any]:
    return {
        "_id": link.sequence,
        # Again, as an index beside that of ids.
        "sequence": link.sequence,
        "audit_id": ObjectId(link.entry_id),
        "digest": Binary(link.digest),
        "link": Binary(link.link),
        "chain_time": link.chain_time,
        "signature": Binary(link.signature),
    }


def _link(document: dict[str, Any]) -> ChainLink:
    return ChainLink(
        int(document["_id"]), str(document["audit_id"]), bytes(document["digest"]), bytes(document["link"]),
        document["chain_time"], bytes(document["signature"]),
    )  # fmt: skip


def _entry(document: dict[str, Any]) -> AuditEntry:
    row = AuditRow(**{name: document[name] for name in _COLUMNS})
    return AuditEntry(str(document["_id"]), document["create_time"], row)


def _id(place: AuditPlace) -> ObjectId:
    try:
        return ObjectId(place.entry_id or _SMALLEST)
    except InvalidId as error:
        raise audit_search.wrong_place() from error
