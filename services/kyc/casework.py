"""The use cases about screening cases: who has one, what they find, and whether a second person agrees."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from services.kyc.cases import Resolution, ScreeningCase
from services.kyc.due_diligence import Sources
from services.kyc.matches import settled
from services.kyc.model import Review
from services.kyc.officers import OfficerSkill, choose, outsiders
from services.kyc.ports import CaseFilter, Documents, Officers
from services.kyc.risk_tier import screened_tier, tier_of_countries
from services.kyc.staffing import roster
from services.kyc.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class AssignCase:
    """A manager gives a case to an officer; to the one with the least to do when `officer_id` is empty."""

    case_id: str
    officer_id: str


@dataclass(frozen=True)
class ResolveCase:
    """An officer says what they found."""

    case_id: str
    found: Resolution


@dataclass(frozen=True)
class ReviewCase:
    """A second person agrees to a clearance, or gives it back."""

    case_id: str
    agreed: bool
    note: str


@dataclass(frozen=True)
class RecordDueDiligence:
    """An officer says where the money of who is politically exposed comes from."""

    case_id: str
    found: Sources


@dataclass(frozen=True)
class ReviewDueDiligence:
    """A senior person approves of business with them, or gives the due diligence back.

    `record_time` is that of the due diligence which they have seen; None for whichever is there.
    """

    case_id: str
    agreed: bool
    note: str
    record_time: datetime | None = None


@dataclass(frozen=True)
class Casework:
    """What is done with screening cases."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    officers: Officers
    documents: Documents

    def list(self, wanted: CaseFilter, page: Page) -> PageResult[ScreeningCase]:
        """Lists cases, the one that is due first at the head."""
        with self.begin() as uow:
            return uow.cases.list(wanted, page)

    def read(self, case_id: str) -> ScreeningCase:
        """Reads one."""
        with self.begin() as uow:
            return uow.cases.read(case_id)

    def assign(self, command: AssignCase) -> ScreeningCase:
        """Gives one to an officer."""
        self.read(command.case_id).check_assignable()
        officers = self.officers.all()
        with self.begin() as uow:
            case = _locked(uow, command.case_id)
            _require_outsider(uow, case, caller().holder)
            persons = [person for review in _reviews(uow, case) for person in review.persons]
            known = roster(uow, outsiders(officers, [case.customer_id, *persons]), self.clock.today())
            case.assign(choose(known, command.officer_id, case.officer_id, [OfficerSkill.SANCTIONS]), self.clock.now())
            _show(uow, case)
            uow.commit()
        return case

    def resolve(self, command: ResolveCase) -> ScreeningCase:
        """Takes what the officer found."""
        by, case = caller().holder, self.read(command.case_id)
        case.check_resolver(by)
        evidence, named = self.documents.evidence(case.application_id), command.found.document_id
        if named and named not in {each.document_id for each in evidence.documents}:
            # Who is bound beside the customer is shown by a document that is not among the required ones.
            pin = self.documents.accepted_document(case.application_id, named)
            evidence = replace(evidence, documents=(*evidence.documents, pin))
        with self.begin() as uow:
            case = _locked(uow, command.case_id)
            _require_outsider(uow, case, by)
            case.resolve(command.found, evidence, by, self.clock.now())
            _show(uow, case)
            uow.commit(why=command.found.note)
        return case

    def review(self, command: ReviewCase) -> ScreeningCase:
        """Takes what the second person says."""
        with self.begin() as uow:
            case, by = _locked(uow, command.case_id), caller().holder
            _require_outsider(uow, case, by)
            case.review(command.agreed, command.note, by, self.clock.now())
            _show(uow, case)
            uow.commit(why=command.note)
        return case

    def record_due_diligence(self, command: RecordDueDiligence) -> ScreeningCase:
        """Takes what the officer found about where their money comes from."""
        by, case = caller().holder, self.read(command.case_id)
        case.check_diligence(by)
        shown = self.documents.accepted_document(case.application_id, command.found.document_id)
        with self.begin() as uow:
            case = _locked(uow, command.case_id)
            _require_outsider(uow, case, by)
            case.record_due_diligence(command.found, shown, by, self.clock.now())
            _show(uow, case)
            uow.commit()
        return case

    def review_due_diligence(self, command: ReviewDueDiligence) -> ScreeningCase:
        """Takes what the senior person says."""
        with self.begin() as uow:
            case, by = _locked(uow, command.case_id), caller().holder
            _require_outsider(uow, case, by)
            case.review_due_diligence(command.agreed, command.note, by, self.clock.now(), command.record_time)
            _show(uow, case)
            uow.commit(why=command.note)
        return case


def _locked(uow: UnitOfWork, case_id: str) -> ScreeningCase:
    """The case for a change, its customer locked before it."""
    uow.monitored.get(uow.cases.read(case_id).customer_id)
    return uow.cases.get(case_id)


def _reviews(uow: UnitOfWork, case: ScreeningCase) -> list[Review]:
    """The reviews of all that the customer has open."""
    return [uow.reviews.read(each) for each in sorted(uow.monitored.get(case.customer_id).running)]


def _require_outsider(uow: UnitOfWork, case: ScreeningCase, by: str) -> None:
    """Refuses whom the case is about, and who is bound by a loan in whose way it stands."""
    case.require_outsider(by)
    for each in _reviews(uow, case):
        each.require_outsider(by)


def _show(uow: UnitOfWork, case: ScreeningCase) -> None:
    """Has the customer's reviews show what became of the case."""
    cases = uow.cases.of_customer(case.customer_id)
    customer = uow.monitored.get(case.customer_id)
    # Cases know whom they are about alone; before the tier was kept there was nothing else to go by.
    known = {country for each in cases for country in each.compared.countries}
    of_countries = customer.country_tier or tier_of_countries(known)
    for application_id in sorted(customer.running):
        review = uow.reviews.get(application_id)
        found = review.screening_of(case.customer_id)
        if found is not None:
            screening = settled(found, cases)
            review.screened(case.customer_id, screening, screened_tier(screening, of_countries))
