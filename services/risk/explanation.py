"""What a customer is owed of a decision: its principal reasons, and what would have to change; pure.

A rejection rests on the rules that rule the loan out, and on the risk manager's coded reason; where that is the score
as a whole, or the score recommends to reject, it rests on the score's own reasons, too. Four are given at most (12 CFR
1002, comment 9(b)(2)-1).
"""

from dataclasses import dataclass
from datetime import datetime

from services.risk.assessment import AssessedTerms, Assessment, ScoreReason
from services.risk.bureau_notice import adverse_words, statements
from services.risk.bureau_record import BureauAnswer, BureauRecord, BureauSource, CreditRecordUse
from services.risk.characteristics import Characteristic
from services.risk.events import RiskRejectionReason
from services.risk.model import Report, RiskStatus
from services.risk.overrides import RiskDecision, RiskRecommendation, recommendation
from services.risk.rules import FiredRule, RuleKind
from services.risk.scorecard import BEST, MOST_REASONS
from services.runtime.errors import FailedPrecondition

_WORST = 0
K = RuleKind
_STERN = (K.KNOCK_OUT, K.LIMIT)
# The reason of a table for a record that is adverse, whichever version it is of.
_ADVERSE_CODE = f"{Characteristic.CREDIT_RECORD.name}_{CreditRecordUse.ADVERSE.name}"


@dataclass(frozen=True)
class PrincipalReason:
    """One thing that a decision or a score rests on; `change` is empty where nothing can."""

    code: str
    description: str
    change: str


@dataclass(frozen=True)
class Explanation:
    """The decision on one application, explained; `score` is None, and the version empty, where it has none.

    `bureau` where a rejection rests on a credit bureau's report, with the rights that follow from that.
    """

    application_id: str
    decision: RiskDecision
    decide_time: datetime
    principal_reasons: tuple[PrincipalReason, ...]
    score: int | None
    assess_time: datetime
    scorecard_version: str
    key_factors: tuple[PrincipalReason, ...]
    terms: AssessedTerms | None
    least_score: int = _WORST
    greatest_score: int = BEST
    credit_record: CreditRecordUse | None = None
    bureau: BureauSource | None = None
    bureau_statements: tuple[str, ...] = ()


def explain(report: Report) -> Explanation:
    """The explanation of a report; FailedPrecondition WRONG_STATUS while nothing is decided."""
    if report.status not in (RiskStatus.APPROVED, RiskStatus.REJECTED) or report.decide_time is None:
        raise FailedPrecondition.wrong_status("report", report.status, (RiskStatus.APPROVED, RiskStatus.REJECTED))
    found, factors = report.assessed(), key_factors(report)
    rejected = report.rejection_reason if report.status is RiskStatus.REJECTED else None
    source = report.figures.bureau.source if rejected and report.figures.bureau and rests_on_bureau(report) else None
    return Explanation(
        report.application_id,
        RiskDecision.REJECTED if rejected else RiskDecision.APPROVED,
        report.decide_time,
        rejection_reasons(report) if rejected else factors,
        found.known_score, found.assess_time, found.scorecard_version, factors, report.terms,
        credit_record=found.credit_record, bureau=source, bureau_statements=statements(source) if source else (),
    )  # fmt: skip


def key_factors(report: Report) -> tuple[PrincipalReason, ...]:
    """What lowered the score of an assessed report, the costliest first; of a bureau's record what there is in it."""
    heard = report.figures.bureau
    return score_factors(report.assessed(), None if heard is None else heard.record)


def score_factors(found: Assessment, record: BureauRecord | None = None) -> tuple[PrincipalReason, ...]:
    """What lowered a score; `record` is the bureau's, if it counted."""
    return tuple(PrincipalReason(each.code, _told(each, record), each.change) for each in found.reasons)


def _told(reason: ScoreReason, record: BureauRecord | None) -> str:
    found = adverse_words(record) if record is not None and reason.code == _ADVERSE_CODE else ""
    return " ".join(each for each in (reason.description, found) if each)


def rejection_reasons(report: Report) -> tuple[PrincipalReason, ...]:
    """What the risk manager's rejection of a report rests on: what rules it out weighs most, the manager's reason next.

    However many rules do, one reason is left to the manager, who may have seen what no rule looks at.
    """
    assert report.rejection_reason is not None, "only a rejection has reasons"
    ruled = tuple(PrincipalReason(each.name, each.description, "") for each in _ruling_out(report))
    record = None if report.figures.bureau is None else report.figures.bureau.record
    own = principal_reasons(report.rejection_reason, report.assessed(), record)
    # A rule and the manager can say the same; the manager's says what would have to change, too.
    ruled = tuple(each for each in ruled if each.description != own[0].description)
    return (*ruled[: MOST_REASONS - 1], *own)[:MOST_REASONS]


