"""What secures a loan: valuations are added and never changed, a rise takes two people, and haircuts are exact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lending.calendar import add_months
from services.risk.collateral import MOST_ITEMS, MOST_VALUATIONS, Collateral, CollateralFile
from services.risk.collateral_finding import CollateralFinding, CollateralType
from services.risk.collateral_table import latest_table
from services.risk.collateral_valuation import Evidence, ValuationSource, ValuationStatus, Valued, lendable
from services.risk.events import (
    RiskCollateralAdded,
    RiskCollateralValuationSettled,
    RiskCollateralValued,
    RiskCollateralWithdrawn,
)
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.money import Money
from tests.fakes.clock import NOON

TODAY = NOON.date()
PAPER = Evidence("d1", "0" * 64)
V = ValuationStatus


def euros(amount: str | int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def valued(amount: str | int = 240000, charges: str | int | None = None, on: date = TODAY) -> Valued:
    prior = None if charges is None else euros(charges)
    return Valued(euros(amount), prior, ValuationSource.APPRAISER, "An Appraiser", "comparative value", on)


def file_of(kind: CollateralType = CollateralType.RESIDENTIAL_PROPERTY, **besides: object) -> CollateralFile:
    """A file with one item, without its events."""
    made = CollateralFile("a0", "c1", "EUR")
    made.add_item(Collateral("i1", kind, "A house", "Ada Lovelace", "c1", NOON))
    made.events.clear()
    made.reassess_time = None
    return made


def in_force(file: CollateralFile, amount: str | int = 240000, charges: int | None = None, on: date = TODAY) -> None:
    """The item is valued, and confirmed where it has to be."""
    file.record_valuation("i1", valued(amount, charges, on), PAPER, "officer", NOON)
    if (waiting := file.item("i1").proposed) is not None:
        file.settle_valuation("i1", waiting.valuation_number, True, "", "second", NOON)


def found(file: CollateralFile, on: date = TODAY) -> CollateralFinding:
    """What an assessment knows on a day."""
    made = file.finding(NOON)
    assert made is not None
    return made.as_of(on)


def test_an_item_counts_for_nothing_until_it_is_valued() -> None:
    file = CollateralFile("a0", "c1", "EUR")
    assert file.finding(NOON) is None
    file.add_item(Collateral("i1", CollateralType.VEHICLE, "A car", "Ada", "c1", NOON))
    assert file.events == [RiskCollateralAdded("a0", "c1", "i1", CollateralType.VEHICLE, "c1", NOON)]
    made = found(file)
    assert (made.is_valued, made.lendable_value, made.stale, made.oldest_months) == (False, euros(0), True, None)
    assert made.loan_to_value_percent(euros(10000)) is None
    assert (file.reassess_time, file.revaluation_due_date) == (NOON, TODAY)


def test_the_first_valuation_waits_for_a_second_person() -> None:
    file = file_of()
    file.record_valuation("i1", valued(), PAPER, "officer", NOON)
    [made] = file.item("i1").valuations
    assert (made.status, made.document_id, made.valuation_number) == (V.PROPOSED, "d1", 1)
    assert not found(file).is_valued
    assert file.reassess_time is None
    with pytest.raises(PermissionDenied) as own:
        file.settle_valuation("i1", 1, True, "", "officer", NOON)
    assert own.value.reason == "MAKER_CHECKER"
    file.settle_valuation("i1", 1, True, "seen", "second", NOON)
    [made] = file.item("i1").valuations
    assert (made.status, made.settled_by, made.settle_time, made.reason) == (V.IN_FORCE, "second", NOON, "seen")
    assert file.reassess_time == NOON
    assert file.events == [
        RiskCollateralValued(
            "a0", "c1", "i1", 1, ValuationSource.APPRAISER, euros(240000), euros(192000), False, "officer", NOON
        ),
        RiskCollateralValuationSettled("a0", "c1", "i1", 1, True, "second", NOON),
    ]


def test_a_rise_waits_and_what_is_lower_or_the_same_counts_at_once() -> None:
    file = file_of()
    in_force(file)
    for amount, charges in ((240000, None), (200000, None), (300000, 100000)):
        file.record_valuation("i1", valued(amount, charges), PAPER, "officer", NOON)
        assert file.item("i1").proposed is None
    file.record_valuation("i1", valued(240000), PAPER, "officer", NOON)
    assert [each.status for each in file.item("i1").valuations] == [V.SUPERSEDED] * 3 + [V.IN_FORCE, V.PROPOSED]
    assert found(file).lendable_value == euros(140000)
    file.settle_valuation("i1", 5, False, "too much", "second", NOON)
    assert [each.status for each in file.item("i1").valuations][-2:] == [V.IN_FORCE, V.REJECTED]
    assert found(file).items[0].valuation_number == 4


def test_nobody_alone_raises_what_is_left_beside_prior_charges_though_nothing_is_lent_on_it() -> None:
    file = file_of(CollateralType.OTHER)
    file.record_valuation("i1", valued(240000), PAPER, "officer", NOON)
    assert (file.item("i1").in_force, file.item("i1").valuations[0].lendable_value) == (None, euros(0))
    file.settle_valuation("i1", 1, True, "", "second", NOON)
    file.record_valuation("i1", valued(240001), PAPER, "officer", NOON)
    assert file.item("i1").proposed is not None


def test_that_something_is_worth_nothing_counts_at_once() -> None:
    file = file_of()
    file.record_valuation("i1", valued(0), PAPER, "officer", NOON)
    assert file.item("i1").proposed is None
    made = found(file)
    assert (made.is_valued, made.lendable_value, made.loan_to_value_percent(euros(1))) == (True, euros(0), None)


def test_history_is_kept_as_it_was() -> None:
    file = file_of()
    in_force(file)
    first = file.item("i1").valuations[0]
    in_force(file, 300000)
    assert file.item("i1").valuations[0] == replace(first, status=V.SUPERSEDED)


def test_one_valuation_waits_at_a_time_and_only_that_is_settled() -> None:
    file = file_of()
    file.record_valuation("i1", valued(), PAPER, "officer", NOON)
    with pytest.raises(FailedPrecondition) as open_one:
        file.record_valuation("i1", valued(), PAPER, "officer", NOON)
    assert (open_one.value.reason, open_one.value.metadata) == ("VALUATION_OPEN", {"valuation_number": "1"})
    for number in (0, 2):
        with pytest.raises(FailedPrecondition) as none:
            file.settle_valuation("i1", number, True, "", "second", NOON)
        assert none.value.reason == "NO_VALUATION_OPEN"


@pytest.mark.parametrize(
    "wrong, field, reason",
    [
        (replace(valued(), value=euros(1, "USD")), "value.currency", "WRONG_CURRENCY"),
        (replace(valued(), prior_charges=euros(1, "USD")), "prior_charges.currency", "WRONG_CURRENCY"),
        (valued(on=TODAY + timedelta(days=1)), "valuation_date", "INVALID_FIELD"),
        (valued(on=TODAY - timedelta(days=1)), "valuation_date", "INVALID_FIELD"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused_by_its_field(wrong: Valued, field: str, reason: str) -> None:
    file = file_of()
    in_force(file)
    before = file.items
    with pytest.raises(InvalidArgument) as refused:
        file.record_valuation("i1", wrong, PAPER, "officer", NOON)
    assert (refused.value.violations[0].field, refused.value.reason) == (field, reason)
    assert file.items == before


def test_there_is_an_end_to_items_and_to_valuations() -> None:
    file = file_of()
    for number in range(MOST_ITEMS - 1):
        file.add_item(Collateral(f"i{number + 2}", CollateralType.OTHER, "x", "x", "c1", NOON))
    with pytest.raises(FailedPrecondition) as items:
        file.add_item(Collateral("more", CollateralType.OTHER, "x", "x", "c1", NOON))
    assert (items.value.reason, items.value.metadata) == ("COLLATERAL_FULL", {"bound": str(MOST_ITEMS)})
    in_force(file)
    [one] = file.item("i1").valuations
    file.items = (replace(file.item("i1"), valuations=(one,) * MOST_VALUATIONS), *file.items[1:])
    with pytest.raises(FailedPrecondition) as full:
        file.record_valuation("i1", valued(1), PAPER, "officer", NOON)
    assert full.value.reason == "COLLATERAL_FULL"


def test_what_is_withdrawn_secures_nothing_and_stays_on_file() -> None:
    file = file_of()
    in_force(file)
    file.events.clear()
    file.withdraw_item("i1", "c1", NOON)
    assert file.events == [RiskCollateralWithdrawn("a0", "c1", "i1", "c1", NOON)]
    assert (file.finding(NOON), file.revaluation_due_date, len(file.items)) == (None, None, 1)
    calls: tuple[Callable[[], None], ...] = (
        lambda: file.record_valuation("i1", valued(), PAPER, "officer", NOON),
        lambda: file.withdraw_item("i1", "c1", NOON),
        lambda: file.settle_valuation("i2", 1, True, "", "second", NOON),
    )  # fmt: skip
    for call in calls:
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize("kind", CollateralType)
def test_it_is_valued_anew_as_its_types_schedule_says_and_stale_before_a_decision(kind: CollateralType) -> None:
    terms, file = latest_table().terms[kind], file_of(kind)
    in_force(file)
    assert file.revaluation_due_date == add_months(TODAY, terms.revalue_every_months)
    stale = add_months(TODAY, terms.stale_after_months)
    assert not found(file, stale - timedelta(days=1)).stale
    assert found(file, stale).stale
    assert found(file, stale).oldest_months == terms.stale_after_months
    dates: list[date | None] = []
    for step in (file.close, file.reopen):
        step()
        dates.append(file.revaluation_due_date)
    assert dates == [None, add_months(TODAY, terms.revalue_every_months)]


def test_one_item_without_a_young_valuation_makes_all_of_it_stale() -> None:
    file = file_of()
    in_force(file)
    assert not found(file).stale
    file.add_item(Collateral("i2", CollateralType.VEHICLE, "A car", "Ada", "c1", NOON))
    assert found(file).stale
    assert file.revaluation_due_date == TODAY


@pytest.mark.parametrize("kind", CollateralType)
def test_nobody_alone_makes_a_stale_valuation_young_again(kind: CollateralType) -> None:
    until = add_months(TODAY, latest_table().terms[kind].stale_after_months)
    for amount, day, waits in ((240000, until, True), (1, until, True), (0, until, False), (240000, TODAY, False)):
        file, at = file_of(kind), NOON + (day - TODAY)
        in_force(file)
        file.record_valuation("i1", valued(amount, on=day), PAPER, "officer", at)
        assert (file.item("i1").proposed is not None) is waits
        assert found(file, day).stale is waits
        if waits:
            file.settle_valuation("i1", 2, True, "seen", "second", at)
            assert not found(file, day).stale


def test_loan_to_value_counts_what_others_are_owed_first() -> None:
    file = file_of()
    in_force(file, 240000, 30000)
    made = found(file)
    assert (made.value, made.prior_charges, made.lendable_value) == (euros(240000), euros(30000), euros(162000))
    assert made.loan_to_value_percent(euros(150000)) == Decimal("75.00")
    assert made.loan_to_value_percent(euros("150000.01")) == Decimal("75.01"), "never less than it is"


@pytest.mark.parametrize(
    "value, haircut, charges, lent",
    [
        ("100000", "20", "0", "80000.00"), ("100000", "28.284", "0", "71716.00"), ("0.01", "20", "0", "0.00"),
        ("99.99", "33.333", "0", "66.66"), ("100000", "20", "90000", "0.00"), ("100000", "0", "0", "100000.00"),
        ("100000", "100", "0", "0.00"),
    ],
)  # fmt: skip
def test_what_can_be_lent_is_exact_and_never_rounded_up(value: str, haircut: str, charges: str, lent: str) -> None:
    assert lendable(euros(value), Decimal(haircut), euros(charges)) == euros(lent)


MONEY = st.integers(0, 10**13).map(lambda each: Decimal(each).scaleb(-2))
PERCENT = st.integers(0, 100_000).map(lambda each: Decimal(each).scaleb(-3))


@given(value=MONEY, haircut=PERCENT, charges=MONEY)
def test_nobody_lends_more_than_is_left(value: Decimal, haircut: Decimal, charges: Decimal) -> None:
    lent = lendable(Money(value, "EUR"), haircut, Money(charges, "EUR")).amount
    left = value - value * haircut / 100 - charges
    assert lent == 0 if left <= 0 else left - Decimal("0.01") < lent <= left


def test_a_currency_without_cents_is_cut_to_its_unit() -> None:
    assert lendable(euros(1001, "JPY"), Decimal(20), euros(0, "JPY")) == euros(800, "JPY")


def test_only_the_assessment_that_waited_is_done() -> None:
    file = file_of()
    file.reassess_time = NOON
    file.reassessed(NOON - timedelta(seconds=1))
    assert file.reassess_time == NOON
    file.reassessed(NOON)
    assert file.reassess_time is None
