"""What due diligence of who is politically exposed, and a new identity document, take: the scenarios of the gates."""

from typing import Any

from loanflow.kyc.v1 import due_diligence_pb2, review_pb2, screening_case_pb2
from loanflow.kyc.v1 import kyc_service_pb2 as pb
from services.kyc.sanctions import SanctionsList, current_list
from services.kyc.screening import Entry, Listing
from services.outsiders import OUTSIDER
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.ids import new_id
from tests.gates import Scenarios
from tests.harness import staff
from tests.integration.kyc.bound import BOUND
from tests.integration.kyc.conftest import LAST_DAY, MANAGER, Kyc
from tests.integration.kyc.test_parties import Guaranteed
from tests.integration.kyc.test_screening_cases import daily

EXPOSED = Scenarios(BOUND)
RECORD, APPROVE, RENEW = "record due diligence", "approve due diligence", "take a new identity document"
SENIOR = staff("MANAGER")
MINISTER = Entry("Q1", ("Carla Ministra",), ("1961-04-30",), ("IT",), Listing.PEP, ("Minister of Finance",))
PEPS = SanctionsList("with a minister", (*current_list().entries, MINISTER))
MATCH = screening_case_pb2.HIT_RESOLUTION_TRUE_MATCH


class Minister:
    """A verified review of somebody with the name of a politically exposed person, and the case of it."""

    def __init__(self, kyc: Kyc, name: str = "Carla Ministra", customer_id: str = "") -> None:
        self.kyc, self.customer_id, self.paper = kyc, customer_id or new_id(), new_id()
        kyc.documents.others.add(self.paper)
        kyc.lists(PEPS)
        kyc.customers.names[self.customer_id] = name
        self.application_id = kyc.verified(self.customer_id)
        [case] = kyc.cases(customer_id=self.customer_id)
        self.case_id = case.case_id

    def confirm(self) -> Any:
        return self.kyc.resolve(self.case_id, resolution=MATCH, document_id="")

    def record(self, by: Caller | None = None, **changes: Any) -> Any:
        values = {
            "case_id": self.case_id, "document_id": self.paper,
            "wealth_source": due_diligence_pb2.MONEY_SOURCE_EMPLOYMENT, "wealth_note": "pay of twenty years in office",
            "funds_source": due_diligence_pb2.MONEY_SOURCE_PROPERTY, "funds_note": "rent of two flats",
        }  # fmt: skip
        request = pb.RecordDueDiligenceRequest(**{**values, **changes})
        return self.kyc.client(by or self.kyc.officer()).RecordDueDiligence(request).case

    def decide(self, by: Caller = SENIOR, agreed: bool = True, record_time: Any = None) -> Any:
        request = pb.ReviewDueDiligenceRequest(
            case_id=self.case_id, agreed=agreed, note="seen the deeds", record_time=record_time
        )
        return self.kyc.client(by).ReviewDueDiligence(request).case

    def recorded(self) -> "Minister":
        self.confirm()
        self.record()
        return self


@EXPOSED.without("the due diligence of who is politically exposed is approved", "decide KYC")
def approve_without_due_diligence(kyc: Kyc) -> None:
    kyc.decide(Minister(kyc).recorded().application_id)


@EXPOSED.without("the manager has approved no due diligence", "decide KYC")
def approve_whose_due_diligence_one_approved(kyc: Kyc) -> None:
    minister = Minister(kyc).recorded()
    minister.decide(MANAGER)
    kyc.decide(minister.application_id, MANAGER)


@EXPOSED.without("the hit is confirmed", RECORD)
def record_before_it_is_confirmed(kyc: Kyc) -> None:
    Minister(kyc).record()


@EXPOSED.without("due diligence is not approved, or asked for anew", RECORD)
def record_what_is_approved(kyc: Kyc) -> None:
    minister = Minister(kyc).recorded()
    minister.decide()
    minister.record()


@EXPOSED.without("the entry is no sanction", RECORD)
def record_for_a_sanction(kyc: Kyc) -> None:
    sanctioned = Minister(kyc, "Ordan Vexley")
    sanctioned.confirm()
    sanctioned.record()


