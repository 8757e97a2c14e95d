"""By when something is owed about refusals, in PostgreSQL: columns of the reports, which they are derived of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from services.risk.model import Report
from services.risk.tables import UNDECIDED, reports
from services.runtime.stores import postgres

COLUMNS = ("notice_check_time", "notice_due_time", "review_time", "answer_due_time", "deadline_time")
# Reviews that were asked for before their time was kept, or by the version of before while this one is deployed.
_UNDATED = and_(reports.c.review_time.is_not(None), reports.c.answer_due_time.is_(None))


@dataclass(frozen=True)
class Waiting:
    """How long the oldest review waits, in seconds, or 0; how many are overdue; and how many decisions are late."""

    oldest_seconds: float
    overdue: int
    decisions_late: int


class Deadlines:
    """What is read of them."""

    def __init__(self, uow: postgres.UnitOfWork) -> None:
        self._uow = uow

    def struck(self, now: datetime) -> str | None:
        """The application whose deadline struck first, which nobody else gets meanwhile; None when none did."""
        struck = or_(reports.c.deadline_time <= now, _UNDATED)
        first = select(reports.c.application_id).where(struck).order_by(reports.c.deadline_time).limit(1)
        found: str | None = self._uow.connection.scalar(first.with_for_update(skip_locked=True))
        return found

    def write(self, report: Report) -> None:
        """Has the columns say what the model says: the version of before, while it is replaced, leaves some of them.

        A deadline that stays in the past would be found for ever. The lease of who makes the notice stays.
        """
        row, values = reports.c.application_id == report.application_id, derived(report)
        values.pop("notice_check_time")
        self._uow.connection.execute(update(reports).where(row).values(**values))

    def waiting(self, now: datetime) -> Waiting:
        """What waits for an answer."""
        late = func.count().filter(reports.c.answer_due_time < now)
        query = select(func.min(reports.c.review_time), late).where(reports.c.review_time.is_not(None))
        oldest, overdue = self._uow.connection.execute(query).one()
        undecided = select(func.count()).select_from(reports).where(UNDECIDED, reports.c.decision_due_time < now)
        late_decisions = int(self._uow.connection.scalar(undecided) or 0)
        return Waiting(0.0 if oldest is None else (now - oldest).total_seconds(), overdue, late_decisions)


def derived(report: Report) -> dict[str, Any]:
    """When a report's notice is looked after and due, its review's answer owed, and staff told of what is late."""
    empty: dict[str, Any] = {**dict.fromkeys(COLUMNS), "deadline_time": report.deadline_time}
    if not report.refusals:
        return empty
    latest = report.refusals[-1]
    return empty | {
        "notice_check_time": latest.check_time,
        "notice_due_time": latest.due_time if latest.is_owed else None,
        "review_time": latest.waits_for_review_since,
        "answer_due_time": latest.answer_due_time,
    }
