"""Reasons are those of the model that was used: they name what lowered the score, and go when it is mended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.circumstances import Circumstances, Employment, Housing
from services.lending.facility import facilities
from services.risk.assessment import Assessment
from services.risk.bureau_record import BureauAnswer, BureauFinding, BureauRecord
from services.risk.characteristics import NAMED, Characteristic, values_of
from services.risk.figures import Figures
from services.risk.scorecard import MOST_REASONS, Bands, Categories, Scorecard
from services.risk.scorecards import CHAMPION, shipped
from services.risk.scoring import assess
from services.runtime.money import Money

NOW = datetime(2030, 1, 2, tzinfo=UTC)
PERSONAL = facilities()["PERSONAL"]
TABLES = list(shipped().values())


def euros(amount: Decimal | int) -> Money:
    return Money(Decimal(amount), "EUR")


CLEAN = BureauFinding(BureauAnswer.HIT, BureauRecord(date(2030, 1, 1), 3, 0, 0, 0, 0, 1))
ADVERSE = BureauFinding(BureauAnswer.HIT, BureauRecord(date(2030, 1, 1), 3, 1, 0, 0, 0, 1))
amounts = st.integers(0, 100_000).map(euros)
circumstances = st.builds(
    Circumstances,
    employment_years=st.none() | st.integers(0, 40), employment=st.none() | st.sampled_from(Employment),
    housing=st.none() | st.sampled_from(Housing), monthly_expenses=st.none() | st.integers(0, 5000).map(euros),
    assets=st.none() | amounts, debts=st.none() | amounts,
)  # fmt: skip
figures_of_all_kinds = st.builds(
    Figures, st.just("PERSONAL"), st.integers(500, 50_000).map(euros), st.integers(6, 84),
    st.integers(500, 60_000).map(euros), st.integers(0, 10_000).map(euros), st.integers(0, 3000).map(euros), amounts,
    st.none(), st.none() | circumstances, bureau=st.none() | st.sampled_from([CLEAN, ADVERSE]),
)  # fmt: skip


def assessed(figures: Figures, table: Scorecard) -> Assessment:
    return assess(figures, PERSONAL, table, NOW)


def stated(figures: Figures) -> Circumstances:
    return figures.circumstances or Circumstances()


def with_circumstances(figures: Figures, **changes: object) -> Figures:
    return replace(figures, circumstances=replace(stated(figures), **changes))  # type: ignore[arg-type]


def with_income(figures: Figures) -> Figures:
    return replace(figures, monthly_income=euros(1_000_000))


# What a customer would do about each characteristic, as far as it goes.
MENDED: dict[Characteristic, Callable[[Figures], Figures]] = {
    Characteristic.DEBT_TO_INCOME: with_income,
    Characteristic.REPAYMENT_CAPACITY: with_income,
    Characteristic.COLLATERAL_COVER: lambda it: replace(it, collateral_value=euros(10**7)),
    Characteristic.FINANCED_SHARE: lambda it: replace(it, project_cost=euros(10**7)),
    Characteristic.TENURE: lambda it: replace(it, tenure_months=12),
    Characteristic.EMPLOYMENT_YEARS: lambda it: with_circumstances(it, employment_years=40),
    Characteristic.AMOUNT_TO_INCOME: with_income,
    Characteristic.PRINCIPAL_TO_INCOME: with_income,
    Characteristic.EXPENSES_TO_INCOME: lambda it: with_income(with_circumstances(it, monthly_expenses=euros(0))),
    Characteristic.CAPACITY_TO_PRINCIPAL: lambda it: with_income(with_circumstances(it, monthly_expenses=euros(0))),
    Characteristic.ASSETS_TO_AMOUNT: lambda it: with_circumstances(it, assets=euros(10**9)),
    Characteristic.DEBTS_TO_ASSETS: lambda it: with_circumstances(it, debts=euros(0)),
}


def mended(figures: Figures, name: Characteristic, table: Scorecard) -> Figures:
    if name not in NAMED:
        return MENDED[name](figures)
    if name is Characteristic.CREDIT_RECORD:
        return replace(figures, bureau=CLEAN)
    each = table.characteristics[name]
    assert isinstance(each, Categories)
    best = max(each.reasons, key=lambda category: each.reasons[category].points)
    kinds: dict[Characteristic, type[Enum]] = {Characteristic.EMPLOYMENT: Employment, Characteristic.HOUSING: Housing}
    return with_circumstances(figures, **{name.name.lower(): kinds[name][best]})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.version)
@settings(max_examples=60)
@given(figures=figures_of_all_kinds)
def test_mending_what_a_reason_names_raises_the_score_and_ends_the_reason(table: Scorecard, figures: Figures) -> None:
    found = assessed(figures, table)
    assert len(found.reasons) <= MOST_REASONS
    costs = [reason.points for reason in found.reasons]
    assert costs == sorted(costs) and all(cost < 0 for cost in costs)
    for reason in found.reasons:
        codes = {name: {one.code for one in each.all} for name, each in table.characteristics.items()}
        name = next(name for name, known in codes.items() if reason.code in known)
        better = assessed(mended(figures, name, table), table)
        if name is Characteristic.TENURE:
            # A shorter loan costs more a month: the characteristic is better, the whole need not be.
            assert reason.code not in {each.code for each in better.reasons}
            continue
        assert better.score > found.score, f"{reason.code} was mended"
        assert reason.code not in {each.code for each in better.reasons}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.version)
@settings(max_examples=60)
@given(figures=figures_of_all_kinds)
def test_the_reasons_are_the_costliest_of_all_that_lowered_the_score(table: Scorecard, figures: Figures) -> None:
    found = assessed(figures, table)
    values = values_of(figures, found.indicators)
    worth = {name: each.reason(values[name]) for name, each in table.characteristics.items()}
    assert found.score == table.base_points + sum(reason.points for reason in worth.values())
    lowered = sorted(reason.points for reason in worth.values() if reason.points < 0)
    assert [reason.points for reason in found.reasons] == lowered[:MOST_REASONS]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.version)
def test_what_would_have_to_change_leads_to_more_points(table: Scorecard) -> None:
    for name, each in table.characteristics.items():
        if name in NAMED:
            continue
        assert isinstance(each, Bands)
        for at, reason in enumerate(each.reasons):
            bounds = [str(bound) for bound in each.bounds]
            named = [bounds.index(word) for word in reason.change.rstrip(".").split() if word in bounds]
            # A bound is where a band below ends, or one above begins.
            for bound in named:
                to = bound if bound < at else bound + 1
                assert each.reasons[to].points > reason.points, reason


def test_what_is_not_stated_costs_nothing_and_stating_the_best_brings_points() -> None:
    table = shipped()[CHAMPION]
    for name in (*NAMED, Characteristic.EMPLOYMENT_YEARS, Characteristic.ASSETS_TO_AMOUNT):
        each = table.characteristics[name]
        assert each.missing.points == 0 < max(reason.points for reason in each.all)


def test_debts_count_also_when_the_household_is_not_stated() -> None:
    table = shipped()[CHAMPION]
    modest = Figures("PERSONAL", euros(5000), 36, euros(6000), euros(2000), euros(0), euros(0))
    burdened = replace(modest, monthly_debts=euros(1800))
    assert assessed(burdened, table).score < assessed(modest, table).score
    # Low debts say nothing of what a household spends.
    assert not any(reason.code.startswith("EXPENSES") for reason in assessed(modest, table).reasons)
    assert any(reason.code.startswith("EXPENSES") for reason in assessed(burdened, table).reasons)


def test_no_income_is_worse_than_any_income() -> None:
    table = shipped()[CHAMPION]
    some = Figures("PERSONAL", euros(5000), 36, euros(6000), euros(1), euros(0), euros(0))
    assert assessed(replace(some, monthly_income=euros(0)), table).score <= assessed(some, table).score
