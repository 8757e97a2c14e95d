"""Applications held against a set of rules, and assessed at the rate that it wants; pure."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from services.lending.errors import LendingError
from services.risk.assessment import Assessment
from services.risk.figures import Figures
from services.risk.rules import RuleOutcome, RuleSet
from services.risk.rules_expressions import compiled


def holding(rule_set: RuleSet, at: datetime) -> Callable[[Figures, Assessment], RuleOutcome]:
    """`held` at a time after the assessment, at which its valuations are older than they were."""
    return lambda figures, found: held(rule_set, figures.as_of(at.date()), found)


def held(rule_set: RuleSet, figures: Figures, found: Assessment) -> RuleOutcome:
    """What a set of rules finds on an assessed application."""
    return compiled(rule_set.rules).outcome(rule_set.rule_set_version, figures, found)


def priced(
    assess: Callable[[Decimal | None], Assessment], rule_set: RuleSet, figures: Figures
) -> tuple[Assessment, RuleOutcome]:
    """The assessment at the rate that is likely to be offered, with what the rules find on it.

    `assess` takes a yearly rate in percent, None for the facility's. A rate that the rules want above that is assessed
    in its place, since what is assessed should be what is offered. At one so high that no instalment repays the loan
    nothing can be offered: the rules that want it refer it to a person, as what cannot be evaluated does.
    """
    found = assess(None)
    outcome = held(rule_set, figures, found)
    floor = outcome.min_annual_rate_percent
    if floor is None or floor <= found.indicators.annual_rate_percent:
        return found, outcome
    try:
        dearer = assess(floor)
    except LendingError:
        return found, outcome.unpriced(found.indicators.annual_rate_percent)
    return dearer, held(rule_set, figures, dearer)
