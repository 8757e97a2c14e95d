"""What is measured of assessments: the scores by table, of the one that decides and of the one beside it."""

from prometheus_client import Counter, Gauge, Histogram

from services.risk.assessment import Assessment
from services.risk.bureau_record import BureauAnswer
from services.risk.income_finding import IncomeAnswer
from services.risk.overrides import Override
from services.runtime.money import Money

_SCORES = Histogram(
    "loanflow_risk_score", "Scores of assessments, by the version of the table and what it is asked for.",
    ["scorecard", "role"], buckets=tuple(range(100, 1000, 100)),
)  # fmt: skip
_RATINGS = Counter(
    "loanflow_risk_ratings", "Assessments by rating, table and what it is asked for.", ["scorecard", "role", "rating"]
)
_OVERRIDES = Counter(
    "loanflow_risk_overrides",
    "Overrides by what they override, what is to be decided, the coded reason, and what became of them.",
    ["of", "decision", "reason", "status"],
)
_INQUIRIES = Counter("loanflow_bureau_inquiries", "Questions to a credit bureau by what came of them.", ["answer"])
_COST = Counter("loanflow_bureau_cost", "What a credit bureau charges for its answers.", ["currency"])
_STATEMENTS = Counter("loanflow_income_statements", "Bank statements by what came of reading them.", ["answer"])
UNDELIVERED_NOTICES = Gauge(
    "loanflow_risk_notices_late", "Notices of refusals that are not delivered and past their legal time."
)

OLDEST_REVIEW = Gauge(
    "loanflow_risk_review_oldest_seconds", "For how long the oldest review of a refusal waits for its answer, or 0."
)
LATE_DECISIONS = Gauge(
    "loanflow_risk_decisions_late", "Applications whose customer is owed an answer by law, and whose risk is undecided."
)
OVERDUE_REVIEWS = Gauge("loanflow_risk_reviews_overdue", "Reviews of refusals whose answer should have been given.")


SCORED = Gauge("loanflow_risk_scored", "Applications that a table scored in three months.", ["scorecard", "role"])
STABILITY = Gauge(
    "loanflow_risk_stability_index",
    "Population stability index of the scores of three months against those of which a table was made.",
    ["scorecard", "role"],
)
STABILITY_BANDS = Gauge(
    "loanflow_risk_stability_band", "What each band of scores adds to that index, by the least score of the band.",
    ["scorecard", "role", "from_score"],
)  # fmt: skip
CHARACTERISTICS = Gauge(
    "loanflow_risk_characteristic_index",
    "Population stability index of the known values of a characteristic, in three months, by table and role.",
    ["scorecard", "role", "characteristic"],
)
CHARACTERISTICS_MISSING = Gauge(
    "loanflow_risk_characteristic_missing_share", "Share of those applications that lack a characteristic, 0 to 1.",
    ["scorecard", "role", "characteristic"],
)  # fmt: skip
OUTCOME_LOANS = Gauge(
    "loanflow_risk_outcome_loans", "Loans whose outcome the latest check of a table looked at.", ["scorecard", "role"]
)
OUTCOME_AUC = Gauge(
    "loanflow_risk_outcome_auc", "How often a good loan had the better score than a bad one, by that check.",
    ["scorecard", "role"],
)  # fmt: skip
OUTCOME_GAP = Gauge(
    "loanflow_risk_outcome_gap_points",
    "Share of loans that went bad less the share that the table predicted, in points of a hundred, by that check.",
    ["scorecard", "role"],
)
REVALUATIONS_DUE = Gauge(
    "loanflow_risk_revaluations_due", "Applications and loans with collateral that is due for a valuation."
)
REVALUATION_DAYS = Gauge(
    "loanflow_risk_revaluation_overdue_days", "For how many days the first of them has been due, or 0."
)


def count_override(made: Override) -> None:
    """Counts an override that was proposed, confirmed or declined."""
    of = "limit" if made.of_limit else "recommendation"
    _OVERRIDES.labels(of, made.decision.name, made.override_reason.name, made.status.name).inc()


def count_inquiry(answer: BureauAnswer, cost: Money | None) -> None:
    """Counts an inquiry that is settled; one that was unknown counts again when it is found."""
    _INQUIRIES.labels(answer.name).inc()
    if cost is not None:
        _COST.labels(cost.currency).inc(float(cost.amount))


def count_reading(answer: IncomeAnswer) -> None:
    """Counts a bank statement that was read, or could not be."""
    _STATEMENTS.labels(answer.name).inc()


def count(found: Assessment) -> None:
    """Counts an assessment that was kept, if it has a score."""
    if found.unscored is not None:
        return
    made = [("champion", found.scorecard_version, found.score, found.rating)]
    if (other := found.challenger) is not None:
        made.append(("challenger", other.scorecard_version, other.score, other.rating))
    for role, version, score, rating in made:
        _SCORES.labels(version, role).observe(score)
        _RATINGS.labels(version, role, rating.name).inc()
