"""The call to the application service, against that service itself on a real server, and what risk makes of it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.application.v1 import party_pb2
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import risk_events_pb2
from loanflow.types.v1 import commitment_role_pb2, money_pb2
from services.risk.exposure import BoundPerson, CommitmentRole
from services.risk.peers import ApplicationPeer
from services.runtime.calling import clients
from services.runtime.context import Caller
from services.runtime.errors import NotFound
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import OwnerOf, Shared, yourself
from services.terms import from_terms
from tests.factories.loans import TERMS
from tests.harness import Mesh, Servers, customer
from tests.integration.application.test_application import Service
from tests.integration.application.test_gates import Named
from tests.integration.conftest import FreshPostgres
from tests.integration.risk.conftest import Risk

Role = commitment_role_pb2.CommitmentRole
BALANCE = money_pb2.Money(currency="EUR", amount="1000.00")


@pytest.fixture
def applications(fresh_postgres: FreshPostgres, client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


@pytest.fixture
def peer(mesh: Mesh, client_for: Servers, applications: Service) -> Iterator[ApplicationPeer]:
    """The application service as the risk service reaches it."""
    app = applications.app
    owners: dict[str, OwnerOf] = {"application_id": Shared(app.owner_of, app.parties_of), "customer_id": yourself}
    served = client_for.serve(applications.servicer, owners=owners, store=applications.database, name="application")
    with clients.channel("application", served.target, mesh.identity("risk")) as opened:
        yield ApplicationPeer(opened)


def handed_in(applications: Service, party: Caller) -> Named:
    """An application that has this co-borrower."""
    made = Named(applications)
    made.party = party
    made.name(party.subject)
    made.agree()
    made.submit()
    return made


def running_loan(applications: Service) -> Named:
    """A loan of 1200 over a year, with a co-borrower, of which 1000 are still owed."""
    made = handed_in(applications, customer())
    applications.event(kyc.KycVerificationStarted(**made.named))
    applications.event(kyc.KycApproved(**made.named))
    applications.event(risk_events_pb2.RiskAssessmentCompleted(**made.named), "risk")
    applications.event(risk_events_pb2.RiskApprovedForDiscussion(**made.named), "risk")
    applications.event(discussion.DiscussionOfferSent(**made.named), "discussion")
    applications.event(discussion.DiscussionOfferAccepted(**made.named, terms=from_terms(TERMS)), "discussion")
    applications.event(repayment.PaymentVerified(**made.named, principal_balance=BALANCE), "repayment")
    return made


def test_the_peer_lists_who_is_bound_and_by_how_much(applications: Service, peer: ApplicationPeer) -> None:
    made = running_loan(applications)
    owner, party = made.owner.subject, made.party.subject
    (found,) = peer.commitments([owner, party])
    bound = BoundPerson(owner, CommitmentRole.BORROWER), BoundPerson(party, CommitmentRole.CO_BORROWER)
    assert (found.application_id, found.bound) == (made.named["application_id"], bound)
    # The instalment is that of 1200 at 6 % over 12 months.
    assert (found.outstanding.amount, found.monthly_instalment.amount) == (Decimal(1000), Decimal("103.28"))
    assert not peer.commitments([new_id()])
    peer.check_ongoing(found.application_id)
    with pytest.raises(NotFound):
        peer.check_ongoing(new_id())


@pytest.mark.parametrize(
    ("who", "role"), [("owner", Role.COMMITMENT_ROLE_BORROWER), ("party", Role.COMMITMENT_ROLE_CO_BORROWER)]
)
def test_a_second_loan_is_assessed_with_what_is_owed_of_the_first(
    applications: Service, peer: ApplicationPeer, risk: Risk, who: str, role: int
) -> None:
    first, _ = running_loan(applications), running_loan(applications)
    risk.app = replace(risk.app, applications=peer)
    customer_id = getattr(first, who).subject
    figures = risk.report(risk.assessed(customer_id=customer_id)).figures
    (loan,) = figures.exposure.counted_loans
    assert (loan.application_id, loan.customer_id) == (first.named["application_id"], customer_id)
    assert (loan.outstanding, loan.connected, loan.role) == (BALANCE, False, role)
    assert (figures.exposure.owed, figures.exposure.monthly_instalments.amount) == (BALANCE, "103.28")
    assert figures.total_exposure.amount == "11000.00"


def test_what_a_guarantor_owes_counts_and_what_binds_those_who_owe_with_them(
    applications: Service, peer: ApplicationPeer, risk: Risk
) -> None:
    first = running_loan(applications)
    further = handed_in(applications, first.owner)
    risk.app = replace(risk.app, applications=peer)
    guarantor = application.SubmittedParty(customer_id=first.party.subject, role=party_pb2.PARTY_ROLE_GUARANTOR)
    figures = risk.report(risk.assessed(parties=[guarantor])).figures
    assert (figures.exposure.owed, figures.exposure.monthly_instalments.amount) == (BALANCE, "0.00")
    loans = {each.application_id: each.connected for each in figures.exposure.counted_loans}
    assert loans == {first.named["application_id"]: False, further.named["application_id"]: True}
    assert figures.exposure.connected == further.made.amount
