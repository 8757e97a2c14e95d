"""The use cases about identity papers that expire while a loan runs: which are asked for, and the new ones."""

from collections.abc import Callable
from dataclasses import dataclass

from services.kyc.identity_papers import RenewedPaper
from services.kyc.model import Review
from services.kyc.ports import Applications, Documents
from services.kyc.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.context import caller


@dataclass(frozen=True)
class RenewIdentity:
    """An officer has the new paper of somebody who is bound."""

    application_id: str
    paper: RenewedPaper


@dataclass(frozen=True)
class Renewals:
    """What is done about new identity papers."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    applications: Applications
    documents: Documents

    def renew(self, command: RenewIdentity) -> Review:
        """Takes the new paper, which an accepted document of the application shows."""
        by, application_id = caller().holder, command.application_id
        with self.begin() as uow:
            uow.reviews.read(application_id).check_anew(command.paper.customer_id, by)
        self.applications.check_ongoing(application_id)
        shown = self.documents.accepted_document(application_id, command.paper.document_id)
        with self.begin() as uow:
            review = uow.reviews.get(application_id)
            review.renew_identity(command.paper, shown, by, self.clock.now())
            uow.commit()
        return review
