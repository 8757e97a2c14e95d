"""The use cases of the application service: unit of work, load, one call on the model, commit."""

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from services.application.commitments import Commitment, Owed, commitment
from services.application.dashboard import dashboard
from services.application.model import Application
from services.application.parties import NamedParty, check_kyc_details
from services.application.pipeline import MOST_FOLDED
from services.application.ports import Customers, Dashboard, Documents, LoanFilter
from services.application.request import Request
from services.application.status import Action, Fit
from services.application.store import UnitOfWork
from services.application.timeline import Entry, Report
from services.lending.facility import Facility, facility, offered, offered_facility
from services.retention import expiry_after
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.errors import Aborted, Error, FailedPrecondition, PermissionDenied
from services.runtime.events.inbox import NotYet
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class Create:
    """A customer starts a draft."""

    customer_id: str
    request: Request


@dataclass(frozen=True)
class Change:
    """A draft is written anew."""

    application_id: str
    request: Request


@dataclass(frozen=True)
class Withdraw:
    """A customer takes an application back."""

    application_id: str
    reason: str


# The rating and the outcomes of a decision on the risk; None for what is none.
Decided = tuple[str, list[str]] | None


@dataclass(frozen=True)
class SetParties:
    """Who shall be bound beside the customer."""

    application_id: str
    parties: tuple[NamedParty, ...]


