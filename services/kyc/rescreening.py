"""Screening that goes on, for everyone with something open: when a list or a customer changes, and daily.

The daily run looks for identity papers that expire, and for due diligence that is a year old, too.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from services.kyc.cases import ScreeningTrigger
from services.kyc.monitoring import MonitoredCustomer
from services.kyc.screener import Screener
from services.kyc.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.errors import InvalidArgument, NotFound, Unavailable

log = structlog.get_logger(__name__)
# A replica looks for customers who are to be screened again this often.
RESCREENING_SECONDS = 5.0
_CUSTOMERS_PER_ROUND = 50
_CUSTOMERS_PER_CALL = 200
_LATE_PER_ROUND = 100
# How many cases a screening opened, papers it asked for, and due diligence it had done again.
_Counts = tuple[int, int, int]


@dataclass(frozen=True)
class RunScreening:
    """The work of a business date is to go on; 0 customers stands for the usual number."""

    business_date: datetime.date
    max_customers: int


@dataclass(frozen=True)
class Progress:
    """What a call did, and whether no customer waits any more.

    `papers_asked` are new identity papers, `due_diligence_asked` is due diligence that is to be done again.
    """

    customers_screened: int = 0
    customers_failed: int = 0
    cases_opened: int = 0
    escalated: int = 0
    papers_asked: int = 0
    due_diligence_asked: int = 0
    complete: bool = False


class Rescreening:
    """Screens customers again, and escalates what is late; several replicas may do so at the same time."""

    def __init__(self, begin: Callable[[], UnitOfWork], clock: Clock, screener: Screener, days_ahead: int) -> None:
        self._begin, self._clock, self._screener = begin, clock, screener
        # So many days after today a business date may be: a run of one beyond would stand for all before it.
        self._days_ahead = days_ahead
        # Where the next round begins: one customer who cannot be screened does not keep the others from it.
        self._after = ""

    def run_due(self) -> bool:
        """Screens some of those whose details, or lists, have changed, and escalates; whether more may wait."""
        version = self._screener.sanctions.list_version()
        with self._begin() as uow:
            waiting = uow.monitored.due(version, self._after, _CUSTOMERS_PER_ROUND)
        for customer_id in waiting:
            self._screen(customer_id, None)
        self._after = waiting[-1] if waiting else ""
        return self.escalate() >= _LATE_PER_ROUND or bool(waiting)

    def run_daily(self, command: RunScreening) -> Progress:
        """Does a part of the work of a business date; Unavailable when customers or lists cannot be read.

        InvalidArgument IMPOSSIBLE_DATE for a date that has not come yet.
        """
        day, most = command.business_date, command.max_customers or _CUSTOMERS_PER_CALL
        if (day - self._clock.today()).days > self._days_ahead:
            raise InvalidArgument.field("business_date", "has not come yet", reason="IMPOSSIBLE_DATE")
        with self._begin() as uow:
            waiting = uow.monitored.not_run(day, most)
        found = [self._screen(customer_id, day) for customer_id in waiting]
        done = [each for each in found if each is not None]
        failed, complete = len(found) - len(done), len(waiting) < most
        opened, papers, renewals = (sum(each[which] for each in done) for which in range(3))
        return Progress(len(done), failed, opened, self.escalate(), papers, renewals, complete)

    def escalate(self) -> int:
        """Escalates some of what is late; how many reviews and cases."""
        now = self._clock.now()
        with self._begin() as uow:
            late: Sequence[object] = [
                *(each for each in uow.cases.late(now, _LATE_PER_ROUND) if each.escalate(now)),
                *(each for each in uow.reviews.late(now, _LATE_PER_ROUND) if each.escalate(now)),
                *(each for each in uow.reviews.late_renewals(now, _LATE_PER_ROUND) if each.escalate_renewals(now)),
            ]
            if late:
                log.warning("kyc_overdue", count=len(late))
                uow.commit(why="not done in time")
        return len(late)

    def _screen(self, customer_id: str, day: datetime.date | None) -> _Counts | None:
        """What came of it; None when it failed, and is to be tried again."""
        try:
            return self._screened(customer_id, day)
        except Unavailable:
            raise
        except NotFound:
            # Erased: whatever still runs for them is ended by the services that know it.
            self._noted(customer_id, day, MonitoredCustomer.stop)
            return 0, 0, 0
        except Exception:
            # One customer who cannot be screened must not hold up the others.
            log.exception("screening_failed", customer_id=customer_id)
            if day is not None:
                self._noted(customer_id, day, MonitoredCustomer.change)
            return None

    def _screened(self, customer_id: str, day: datetime.date | None) -> _Counts:
        look = self._screener.look(customer_id)
        with self._begin() as uow:
            customer = uow.monitored.get(customer_id)
            trigger = customer.trigger if day is None else ScreeningTrigger.DAILY
            applied = self._screener.apply(uow, look, trigger, day=day)
            customer.daily_date = day or customer.daily_date
            papers = self._ask_for_papers(uow, customer, day) if day is not None else 0
            uow.commit()
        return applied.opened, papers, applied.renewals

    def _ask_for_papers(self, uow: UnitOfWork, customer: MonitoredCustomer, day: datetime.date) -> int:
        """Asks for a new identity paper where the customer's expires; for how many loans."""
        now, bound = self._clock.now(), [uow.reviews.get(each) for each in sorted(customer.running)]
        return sum(review.watch_identity(customer.customer_id, day, now) for review in bound)

    def _noted(self, customer_id: str, day: datetime.date | None, note: Callable[[MonitoredCustomer], None]) -> None:
        """Has the daily run pass over a customer who could not be screened."""
        with self._begin() as uow:
            customer = uow.monitored.get(customer_id)
            customer.daily_date = day or customer.daily_date
            note(customer)
            uow.commit()
