"""What a walk over a service's gates stands on: for every fact a scenario in which it alone is false."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from services.gates import Fact, Gate
from services.runtime.errors import Error

Scenario = Callable[[Any], object]


class Scenarios(dict[tuple[str, str], Scenario]):
    """By step and fact: takes the service under test, makes the fact false and tries the step."""

    def without(self, fact: str, *steps: str) -> Callable[[Scenario], Scenario]:
        """Says of which fact, at which steps, a function is the scenario."""

        def noted(scenario: Scenario) -> Scenario:
            self.update({(step, fact): scenario for step in steps})
            return scenario

        return noted


def facts(gates: Iterable[Gate]) -> list[Any]:
    """The parameters `gate` and `fact` of a test that walks the gates."""
    return [pytest.param(gate, fact, id=f"{gate.step}: {fact.name}") for gate in gates for fact in gate.facts]


def refused(scenarios: Scenarios, gate: Gate, fact: Fact, service: Any) -> str:
    """The reason for which the step is refused while the fact is false; AssertionError when it is not refused."""
    try:
        scenarios[gate.step, fact.name](service)
    except Error as error:
        return error.reason
    raise AssertionError(f"{gate.step}: let through, though not: {fact.name}")
