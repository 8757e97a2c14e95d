"""The pipeline in numbers, kept beside the applications so that no one counts them again.

The database itself notes each change of an application's status or amount in `pipeline_changes`, by triggers that a
migration made: whichever version of the service writes, in the same transaction, and without two ever waiting for the
same row. Every few seconds the changes are added up into `pipeline`, by day, and by triggers of that one into
`pipeline_spans`, by month and over all; the dashboard sums up what is not in there yet, and as few rows as there are.
"""

from collections.abc import Iterator, Sequence
from datetime import date
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
    false,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from services.application.figures import BEGINNING, DAY, spans, within
from services.application.ports import LoanFilter, StageMetrics
from services.application.status import ApplicationStatus
from services.runtime.money import Money

# Added up at once: below what a transaction of a moment can hold.
MOST_FOLDED = 10_000
_KEY = ("day", "status", "currency")
_SUMS = ("standing", "amount", "left_count", "left_seconds")


def tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """The sums by day of creation (UTC), status and currency; by span of such days; and the changes not yet in them."""
    pipeline = Table("pipeline", metadata, *_columns(key=True))
    position = Column("position", BigInteger, Identity(always=True), primary_key=True)
    changes = Table("pipeline_changes", metadata, position, *_columns(key=False))
    span = Column("span", Text, primary_key=True, nullable=False)
    return pipeline, Table("pipeline_spans", metadata, span, *_columns(key=True)), changes


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

    def __init__(self, connection: Connection, sums: Table, spans: Table, changes: Table) -> None:
        self._connection, self._sums, self._spans, self._changes = connection, sums, spans, changes

    def stages(self, loans: LoanFilter, today: date) -> list[StageMetrics]:
        """The stages of the loans made between the filter's days, in the order of the lifecycle."""
        first, last = loans.create_date_from, loans.create_date_to
        asked = spans(first, last, today)
        days = [self._sums.c.day.between(low, high) for span, low, high in asked if span == DAY]
        fresh = self._changes.c.day.between(first or BEGINNING, last or date.max)
        parts = [(self._spans, within(self._spans, asked)), (self._sums, or_(false(), *days)), (self._changes, fresh)]
        columns = (*_KEY, *_SUMS, "left_longest")
        rows = (select(*(table.c[name] for name in columns)).where(where) for table, where in parts)
        every = union_all(*rows).subquery().c
        figures = [func.sum(every[name]) for name in _SUMS]
        query = select(every.status, every.currency, *figures, func.max(every.left_longest))
        found = self._connection.execute(query.group_by(every.status, every.currency)).all()
        stages = [_stage(row) for row in found if row[2] or row[4]]
        return sorted(stages, key=lambda stage: (stage.status.value, stage.amount.currency))

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
