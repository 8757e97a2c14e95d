"""The loaded sanctions lists in PostgreSQL: the newest version of each source, replaced whole in one transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, delete, insert, select

from services.kyc.screening import Entry
from services.kyc.tables import sanctions_lists
from services.runtime.context import current
from services.runtime.errors import FailedPrecondition
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.postgres import Postgres

# Who publishes lists, each in a format of its own: those of lists/formats.py.
SOURCES = ("ofac", "ofac-advanced", "ofac-csv", "eu", "un", "uk", "uk-xml", "uk-csv", "opensanctions")


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
    """The lists in force, one for each source."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    def replace(self, loaded: LoadedList, *, least: int = 0) -> None:
        """Puts a list in force instead of the one before of its source; refuses one with fewer than `least` percent of
        the entries that the one before has: it is more likely cut off than shortened.
        """
        table, of_source = sanctions_lists, sanctions_lists.c.source == loaded.source
        row = {**vars(loaded), "entries": [asdict(entry) for entry in loaded.entries]}
        with self._database.transaction() as transaction:
            connection = transaction.connection
            before = connection.scalar(select(table.c.entry_count).where(of_source).with_for_update()) or 0
            if len(loaded.entries) * 100 < before * least:
                raise FailedPrecondition(f"{len(loaded.entries)} entries, and {before} in force", reason="WRONG_STATUS")
            connection.execute(delete(table).where(of_source))
            connection.execute(insert(table).values(**row, entry_count=len(loaded.entries)))

    def retire(self, source: str, why: str) -> str:
        """Takes the list of a source out of force, with an audit row; gives the version that it had.

        FailedPrecondition WRONG_STATUS when none of that source is in force, or no other one is: the invented entries
        that are delivered would be all that is left.
        """
        table, context = sanctions_lists, current()
        with self._database.transaction() as transaction:
            in_force = _of_every_source(table.c.version, table.c.sha256, table.c.entry_count).with_for_update()
            rows = transaction.connection.execute(in_force).mappings().all()
            found = {row["source"]: dict(row) for row in rows}
            if source not in found:
                raise FailedPrecondition(f"no list of {source} is in force", reason="WRONG_STATUS")
            if len(found) == 1:
                raise FailedPrecondition(f"no list but that of {source} is in force", reason="WRONG_STATUS")
            transaction.connection.execute(delete(table).where(table.c.source == source))
            self._database.audit.append([
                AuditRow(
                    context.caller.actor, context.method, "SanctionsList", source, 0, found[source], {}, why,
                    context.correlation_id,
                )
            ])  # fmt: skip
        return str(found[source]["version"])

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


def _of_every_source(*columns: Column[Any]) -> Select[Any]:
    source = sanctions_lists.c.source
    return select(source, *columns).where(source.in_(SOURCES)).order_by(source)


def _entry(source: str, data: Mapping[str, str | list[str]]) -> Entry:
    texts = {name: tuple(data[name]) for name in ("names", "birth_dates", "countries")}
    return Entry(number=f"{source}:{data['number']}", **texts)
