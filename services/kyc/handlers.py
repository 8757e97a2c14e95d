"""The use cases of the kyc service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.kyc.events import InformationNeed
from services.kyc.evidence import Income
from services.kyc.model import Checklist, Decision, Review, Verification
from services.kyc.ports import Applications, Customers, Documents, Officers, QueueFilter, Sanctions
from services.kyc.related import screened
from services.kyc.sanctions import Subject
from services.kyc.store import UnitOfWork
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class Open:
    """An application was submitted."""

    application_id: str
    customer_id: str
    submit_time: datetime
    monthly_income: Money | None


@dataclass(frozen=True)
class Assign:
    """A manager gives a review to an officer; to the one with the least to do when `officer_id` is empty."""

    application_id: str
    officer_id: str


@dataclass(frozen=True)
class Verify:
    """An officer fills in the checklist, about that version of the customer's details; 0 for whatever it is now.

    `verified_income` is what they found; None when that is what was declared.
    """

    application_id: str
    checklist: Checklist
    kyc_version: int
    verified_income: Money | None
    income_reason: str


@dataclass(frozen=True)
class RequestInformation:
    """An officer needs something of the customer."""

    application_id: str
    need: InformationNeed
    message: str


@dataclass(frozen=True)
class Decide:
    """A manager decides."""

    application_id: str
    decision: Decision


@dataclass(frozen=True)
class App:
    """What the service can do; everything it needs is given at the start."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    applications: Applications
    officers: Officers
    customers: Customers
    documents: Documents
    sanctions: Sanctions

    def open(self, command: Open) -> None:
        """Puts an application into the queue; idempotent."""
        with self.begin() as uow:
            if uow.reviews.find(command.application_id) is None:
                review = Review(command.application_id, command.customer_id, command.submit_time)
                review.applied_income = command.monthly_income
                uow.reviews.add(review)
                uow.commit()

    def assign(self, command: Assign) -> Review:
        """Gives a review to an officer."""
        self.read(command.application_id).check_assignable()
        self.applications.check_ongoing(command.application_id)
        officers = self.officers.all()
        with self.begin() as uow:
            review = uow.reviews.get(command.application_id)
            chosen = _choose(officers, command.officer_id, review.officer_id, uow.reviews.workload)
            review.assign(chosen, caller().holder, self.clock.now())
            uow.commit()
        return review

    def request_information(self, command: RequestInformation) -> Review:
        """Asks the customer for something."""
        self.applications.check_ongoing(command.application_id)
        with self.begin() as uow:
            review = uow.reviews.get(command.application_id)
            review.request_information(command.need, command.message, caller().holder, self.clock.now())
            uow.commit()
        return review

    def answer(self, application_id: str, answer: str) -> Review:
        """Takes the customer's answer."""
        self.applications.check_ongoing(application_id)
        with self.begin() as uow:
            review = uow.reviews.get(application_id)
            review.answer(answer, self.clock.now())
            uow.commit()
        return review

    def verify(self, command: Verify) -> Review:
        """Takes the checklist, with the name screened."""
        by = caller().holder
        review = self.read(command.application_id)
        review.check_verifier(by)
        self.applications.check_ongoing(command.application_id)
        party = self.customers.party(review.customer_id)
        party.check(command.kyc_version)
        subject = Subject(party.full_name, party.birth_date, party.countries)
        screening = screened(self.sanctions.screen, subject, party.related_subjects, self.clock.now())
        income = Income(review.applied_income, party.monthly_income, command.verified_income, command.income_reason)
        seen = screening, party.kyc_version, self.documents.evidence(command.application_id), income
        with self.begin() as uow:
            review = uow.reviews.get(command.application_id)
            review.verify(command.checklist, *seen, by, self.clock.now())
            uow.commit(why=command.checklist.notes)
        return review

    def decide(self, command: Decide) -> Review:
        """Takes the manager's decision; what is approved is still as it was verified, and stays so."""
        by, review = caller().holder, self.read(command.application_id)
        seen = review.check_decision(command.decision, by)
        self.applications.check_ongoing(command.application_id)
        if command.decision.approves:
            self.customers.party(review.customer_id).check(seen.kyc_version)
            self.documents.pin(command.application_id, seen.verified_documents)
        with self.begin() as uow:
            review = uow.reviews.get(command.application_id)
            review.decide(command.decision, seen, by, self.clock.now())
            uow.commit(why=command.decision.reason)
        return review

    def close(self, application_id: str) -> None:
        """Ends the review of an application that ended; one that was never submitted has none."""
        with self.begin() as uow:
            if uow.reviews.find(application_id) is not None:
                uow.reviews.get(application_id).close()
                uow.commit()

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Has all that is kept about an erased customer become unreadable, when the law no longer wants it."""
        with self.begin() as uow:
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit()

    def read(self, application_id: str) -> Review:
        """Reads one review."""
        with self.begin() as uow:
            return uow.reviews.read(application_id)

    def approved(self, application_id: str) -> Verification:
        """Reads what was approved."""
        return self.read(application_id).approved()

    def owner_of(self, application_id: str) -> str:
        """Names the customer whose application it is."""
        return self.read(application_id).customer_id

    def queue(self, wanted: QueueFilter, page: Page) -> PageResult[Review]:
        """Lists reviews, oldest submission first."""
        with self.begin() as uow:
            return uow.reviews.queue(wanted, page)


def _choose(officers: tuple[str, ...], named: str, present: str, workload: Callable[[], dict[str, int]]) -> str:
    """The officer for a review that `present` has so far: the one named, or of the others who has the least to do."""
    if named in officers:
        return named
    others = [officer for officer in officers if officer != present] or list(officers)
    if named or not others:
        raise FailedPrecondition("there is no such officer" if named else "there are no officers", reason="NO_OFFICER")
    counts = workload()
    return min(others, key=lambda officer: (counts.get(officer, 0), officer))