@dataclass(frozen=True)
class AnswerParticipation:
    """A party agrees to the text of that version, or declines."""

    application_id: str
    consent: bool
    consent_version: str


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    documents: Documents
    customers: Customers
    catalogue: Callable[[], int] = lambda: 1

    def list_facilities(self, page: Page) -> PageResult[Facility]:
        """Lists the facility types that are offered now, by their code."""
        after = page.position("facilities") or ("",)
        rows = [entry for code, entry in sorted(offered(self.catalogue()).items()) if code > after[0]]
        return PageResult.cut(rows[: page.size + 1], page, "facilities", lambda facility: (facility.code,))

    def create(self, command: Create) -> Application:
        """Makes a draft, of a type that is offered now."""
        limits = offered_facility(command.request.facility_type, self.catalogue())
        with self.begin() as uow:
            application = Application.create(
                ids.new_id(), command.customer_id, command.request, limits, self.clock.now()
            )
            uow.applications.add(application)
            application.note(self._own("application.created"))
            uow.commit()
        return application

    def change(self, command: Change) -> Application:
        """Changes a draft; its type may no longer be offered."""
        limits = facility(command.request.facility_type)
        with self.begin() as uow:
            application = uow.applications.get(command.application_id)
            application.change(command.request, limits, self.clock.now())
            application.note(self._own("application.changed"))
            uow.commit()
        return application

    def submit(self, application_id: str) -> Application:
        """Hands a draft in, when its documents and the customer's KYC details are there."""
        draft = self.read(application_id)
        applicant = self.customers.applicant(draft.customer_id)
        limits = facility(draft.request.facility_type)
        draft.check_submittable(limits, applicant.kyc_details_complete, applicant.has_legal_entity)
        for each in draft.parties:
            # A draft keeps nobody who is on it from leaving for good.
            check_kyc_details(self.customers.applicant(each.customer_id).kyc_details_complete)
        with self._frozen(application_id), self.begin() as uow:
            application = uow.applications.get(application_id)
            application.submit(self._own("application.submitted"))
            uow.commit()
        return application

    def set_parties(self, command: SetParties) -> Application:
        """Says who is bound beside the customer: customers of their own."""
        self.read(command.application_id).check_draft()
        for each in command.parties:
            self.customers.applicant(each.customer_id)
        with self.begin() as uow:
            application = uow.applications.get(command.application_id)
            application.set_parties(command.parties, self.clock.now())
            application.note(self._own("application.parties.set"))
            uow.commit()
        return application

    def answer_participation(self, command: AnswerParticipation) -> Application:
        """Takes the caller's answer as a party."""
        customer_id = context.caller().owner_id
        answer = customer_id, command.consent, command.consent_version
        self.read(command.application_id).check_answer(*answer)
        if command.consent:
            check_kyc_details(self.customers.applicant(customer_id).kyc_details_complete)
        with self.begin() as uow:
            application = uow.applications.get(command.application_id)
            application.answer(*answer, self._own("application.party.answered"))
            uow.commit()
        return application

    def participations(self, customer_id: str, page: Page) -> PageResult[Application]:
        """Lists the applications that a customer is a party of, newest first."""
        with self.begin() as uow:
            return uow.applications.with_party(customer_id, page)

    def withdraw(self, command: Withdraw) -> Application:
        """Takes an application back."""
        with self.begin() as uow:
            application = uow.applications.get(command.application_id)
            application.withdraw(self._own("application.withdrawn", command.reason))
            uow.commit(why=command.reason)
        return application

    def end_of_customer(self, customer_id: str, ended: datetime) -> None:
        """Takes back what an erased customer has open: it began while the erasure was under way."""
        why = "the customer is erased"
        with self.begin() as uow:
            for application in uow.applications.withdrawable(customer_id):
                application.withdraw(self._own("application.withdrawn", why))
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit(why=why)

    def check_ongoing(self, application_id: str, decider_id: str = "") -> Application:
        """Refuses a step on what was not handed in, or has ended; and who decides on a loan by which they are bound."""
        application = self.read(application_id)
        application.check_ongoing()
        application.check_decider(decider_id)
        return application

    def check_decider(self, application_id: str, decider_id: str) -> None:
        """Refuses who decides on a loan by which they are bound, whatever became of it."""
        self.read(application_id).check_decider(decider_id)

    def authorize_activation(self, application_id: str) -> Application:
        """Lets the activation service open the loan; from then on it cannot be withdrawn."""
        with self.begin() as uow:
            application = uow.applications.get(application_id)
            application.authorize_activation()
            uow.commit()
        return application

    def read_ahead(self, application_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.applications.read_ahead(application_ids)
            uow.commit()

    def note(self, application_id: str, owed: Owed) -> None:
        """Writes a timeline line for what another service reports without moving the loan."""
        with self.begin() as uow:
            application = uow.applications.get(application_id)
            application.learn(owed.terms, owed.principal_balance)
            application.note(_reported(), owed.arrears)
            uow.commit()

    def move(
        self, application_id: str, action: Action, owed: Owed, loan_id: str, number: int, decided: Decided
    ) -> None:
        """Moves the loan as another service reports; what no longer fits leaves a line and nothing else.

        A decision on the risk is counted.

        Errors: NotYet when an earlier report of another service has to arrive first.
        """
        with self.begin() as uow:
            application = uow.applications.get(application_id)
            fit = application.report(action, _reported(), loan_id, number)
            if fit is Fit.EARLY:
                raise NotYet(f"{action.name} is not possible from {application.status.name} yet")
            if fit is Fit.NOW:
                application.learn(owed.terms, owed.principal_balance)
            if decided is not None:
                uow.figures.decided(application.create_time.date(), *decided)
            uow.commit()

    def read(self, application_id: str) -> Application:
        """Reads one application."""
        with self.begin() as uow:
            return uow.applications.read(application_id)

    def owner_of(self, application_id: str) -> str:
        """Names the customer whose application it is."""
        with self.begin() as uow:
            return uow.applications.read(application_id).customer_id

    def shown(self, application_id: str) -> Application:
        """Reads one application for the caller: a guarantor reads no more than what they are bound by."""
        application, reader = self.read(application_id), context.caller().owner_id
        if reader and reader not in {application.customer_id, *application.co_borrowers}:
            raise PermissionDenied("the application_id is not yours", reason="NOT_OWNER")
        return application

    def parties_of(self, application_id: str) -> frozenset[str]:
        """Names the customers who are parties of an application."""
        return frozenset(each.customer_id for each in self.read(application_id).parties)

    def list_loans(self, loans: LoanFilter, page: Page) -> PageResult[Application]:
        """Lists applications, newest first."""
        with self.begin() as uow:
            return uow.applications.page(loans, page)

    def commitments(self, customer_ids: Sequence[str], page: Page) -> PageResult[Commitment]:
        """Lists by which loans persons are bound that were handed in and have not ended, newest first."""
        today = self.clock.today()
        with self.begin() as uow:
            return uow.applications.binding(customer_ids, page).map(lambda each: commitment(each, today))

    def timeline(self, application_id: str, page: Page) -> PageResult[Entry]:
        """Lists what happened to a loan, oldest first."""
        with self.begin() as uow:
            uow.applications.read(application_id)
            return uow.applications.timeline(application_id, page)

    def dashboard(self, loans: LoanFilter) -> Dashboard:
        """The pipeline in numbers: of the loans that were made on the filter's days; who waits, of all."""
        now, (first, last) = self.clock.now(), (loans.create_date_from, loans.create_date_to)
        with self.begin() as uow:
            return dashboard(uow.pipeline.stages(loans, now.date()), uow.figures.counts(first, last, now.date()), now)

    def add_up(self) -> bool:
        """Adds changes of the pipeline to its sums; True when there are more."""
        with self.begin() as uow:
            added = max(uow.pipeline.fold(), uow.figures.fold())
            uow.commit()
        return added == MOST_FOLDED

    @contextmanager
    def _frozen(self, application_id: str) -> Iterator[None]:
        """Holds the documents while the block hands the application in; they go free when it was certainly not."""
        freeze_id = ids.new_id()
        self.documents.freeze(application_id, freeze_id)
        try:
            yield
        except (FailedPrecondition, Aborted):
            # After other failures it may be handed in all the same. A freeze that is left ends with a submission.
            with contextlib.suppress(Error):
                self.documents.release(application_id, freeze_id)
            raise

    def _own(self, what: str, why: str = "") -> Report:
        request = context.current()
        return Report(self.clock.now(), "application", what, request.caller.actor, why, request.correlation_id)


def _reported() -> Report:
    request = context.current()
    event = request.event
    if event is None:
        raise RuntimeError("a report is taken only while an event is handled")
    return Report(event.time, event.source, event.type, event.actor, "", request.correlation_id)
