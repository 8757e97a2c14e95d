"""The gates of the approval service, each with each of its facts false."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from loanflow.approval.v1 import approval_service_pb2 as pb
from services.approval.gates import GATES
from services.gates import Fact, Gate
from services.outsiders import OUTSIDER
from services.runtime.ids import new_id
from tests.gates import Scenarios, facts, refused
from tests.integration.approval.conftest import Approvals, People

FALSE = Scenarios()


@dataclass
class Case:
    """An application on its way through the levels."""

    service: Approvals
    people: People = field(default_factory=People)
    application_id: str = field(default_factory=new_id)

    def put_up(self) -> None:
        """The officer puts it up."""
        self.service.client("OFFICER", self.people.officer).Submit(pb.SubmitRequest(application_id=self.application_id))

    def decide(self, level: str, by: str = "") -> None:
        """A level approves."""
        self.service.decide(level, self.application_id, by or self.people.levels[level])

    def reach(self, step: str) -> None:
        """Goes as far as the step is next."""
        self.service.accepted(self.application_id, self.people)
        for earlier in list(STEPS)[: list(STEPS).index(step)]:
            STEPS[earlier](self)


STEPS: dict[str, Callable[[Case], None]] = {
    "put an accepted offer up": Case.put_up,
    "decide at the internal level": lambda case: case.decide("Internal"),
    "decide at the management level": lambda case: case.decide("Management"),
    "decide at the final level": lambda case: case.decide("Final"),
}


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(service: Approvals, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, service) == fact.refusal


def test_with_every_fact_true_each_gate_lets_through(service: Approvals) -> None:
    case = Case(service)
    case.reach("decide at the final level")
    case.decide("Final")
    assert service.published()[-1] == "approval.final.approved"


def _owner(fact: str, forget: Callable[[Case], None]) -> None:
    """What holds for every step alike: the fact of another service turns false right before it."""
    for step, take in STEPS.items():

        def scenario(service: Approvals, step: str = step, take: Callable[[Case], None] = take) -> None:
            case = Case(service)
            case.reach(step)
            forget(case)
            take(case)

        FALSE.without(fact, step)(scenario)


_owner("the application has not ended", lambda case: case.service.applications.ended.add(case.application_id))
_owner(
    OUTSIDER, lambda case: case.service.applications.bound.update({case.people.officer, *case.people.levels.values()})
)
_owner("an offer is accepted", lambda case: setattr(case.service.discussions, "terms_hash", ""))
_owner(
    "the terms are those that the customer accepted", lambda case: setattr(case.service.discussions, "terms_hash", "0")
)


@FALSE.without("it is not put up yet", "put an accepted offer up")
def put_up_twice(service: Approvals) -> None:
    case = Case(service)
    case.reach("decide at the internal level")
    case.put_up()


@FALSE.without("the approval is PENDING_INTERNAL", "decide at the internal level")
def decide_what_is_not_put_up(service: Approvals) -> None:
    case = Case(service)
    case.reach("put an accepted offer up")
    case.decide("Internal")


@FALSE.without("the approval is PENDING_MANAGEMENT", "decide at the management level")
def skip_the_first_level(service: Approvals) -> None:
    case = Case(service)
    case.reach("decide at the internal level")
    case.decide("Management")


@FALSE.without("the approval is PENDING_FINAL", "decide at the final level")
def skip_the_second_level(service: Approvals) -> None:
    case = Case(service)
    case.reach("decide at the management level")
    case.decide("Final")


for level, step in (("Internal", "internal"), ("Management", "management"), ("Final", "final")):

    def second_part(service: Approvals, level: str = level, step: str = f"decide at the {step} level") -> None:
        """The person who put it up decides on it."""
        case = Case(service)
        case.reach(step)
        case.decide(level, case.people.officer)

    FALSE.without("the caller had no part in the application before", f"decide at the {step} level")(second_part)