def rests_on_bureau(report: Report) -> bool:
    """Whether a rejection rests on a bureau's report, in whole or in part: 15 U.S.C. 1681m(a) wants that said.

    It does where a rule looks at it or the manager says so, and wherever it lowered the score, which every decision has
    looked at.
    """
    heard = report.figures.bureau
    if heard is None or heard.answer is not BureauAnswer.HIT:
        return False
    by_rule = any(each.on_bureau for each in _ruling_out(report))
    by_score = lowered_by_bureau(report.assessed())
    return by_rule or by_score or report.rejection_reason is RiskRejectionReason.CREDIT_HISTORY


def lowered_by_bureau(found: Assessment) -> bool:
    """Whether a bureau's record lowered a score."""
    return found.credit_record is CreditRecordUse.ADVERSE


def _ruling_out(report: Report) -> list[FiredRule]:
    """The rules that a rejection rests on, the sternest first: no approval, not this amount, what a bureau reported.

    One that only refers to a person is no reason of theirs; what it finds in a bureau's report is, since 15 U.S.C.
    1681m asks for whatever part of a decision that has. Of the same sternness what is found there comes first.
    """
    if report.rules is None:
        return []
    against = report.rules.against(report.figures.amount)
    stern = [each for each in report.rules.fired if each.name in against and (each.kind in _STERN or each.on_bureau)]
    return sorted(stern, key=lambda each: (each.kind is not K.KNOCK_OUT, each.kind is not K.LIMIT, not each.on_bureau))


def principal_reasons(
    rejected: RiskRejectionReason, found: Assessment, record: BureauRecord | None = None
) -> tuple[PrincipalReason, ...]:
    """What a rejection rests on, what weighs most first; never none."""
    own, by_score = _own(rejected, found), score_factors(found, record)
    rests_on_score = rejected in (RiskRejectionReason.SCORE, RiskRejectionReason.OTHER)
    if not rests_on_score and recommendation(found) is not RiskRecommendation.REJECT:
        return (own,)
    # A sentence that says no more than "the score" is given only where the score has none that says more.
    first = () if rests_on_score and by_score else (own,)
    return (*first, *by_score)[:MOST_REASONS]


def _own(rejected: RiskRejectionReason, found: Assessment) -> PrincipalReason:
    description, change = _WORDS[rejected]
    figures = found.indicators
    if without_income(rejected.name, found):
        return PrincipalReason(rejected.name, WITHOUT_INCOME, change)
    return PrincipalReason(
        rejected.name,
        description.format(
            debts=figures.debt_to_income_percent, left=figures.repayment_capacity.amount,
            currency=figures.repayment_capacity.currency, cover=figures.collateral_cover_percent,
        ),
        change,
    )  # fmt: skip


def without_income(code: str, found: Assessment) -> bool:
    """Whether a reason is a share of the income where there is none: it would have no number."""
    return code == RiskRejectionReason.DEBT_TO_INCOME.name and found.indicators.debt_to_income_percent is None


# What is said then, as the delivered rule NO_INCOME has it.
WITHOUT_INCOME = "There is no income to repay the loan from."
_R = RiskRejectionReason
_WORDS = {
    _R.DEBT_TO_INCOME: (
        "The debts are too high for the income: with the new instalment they would take {debts} % of it.",
        "The income would have to be higher, other debts lower, or the amount smaller.",
    ),
    _R.REPAYMENT_CAPACITY: (
        "Too little would be left to repay from: {left} {currency} a month after debts and the new instalment.",
        "The income would have to be higher, other debts lower, or the instalment smaller.",
    ),
    _R.COLLATERAL: (
        "What secures the loan covers too little of it: {cover} % of the amount.",
        "What secures it would have to be worth more, or the amount smaller.",
    ),
    _R.CREDIT_HISTORY: (
        "The record of earlier credit speaks against the loan.",
        "Earlier credit would have to have been repaid as agreed.",
    ),
    _R.SCORE: (
        "The score of the application as a whole is too low.",
        "Any figure of the application that gets better raises it.",
    ),
    _R.EXPOSURE: (
        "What you owe and answer for here in all, with this loan, would be more than we lend.",
        "Other loans would have to be repaid first, or the amount be smaller.",
    ),
    _R.OTHER: (
        "What is known of the application does not show that the loan can be repaid as agreed.",
        "Further evidence of income or of what is owned may show it.",
    ),
}
