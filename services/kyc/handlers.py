"""The use cases of the kyc service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.kyc.cases import ScreeningTrigger
from services.kyc.checklist import Checklist, CheckResult
from services.kyc.decision import Decision
from services.kyc.events import InformationNeed
from services.kyc.evidence import Evidence, Income
from services.kyc.model import Review
from services.kyc.monitoring import MonitoredCustomer
from services.kyc.officers import choose, outsiders
from services.kyc.parties import PartyChecks, PartyVerification, SubmittedParty
from services.kyc.ports import Applications, Customers, Documents, Officers, Party, QueueFilter, Sanctions
from services.kyc.screener import Look, Screener
from services.kyc.staffing import roster
from services.kyc.store import UnitOfWork
from services.kyc.verification import Verification
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.money import Money
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class Open:
    """An application was submitted."""

    application_id: str
    customer_id: str
    submit_time: datetime
    amount: Money | None
    monthly_income: Money | None
    parties: tuple[SubmittedParty, ...] = ()


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
    parties: tuple[PartyChecks, ...] = ()


@dataclass(frozen=True)
class VerifyParty:
    """An officer verifies somebody who is bound beside the customer anew, after the approval."""

    application_id: str
    checks: PartyChecks


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

    @property
    def screener(self) -> Screener:
        """What screens customers."""
        return Screener(self.begin, self.clock, self.customers, self.sanctions)

    def read_ahead(self, applications: Collection[str], customers: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.reviews.read_ahead(applications)
            uow.monitored.read_ahead(customers)
            uow.commit()

    def open(self, command: Open) -> None:
        """Puts an application into the queue; idempotent."""
        with self.begin() as uow:
            if uow.reviews.find(command.application_id) is None:
                review = Review.open(*vars(command).values())
                for each in sorted(review.persons):
                    uow.monitored.ensure(MonitoredCustomer(each)).start(command.application_id)
                uow.reviews.add(review)
                uow.commit()

    def assign(self, command: Assign) -> Review:
        """Gives a review to an officer."""
        self.read(command.application_id).check_assignable(caller().holder)
        self.applications.check_ongoing(command.application_id)
        officers = self.officers.all()
        with self.begin() as uow:
            review = uow.reviews.get(command.application_id)
            known = roster(uow, outsiders(officers, review.persons), self.clock.today())
            chosen = choose(known, command.officer_id, review.officer_id, review.needed_skills)
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
        by, review = caller().holder, self.read(command.application_id)
        review.check_verifier(by)
        self.applications.check_ongoing(command.application_id)
        looks = self.screener.look_at(review.persons)
        seen, parties = self._seen(command, review, looks[0]), self._parties(command, looks[1:])
        with self.begin() as uow:
            applied = self.screener.apply_all(uow, looks, ScreeningTrigger.VERIFICATION, command.application_id)
            review = uow.reviews.get(command.application_id)
            screening = applied[review.customer_id].screening
            review.verify(command.checklist, screening, *seen, by, self.clock.now(), parties)
            uow.commit(why=command.checklist.notes)
        return review

    def verify_party(self, command: VerifyParty) -> Review:
        """Takes the checks of somebody who is bound, whose details changed since the approval; screened again."""
        by, checks = caller().holder, command.checks
        self.read(command.application_id).check_party(checks.customer_id, by)
        self.applications.check_ongoing(command.application_id)
        look = self.screener.look(checks.customer_id)
        checked = self._checked(command.application_id, checks, look.party)
        with self.begin() as uow:
            self.screener.apply_all(uow, [look], ScreeningTrigger.VERIFICATION, command.application_id)
            review = uow.reviews.get(command.application_id)
            review.verify_party(checked, by, self.clock.now())
            uow.commit()
        return review

    def decide(self, command: Decide) -> Review:
        """Takes the manager's decision; what is approved is still as it was verified, and stays so."""
        by, review = caller().holder, self.read(command.application_id)
        seen = review.check_decision(command.decision, by)
        self.applications.check_ongoing(command.application_id)
        looks = self.screener.look_at(review.persons) if command.decision.approves else ()
        if looks:
            self._check_unchanged(command.application_id, seen, looks)
        with self.begin() as uow:
            self.screener.apply_all(uow, looks, ScreeningTrigger.VERIFICATION)
            review = uow.reviews.get(command.application_id)
            review.decide(command.decision, seen, by, self.clock.now())
            uow.commit(why=command.decision.reason)
        return review

    def close(self, application_id: str) -> None:
        """Ends the review of an application that ended; one that was never submitted has none."""
        with self.begin() as uow:
            review = uow.reviews.find(application_id)
            if review is not None:
                for each in sorted(review.persons):
                    uow.monitored.ensure(MonitoredCustomer(each)).end(application_id)
                uow.reviews.get(application_id).close()
                uow.commit()

    def reopen(self, application_id: str) -> None:
        """A repaid loan runs again: who is bound by it is screened as long as it does."""
        with self.begin() as uow:
            review = uow.reviews.find(application_id)
            if review is not None:
                for each in sorted(review.persons):
                    uow.monitored.ensure(MonitoredCustomer(each)).start(application_id)
                uow.commit()

    def on_details_changed(self, customer_id: str) -> None:
        """The customer has other details; who never applied is not screened."""
        with self.begin() as uow:
            if uow.monitored.find(customer_id) is not None:
                uow.monitored.get(customer_id).change()
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
        """Lists reviews in the order that is wanted."""
        with self.begin() as uow:
            return uow.reviews.queue(wanted, page)

    def _seen(self, command: Verify, review: Review, look: Look) -> tuple[int, Evidence, Income]:
        """On what the customer's checks rest."""
        look.party.check(command.kyc_version)
        declared = look.party.monthly_income
        income = Income(review.applied_income, declared, command.verified_income, command.income_reason)
        return look.party.kyc_version, self.documents.evidence(command.application_id), income

    def _parties(self, command: Verify, looks: Sequence[Look]) -> tuple[PartyVerification, ...]:
        """The checks of who is bound beside the customer; those of nobody who is are left to the review to refuse."""
        bound = {look.customer_id: look.party for look in looks}
        return tuple(
            self._checked(command.application_id, each, bound.get(each.customer_id)) for each in command.parties
        )

    def _checked(self, application_id: str, checks: PartyChecks, party: Party | None) -> PartyVerification:
        """The checks of somebody, on their present details and their document; None is nobody who is bound."""
        pin = None
        if party is not None:
            party.check(checks.kyc_version)
            if checks.identity is CheckResult.PASSED:
                pin = self.documents.accepted_document(application_id, checks.identity_document_id)
        version = party.kyc_version if party is not None else 0
        said = checks.customer_id, checks.identity, checks.compliance, version, pin
        return PartyVerification(*said, checks.identity_expiry_date, checks.identity_paper)

    def _check_unchanged(self, application_id: str, seen: Verification, looks: Sequence[Look]) -> None:
        """Refuses details and documents that are others by now, of whomever; pins the documents."""
        versions = {each.customer_id: each.kyc_version for each in seen.parties}
        for look in looks:
            look.party.check(versions.get(look.customer_id, seen.kyc_version))
        for each in seen.parties:
            if each.identity_document is not None:
                self.documents.accepted_document(application_id, each.identity_document.document_id)
        self.documents.pin(application_id, seen.verified_documents)
