"""The gates of the kyc service, each with each of its facts false."""

from datetime import timedelta
from decimal import Decimal

import pytest

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1 import review_pb2
from services.gates import Fact, Gate
from services.kyc.evidence import DocumentType
from services.kyc.gates import GATES
from services.kyc.sanctions import SanctionsList
from services.kyc.screening import Entry
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.ids import new_id
from services.runtime.money import Money
from tests.fakes.evidence import FakeEvidence
from tests.gates import Scenarios, facts, refused
from tests.harness import customer, service, staff
from tests.integration.kyc.bound import ASK
from tests.integration.kyc.conftest import FAILED, MANAGER, Kyc
from tests.integration.kyc.exposed import EXPOSED
from tests.integration.kyc.test_parties import Guaranteed

FALSE = Scenarios(EXPOSED)


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(kyc: Kyc, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, kyc) == fact.refusal


def assigned(kyc: Kyc) -> str:
    """A review in the first officer's hands; its id."""
    application_id = kyc.submit()
    kyc.assign(application_id, kyc.officers.accounts[0])
    return application_id


@FALSE.without("the review is neither verified nor ended", "assign a review")
def assign_what_is_verified(kyc: Kyc) -> None:
    kyc.assign(kyc.verified())


@FALSE.without("the application has not ended", "assign a review")
def assign_after_a_withdrawal_that_is_not_heard_of(kyc: Kyc) -> None:
    application_id = kyc.submit()
    kyc.applications.ended.add(application_id)
    kyc.assign(application_id)


@FALSE.without("the officer is one", "assign a review")
def assign_to_nobody(kyc: Kyc) -> None:
    kyc.assign(kyc.submit(), MANAGER.subject)


@FALSE.without("the review is in an officer's hands, and nothing is asked for", ASK)
def ask_twice(kyc: Kyc) -> None:
    application_id = assigned(kyc)
    kyc.ask(application_id)
    kyc.ask(application_id)


@FALSE.without("it is assigned to the caller", ASK)
def ask_as_another_officer(kyc: Kyc) -> None:
    kyc.ask(assigned(kyc), kyc.officer(1))


@FALSE.without("the application has not ended", ASK)
def ask_after_a_withdrawal_that_is_not_heard_of(kyc: Kyc) -> None:
    application_id = assigned(kyc)
    kyc.applications.ended.add(application_id)
    kyc.ask(application_id)


@FALSE.without("the officer waits for it", "answer with information")
def answer_what_nobody_asked(kyc: Kyc) -> None:
    owner = customer()
    application_id = kyc.submit(owner.subject)
    kyc.client(owner).AnswerInformation(pb.AnswerInformationRequest(application_id=application_id))


@FALSE.without("the application has not ended", "answer with information")
def answer_after_a_withdrawal_that_is_not_heard_of(kyc: Kyc) -> None:
    owner = customer()
    application_id = kyc.submit(owner.subject)
    kyc.assign(application_id, kyc.officers.accounts[0])
    kyc.ask(application_id)
    kyc.applications.ended.add(application_id)
    kyc.client(owner).AnswerInformation(pb.AnswerInformationRequest(application_id=application_id))


