"""What an officer may offer on a risk manager's decision: terms that, assessed anew, are no worse; pure.

The decision is on the terms that were assessed. A lower rate or a shorter tenure is no smaller burden by itself: what
the customer pays a month is, so every offer is assessed on its own terms.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from services.lending import LoanTerms
from services.risk.assessment import Assessment
from services.risk.collateral_finding import CollateralFinding
from services.risk.figures import Figures
from services.risk.model import Report
from services.risk.overrides import released
from services.risk.rules import RuleKind, RuleOutcome, RuleSet
from services.risk.rules_holding import held
from services.runtime.errors import InvalidArgument
from services.runtime.money import Money

# By how many points of a hundred an officer may raise the debt-to-income ratio above the one that was decided on.
DEBT_TO_INCOME_POINTS = Decimal(5)
# The limit of which a rule is what it may not go beyond.
RULE = "rule"


@dataclass(frozen=True)
class Excess:
    """In what terms go beyond a decision: the limit, what it may be, and what it is."""

    limit: str
    bound: str
    offered: str


def require_within(
    report: Report, rule_set: RuleSet | None, figures: Figures, terms: LoanTerms, offered: Assessment
) -> None:
    """Refuses terms beyond the decision on a report, unless two people let just these through: ASSESSED_LIMIT.

    `rule_set` is that of the decision, `figures` those that the terms were assessed on.
    """
    if released(report.overrides, terms.hash()):
        return
    require_mandate(figures, report.assessed(), offered)
    if name := unaddressed(rule_set, report.rules, report.figures, terms, offered):
        text = f"terms: {name} refers them to a person, and did not refer what was decided on"
        raise InvalidArgument(
            f"{text}; have it decided anew, or propose an override",
            reason="ASSESSED_LIMIT", metadata={"limit": RULE, "bound": name},
        )  # fmt: skip


def unaddressed(
    rule_set: RuleSet | None, decided: RuleOutcome | None, figures: Figures, terms: LoanTerms, offered: Assessment
) -> str:
    """A rule that refers terms to a person, and did not refer what was decided on, so that nobody has addressed it.

    Empty where there is none. `figures` are those of the decision: what secures the loan by now is for `outdated`.
    """
    if rule_set is None or decided is None:
        return ""
    found = held(rule_set, _at(figures, terms), offered).names(RuleKind.REFER)
    return next((each for each in found if each not in decided.names(RuleKind.REFER)), "")


def require_mandate(figures: Figures, decided: Assessment, offered: Assessment) -> None:
    """Refuses an offer beyond the decision: ASSESSED_LIMIT, metadata `limit` and `bound` say in what."""
    if (found := excess(figures, decided, offered)) is not None:
        text = f"terms: {found.limit} {found.offered} is beyond what risk decided on, {found.bound}"
        raise InvalidArgument(
            f"{text}; have it decided anew, or propose an override",
            reason="ASSESSED_LIMIT", metadata={"limit": found.limit, "bound": found.bound},
        )  # fmt: skip


def excess(figures: Figures, decided: Assessment, offered: Assessment) -> Excess | None:
    """In what an offer goes beyond the decision; None when it does not."""
    if decided.unscored is None and offered.unscored is None and offered.rating.value > decided.rating.value:
        return Excess("rating", decided.rating.name, offered.rating.name)
    before, after = decided.indicators, offered.indicators
    # What leaves as much to live on as before is no greater burden; more of a burden has to leave something.
    bound = max(before.monthly_instalment, figures.income - figures.counted_debts, key=lambda each: each.amount)
    if after.monthly_instalment.amount > bound.amount:
        return Excess("monthly_instalment", str(bound.amount), str(after.monthly_instalment.amount))
    if before.debt_to_income_percent is not None and after.debt_to_income_percent is not None:
        most = before.debt_to_income_percent + DEBT_TO_INCOME_POINTS
        if after.debt_to_income_percent > most:
            return Excess("debt_to_income_percent", str(most), str(after.debt_to_income_percent))
    return None


def require_rules(
    rule_set: RuleSet | None, decided: RuleOutcome | None, figures: Figures, terms: LoanTerms, offered: Assessment
) -> None:
    """Refuses terms that the rules of the decision rule out: ASSESSED_LIMIT, as in `require_mandate`.

    What knocked the application out at its decision was overridden by two people, and is not asked again.
    """
    if rule_set is None or decided is None:
        return
    amount = Money(terms.principal, terms.currency)
    outcome = held(rule_set, _at(figures, terms), offered)
    overridden = decided.names(RuleKind.KNOCK_OUT)
    if names := [each for each in outcome.names(RuleKind.KNOCK_OUT) if each not in overridden]:
        text = f"terms: {names[0]} of the rules {rule_set.rule_set_version} rules them out"
        raise InvalidArgument(text, reason="ASSESSED_LIMIT", metadata={"limit": RULE, "bound": names[0]})
    if outcome.max_amount is not None and amount > outcome.max_amount:
        raise _beyond("amount", str(outcome.max_amount.amount), str(amount.amount))
    least = outcome.min_annual_rate_percent
    if least is not None and terms.annual_rate_percent < least:
        raise _beyond("annual_rate_percent", str(least), str(terms.annual_rate_percent))


def outdated(
    rule_set: RuleSet | None, decided: RuleOutcome | None, figures: Figures, collateral: CollateralFinding | None,
    found: Assessment,
) -> tuple[str, ...]:  # fmt: skip
    """The rules of the decision that stand against a loan by what secures it now, and did not by what did then.

    `figures` are those of the decision, with the amount that is to be lent. What the decision addressed is not asked
    again; a valuation that has become too old since, or a value that has fallen, was addressed by nobody.
    """
    if rule_set is None or decided is None or collateral is None:
        return ()
    now = held(rule_set, replace(figures, collateral=collateral), found).against(figures.amount)
    then = held(rule_set, figures, found).against(figures.amount) | decided.against(figures.amount)
    return tuple(sorted(now - then))


def require_secured(against: tuple[str, ...]) -> None:
    """Refuses terms that rules stand against by what secures them now: ASSESSED_LIMIT, as in `require_mandate`."""
    if against:
        text = f"terms: {against[0]} stands against them by what secures the loan now; have that valued anew"
        raise InvalidArgument(text, reason="ASSESSED_LIMIT", metadata={"limit": RULE, "bound": against[0]})


def _at(figures: Figures, terms: LoanTerms) -> Figures:
    """The figures with what terms have in the place of what was asked for."""
    return replace(figures, amount=Money(terms.principal, terms.currency), tenure_months=terms.tenure_months)


def _beyond(limit: str, bound: str, offered: str) -> InvalidArgument:
    text = f"terms: {limit} {offered} is beyond what risk decided on, {bound}; have it decided anew"
    return InvalidArgument(text, reason="ASSESSED_LIMIT", metadata={"limit": limit, "bound": bound})
