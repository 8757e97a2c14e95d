"""What happens in the pipeline, counted by event: moves, stays by length, decisions by band, and who waits since when.

The database notes each move of an application in `figure_changes`, by the trigger that also notes the pipeline's
(pipeline.py); a decision on the risk is noted here, in the transaction that takes the event. Every few seconds the
changes are added up into `figures`, by day, by month and over all: a look at the dashboard costs the same after a
million applications as after a thousand.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Identity,
    MetaData,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import insert as upsert

# Added up at once: below what a transaction of a moment can hold.
_MOST_FOLDED = 10_000
ALL, MONTH, DAY = "ALL", "MONTH", "DAY"
MOVED, STAYED, DECIDED, WAITING = "MOVED", "STAYED", "DECIDED", "WAITING"
# The first day of the one span over all: before any application.
BEGINNING = date(1970, 1, 1)
_WHAT = ("day", "kind", "name", "part")
_KEY = ("span", *_WHAT)
_SPANS = values(Column("span", Text), name="spans").data([(ALL,), (MONTH,), (DAY,)])
# Kind, name, part, day (that of WAITING alone, else the first), and how many.
Count = tuple[str, str, str, date, int]


def tables(metadata: MetaData) -> tuple[Table, Table]:
    """The counts by span, its first day (UTC), kind, name and part; and the changes that are not yet in them."""
    what = [Column("kind", Text), Column("name", Text), Column("part", Text)]
    figures = Table(
        "figures", metadata,
        Column("span", Text, primary_key=True), Column("day", Date, primary_key=True),
        *(Column(each.name, Text, primary_key=True) for each in what),
        Column("count", BigInteger, nullable=False),
    )  # fmt: skip
    changes = Table(
        "figure_changes", metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("day", Date, nullable=False), *(Column(each.name, Text, nullable=False) for each in what),
        Column("count", BigInteger, nullable=False),
    )  # fmt: skip
    return figures, changes


def spans(first: date | None, last: date | None, today: date) -> list[tuple[str, date, date]]:
    """Of which spans a range of days is made: span, and its first and last first day; no day is in two of them."""
    if first is None and last is None:
        return [(ALL, BEGINNING, BEGINNING)]
    begin = max(first or BEGINNING, BEGINNING)
    # Clocks differ: what is made today may be of tomorrow.
    end = min(last or date.max, max(today, begin) + timedelta(days=1))
    whole = begin if begin.day == 1 else _next_month(begin)
    after = (end + timedelta(days=1)).replace(day=1)
    if whole >= after:
        return [(DAY, begin, end)]
    edges = [(DAY, begin, whole - timedelta(days=1)), (DAY, after, end)]
    return [(MONTH, whole, after - timedelta(days=1)), *(each for each in edges if each[1] <= each[2])]


def within(table: Table, found: list[tuple[str, date, date]]) -> ColumnElement[bool]:
    """That a row of a table by spans is one of these."""
    days = (and_(table.c.span == span, table.c.day.between(low, high)) for span, low, high in found)
    return or_(*days)


class Figures:
    """The counts, and what is still to be added to them."""

    def __init__(self, connection: Connection, figures: Table, changes: Table) -> None:
        self._connection, self._figures, self._changes = connection, figures, changes

    def decided(self, made: date, rating: str, outcomes: Sequence[str]) -> None:
        """Notes a decision on the risk of an application that was made on that day, and what it was."""
        rows = [{"day": made, "kind": DECIDED, "name": rating, "part": each, "count": 1} for each in outcomes]
        self._connection.execute(insert(self._changes), rows)

    def counts(self, first: date | None, last: date | None, today: date) -> Iterator[Count]:
        """Kind, name, part, day and count, of applications made on these days; who waits is counted by day, of all."""
        old, new = self._figures, self._changes
        mine = within(old, spans(first, last, today))
        waits = and_(old.c.kind == WAITING, old.c.span == DAY)
        kept = select(*(old.c[name] for name in _WHAT), old.c["count"])
        kept = kept.where(or_(and_(old.c.kind != WAITING, mine), waits))
        asked = and_(new.c.day >= (first or BEGINNING), new.c.day <= (last or date.max))
        fresh = select(*(new.c[name] for name in _WHAT), new.c["count"]).where(or_(new.c.kind == WAITING, asked))
        every = union_all(kept, fresh).subquery().c
        day = case((every.kind == WAITING, every.day), else_=BEGINNING)
        query = select(every.kind, every.name, every.part, day, func.sum(every["count"])).group_by(
            every.kind, every.name, every.part, day
        )
        for kind, name, part, since, count in self._connection.execute(query):
            if count:
                yield kind, name, part, since, int(count)

    def fold(self) -> int:
        """Adds the oldest changes to the counts; returns how many they were. Several replicas take different ones."""
        oldest = select(self._changes.c.position).order_by(self._changes.c.position).limit(_MOST_FOLDED)
        mine = self._changes.c.position.in_(oldest.with_for_update(skip_locked=True).scalar_subquery())
        gone = delete(self._changes).where(mine).returning(self._changes).cte("gone")
        month = func.date_trunc("month", gone.c.day).cast(Date)
        first = case((_SPANS.c.span == ALL, BEGINNING), (_SPANS.c.span == MONTH, month), else_=gone.c.day)
        keys = [_SPANS.c.span, first.label("day"), gone.c.kind, gone.c.name, gone.c.part]
        # Who waits is asked by the day alone.
        asked = or_(gone.c.kind != WAITING, _SPANS.c.span == DAY)
        totals = select(*keys, func.sum(gone.c["count"])).select_from(gone.join(_SPANS, asked))
        # In one order, so that two replicas never wait for each other.
        totals = totals.group_by(*keys).order_by(*keys)
        made = upsert(self._figures).from_select([*_KEY, "count"], totals)
        change = {"count": self._figures.c["count"] + made.excluded["count"]}
        added = made.on_conflict_do_update(index_elements=_KEY, set_=change).returning(self._figures.c.day).cte("added")
        folded = int(self._connection.scalar(select(func.count()).select_from(gone).add_cte(added)) or 0)
        if folded:
            # A day of which all have gone on says nothing more.
            empty = and_(self._figures.c.kind == WAITING, self._figures.c["count"] == 0)
            self._connection.execute(delete(self._figures).where(empty))
        return folded


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
