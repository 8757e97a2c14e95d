"""schemathesis makes requests out of the API reference, and everybody sends them to the edge."""

import re
from typing import Any

import httpx
import pytest
import requests
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from stack import pki
from stack.demo.api import Session
from stack.demo.applicants import Applicant
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff
from stack.layout import Layout
from stack.scan.reference import CHECKS, ENDLESS, NO_SESSION, SIGN_OUT
from tests.e2e.everybody import (
    EDGE,
    STAFF_ROLES,
    Caller,
    belongings,
    borrow,
    callers_with,
    partners_token,
    the_callers,
)
from tests.e2e.reference import SCHEMA

EXAMPLES = 20


class Everybody:
    """Who calls, what the owner has, and who was refused an operation."""

    def __init__(self, url: str, callers: list[Caller], known: dict[str, str]) -> None:
        self.url, self.callers = url, callers
        self._known = known | {_camel(name): value for name, value in known.items()}
        self._refused: set[tuple[str, str]] = set()
        self._connections = requests.Session()

    def owns(self, part: Any) -> None:
        """Puts what the owner has in the place of made-up ids."""
        for name in part.keys() & self._known.keys() if isinstance(part, dict) else ():
            part[name] = self._known[name]

    def call(self, case: Case[Any], caller: Caller) -> int:
        """Calls and judges; the HTTP status. A caller that the access rule refused is not asked again: 0."""
        label = case.operation.label
        if label == SIGN_OUT:
            case.body = dict[str, Any](NO_SESSION)
        # What is streamed is looked at in tests/contract/test_edge_routes.py.
        if (label, caller.name) in self._refused or (label == ENDLESS and caller.customer):
            return 0
        headers = {"authorization": f"Bearer {caller.token}"} if caller.token else {}
        answer = case.call(self.url, session=self._connections, headers=headers, timeout=20)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code in (401, 403) and not caller.owner:
            self._refused.add((label, caller.name))
        return answer.status_code


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


@pytest.fixture(scope="module")
def everybody(
    layout: Layout, url: str, client: httpx.Client, staff: Staff, applicants: list[Applicant],
    tmp_path_factory: pytest.TempPathFactory,
) -> Everybody:  # fmt: skip
    """The owner has a loan that is paid out."""
    folder = tmp_path_factory.mktemp("reference")
    journey, foreign = (
        LoanJourney(Session(url, client=client), staff, applicants[0], folder, layout.mails) for _ in range(2)
    )
    foreign.register()
    borrow(journey)
    callers = the_callers(journey, foreign, staff, partners_token(staff.admin, url))
    return Everybody(url, [caller for caller in callers if caller.workload == EDGE], belongings(journey))


# The anonymous, two customers, each role and a partner's program.
CALLERS = (
    len(list(callers_with("owner", "other", "partner", dict.fromkeys(STAFF_ROLES, "staff")))) - len(pki.WORKLOADS) + 1
)


@pytest.mark.tries(EXAMPLES * CALLERS)
@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_no_answer_is_a_fault_or_outside_the_reference(case: Case[Any], everybody: Everybody) -> None:
    everybody.owns(case.path_parameters)
    everybody.owns(case.body)
    assert max(everybody.call(case, caller) for caller in everybody.callers) < 500