@FALSE.without("the review is assigned and has not ended", "verify")
def verify_what_is_decided(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.decide(application_id)
    kyc.verify(application_id)


@FALSE.without("it is assigned to the caller", "verify")
def verify_anothers(kyc: Kyc) -> None:
    kyc.verify(assigned(kyc), kyc.officer(1))


@FALSE.without("the application has not ended", "verify")
def verify_after_a_withdrawal_that_is_not_heard_of(kyc: Kyc) -> None:
    application_id = assigned(kyc)
    kyc.applications.ended.add(application_id)
    kyc.verify(application_id)


@FALSE.without("name and KYC details are of the version that the officer saw", "verify")
def verify_other_details(kyc: Kyc) -> None:
    kyc.verify(assigned(kyc), kyc_version=7)


@FALSE.without("documents are passed only when each required one is accepted in its present version", "verify")
def verify_rejected_documents(kyc: Kyc) -> None:
    kyc.documents.lacking.add(DocumentType.PROOF_OF_INCOME)
    kyc.verify(assigned(kyc))


@FALSE.without("identity is passed only when the identity document is accepted", "verify")
def verify_an_identity_without_its_document(kyc: Kyc) -> None:
    kyc.documents.lacking.add(DocumentType.IDENTITY)
    kyc.verify(assigned(kyc), documents=FAILED)


@FALSE.without("the incomes declared in application and KYC details agree, or a reason says why not", "verify")
def verify_two_incomes(kyc: Kyc) -> None:
    kyc.customers.monthly_income = Money(Decimal(2000), "EUR")
    kyc.verify(assigned(kyc))


@FALSE.without("everybody who is bound beside the customer has checks", "verify")
def verify_without_the_guarantor(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    kyc.verify(guaranteed.application_id)


@FALSE.without("the identity of each of them is passed only by an accepted document", "verify")
def verify_a_guarantor_by_nothing(kyc: Kyc) -> None:
    Guaranteed(kyc).verify(identity_document_id=new_id())


@FALSE.without("every check of everybody who is bound beside the customer passed", "decide KYC")
def approve_with_a_guarantor_who_failed(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    guaranteed.verify(compliance=FAILED)
    kyc.decide(guaranteed.application_id)


@FALSE.without("no match of any of them, or each is cleared", "decide KYC")
def approve_with_a_guarantor_on_the_list(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    kyc.customers.names[guaranteed.guarantor] = "Ordan Vexley"
    guaranteed.verify()
    kyc.decide(guaranteed.application_id)


@FALSE.without("the review is verified", "decide KYC")
def decide_what_is_not_verified(kyc: Kyc) -> None:
    kyc.decide(assigned(kyc))


@FALSE.without("the manager is not the one who verified", "decide KYC")
def decide_alone(kyc: Kyc) -> None:
    kyc.decide(kyc.verified(), staff("MANAGER", account_id=kyc.officers.accounts[0]))


@FALSE.without("every check passed", "decide KYC")
def approve_what_failed(kyc: Kyc) -> None:
    application_id = assigned(kyc)
    kyc.verify(application_id, documents=FAILED)
    kyc.decide(application_id)


@FALSE.without("no match on the sanctions list, or each is cleared", "decide KYC")
def approve_somebody_on_the_list(kyc: Kyc) -> None:
    application_id = assigned(kyc)
    customer_id = kyc.app.read(application_id).customer_id
    kyc.customers.names[customer_id] = "Ordan Vexley"
    kyc.verify(application_id)
    kyc.decide(application_id)


@FALSE.without("it was not verified again meanwhile", "decide KYC")
def approve_while_it_is_verified_again(kyc: Kyc) -> None:
    application_id = kyc.verified()

    class Meanwhile(FakeEvidence):
        """An officer who looks again at that very moment."""

        def pin(self, application_id: str, documents: object) -> None:
            kyc.verify(application_id, notes=new_id())

    object.__setattr__(kyc.app, "documents", Meanwhile())
    kyc.decide(application_id)


@FALSE.without("the application has not ended", "decide KYC")
def approve_after_a_withdrawal_that_is_not_heard_of(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.applications.ended.add(application_id)
    kyc.decide(application_id)


@FALSE.without("name and KYC details are of the version that was verified", "decide KYC")
def approve_other_details(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.customers.kyc_version += 1
    kyc.decide(application_id)


@FALSE.without("the documents are of the versions that were verified", "decide KYC")
def approve_other_documents(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.documents.versions[DocumentType.IDENTITY] = 2
    kyc.decide(application_id)


@FALSE.without("each required document is accepted", "decide KYC")
def approve_rejected_documents(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.documents.lacking.add(DocumentType.IDENTITY)
    kyc.decide(application_id)


@FALSE.without("the officer is there today", "assign a review")
def assign_to_somebody_away(kyc: Kyc) -> None:
    kyc.assign(kyc.submit(), away(kyc))


@FALSE.without("each document that a check names is there in that version", "verify")
def verify_by_another_version(kyc: Kyc) -> None:
    pin = kyc.documents.evidence("").documents[0]
    named = {"check": review_pb2.CHECK_IDENTITY, "document_id": pin.document_id, "version": 2}
    kyc.verify(assigned(kyc), evidence=[named])


@FALSE.without("identity is passed only with the last day of its document, or as one that has none", "verify")
def verify_by_a_passport_without_a_last_day(kyc: Kyc) -> None:
    kyc.verify(assigned(kyc), identity_expiry_date="")


@FALSE.without("identity is passed only while the identity document has not expired", "verify")
def verify_by_an_expired_passport(kyc: Kyc) -> None:
    kyc.verify(assigned(kyc), identity_expiry_date="2030-06-14")


@FALSE.without("the identity document has not expired since", "decide KYC")
def approve_by_an_expired_passport(kyc: Kyc) -> None:
    application_id = assigned(kyc)
    kyc.verify(application_id, identity_expiry_date="2030-06-15")
    kyc.clock.advance(timedelta(days=1))
    kyc.decide(application_id)


@FALSE.without("the manager has cleared no hit of the screening", "decide KYC")
def approve_what_one_cleared(kyc: Kyc) -> None:
    application_id, case_id = matched(kyc)
    kyc.resolve(case_id)
    kyc.agree(case_id, MANAGER)
    kyc.decide(application_id)


@FALSE.without("the lists in force now have no match either", "decide KYC")
def approve_somebody_whom_a_new_list_has(kyc: Kyc) -> None:
    application_id = kyc.verified()
    kyc.lists(SanctionsList("new", (Entry("LF-9", ("Ada Lovelace",)),)))
    kyc.decide(application_id)


@FALSE.without("it is not superseded", "assign a screening case")
def assign_what_is_superseded(kyc: Kyc) -> None:
    _, case_id = matched(kyc)
    kyc.lists(SanctionsList("new", ()))
    kyc.rescreen()
    assign_case(kyc, case_id)


@FALSE.without("the officer is one", "assign a screening case")
def assign_a_case_to_nobody(kyc: Kyc) -> None:
    assign_case(kyc, matched(kyc)[1], MANAGER.subject)


@FALSE.without("the officer is there today", "assign a screening case")
def assign_a_case_to_somebody_away(kyc: Kyc) -> None:
    assign_case(kyc, matched(kyc)[1], away(kyc))


@FALSE.without("the officer is one", "say what an officer can take")
def update_nobody(kyc: Kyc) -> None:
    kyc.client(MANAGER).UpdateOfficer(pb.UpdateOfficerRequest(officer_id=new_id()))


@FALSE.without("it is open", "resolve a screening case")
def resolve_twice(kyc: Kyc) -> None:
    _, case_id = matched(kyc)
    kyc.resolve(case_id)
    kyc.resolve(case_id)


@FALSE.without("no one else has it", "resolve a screening case")
def resolve_anothers(kyc: Kyc) -> None:
    kyc.resolve(matched(kyc)[1], kyc.officer(1))


@FALSE.without("an accepted document of the application shows that it is somebody else", "resolve a screening case")
def resolve_without_evidence(kyc: Kyc) -> None:
    kyc.resolve(matched(kyc)[1], document_id=new_id())


@FALSE.without("an officer has cleared it, and it takes a second person", "agree that a hit is cleared")
def agree_to_nothing(kyc: Kyc) -> None:
    kyc.agree(matched(kyc)[1])


@FALSE.without("the second person is another", "agree that a hit is cleared")
def agree_with_oneself(kyc: Kyc) -> None:
    _, case_id = matched(kyc)
    kyc.resolve(case_id)
    kyc.agree(case_id, kyc.officer())


def matched(kyc: Kyc) -> tuple[str, str]:
    """A verified review of somebody with the name of an entry; its id, and that of the case, of a high score."""
    customer_id = new_id()
    kyc.customers.names[customer_id] = "Ordan Vexley"
    application_id = kyc.verified(customer_id)
    [case] = kyc.cases(customer_id=customer_id)
    return application_id, case.case_id


def away(kyc: Kyc) -> str:
    """The second officer, who is absent."""
    officer_id = kyc.officers.accounts[1]
    absence = {"absent_from": "2030-06-15", "absent_until": "2030-06-15"}
    kyc.client(MANAGER).UpdateOfficer(pb.UpdateOfficerRequest(officer_id=officer_id, **absence))
    return officer_id


def assign_case(kyc: Kyc, case_id: str, officer_id: str = "") -> None:
    """A manager assigns it."""
    kyc.client(MANAGER).AssignScreeningCase(pb.AssignScreeningCaseRequest(case_id=case_id, officer_id=officer_id))


def test_risk_is_answered_what_was_approved(kyc: Kyc) -> None:
    application_id = kyc.verified()
    risk, asked = kyc.client(service("risk")), pb.CheckApprovedRequest(application_id=application_id)
    with pytest.raises(FailedPrecondition):
        risk.CheckApproved(asked)
    kyc.decide(application_id)
    assert risk.CheckApproved(asked).kyc_version == 1
    with pytest.raises(PermissionDenied):
        kyc.client(MANAGER).CheckApproved(asked)
