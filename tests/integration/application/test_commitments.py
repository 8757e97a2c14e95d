"""By which loans persons are bound, as the risk service asks for it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.types.v1 import commitment_role_pb2, money_pb2
from services.runtime.errors import InvalidArgument, PermissionDenied
from services.runtime.ids import new_id
from services.runtime.stores.postgres import Postgres
from tests.harness import Servers, service
from tests.integration.application.test_application import Service
from tests.integration.application.test_gates import Named

BORROWER = commitment_role_pb2.COMMITMENT_ROLE_BORROWER
CO_BORROWER = commitment_role_pb2.COMMITMENT_ROLE_CO_BORROWER


@pytest.fixture
def running(fresh_postgres: Callable[[str], Postgres], client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


def asked(running: Service, *customer_ids: str, **page: Any) -> pb.ListCommitmentsResponse:
    request = pb.ListCommitmentsRequest(customer_ids=customer_ids, **page)
    found: pb.ListCommitmentsResponse = running.client(service("risk")).ListCommitments(request)
    return found


def handed_in(running: Service) -> Named:
    made = Named(running)
    made.agree()
    made.submit()
    return made


def test_what_was_handed_in_binds_whoever_is_named_until_it_ends(running: Service) -> None:
    draft = Named(running)
    draft.agree()
    owner, party = draft.owner.subject, draft.party.subject
    assert not asked(running, owner, party).commitments, "a draft binds nobody"
    draft.submit()
    for persons in ([owner], [party], [owner, party]):
        (found,) = asked(running, *persons).commitments
        assert found.application_id == draft.named["application_id"]
        assert [(each.customer_id, each.role) for each in found.bound] == [(owner, BORROWER), (party, CO_BORROWER)]
        assert Decimal(found.outstanding.amount) > Decimal(found.monthly_instalment.amount) > 0
    assert not asked(running, new_id()).commitments
    balance = money_pb2.Money(currency="EUR", amount="1234.56")
    running.event(repayment.PaymentVerified(**draft.named, principal_balance=balance), "repayment")
    (found,) = asked(running, owner).commitments
    assert found.outstanding == balance
    draft.withdraw()
    assert not asked(running, owner, party).commitments


def test_pages_go_on_for_the_same_persons_alone_and_for_risk_alone(running: Service) -> None:
    first, second = handed_in(running), handed_in(running)
    persons = [first.owner.subject, second.owner.subject]
    page = asked(running, *persons, page_size=1)
    rest = asked(running, *persons[::-1], page_size=1, page_token=page.next_page_token)
    ids = [each.application_id for each in (*page.commitments, *rest.commitments)]
    assert ids == [second.named["application_id"], first.named["application_id"]]
    assert not rest.next_page_token
    with pytest.raises(InvalidArgument) as refused:
        asked(running, persons[0], page_token=page.next_page_token)
    assert refused.value.reason == "INVALID_PAGE_TOKEN"
    with pytest.raises(PermissionDenied):
        running.client(service("kyc")).ListCommitments(pb.ListCommitmentsRequest(customer_ids=persons))
