"""Assessments that are made anew by themselves, because others than the customer know more than at the last one."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.risk.handlers import App
from services.runtime.errors import FailedPrecondition, NotFound

log = structlog.get_logger(__name__)
# So long one replica has an assessment in hand: longer than one takes.
LEASE = timedelta(seconds=30)


def reassess(app: App, application_id: str) -> None:
    """Has an application be assessed anew that is assessed and not decided; any other one learns of it when it is.

    errors.Unavailable when it cannot be known what else is owed.
    """
    try:
        app.assess(application_id)
    except (NotFound, FailedPrecondition) as error:
        # It is a draft, waits for KYC or a bureau, is decided or has ended.
        log.info("not_reassessed", application_id=application_id, cause=error.message)


@dataclass(frozen=True)
class CollateralAssessments:
    """The assessments that wait for a change of what secures a loan."""

    app: App

    def carry_on(self) -> bool:
        """Makes the one that waits longest; False when none does."""
        now = self.app.clock.now()
        with self.app.begin() as uow:
            application_id = uow.collateral_files.claim(now, now + LEASE)
            uow.commit()
        if application_id is None:
            return False
        with self.app.begin() as uow:
            since = uow.collateral_files.read(application_id).reassess_time
        reassess(self.app, application_id)
        with self.app.begin() as uow:
            uow.collateral_files.get(application_id).reassessed(since)
            uow.commit()
        return True
