"""The RPCs of the lender's rules: translate, call one use case, translate back."""

import grpc

from loanflow.risk.v1 import risk_service_pb2 as pb
from loanflow.risk.v1.risk_service_pb2_grpc import RiskServiceServicer
from services.risk import rules_convert as convert
from services.risk.rules_handlers import RulesApp
from services.runtime.stores.paging import Page


class RulesServicer(RiskServiceServicer):
    """The part of loanflow.risk.v1.RiskService that is about rules."""

    def __init__(self, rules: RulesApp) -> None:
        self._rules = rules

    def ProposeRuleSet(
        self, request: pb.ProposeRuleSetRequest, context: grpc.ServicerContext
    ) -> pb.ProposeRuleSetResponse:
        """A version that waits for a second person."""
        return pb.ProposeRuleSetResponse(
            rule_set=convert.from_rule_set(self._rules.propose_rules(convert.to_propose(request)))
        )

    def ListRuleSets(self, request: pb.ListRuleSetsRequest, context: grpc.ServicerContext) -> pb.ListRuleSetsResponse:
        """A page of versions, and which one is in force."""
        page, in_force = self._rules.list_rules(Page.of(request))
        found = map(convert.from_rule_set, page.items)
        return pb.ListRuleSetsResponse(rule_sets=found, next_page_token=page.next_token, in_force_version=in_force)

    def GetRuleSet(self, request: pb.GetRuleSetRequest, context: grpc.ServicerContext) -> pb.GetRuleSetResponse:
        """One version."""
        return pb.GetRuleSetResponse(rule_set=convert.from_rule_set(self._rules.read_rules(request.rule_set_version)))

    def SimulateRuleSet(
        self, request: pb.SimulateRuleSetRequest, context: grpc.ServicerContext
    ) -> pb.SimulateRuleSetResponse:
        """What a version would have changed."""
        found = self._rules.simulate_rules(request.rule_set_version)
        return pb.SimulateRuleSetResponse(simulation=convert.from_simulation(found))

    def DecideRuleSet(
        self, request: pb.DecideRuleSetRequest, context: grpc.ServicerContext
    ) -> pb.DecideRuleSetResponse:
        """A version with its decision."""
        found = self._rules.decide_on_rules(convert.to_decide_rules(request))
        return pb.DecideRuleSetResponse(rule_set=convert.from_rule_set(found))
