"""Who does what a reason asks for, just as far as it says, has a better score: over every band of every table."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given, settings

from services.circumstances import Circumstances, Employment, Housing
from services.risk.assessment import Assessment, ScoreReason
from services.risk.characteristics import NAMED, Characteristic
from services.risk.figures import Figures
from services.risk.scorecard import Bands, Scorecard
from services.risk.scorecards import CHAMPION, shipped
from services.runtime.money import Money
from tests.unit.risk.test_reasons import TABLES, assessed, euros, figures_of_all_kinds, mended, stated

C = Characteristic
TABLE = shipped()[CHAMPION]
# A value below a bound is a hundredth below it at least, as values are rounded to hundredths.
_LESS = Decimal("0.01")


def at_least(amount: Decimal) -> Money:
    return Money(amount.quantize(_LESS, ROUND_CEILING), "EUR")


def at_most(amount: Decimal) -> Money:
    return Money(amount.quantize(_LESS, ROUND_FLOOR), "EUR")


def spent(figures: Figures) -> Decimal:
    said = stated(figures).monthly_expenses
    return figures.counted_debts.amount + (Decimal(0) if said is None else said.amount)


def principal(figures: Figures) -> Decimal:
    return figures.amount.amount / figures.tenure_months


def earning(figures: Figures, income: Decimal) -> Figures:
    return replace(figures, monthly_income=at_least(max(income, figures.monthly_income.amount)))


def saving(figures: Figures, found: Assessment, bound: Decimal) -> Figures:
    """The household spends so little of its income; without one, there has to be one."""
    if not figures.monthly_income:
        return earning(figures, spent(figures) * 100 / (bound - _LESS) + 1)
    share = (bound - _LESS) * figures.monthly_income.amount / 100 / spent(figures)
    said = stated(figures).monthly_expenses
    less = None if said is None else at_most(said.amount * share)
    made = replace(figures, monthly_debts=at_most(figures.monthly_debts.amount * share))
    return made if less is None else replace(made, circumstances=replace(stated(made), monthly_expenses=less))


def owning(figures: Figures, assets: Decimal) -> Figures:
    return replace(figures, circumstances=replace(stated(figures), assets=at_least(assets)))


def owing(figures: Figures, bound: Decimal) -> Figures:
    said = stated(figures)
    assert said.assets is not None
    return replace(figures, circumstances=replace(said, debts=at_most(said.assets.amount * (bound - _LESS) / 100)))


def instalment(found: Assessment) -> Decimal:
    return found.indicators.monthly_instalment.amount


# How each characteristic is brought to the bound that a sentence names, and no further.
FOLLOWED: dict[Characteristic, Callable[[Figures, Assessment, Decimal], Figures]] = {
    C.DEBT_TO_INCOME: lambda it, found, bound: earning(
        it, (it.counted_debts.amount + instalment(found)) * 100 / (bound - _LESS)
    ),
    C.REPAYMENT_CAPACITY: lambda it, found, bound: earning(
        it, it.counted_debts.amount + instalment(found) * (1 + bound / 100)
    ),
    C.COLLATERAL_COVER: lambda it, _, bound: replace(it, collateral_value=at_least(it.amount.amount * bound / 100)),
    C.FINANCED_SHARE: lambda it, _, bound: replace(it, project_cost=at_least(it.amount.amount * 100 / (bound - _LESS))),
    C.TENURE: lambda it, _, bound: replace(it, tenure_months=int(bound) - 1),
    C.EMPLOYMENT_YEARS: lambda it, _, bound: replace(
        it, circumstances=replace(stated(it), employment_years=int(bound))
    ),
    C.AMOUNT_TO_INCOME: lambda it, _, bound: earning(it, it.amount.amount / (bound - _LESS)),
    C.PRINCIPAL_TO_INCOME: lambda it, _, bound: earning(it, principal(it) * 100 / (bound - _LESS)),
    C.EXPENSES_TO_INCOME: saving,
    C.CAPACITY_TO_PRINCIPAL: lambda it, _, bound: earning(it, spent(it) + principal(it) * (1 + bound / 100)),
    C.ASSETS_TO_AMOUNT: lambda it, _, bound: owning(it, it.amount.amount * bound / 100),
    C.DEBTS_TO_ASSETS: lambda it, _, bound: owing(it, bound),
}


def followed(figures: Figures, found: Assessment, reason: ScoreReason, table: Scorecard) -> Figures:
    """The figures of somebody who has done what the sentence of the table asks for."""
    name, each = of(reason, table)
    known = each.bounds if isinstance(each, Bands) else ()
    bounds = [word for word in re.findall(r"[0-9.]*[0-9]", reason.change) if Decimal(word) in known]
    return FOLLOWED[name](figures, found, Decimal(bounds[-1])) if bounds else mended(figures, name, table)


def of(reason: ScoreReason, table: Scorecard) -> tuple[Characteristic, object]:
    """The characteristic of a reason, whether or not it says what would have to change."""
    return next(
        (name, each) for name, each in table.characteristics.items() if reason.code in {one.code for one in each.all}
    )


def as_written(reason: ScoreReason, table: Scorecard) -> ScoreReason:
    """The reason as the table has it."""
    return next(one for each in table.characteristics.values() for one in each.all if one.code == reason.code)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.version)
@settings(max_examples=50)
@given(figures=figures_of_all_kinds)
def test_what_would_have_to_change_raises_the_score_or_is_not_said(table: Scorecard, figures: Figures) -> None:
    found = assessed(figures, table)
    for reason in found.reasons:
        written = as_written(reason, table)
        assert reason.change in (written.change, "")
        if written.change:
            better = assessed(followed(figures, found, written, table), table)
            assert (better.score > found.score) is bool(reason.change), f"{reason.code}: {written.change}"


MODEST = Figures(
    "PERSONAL", euros(9000), 36, euros(20000), euros(1000), euros(0), euros(0),
    circumstances=Circumstances(20, Employment.PERMANENT, Housing.OWNED, euros(300), euros(90000), euros(0)),
)  # fmt: skip


def change_of(figures: Figures, code: str) -> str:
    [found] = [each.change for each in assessed(figures, TABLE).reasons if each.code == code]
    return found


def test_a_shorter_loan_is_asked_for_only_where_the_income_bears_it() -> None:
    # At 24 months 87 % of a month's repayment would be left in place of 180: 30 points, and 29 for the tenure.
    assert change_of(MODEST, "TENURE_FROM_25") == ""
    rich = replace(MODEST, monthly_income=euros(4000))
    assert change_of(rich, "TENURE_FROM_25") == "The loan would have to run for less than 25 months."


def test_what_is_owned_is_asked_for_only_where_no_debts_are_held_against_it() -> None:
    def poor(debts: int) -> Figures:
        return replace(MODEST, circumstances=replace(stated(MODEST), assets=euros(0), debts=euros(debts)))

    assert change_of(poor(20000), "ASSETS_TO_AMOUNT_BELOW_150") == ""
    assert change_of(poor(0), "ASSETS_TO_AMOUNT_BELOW_150").endswith("worth 150 % of the amount or more.")


def test_who_owns_something_is_not_told_that_they_own_nothing() -> None:
    some = replace(MODEST, circumstances=replace(stated(MODEST), assets=euros(9000)))
    [said] = [each.description for each in assessed(some, TABLE).reasons if each.code == "ASSETS_TO_AMOUNT_BELOW_150"]
    assert said == "What the customer owns is worth less than 150 % of the amount."


def test_a_band_says_what_is_in_it() -> None:
    """A sentence of its own has the lowest band alone, of what is nothing or next to nothing."""
    for name, each in TABLE.characteristics.items():
        for at, reason in enumerate(each.reasons) if isinstance(each, Bands) else ():
            assert isinstance(each, Bands)
            bounds = {str(bound) for bound in each.bounds[max(at - 1, 0) : at + 1]}
            nothing = at == 0 and each.bounds[0] <= 1
            said = set(re.findall(r"\d+", reason.description))
            assert nothing or said == bounds, f"{name.name}: {reason.description}"


def test_the_version_before_differs_in_that_sentence_alone() -> None:
    before = shipped()["2026-11-29"]
    assert (before.base_points, before.ratings, before.probability, before.population, before.shares) == (
        TABLE.base_points, TABLE.ratings, TABLE.probability, TABLE.population, TABLE.shares,
    )  # fmt: skip
    pairs = [
        (one, other)
        for name in TABLE.characteristics
        for one, other in zip(before.characteristics[name].all, TABLE.characteristics[name].all, strict=True)
    ]
    [(old, new)] = [(one, other) for one, other in pairs if one != other]
    assert replace(old, description="") == replace(new, description="")
    assert NAMED.keys() < TABLE.characteristics.keys()