@EXPOSED.without("the officer has the case", RECORD)
def record_anothers(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    minister.record(kyc.officer(1))


@EXPOSED.without("an accepted document of the application shows where the money comes from", RECORD)
def record_without_evidence(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    minister.record(document_id=new_id())


@EXPOSED.without(OUTSIDER, RECORD)
def record_about_the_own_money(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    with context.background("kyc", "kyc.test"), kyc.app.begin() as uow:
        uow.cases.get(minister.case_id).officer_id = minister.customer_id
        uow.commit()
    minister.record(staff("OFFICER", account_id=minister.customer_id))


@EXPOSED.without("due diligence is recorded, and nobody has decided on it", APPROVE)
def approve_nothing(kyc: Kyc) -> None:
    minister = Minister(kyc)
    minister.confirm()
    minister.decide()


@EXPOSED.without(OUTSIDER, APPROVE)
def approve_of_oneself(kyc: Kyc) -> None:
    minister = Minister(kyc).recorded()
    minister.decide(staff("MANAGER", account_id=minister.customer_id))


@EXPOSED.without("the senior person is another", APPROVE)
def approve_what_one_recorded(kyc: Kyc) -> None:
    Minister(kyc).recorded().decide(staff("MANAGER", account_id=kyc.officers.accounts[0]))


class Approved(Guaranteed):
    """A loan with a guarantor that is approved, their passports good until then; a new document is accepted."""

    def __init__(self, kyc: Kyc, customer: str = LAST_DAY, guarantor: str = LAST_DAY) -> None:
        super().__init__(kyc)
        parties = [self.checks(identity_expiry_date=guarantor)]
        kyc.verify(self.application_id, identity_expiry_date=customer, parties=parties)
        kyc.decide(self.application_id)
        self.document_id, self.customer_id = new_id(), kyc.app.read(self.application_id).customer_id
        kyc.documents.others.add(self.document_id)

    def renew(self, by: Caller | None = None, **changes: Any) -> Any:
        values = {
            "application_id": self.application_id, "customer_id": self.customer_id, "document_id": self.document_id,
            "identity_paper": review_pb2.IDENTITY_PAPER_PASSPORT, "identity_expiry_date": LAST_DAY,
        }  # fmt: skip
        request = pb.RenewIdentityRequest(**{**values, **changes})
        return self.kyc.client(by or self.kyc.officer()).RenewIdentity(request).review


@EXPOSED.without("the review is approved", RENEW)
def renew_before_the_approval(kyc: Kyc) -> None:
    approved = Approved(kyc)
    approved.renew(application_id=kyc.verified(approved.customer_id))


@EXPOSED.without(OUTSIDER, RENEW)
def renew_the_own(kyc: Kyc) -> None:
    approved = Approved(kyc)
    approved.renew(staff("OFFICER", account_id=approved.guarantor))


@EXPOSED.without("the officer did not decide on the review", RENEW)
def renew_what_one_decided(kyc: Kyc) -> None:
    Approved(kyc).renew(staff("OFFICER", account_id=MANAGER.subject))


@EXPOSED.without("they are bound by the loan", RENEW)
def renew_a_strangers(kyc: Kyc) -> None:
    Approved(kyc).renew(customer_id=new_id())


@EXPOSED.without("the application has not ended", RENEW)
def renew_after_the_end(kyc: Kyc) -> None:
    approved = Approved(kyc)
    kyc.applications.ended.add(approved.application_id)
    approved.renew()


@EXPOSED.without("an accepted document shows it", RENEW)
def renew_by_nothing(kyc: Kyc) -> None:
    Approved(kyc).renew(document_id=new_id())


@EXPOSED.without("its last day is said, or that it has none", RENEW)
def renew_without_a_last_day(kyc: Kyc) -> None:
    Approved(kyc).renew(identity_expiry_date="")


@EXPOSED.without("it has not expired", RENEW)
def renew_by_an_expired_one(kyc: Kyc) -> None:
    Approved(kyc).renew(identity_expiry_date="2030-06-14")


@EXPOSED.without("where one is asked for, it is good for longer than the one before", RENEW)
def renew_by_one_that_expires_as_early(kyc: Kyc) -> None:
    approved = Approved(kyc, customer="2030-06-20")
    daily(kyc)
    approved.renew(identity_expiry_date="2030-06-20")
