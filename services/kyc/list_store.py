"""The loaded sanctions lists in PostgreSQL: the newest version of each source, replaced whole in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, delete, insert, select

from services.kyc.screening import Entry, Listing
from services.kyc.tables import sanctions_lists
from services.runtime.errors import FailedPrecondition
from services.runtime.ids import new_id
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.json_codec import to_plain
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.unit_of_work import Row

# Who publishes lists, each in a format of its own: those of lists/formats.py. OpenSanctions has its sanctions, its
# PEPs, and both in one file: each of the first two is a source, and the third may be loaded as either.
SOURCES = (
    "ofac", "ofac-advanced", "ofac-csv", "eu", "un", "uk", "uk-xml", "uk-csv", "opensanctions", "opensanctions-peps",
)  # fmt: skip
# What an audit row says of a list.
_AUDITED = ("version", "date", "sha256", "entry_count")


@dataclass(frozen=True)
class LoadedList:
    """A list as it was loaded; `version` names its source, date and content, `date` (ISO) may be empty."""

    source: str
    version: str
    date: str
    sha256: str
    load_time: datetime
    entries: tuple[Entry, ...]


class SanctionsLists:
    """The lists in force, one for each source; who changes them is an `operator`, by whose name that is audited."""

    def __init__(self, database: Postgres, operator: str = "") -> None:
        self._database, self._operator = database, operator

    def replace(self, loaded: LoadedList, *, least: int = 0, older: bool = True) -> None:
        """Puts a list in force instead of the one before of its source, with an audit row.

        FailedPrecondition WRONG_STATUS for one with fewer than `least` percent of the entries that the one before has,
        or of its sanctions: it is more likely cut off, or another list, than shortened. Unless it may be `older`, also
        for one that its authority made before that.
        """
        table, source = sanctions_lists, loaded.source
        row = {**vars(loaded), "entries": to_plain(loaded.entries), "entry_count": len(loaded.entries)}
        told = select(table).where(table.c.source == source).with_for_update()
        with self._database.transaction() as transaction:
            connection = transaction.connection
            found = connection.execute(told).mappings().one_or_none()
            before = {name: found[name] for name in _AUDITED} if found is not None else None
            if found is not None:
                _check_size(found["entries"], row["entries"], least)
                _check_date(found["date"], loaded.date, older)
            connection.execute(delete(table).where(table.c.source == source))
            connection.execute(insert(table).values(**row))
            self._audit("lists.load", source, before, {name: row[name] for name in _AUDITED}, "")

    def retire(self, source: str, why: str) -> str:
        """Takes the list of a source out of force, with an audit row; gives the version that it had.

        FailedPrecondition WRONG_STATUS when none of that source is in force, or no other one is: the invented entries
        that are delivered would be all that is left.
        """
        table = sanctions_lists
        with self._database.transaction() as transaction:
            in_force = _of_every_source(*(table.c[name] for name in _AUDITED)).with_for_update()
            rows = transaction.connection.execute(in_force).mappings().all()
            found = {row["source"]: dict(row) for row in rows}
            if source not in found:
                raise FailedPrecondition(f"no list of {source} is in force", reason="WRONG_STATUS")
            if len(found) == 1:
                raise FailedPrecondition(f"no list but that of {source} is in force", reason="WRONG_STATUS")
            transaction.connection.execute(delete(table).where(table.c.source == source))
            self._audit("lists.retire", source, found[source], {}, why)
        return str(found[source]["version"])

    def _audit(self, act: str, source: str, before: Row | None, after: Row, why: str) -> None:
        """Writes what was done to what is in force, in the open transaction."""
        actor = f"operator:{self._operator}"
        row = AuditRow(actor, act, "SanctionsList", source, 0, before, after, why, new_id())
        self._database.audit.append([row])

    def versions(self) -> Mapping[str, str]:
        """The version in force by source."""
        with self._database.transaction() as transaction:
            found = transaction.connection.execute(_of_every_source(sanctions_lists.c.version))
            return {row[0]: row[1] for row in found}

    def entries(self) -> tuple[Entry, ...]:
        """The entries of all lists in force; their numbers begin with the source, as `ofac:36`."""
        with self._database.transaction() as transaction:
            rows = transaction.connection.execute(_of_every_source(sanctions_lists.c.entries)).all()
        return tuple(_entry(source, each) for source, entries in rows for each in entries)


def _check_size(before: Iterable[Row], after: Iterable[Row], least: int) -> None:
    sanction = Listing.SANCTION.name
    had, has = (Counter(each.get("listing", sanction) for each in entries) for entries in (before, after))
    for what, old, new in (("entries", had.total(), has.total()), ("sanctions", had[sanction], has[sanction])):
        if new * 100 < old * least:
            raise FailedPrecondition(f"{new} {what}, and {old} in force", reason="WRONG_STATUS")


def _check_date(before: str, after: str, older: bool) -> None:
    if before and after and after < before and not older:
        raise FailedPrecondition(f"made on {after}, and the list in force on {before}", reason="WRONG_STATUS")


def _of_every_source(*columns: Column[Any]) -> Select[Any]:
    source = sanctions_lists.c.source
    return select(source, *columns).where(source.in_(SOURCES)).order_by(source)


def _entry(source: str, data: Mapping[str, Any]) -> Entry:
    """An entry as it was loaded; one of before it was told why it is listed is a sanction."""
    texts = {name: tuple(data.get(name, ())) for name in ("names", "birth_dates", "countries", "positions")}
    listing = Listing[data.get("listing", Listing.SANCTION.name)]
    return Entry(number=f"{source}:{data['number']}", listing=listing, **texts)
