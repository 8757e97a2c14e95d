"""Whether a credit bureau is asked about the applicant of a report, and what an assessment knows from it."""

from datetime import datetime

from services.risk.bureau import BureauFile, BureauInquiryStatus
from services.risk.bureau_record import BureauAnswer, BureauFinding
from services.risk.events import BureauPurpose
from services.risk.model import Report, RiskStatus
from services.risk.store import UnitOfWork
from services.runtime import ids
from services.runtime.errors import FailedPrecondition

# As long as the bureau's field for it takes; as random as a UUID of that length.
REFERENCE_CHARACTERS = 20


def awaits(uow: UnitOfWork, report: Report, at: datetime) -> bool:
    """Orders the inquiry for the assessment of a report, once; True while the assessment has to wait for its outcome.

    Without a consent, and with an outcome, the report hears of that at once.
    """
    if uow.bureau_files.find(report.application_id) is not None:
        file = uow.bureau_files.get(report.application_id)
        asked = file.order(BureauPurpose.ASSESSMENT, _new_reference(), at)
        if asked is not None and asked.status is not BureauInquiryStatus.SETTLED:
            return True
    hear(uow, report)
    return False


def hear(uow: UnitOfWork, report: Report) -> None:
    """Has a report know what is known by now: an outcome that came late counts from the next assessment on."""
    found = uow.bureau_files.find(report.application_id)
    report.learn(bureau=BureauFinding(BureauAnswer.NO_CONSENT) if found is None else found.finding)


def file_of(uow: UnitOfWork, report: Report) -> BureauFile:
    """The file of a report, whose lock is held, for a change; a new one where there is none."""
    if uow.bureau_files.find(report.application_id) is not None:
        return uow.bureau_files.get(report.application_id)
    made = BureauFile(report.application_id, report.customer_id)
    uow.bureau_files.add(made)
    return made


def require_pending(report: Report) -> None:
    """Refuses a report that is assessed or has ended: nothing is asked for it any more."""
    if report.status is not RiskStatus.PENDING:
        raise FailedPrecondition.wrong_status("report", report.status, (RiskStatus.PENDING,))


def _new_reference() -> str:
    return ids.new_id().replace("-", "")[:REFERENCE_CHARACTERS]
