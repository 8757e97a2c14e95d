"""Who is bound by a loan has no part in its review, and is verified anew once their details have changed: the gates."""

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from services.outsiders import OUTSIDER
from services.runtime import context
from services.runtime.ids import new_id
from tests.gates import Scenarios
from tests.harness import staff
from tests.integration.kyc.conftest import MANAGER, Kyc
from tests.integration.kyc.test_parties import Guaranteed

BOUND = Scenarios()
ASK, ANEW = "ask the customer for information", "verify somebody anew who is bound"


def own(kyc: Kyc) -> str:
    """A review in the hands of the officer whose own loan it is, as no manager assigns one; its id."""
    officer_id = kyc.officers.accounts[0]
    application_id = kyc.submit(officer_id)
    with context.background("kyc", "kyc.test"), kyc.app.begin() as uow:
        uow.reviews.get(application_id).assign(officer_id, MANAGER.subject, kyc.clock.now())
        uow.commit()
    return application_id


@BOUND.without(OUTSIDER, ASK)
def ask_about_the_own_loan(kyc: Kyc) -> None:
    kyc.ask(own(kyc))


@BOUND.without(OUTSIDER, "assign a review")
def assign_as_the_guarantor(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    request = pb.AssignRequest(application_id=guaranteed.application_id)
    kyc.client(staff("MANAGER", account_id=guaranteed.guarantor)).Assign(request)


@BOUND.without(OUTSIDER, "assign a screening case")
def assign_a_hit_of_oneself(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    kyc.customers.names[guaranteed.guarantor] = "Ordan Vexley"
    guaranteed.verify()
    [case] = kyc.cases()
    request = pb.AssignScreeningCaseRequest(case_id=case.case_id)
    kyc.client(staff("MANAGER", account_id=guaranteed.guarantor)).AssignScreeningCase(request)


@BOUND.without(OUTSIDER, "verify")
def verify_the_own_loan(kyc: Kyc) -> None:
    kyc.verify(own(kyc))


@BOUND.without(OUTSIDER, "decide KYC")
def decide_as_the_guarantor(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    guaranteed.verify()
    kyc.decide(guaranteed.application_id, staff("MANAGER", account_id=guaranteed.guarantor))


@BOUND.without(OUTSIDER, "resolve a screening case")
def resolve_a_hit_of_oneself(kyc: Kyc) -> None:
    kyc.customers.names[kyc.officers.accounts[0]] = "Ordan Vexley"
    own(kyc)
    kyc.rescreen()
    [case] = kyc.cases()
    kyc.resolve(case.case_id)


@BOUND.without(OUTSIDER, "agree that a hit is cleared")
def agree_as_the_guarantor(kyc: Kyc) -> None:
    guaranteed = Guaranteed(kyc)
    kyc.customers.names[kyc.app.read(guaranteed.application_id).customer_id] = "Ordan Vexley"
    guaranteed.verify()
    [case] = kyc.cases()
    kyc.resolve(case.case_id)
    kyc.agree(case.case_id, staff("OFFICER", account_id=guaranteed.guarantor))


def approved(kyc: Kyc) -> Guaranteed:
    """The review of a loan with a guarantor, approved by a manager."""
    found = Guaranteed(kyc)
    found.verify()
    kyc.decide(found.application_id)
    return found


@BOUND.without("the review is approved", ANEW)
def verify_anew_before_the_approval(kyc: Kyc) -> None:
    Guaranteed(kyc).verify_anew()


@BOUND.without(OUTSIDER, ANEW)
def verify_oneself_anew(kyc: Kyc) -> None:
    guaranteed = approved(kyc)
    guaranteed.verify_anew(staff("OFFICER", account_id=guaranteed.guarantor))


@BOUND.without("the officer did not decide on the review", ANEW)
def verify_anew_what_one_decided(kyc: Kyc) -> None:
    approved(kyc).verify_anew(staff("OFFICER", account_id=MANAGER.subject))


@BOUND.without("they are bound by the loan", ANEW)
def verify_a_stranger_anew(kyc: Kyc) -> None:
    approved(kyc).verify_anew(customer_id=new_id())


@BOUND.without("the application has not ended", ANEW)
def verify_anew_after_the_end(kyc: Kyc) -> None:
    guaranteed = approved(kyc)
    kyc.applications.ended.add(guaranteed.application_id)
    guaranteed.verify_anew()


@BOUND.without("their details are of the version that the officer saw", ANEW)
def verify_other_details_anew(kyc: Kyc) -> None:
    approved(kyc).verify_anew(kyc_version=7)


@BOUND.without("their identity is passed only by an accepted document", ANEW)
def verify_anew_by_nothing(kyc: Kyc) -> None:
    approved(kyc).verify_anew(identity_document_id=new_id())


@BOUND.without("their identity document has not expired", ANEW)
def verify_anew_by_an_expired_passport(kyc: Kyc) -> None:
    approved(kyc).verify_anew(identity_expiry_date="2030-06-14")


@BOUND.without("the last day of their identity document is said, or that it has none", ANEW)
def verify_anew_without_a_last_day(kyc: Kyc) -> None:
    approved(kyc).verify_anew(identity_expiry_date="")
