"""The clocks of decisions: staff are told what is owed soon, and what is late, whether they look into lists or not."""

from dataclasses import dataclass

import structlog

from services.risk.handlers import App
from services.risk.metrics import LATE_DECISIONS, OLDEST_REVIEW, OVERDUE_REVIEWS

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Deadlines:
    """Looks after them; beside `App`, whose stores it uses.

    What is told is kept in the transaction that publishes it, by the replica that has the row: no other one, and no
    later round, tells it again.
    """

    app: App

    def carry_on(self) -> bool:
        """Tells of the deadline that struck first, and measures what waits; False when none did."""
        now = self.app.clock.now()
        with self.app.begin() as uow:
            waiting = uow.deadlines.waiting(now)
            struck = uow.deadlines.struck(now)
            if struck is not None:
                report = uow.reports.get(struck)
                report.tell_of_deadlines(self.app.law(report.figures.facility_type), now)
                uow.deadlines.write(report)
                uow.commit()
        OLDEST_REVIEW.set(waiting.oldest_seconds)
        OVERDUE_REVIEWS.set(waiting.overdue)
        LATE_DECISIONS.set(waiting.decisions_late)
        if struck is not None:
            log.info("deadline_struck", application_id=struck)
        return struck is not None
