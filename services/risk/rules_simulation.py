"""What proposed rules would have changed: held against past reports, with the figures of their assessment; pure."""

from collections.abc import Iterable
from datetime import datetime

from services.risk.model import Report, RiskStatus
from services.risk.rules import RuleOutcome, RuleSet, RuleVerdict, SimulatedChange, Simulation
from services.risk.rules_expressions import compiled

# How many past applications a simulation looks at, and how many changes of them it keeps.
MOST_REPORTS, MOST_CHANGES = 10_000, 500
_RULED_OUT = (RuleVerdict.KNOCKED_OUT, RuleVerdict.LIMITED)


def simulate(proposed: RuleSet, reports: Iterable[Report], by: str, at: datetime) -> Simulation:
    """What a set would have changed of what was assessed; the reports stay as they are."""
    rules, version = compiled(proposed.rules), proposed.rule_set_version
    looked_at = changed = ruled_out = 0
    kept: list[SimulatedChange] = []
    for report in reports:
        looked_at += 1
        after = rules.outcome(version, report.figures, report.assessed())
        found = _change(report, report.rules or RuleOutcome(""), after)
        if found is None:
            continue
        changed += 1
        ruled_out += found.approved and found.after in _RULED_OUT and found.before not in _RULED_OUT
        if len(kept) < MOST_CHANGES:
            kept.append(found)
    return Simulation(looked_at, changed, ruled_out, tuple(kept), by, at)


def _change(report: Report, before: RuleOutcome, after: RuleOutcome) -> SimulatedChange | None:
    verdicts = before.verdict(report.figures.amount), after.verdict(report.figures.amount)
    same_rate = before.min_annual_rate_percent == after.min_annual_rate_percent
    if verdicts[0] is verdicts[1] and same_rate:
        return None
    fired = tuple(each.name for each in after.fired)
    return SimulatedChange(report.application_id, report.status is RiskStatus.APPROVED, *verdicts, fired)
