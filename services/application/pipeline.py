"""The pipeline in numbers, kept beside the applications so that no one counts them again.

The database itself notes each change of an application's status or amount in `pipeline_changes`, by triggers that a
migration made: whichever version of the service writes, in the same transaction, and without two ever waiting for the
same row. Every few seconds the changes are added up into `pipeline`; the dashboard sums up both.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Identity,
    MetaData,
    Numeric,
    Table,
    Text,
    delete,
    func,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from services.application.ports import LoanFilter, StageMetrics
from services.application.status import ApplicationStatus
from services.runtime.money import Money

# Added up at once: below what a transaction of a moment can hold.
MOST_FOLDED = 10_000
_KEY = ("day", "status", "currency")
_SUMS = ("standing", "amount", "left_count", "left_seconds")


def tables(metadata: MetaData) -> tuple[Table, Table]:
    """The sums by day of creation (UTC), status and currency; and the changes that are not yet in them."""
    pipeline = Table("pipeline", metadata, *_columns(key=True))
    position = Column("position", BigInteger, Identity(always=True), primary_key=True)
    changes = Table("pipeline_changes", metadata, position, *_columns(key=False))
    return pipeline, changes


def _columns(*, key: bool) -> Iterator[Column[object]]:
    yield Column("day", Date, primary_key=key, nullable=False)
    yield Column("status", Text, primary_key=key, nullable=False)
    yield Column("currency", Text, primary_key=key, nullable=False)
    # How many stand in the status, with what amount; how many have left it, after how many seconds, at the longest.
    yield Column("standing", BigInteger, nullable=False, server_default=text("0"))
    yield Column("amount", Numeric, nullable=False, server_default=text("0"))
    yield Column("left_count", BigInteger, nullable=False, server_default=text("0"))
    yield Column("left_seconds", Numeric, nullable=False, server_default=text("0"))
    yield Column("left_longest", Numeric, nullable=False, server_default=text("0"))


class Pipeline:
    """The sums, and what is still to be added to them."""

    def __init__(self, connection: Connection, sums: Table, changes: Table) -> None:
        self._connection, self._sums, self._changes = connection, sums, changes

    def stages(self, loans: LoanFilter) -> list[StageMetrics]:
        """The stages of the loans made between the filter's days, in the order of the lifecycle."""
        columns = (*_KEY, *_SUMS, "left_longest")
        parts = [select(*(table.c[name] for name in columns)) for table in (self._sums, self._changes)]
        every = union_all(*parts).subquery().c
        figures = [func.sum(every[name]) for name in _SUMS]
        query = select(every.status, every.currency, *figures, func.max(every.left_longest))
        if loans.create_date_from is not None:
            query = query.where(every.day >= loans.create_date_from)
        if loans.create_date_to is not None:
            query = query.where(every.day <= loans.create_date_to)
        rows = self._connection.execute(query.group_by(every.status, every.currency)).all()
        found = [_stage(row) for row in rows if row[2] or row[4]]
        return sorted(found, key=lambda stage: (stage.status.value, stage.amount.currency))

    def fold(self) -> int:
        """Adds the oldest changes to the sums; returns how many they were. Several replicas take different ones."""
        oldest = select(self._changes.c.position).order_by(self._changes.c.position).limit(MOST_FOLDED)
        mine = self._changes.c.position.in_(oldest.with_for_update(skip_locked=True).scalar_subquery())
        gone = delete(self._changes).where(mine).returning(self._changes).cte("gone")
        keys = [gone.c[name] for name in _KEY]
        sums = [func.sum(gone.c[name]) for name in _SUMS]
        # In one order, so that two replicas never wait for each other.
        totals = select(*keys, *sums, func.max(gone.c.left_longest)).group_by(*keys).order_by(*keys)
        made = upsert(self._sums).from_select([*_KEY, *_SUMS, "left_longest"], totals)
        values = {name: self._sums.c[name] + made.excluded[name] for name in _SUMS}
        values["left_longest"] = func.greatest(self._sums.c.left_longest, made.excluded.left_longest)
        added = made.on_conflict_do_update(index_elements=_KEY, set_=values).returning(self._sums.c.day).cte("added")
        return int(self._connection.scalar(select(func.count()).select_from(gone).add_cte(added)) or 0)


def _stage(row: Sequence[Any]) -> StageMetrics:
    status, currency, standing, amount, left, seconds, longest = row
    average = int(seconds / left) if left else 0
    return StageMetrics(
        ApplicationStatus[status], int(standing), Money(amount, currency), int(left), average, int(longest)
    )
