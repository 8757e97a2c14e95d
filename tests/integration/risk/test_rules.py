"""The lender's rules over gRPC: proposed, refused, simulated, put in force by another, recorded with each decision."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.risk.v1 import decision_pb2, report_pb2, rule_set_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.runtime.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from tests.integration.risk.conftest import CREDIT_HEAD, RISK_MANAGER, Risk, euros, rule

DELIVERED = "2026-11-30-obligations"
Verdict = rule_set_pb2.RuleVerdict


def in_force(risk: Risk) -> str:
    return str(risk.client().ListRuleSets(pb.ListRuleSetsRequest()).in_force_version)


def test_two_people_and_a_simulation_put_rules_in_force(risk: Risk) -> None:
    sound, indebted = risk.assessed(), risk.assessed(monthly_debts=euros("1200"))
    risk.decide(indebted)
    proposed = risk.propose_rules(rule("debt_to_income_percent != null && debt_to_income_percent > 30.0"))
    assert (proposed.status, proposed.proposed_by) == (rule_set_pb2.RULE_SET_STATUS_PROPOSED, RISK_MANAGER.subject)
    with pytest.raises(FailedPrecondition) as early:
        risk.decide_rules()
    assert early.value.reason == "RULES_NOT_SIMULATED"
    found = risk.simulate_rules()
    assert (found.looked_at, found.changed, found.approvals_ruled_out) == (2, 1, 1)
    [change] = found.changes
    assert (change.application_id, change.approved, list(change.fired)) == (indebted, True, ["ONE"])
    assert (change.before, change.after) == (Verdict.RULE_VERDICT_CLEAR, Verdict.RULE_VERDICT_KNOCKED_OUT)
    with pytest.raises(PermissionDenied) as own:
        risk.decide_rules(by=RISK_MANAGER)
    assert own.value.reason == "MAKER_CHECKER"
    assert in_force(risk) == DELIVERED
    decided = risk.decide_rules()
    assert (decided.status, decided.decided_by) == (rule_set_pb2.RULE_SET_STATUS_APPROVED, CREDIT_HEAD.subject)
    assert decided.simulation == found
    assert in_force(risk) == "2030-01-01"
    with pytest.raises(FailedPrecondition):
        risk.simulate_rules()
    # What was decided by the version before keeps it.
    assert risk.report(indebted).rules.rule_set_version == DELIVERED
    risk.decide(sound)
    assert risk.report(sound).rules.rule_set_version == "2030-01-01"


def test_rules_that_cannot_be_used_are_refused_and_those_before_stay(risk: Risk) -> None:
    with pytest.raises(InvalidArgument) as refused:
        risk.propose_rules(rule("score != null && score < 300"), rule("score < 300 &&\n  incme > 0.0", name="TWO"))
    assert refused.value.reason == "RULE_INVALID"
    (violation,) = refused.value.violations
    assert violation.field == "rules[1].when"
    assert violation.description == "TWO: when line 2, column 3: undeclared reference to 'incme'"
    with pytest.raises(NotFound):
        risk.client().GetRuleSet(pb.GetRuleSetRequest(rule_set_version="2030-01-01"))
    assert in_force(risk) == DELIVERED


def test_a_version_is_there_once(risk: Risk) -> None:
    risk.propose_rules(rule("score != null && score < 300"))
    for version in ("2030-01-01", DELIVERED):
        with pytest.raises(AlreadyExists):
            risk.propose_rules(rule("score != null && score < 200"), version=version)


def test_a_rejected_version_is_never_in_force(risk: Risk) -> None:
    risk.propose_rules(rule("score != null && score < 300"))
    assert risk.decide_rules(approve=False).status == rule_set_pb2.RULE_SET_STATUS_REJECTED
    assert in_force(risk) == DELIVERED


def test_rules_wait_for_their_time(risk: Risk) -> None:
    later = risk.clock.now() + timedelta(days=30)
    risk.propose_rules(rule("score != null && score < 300"), in_force_time=later)
    risk.simulate_rules()
    risk.decide_rules()
    assert in_force(risk) == DELIVERED
    risk.clock.advance(timedelta(days=31))
    assert in_force(risk) == "2030-01-01"


def test_versions_are_listed_and_read(risk: Risk) -> None:
    for day in ("01", "02", "03"):
        risk.clock.advance(timedelta(minutes=1))
        risk.propose_rules(rule("score != null && score < 300"), version=f"2030-01-{day}")
    first = risk.client().ListRuleSets(pb.ListRuleSetsRequest(page_size=2))
    rest = risk.client(CREDIT_HEAD).ListRuleSets(pb.ListRuleSetsRequest(page_size=2, page_token=first.next_page_token))
    found = [each.rule_set_version for each in (*first.rule_sets, *rest.rule_sets)]
    assert found == ["2030-01-03", "2030-01-02", "2030-01-01"]
    delivered = risk.client().GetRuleSet(pb.GetRuleSetRequest(rule_set_version=DELIVERED)).rule_set
    assert {each.name for each in delivered.rules} >= {"DEBTS_ABOVE_60_PERCENT", "NOTHING_LEFT"}


def test_what_a_knock_out_rules_out_can_only_be_rejected(risk: Risk) -> None:
    application_id = risk.assessed(monthly_debts=euros("2600"))
    (fired,) = [each for each in risk.report(application_id).rules.fired if each.kind == report_pb2.RULE_KIND_KNOCK_OUT]
    assert fired.name == "DEBTS_ABOVE_60_PERCENT"
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide(application_id)
    assert (refused.value.reason, refused.value.metadata["rules"]) == ("KNOCKED_OUT", "DEBTS_ABOVE_60_PERCENT")
    rejection: dict[str, Any] = {
        "decision": decision_pb2.RISK_DECISION_REJECTED,
        "rejection_reason": decision_pb2.RISK_REJECTION_REASON_DEBT_TO_INCOME,
    }
    assert risk.decide(application_id, **rejection).status == report_pb2.RISK_STATUS_REJECTED


def test_a_decision_goes_by_the_rules_in_force_then(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.put_in_force(
        rule("true", "REFER"), rule("true", "LIMIT", "TWO", "10000.0"), rule("true", "PRICING", "SIX", "7.2")
    )
    assert not risk.report(application_id).rules.fired
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide(application_id)
    assert (refused.value.reason, refused.value.metadata["rules"]) == ("REFERRAL_UNADDRESSED", "ONE")
    rules = risk.decide(application_id, addressed_rules=["ONE"]).rules
    assert [each.name for each in rules.fired] == ["ONE", "TWO", "SIX"]
    assert (rules.max_amount.amount, rules.min_annual_rate_percent) == ("10000.00", "7.2000")
    # Offers go by the rules of the decision, whatever comes in force later.
    risk.put_in_force(rule("true"), version="2030-02-01")
    risk.assess_offer(application_id)
    with pytest.raises(InvalidArgument) as refused_offer:
        risk.assess_offer(application_id, annual_rate_percent="7.1")
    assert refused_offer.value.metadata == {"limit": "annual_rate_percent", "bound": "7.2000"}


def test_more_than_the_limit_is_not_approved(risk: Risk) -> None:
    risk.put_in_force(rule("true", "LIMIT", value="monthly_income * 2.0"))
    application_id = risk.assessed()
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide(application_id)
    assert (refused.value.reason, refused.value.metadata["bound"]) == ("ABOVE_RULE_LIMIT", "8000.00")


def test_the_rate_of_the_rules_is_what_is_assessed(risk: Risk) -> None:
    risk.put_in_force(rule("rating == 'D'", "PRICING", value="annual_rate_percent + 0.0 > 9.0 ? 9.0 : 9.5"))
    application_id = risk.assessed()
    assert risk.report(application_id).terms.annual_rate_percent == "9.5000"
