"""Parties over gRPC: who may name, see and answer what, and what each refusal is."""

from typing import Any

import pytest
from google.protobuf.message import Message
from sqlalchemy import text

from loanflow.application.v1 import application_pb2, party_pb2
from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.application.v1.application_events_pb2 import ApplicationPartyWarned, ApplicationPartyWithdrawalOverdue
from loanflow.repayment.v1.repayment_events_pb2 import LoanWithdrawalOverdue, PaymentOverdue
from services.application.parties import CONSENTS, PartyRole
from services.runtime.context import Caller
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from tests.harness import customer, staff
from tests.integration.application.test_application import Service, running

__all__ = ["running"]
CO, GUARANTOR = party_pb2.PARTY_ROLE_CO_BORROWER, party_pb2.PARTY_ROLE_GUARANTOR
VERSIONS = {
    CO: CONSENTS[PartyRole.CO_BORROWER].version, GUARANTOR: CONSENTS[PartyRole.GUARANTOR].version,
}  # fmt: skip


def refusal(reason: str) -> Any:
    return pytest.raises(FailedPrecondition, check=lambda raised: raised.reason == reason)


def name(running: Service, owner: Caller, application_id: str, **parties: Any) -> Any:
    rows = [pb.NamedParty(customer_id=each.subject, role=role) for each, role in parties.values()]
    return (
        running.client(owner).SetParties(pb.SetPartiesRequest(application_id=application_id, parties=rows)).application
    )


def answer(running: Service, party: Caller, application_id: str, role: Any, consent: bool = True) -> Any:
    request = pb.AnswerParticipationRequest(
        application_id=application_id, consent=consent, consent_version=VERSIONS[role]
    )
    return running.client(party).AnswerParticipation(request).participation


def read(running: Service, caller: Caller, application_id: str) -> Any:
    return running.client(caller).GetApplication(pb.GetApplicationRequest(application_id=application_id)).application


def test_a_loan_with_a_co_borrower_and_a_guarantor_is_handed_in(running: Service) -> None:
    owner, co, guarantor, other = customer(), customer(), customer(), customer()
    made = running.draft(owner).application_id
    parties = {"co": (co, CO), "guarantor": (guarantor, GUARANTOR)}
    named = name(running, owner, made, **parties)
    assert {each.status for each in named.parties} == {party_pb2.PARTY_STATUS_INVITED}
    with refusal("PARTY_CONSENT_MISSING"):
        running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made))
    [asked] = running.client(guarantor).ListParticipations(pb.ListParticipationsRequest()).participations
    assert (asked.application_id, asked.amount.amount, asked.tenure_months) == (made, "6000.00", 12)
    assert (asked.consent_text, asked.consent_version) == (
        CONSENTS[PartyRole.GUARANTOR].text, VERSIONS[GUARANTOR],
    )  # fmt: skip
    assert not running.client(other).ListParticipations(pb.ListParticipationsRequest()).participations
    assert answer(running, co, made, CO).party.status == party_pb2.PARTY_STATUS_CONSENTED
    assert answer(running, guarantor, made, GUARANTOR).party.consent_version == VERSIONS[GUARANTOR]
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made))
    for reader in (owner, co, staff("OFFICER")):
        seen = read(running, reader, made)
        assert seen.status == application_pb2.APPLICATION_STATUS_SUBMITTED
        assert [each.customer_id for each in seen.parties] == [co.subject, guarantor.subject]
    for reader in (guarantor, other):
        with pytest.raises(PermissionDenied, match="not yours"):
            read(running, reader, made)


def test_what_cannot_be_named_or_answered(running: Service) -> None:
    owner, co, other = customer(), customer(), customer()
    made = running.draft(owner).application_id
    with refusal("PARTY_TWICE"):
        name(running, owner, made, self=(owner, GUARANTOR))
    with refusal("PARTY_TWICE"):
        name(running, owner, made, co=(co, CO), again=(co, GUARANTOR))
    running.customers.unknown.add(other.subject)
    with pytest.raises(NotFound):
        name(running, owner, made, other=(other, CO))
    name(running, owner, made, co=(co, CO))
    with pytest.raises(PermissionDenied):
        name(running, co, made)
    with pytest.raises(PermissionDenied):
        answer(running, other, made, CO)
    with pytest.raises(NotFound):
        answer(running, owner, made, CO)
    with refusal("CONSENT_CHANGED"):
        answer(running, co, made, GUARANTOR)
    running.customers.incomplete.add(co.subject)
    with refusal("KYC_DETAILS_MISSING"):
        answer(running, co, made, CO)
    running.customers.incomplete.clear()
    answer(running, co, made, CO, consent=False)
    with pytest.raises(PermissionDenied):
        read(running, co, made)
    with refusal("PARTY_CONSENT_MISSING"):
        running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made))


