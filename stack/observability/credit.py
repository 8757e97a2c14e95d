"""Alerts about what credit decisions rest on: the tables of points, and what secures loans."""

from stack.observability.alert import WARNING, Alert, stands

_RISK = 'service="risk", job="services", instance="risk:1"'
_TABLE = f'scorecard="2026-11-29", role="champion", {_RISK}'
_ASSETS = 'characteristic="ASSETS_TO_AMOUNT"'
_DECIDES = {"scorecard": "2026-11-29"}

ALERTS = (
    Alert(
        # From there on the index is taken for another population: services/risk/drift.py.
        "RiskScoresDrifted", WARNING,
        'max by (scorecard) (loanflow_risk_stability_index{role="champion"}) >= 0.25',
        "the scores by the table {scorecard} are not those of the loans that it was made of", "risk-model",
        {f"loanflow_risk_stability_index{{{_TABLE}}}": stands(0.08, 0.31)}, _DECIDES, minutes=60,
        phases=(60, 120, 60),
    ),
    Alert(
        # As of the scores, of the values of one characteristic that are known.
        "RiskCharacteristicDrifted", WARNING,
        'max by (scorecard, characteristic) (loanflow_risk_characteristic_index{role="champion"}) >= 0.25',
        "{characteristic} of who applies is not as in the loans that the table {scorecard} was made of", "risk-model",
        {f"loanflow_risk_characteristic_index{{{_TABLE}, {_ASSETS}}}": stands(0.08, 0.31)},
        {**_DECIDES, "characteristic": "ASSETS_TO_AMOUNT"}, minutes=60, phases=(60, 120, 60),
    ),
    Alert(
        "RiskProbabilityLow", WARNING,
        'max by (scorecard) (loanflow_risk_outcome_gap_points{role="champion"}) > 5',
        "more loans went bad than the table {scorecard} predicted, by more than 5 points of a hundred", "risk-model",
        {f"loanflow_risk_outcome_gap_points{{{_TABLE}}}": stands(-1.5, 7.2)}, _DECIDES, minutes=60,
        phases=(60, 120, 60),
    ),
    Alert(
        # The points that were made by hand came to 0.73: docs/model-card.md.
        "RiskRankingWeak", WARNING,
        'min by (scorecard) (loanflow_risk_outcome_auc{role="champion"}) < 0.73',
        "the table {scorecard} tells good loans from bad no better than points made by hand", "risk-model",
        {f"loanflow_risk_outcome_auc{{{_TABLE}}}": stands(0.81, 0.69)}, _DECIDES, minutes=60,
        phases=(60, 120, 60),
    ),
    Alert(
        "RevaluationsOverdue", WARNING, "max(loanflow_risk_revaluation_overdue_days) > 14",
        "collateral has been due for a valuation for two weeks", "revaluations",
        {f"loanflow_risk_revaluation_overdue_days{{{_RISK}}}": stands(3, 20)}, minutes=60, phases=(60, 120, 60),
    ),
)  # fmt: skip
