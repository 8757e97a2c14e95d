"""Between the contract and the rules; pure."""

from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.risk.v1 import rule_set_pb2
from services.risk.rules import RuleSet, Simulation
from services.risk.rules_handlers import DecideRuleSet, ProposeRuleSet
from services.runtime.messages import In, Out

_PROPOSE = In(pb.ProposeRuleSetRequest, ProposeRuleSet)
_DECIDE = In(pb.DecideRuleSetRequest, DecideRuleSet)
_RULE_SET = Out(RuleSet, rule_set_pb2.RuleSet)
_SIMULATION = Out(Simulation, rule_set_pb2.Simulation)


def to_propose(request: pb.ProposeRuleSetRequest) -> ProposeRuleSet:
    """The command of a request."""
    return _PROPOSE(request)


def to_decide_rules(request: pb.DecideRuleSetRequest) -> DecideRuleSet:
    """The command of a request."""
    return _DECIDE(request)


def from_rule_set(rule_set: RuleSet) -> rule_set_pb2.RuleSet:
    """The resource of a version."""
    return _RULE_SET(rule_set)


def from_simulation(simulation: Simulation) -> rule_set_pb2.Simulation:
    """The message of what a version would have changed."""
    return _SIMULATION(simulation)