def test_an_application_for_a_company_that_there_is_not(running: Service) -> None:
    owner = customer()
    made = running.draft(owner, facility_type="WORKING_CAPITAL", for_legal_entity=True)
    assert made.for_legal_entity
    with refusal("LEGAL_ENTITY_MISSING"):
        running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made.application_id))
    running.customers.with_company.add(owner.subject)
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made.application_id))


def test_a_party_that_declines_after_the_submission_takes_it_back(running: Service) -> None:
    owner, co = customer(), customer()
    made = running.draft(owner).application_id
    name(running, owner, made, co=(co, CO))
    answer(running, co, made, CO)
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made))
    answer(running, co, made, CO, consent=False)
    assert read(running, owner, made).status == application_pb2.APPLICATION_STATUS_WITHDRAWN
    events = [row.headers["ce_type"] for row in running.rows("SELECT headers FROM outbox ORDER BY position")]
    assert events[-3:] == ["application.party.answered", "application.status.changed", "application.withdrawn"]


def test_a_party_who_has_left_since_keeps_it_from_being_handed_in_and_not_for_ever(running: Service) -> None:
    owner, guarantor, another = customer(), customer(), customer()
    made = running.draft(owner).application_id
    submit = pb.SubmitApplicationRequest(application_id=made)
    name(running, owner, made, one=(guarantor, GUARANTOR))
    answer(running, guarantor, made, GUARANTOR)
    running.customers.unknown.add(guarantor.subject)
    with pytest.raises(NotFound):
        running.client(owner).SubmitApplication(submit)
    assert read(running, owner, made).status == application_pb2.APPLICATION_STATUS_DRAFT
    name(running, owner, made, one=(another, GUARANTOR))
    answer(running, another, made, GUARANTOR)
    running.client(owner).SubmitApplication(submit)


def paid_out(running: Service, owner: Caller, co: Caller, guarantor: Caller) -> str:
    """A loan with two who are bound beside the customer; its application."""
    made = running.draft(owner).application_id
    name(running, owner, made, co=(co, CO), guarantor=(guarantor, GUARANTOR))
    answer(running, co, made, CO)
    answer(running, guarantor, made, GUARANTOR)
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made))
    with running.database.transaction() as transaction:
        moved = text("UPDATE applications SET status = 'DISBURSED' WHERE application_id = :id")
        transaction.connection.execute(moved, {"id": made})
    return made


def told(running: Service, event_type: str, kind: type[Message]) -> list[Any]:
    """The events of a type that were written, in their order."""
    query = f"SELECT payload FROM outbox WHERE headers->>'ce_type' = '{event_type}' ORDER BY position"
    return [running.codec.decode(bytes(row.payload), kind) for row in running.rows(query)]


def test_who_is_bound_hears_of_an_overdue_instalment_in_the_transaction_that_notes_it(running: Service) -> None:
    owner, co, guarantor = customer(), customer(), customer()
    made = paid_out(running, owner, co, guarantor)
    overdue = PaymentOverdue(
        application_id=made, loan_id="l1", customer_id=owner.subject, instalment_number=2, due_date="2030-02-01",
        amount_due={"currency": "EUR", "amount": "520.00"}, days_past_due=1, business_date="2030-02-02",
    )  # fmt: skip
    running.event(overdue, "repayment")
    warned = told(running, "application.party.warned", ApplicationPartyWarned)
    assert [(each.customer_id, each.role) for each in warned] == [(co.subject, CO), (guarantor.subject, GUARANTOR)]
    assert {(each.amount_due.amount, each.due_date, each.days_past_due) for each in warned} == {
        ("520.00", "2030-02-01", 1)
    }
    assert not any(owner.subject in str(each) for each in warned)


def test_who_is_bound_hears_of_what_is_owed_late_after_a_withdrawal(running: Service) -> None:
    owner, co, guarantor = customer(), customer(), customer()
    made = paid_out(running, owner, co, guarantor)
    overdue = LoanWithdrawalOverdue(
        application_id=made, loan_id="l1", customer_id=owner.subject, due_date="2030-02-01", days_past_due=1,
        amount_due={"currency": "EUR", "amount": "1206.97"}, per_diem={"currency": "EUR", "amount": "0.19"},
        business_date="2030-02-02",
    )  # fmt: skip
    running.event(overdue, "repayment")
    warned = told(running, "application.party.withdrawal.overdue", ApplicationPartyWithdrawalOverdue)
    assert [(each.customer_id, each.role) for each in warned] == [(co.subject, CO), (guarantor.subject, GUARANTOR)]
    assert {(each.amount_due.amount, each.per_diem.amount, each.due_date) for each in warned} == {
        ("1206.97", "0.19", "2030-02-01")
    }
    assert not any(owner.subject in str(each) for each in warned)
