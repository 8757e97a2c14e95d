"""The use cases of the lender's rules: proposed by one person, simulated, decided on by another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.risk.overrides import RiskDecision
from services.risk.rules import Rule, RuleSet, Simulation
from services.risk.rules_expressions import faults
from services.risk.rules_shipped import shipped_rule_sets
from services.risk.rules_simulation import MOST_REPORTS, simulate
from services.risk.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import AlreadyExists, InvalidArgument, Violation
from services.runtime.stores.paging import Page, PageResult


@dataclass(frozen=True)
class ProposeRuleSet:
    """A person proposes a whole set of rules; `in_force_time` is None for as soon as it is approved."""

    rule_set_version: str
    title: str
    rules: tuple[Rule, ...]
    in_force_time: datetime | None


@dataclass(frozen=True)
class DecideRuleSet:
    """A second person decides on a proposed set."""

    rule_set_version: str
    decision: RiskDecision
    reason: str


@dataclass(frozen=True)
class RulesApp:
    """What can be done with the rules."""

    begin: Callable[[], UnitOfWork]
    clock: Clock

    def propose_rules(self, command: ProposeRuleSet) -> RuleSet:
        """Keeps a set of rules that can be used; InvalidArgument RULE_INVALID names what cannot."""
        _require_usable(command.rules)
        if command.rule_set_version in shipped_rule_sets():
            raise AlreadyExists(f"the rules {command.rule_set_version} are of those that the service is delivered with")
        now = self.clock.now()
        proposed = RuleSet(
            command.rule_set_version, command.title, command.rules, command.in_force_time or now, caller().holder, now
        )
        with self.begin() as uow:
            uow.rule_sets.add(proposed)
            uow.commit(why=command.title)
        return proposed

    def read_rules(self, rule_set_version: str) -> RuleSet:
        """One version."""
        with self.begin() as uow:
            return uow.rule_sets.read(rule_set_version)

    def list_rules(self, page: Page) -> tuple[PageResult[RuleSet], str]:
        """A page of the versions, and which one is in force."""
        with self.begin() as uow:
            return uow.rule_sets.latest(page), uow.rule_sets.in_force(self.clock.now()).rule_set_version

    def simulate_rules(self, rule_set_version: str) -> Simulation:
        """Tries a proposed version on past applications, and keeps what that found."""
        with self.begin() as uow:
            proposed = uow.rule_sets.get(rule_set_version)
            proposed.check_open()
            past = uow.reports.latest_assessed(MOST_REPORTS)
            found = simulate(proposed, past, caller().holder, self.clock.now())
            proposed.keep_simulation(found)
            uow.commit()
        return found

    def decide_on_rules(self, command: DecideRuleSet) -> RuleSet:
        """Takes the decision of a second person."""
        with self.begin() as uow:
            proposed = uow.rule_sets.get(command.rule_set_version)
            words = command.reason, caller().holder, self.clock.now()
            if command.decision is RiskDecision.APPROVED:
                proposed.put_in_force(*words)
            else:
                proposed.drop(*words)
            uow.commit(why=command.reason)
        return proposed


def _require_usable(rules: tuple[Rule, ...]) -> None:
    found = [Violation(f"rules[{place}].{bad.part}", str(bad)) for place, bad in faults(rules)]
    if found:
        text = "; ".join(each.description for each in found)
        raise InvalidArgument(text, reason="RULE_INVALID", violations=found)
