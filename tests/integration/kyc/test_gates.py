"""The gates of the kyc service, each with each of its facts false."""

from decimal import Decimal

import pytest

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from services.gates import Fact, Gate
from services.kyc.evidence import DocumentType
from services.kyc.gates import GATES
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.ids import new_id
from services.runtime.money import Money
from tests.fakes.evidence import FakeEvidence
from tests.gates import Scenarios, facts, refused
from tests.harness import customer, service, staff
from tests.integration.kyc.conftest import FAILED, MANAGER, Kyc

FALSE = Scenarios()
ASK = "ask the customer for information"


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


@FALSE.without("no match on the sanctions list, or it is ruled out", "decide KYC")
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


def test_risk_is_answered_what_was_approved(kyc: Kyc) -> None:
    application_id = kyc.verified()
    risk, asked = kyc.client(service("risk")), pb.CheckApprovedRequest(application_id=application_id)
    with pytest.raises(FailedPrecondition):
        risk.CheckApproved(asked)
    kyc.decide(application_id)
    assert risk.CheckApproved(asked).kyc_version == 1
    with pytest.raises(PermissionDenied):
        kyc.client(MANAGER).CheckApproved(asked)
