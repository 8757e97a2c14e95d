"""The use cases of the approval service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from services.approval.model import Accepted, Approval, ApprovalLevel, LevelDecision, RejectionReason
from services.approval.ports import Applications, Discussions
from services.approval.store import UnitOfWork
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.events.inbox import NotYet


@dataclass(frozen=True)
class Decide:
    """A level approves or rejects."""

    application_id: str
    level: ApprovalLevel
    approve: bool
    comment: str
    rejection_reason: RejectionReason


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    applications: Applications
    discussions: Discussions

    def read_ahead(self, application_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.dossiers.read_ahead(application_ids)
            uow.approvals.read_ahead(application_ids)
            uow.commit()

    def note_kyc(self, application_id: str, verified_by: str, decided_by: str) -> None:
        """Keeps who verified and who decided at KYC."""
        with self.begin() as uow:
            uow.dossiers.open(application_id).kyc_deciders = (verified_by, decided_by)
            uow.commit()

    def note_risk(self, application_id: str, decided_by: str, proposed_by: str = "") -> None:
        """Keeps who decided at risk, and who proposed to decide against the score, if somebody did."""
        with self.begin() as uow:
            deciders = decided_by, proposed_by
            uow.dossiers.open(application_id).risk_deciders = tuple(each for each in deciders if each)
            uow.commit()

    def open(self, accepted: Accepted) -> None:
        """Makes the approval of an accepted offer, once; none when the application ended meanwhile.

        Errors: NotYet until everybody who decided at KYC and risk is known, or one of them could slip through.
        """
        with self.begin() as uow:
            dossier = uow.dossiers.open(accepted.application_id)
            if dossier.ended or uow.approvals.find(accepted.application_id):
                return
            if not dossier.complete:
                raise NotYet("who decided at KYC and risk is not known yet")
            uow.approvals.add(Approval.open(accepted, dossier, self.clock.now()))
            uow.commit()

    def end(self, application_id: str) -> None:
        """Closes what is open for an application that ended, and remembers the end."""
        with self.begin() as uow:
            uow.dossiers.open(application_id).ended = True
            if uow.approvals.find(application_id):
                uow.approvals.get(application_id).end(self.clock.now())
            uow.commit(why="the application ended")

    def submit(self, application_id: str) -> Approval:
        """Puts the accepted offer up."""
        approval = self.read(application_id)
        approval.submit(caller().holder, self.clock.now())
        self._check_owners(approval)
        with self.begin() as uow:
            approval = uow.approvals.get(application_id)
            approval.submit(caller().holder, self.clock.now())
            uow.commit()
        return approval

    def decide(self, command: Decide) -> Approval:
        """Approves or rejects at a level."""
        level, who, now, why = command.level, caller().holder, self.clock.now(), command.rejection_reason
        decision = LevelDecision(level, command.approve, who, command.comment, now, why)
        approval = self.read(command.application_id)
        approval.decide(decision)
        self._check_owners(approval)
        with self.begin() as uow:
            approval = uow.approvals.get(command.application_id)
            approval.decide(decision)
            uow.commit(why=command.comment)
        return approval

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Has all that is kept about an erased customer become unreadable, when the law no longer wants it."""
        with self.begin() as uow:
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit()

    def read(self, application_id: str) -> Approval:
        """Reads one approval."""
        with self.begin() as uow:
            return uow.approvals.read(application_id)

    def _check_owners(self, approval: Approval) -> None:
        """Asks whether the application goes on, and the caller is not bound by it; and which terms were accepted.

        What the approval refuses by itself was tried before, on a copy.
        """
        self.applications.check_ongoing(approval.application_id, caller().holder)
        approval.check_terms(self.discussions.accepted_terms(approval.application_id))
