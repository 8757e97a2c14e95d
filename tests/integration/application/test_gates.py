"""The gates of the application service, each with each of its facts false."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from loanflow.application.v1 import application_pb2, party_pb2
from loanflow.application.v1 import application_service_pb2 as pb
from services.application.gates import GATES
from services.application.parties import CONSENTS, PartyRole
from services.application.status import ApplicationStatus
from services.gates import Fact, Gate
from services.runtime import context
from services.runtime.errors import FailedPrecondition, PermissionDenied
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from tests.gates import Scenarios, facts, refused
from tests.harness import Servers, customer, service
from tests.integration.application.test_application import Service, creation, money

FALSE = Scenarios()
ACTIVATION = service("activation")


@pytest.fixture
def running(fresh_postgres: Callable[[str], Postgres], client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(running: Service, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, running) == fact.refusal


class Draft:
    """A draft and its owner's calls."""

    def __init__(self, running: Service, **values: Any) -> None:
        owner = customer()
        self.client = running.client(owner)
        self.made = running.draft(owner, **values)
        self.named: dict[str, Any] = {"application_id": self.made.application_id}
        self.running, self.owner = running, owner

    def submit(self) -> None:
        self.client.SubmitApplication(pb.SubmitApplicationRequest(**self.named))

    def withdraw(self) -> None:
        self.client.WithdrawApplication(pb.WithdrawApplicationRequest(**self.named))

    def authorize(self) -> None:
        self.running.client(ACTIVATION).AuthorizeActivation(pb.AuthorizeActivationRequest(**self.named))

    def name(self, *customer_ids: str) -> None:
        parties = [pb.NamedParty(customer_id=each, role=party_pb2.PARTY_ROLE_CO_BORROWER) for each in customer_ids]
        self.client.SetParties(pb.SetPartiesRequest(**self.named, parties=parties))

    def change(self, **changes: Any) -> None:
        wanted = creation(self.owner, **changes)
        fields = {field.name: value for field, value in wanted.ListFields() if field.name != "customer_id"}
        self.client.UpdateApplication(pb.UpdateApplicationRequest(**self.named, **fields))


@FALSE.without("the application is a draft", "change a draft")
def change_what_is_submitted(running: Service) -> None:
    draft = Draft(running)
    draft.submit()
    draft.change()


@FALSE.without("amount and tenure are within the facility type", "change a draft")
def change_beyond_the_limits(running: Service) -> None:
    Draft(running).change(amount=money("50000.01"))


@FALSE.without("the application is a draft", "submit")
def submit_again(running: Service) -> None:
    draft = Draft(running)
    draft.submit()
    draft.submit()


@FALSE.without("the customer's KYC details are there", "submit")
def submit_without_details(running: Service) -> None:
    draft = Draft(running)
    running.customers.incomplete.add(draft.owner.subject)
    draft.submit()


@FALSE.without("every required document is there, and none is rejected", "submit")
def submit_without_documents(running: Service) -> None:
    draft = Draft(running)
    running.documents.lacking[draft.made.application_id] = ("IDENTITY",)
    draft.submit()


@FALSE.without("the application has not ended", "withdraw")
def withdraw_again(running: Service) -> None:
    draft = Draft(running)
    draft.withdraw()
    draft.withdraw()


@FALSE.without("the money was not sent", "withdraw")
def withdraw_after_the_payout(running: Service) -> None:
    draft = Draft(running)
    with context.background("application", "test"), running.app.begin() as uow:
        uow.applications.get(draft.named["application_id"]).status = ApplicationStatus.DISBURSED
        uow.commit()
    draft.withdraw()


@FALSE.without("the application has not ended", "authorize the activation")
def authorize_after_the_end(running: Service) -> None:
    draft = Draft(running)
    draft.withdraw()
    draft.authorize()


def test_who_asks_is_answered_whether_it_goes_on(running: Service) -> None:
    draft = Draft(running)
    asked = pb.CheckOngoingRequest(**draft.named)
    kyc = running.client(service("kyc"))
    with pytest.raises(FailedPrecondition):
        kyc.CheckOngoing(asked)
    draft.submit()
    assert kyc.CheckOngoing(asked).status == application_pb2.APPLICATION_STATUS_SUBMITTED
    draft.withdraw()
    with pytest.raises(FailedPrecondition):
        kyc.CheckOngoing(asked)
    with pytest.raises(PermissionDenied):
        draft.client.CheckOngoing(asked)


def test_who_is_bound_is_refused_as_a_decider(running: Service) -> None:
    draft = Named(running)
    draft.agree()
    draft.submit()
    kyc, repayment = running.client(service("kyc")), running.client(service("repayment"))

    def ask(decider_id: str) -> None:
        kyc.CheckOngoing(pb.CheckOngoingRequest(**draft.named, decider_id=decider_id))
        repayment.CheckDecider(pb.CheckDeciderRequest(**draft.named, decider_id=decider_id))

    ask(new_id())
    draft.withdraw()
    for bound in (draft.owner.subject, draft.party.subject):
        with pytest.raises(PermissionDenied) as caught:
            repayment.CheckDecider(pb.CheckDeciderRequest(**draft.named, decider_id=bound))
        assert caught.value.reason == "MAKER_CHECKER"


class Named(Draft):
    """A draft with a co-borrower, who has not answered."""

    def __init__(self, running: Service) -> None:
        super().__init__(running)
        self.party = customer()
        self.name(self.party.subject)

    def agree(self, version: str = CONSENTS[PartyRole.CO_BORROWER].version) -> None:
        request = pb.AnswerParticipationRequest(**self.named, consent=True, consent_version=version)
        self.running.client(self.party).AnswerParticipation(request)


@FALSE.without("who applies for a company acts for one", "submit")
def submit_for_no_company(running: Service) -> None:
    Draft(running, facility_type="WORKING_CAPITAL", for_legal_entity=True).submit()


@FALSE.without("the facility is for persons, or for companies, as who applies", "submit")
def submit_an_old_draft_of_a_person(running: Service) -> None:
    draft = Draft(running, facility_type="WORKING_CAPITAL", for_legal_entity=True)
    with context.background("application", "test"), running.app.begin() as uow:
        made = uow.applications.get(draft.made.application_id)
        made.request = replace(made.request, for_legal_entity=False)
        uow.commit()
    draft.submit()


@FALSE.without("every party agreed", "submit")
def submit_without_an_answer(running: Service) -> None:
    Named(running).submit()


@FALSE.without("the application is a draft", "name the parties")
def name_after_the_submission(running: Service) -> None:
    draft = Draft(running)
    draft.submit()
    draft.name(new_id())


@FALSE.without("each is another person, and not the customer", "name the parties")
def name_the_customer(running: Service) -> None:
    draft = Named(running)
    draft.name(draft.owner.subject)


@FALSE.without("the application is a draft", "agree to be bound")
def agree_after_the_submission(running: Service) -> None:
    draft = Named(running)
    draft.agree()
    draft.submit()
    draft.agree()


@FALSE.without("the text is the present one", "agree to be bound")
def agree_to_another_text(running: Service) -> None:
    Named(running).agree("co-borrower-9999")


@FALSE.without("the party's KYC details are there", "agree to be bound")
def agree_without_details(running: Service) -> None:
    draft = Named(running)
    running.customers.incomplete.add(draft.party.subject)
    draft.agree()
