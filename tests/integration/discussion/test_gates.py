"""The gates of the discussion service, each with each of its facts false."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from loanflow.discussion.v1 import discussion_service_pb2 as pb
from services.discussion.gates import GATES
from services.gates import Fact, Gate
from services.outsiders import OUTSIDER
from services.runtime.errors import FailedPrecondition
from tests.gates import Scenarios, facts, refused
from tests.integration.discussion.conftest import Case, Discussions, terms

FALSE = Scenarios()
SEND, COUNTER, ACCEPT, DECLINE = "send an offer", "counter an offer", "accept an offer", "decline an offer"


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(service: Discussions, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, service) == fact.refusal


def offered(service: Discussions) -> Case:
    """A case with the lender's first offer on the table."""
    case = service.opened(amount="10000.00", tenure_months=24)
    case.offer()
    return case


def _each(fact: str, step: str, case: Callable[[Discussions], Case], act: Callable[[Case], object]) -> None:
    """A scenario: a case, and what is tried on it."""
    FALSE.without(fact, step)(lambda service: act(case(service)))


def ended(service: Discussions, case: Case) -> Case:
    """The same, after a withdrawal whose event is on its way."""
    service.applications.ended.add(case.application_id)
    return case


def in_a_month(service: Discussions) -> Case:
    case = offered(service)
    service.clock.advance(timedelta(days=30))
    return case


def cautious(service: Discussions) -> Case:
    """One whose risk bears no more than 5 %."""
    case = offered(service)
    service.risk.highest_rate = 5
    return case


def of_the_officer(service: Discussions, case: Case) -> Case:
    """The same, by which its officer is bound."""
    service.applications.bound.add(case.officer_id)
    return case


_each(OUTSIDER, "start the discussion", lambda service: of_the_officer(service, service.released()), Case.start)
_each(OUTSIDER, SEND, lambda service: of_the_officer(service, service.opened()), Case.offer)
_each(OUTSIDER, COUNTER, lambda service: of_the_officer(service, offered(service)), lambda it: it.counter(it.officer))
GOES_ON = "the application has not ended"
_each("risk released it, and it is not open yet", "start the discussion", offered, Case.start)
_each(GOES_ON, "start the discussion", lambda service: ended(service, service.released()), Case.start)
_each("the discussion is open", SEND, Discussions.released, Case.offer)
_each("an offer is live", COUNTER, Discussions.opened, lambda case: case.counter(case.customer))
_each("an offer is live", ACCEPT, Discussions.opened, lambda case: case.accept(1))
_each("an offer is live", DECLINE, Discussions.opened, Case.decline)
_each(GOES_ON, DECLINE, lambda service: ended(service, offered(service)), Case.decline)
_each("the offer that is answered is the latest", COUNTER, offered, lambda case: case.counter(case.customer, 7))
_each("the offer that is answered is the latest", ACCEPT, offered, lambda case: case.accept(7))


def _send(case: Case, **said: Any) -> object:
    return case.offer(**said)


def _counter(case: Case, **said: Any) -> object:
    return case.counter(case.customer, **said)


for step, put in ((SEND, _send), (COUNTER, _counter)):
    _each("the live offer can still be answered", step, in_a_month, put)
    _each("the terms are within the facility type", step, offered, partial(put, terms=terms(annual_rate_percent="99")))
    _each("amount and tenure are not above those that risk released", step, offered, partial(put, terms=terms("10001")))
    _each(GOES_ON, step, lambda service: ended(service, offered(service)), put)
    _each("assessed on its own terms, it is no worse than what the risk manager decided on", step, cautious, put)

_each("the live offer can still be answered", ACCEPT, in_a_month, lambda case: case.accept(1))
_each(GOES_ON, ACCEPT, lambda service: ended(service, offered(service)), lambda case: case.accept(1))


@FALSE.without("the offer is live or accepted", "make the information before the agreement of an offer")
def inform_of_one_that_was_replaced(service: Discussions) -> None:
    case = offered(service)
    case.offer()
    case.customer.GetOfferFile(
        pb.GetOfferFileRequest(
            application_id=case.application_id, offer_version=1, document="OFFER_DOCUMENT_PRECONTRACT"
        )
    )


@FALSE.without("the live offer is the lender's", ACCEPT)
def accept_ones_own(service: Discussions) -> None:
    case = offered(service)
    case.counter(case.customer)
    case.accept(2)


@FALSE.without("the time of the live offer is over", "let an offer expire")
def expire_early(service: Discussions) -> None:
    case = offered(service)
    assert service.sweep() == 0
    # The sweep leaves it alone; the rule is the model's.
    discussion = service.app.read(case.application_id)
    with pytest.raises(FailedPrecondition) as refused:
        discussion.expire(service.clock.now())
    raise refused.value


def test_every_offer_is_assessed_on_its_own_terms(service: Discussions) -> None:
    case = offered(service)
    case.counter(case.customer, terms=terms("9000", annual_rate_percent="6.9", tenure_months=12))
    case.counter(case.officer, terms=terms("9000", annual_rate_percent="7.1", tenure_months=12))
    assessed = service.risk.assessed[case.application_id]
    listed = case.listed().offers
    assert [each.hash() for each in assessed] == [each.terms_hash for each in reversed(listed)]
    service.risk.highest_rate = 5
    with pytest.raises(Exception, match="worse"):
        case.offer()
    assert len(case.listed().offers) == 3
