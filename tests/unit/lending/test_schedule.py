"""Schedules: properties that hold for every plan, and stories of what goes wrong elsewhere."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending import LendingError, LoanTerms, Schedule, build, loan_cost, loan_schedule
from services.lending.calendar import Convention, Unit, add_months, adjust, holiday_calendar
from services.lending.daycount import DayCount
from services.lending.plan import FeePayment, FirstPeriod, FlatLevel, Plan
from services.lending.rounding import Rounding
from services.lending.terms import Frequency, Method

START = date(2026, 1, 31)


def plan(**changes: object) -> Plan:
    values: dict[str, object] = {
        "principal": D("10000"),
        "annual_rate_percent": D("7.5"),
        "start": START,
        "instalments": 12,
    }
    return Plan(**{**values, **changes})  # type: ignore[arg-type]


plans = st.builds(
    Plan,
    principal=st.decimals("1000", "999999999999", places=2),
    annual_rate_percent=st.decimals("0", "30", places=3),
    start=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    instalments=st.integers(1, 60),
    every=st.integers(1, 3),
    unit=st.sampled_from(Unit),
    method=st.sampled_from(Method),
    day_count=st.sampled_from(DayCount),
    rounding=st.sampled_from(Rounding),
    flat_level=st.sampled_from(FlatLevel),
    down_payment_percent=st.sampled_from([D(0), D(25)]),
    balloon_percent=st.sampled_from([D(0), D(30)]),
    convention=st.sampled_from(Convention),
    interest_follows=st.booleans(),
    fee=st.sampled_from([D(0), D("12.34")]),
    fee_payment=st.sampled_from(FeePayment),
)


@settings(max_examples=60)
@given(plans)
def test_every_schedule_repays_its_principal_and_ends_at_zero(each: Plan) -> None:
    schedule = build(each)
    rows = [row for row in schedule.rows if row.number > 0]
    assert sum(row.principal for row in rows) == schedule.principal
    assert rows[-1].balance == 0
    assert len(rows) == each.instalments
    for row in schedule.rows:
        assert row.total == row.principal + row.interest + row.fee
        assert min(row.principal, row.interest, row.balance) >= 0
    dates = [row.due_date for row in schedule.rows]
    assert dates == sorted(dates)


@settings(max_examples=40)
@given(
    st.builds(
        LoanTerms,
        principal=st.decimals("500", "1000000", places=2),
        currency=st.just("EUR"),
        annual_rate_percent=st.decimals("0.5", "30", places=2),
        tenure_months=st.sampled_from([12, 24, 36, 60, 120]),
        frequency=st.sampled_from(Frequency),
        method=st.sampled_from([Method.ANNUITY, Method.EQUAL_PRINCIPAL]),
    )
)
def test_without_a_fee_the_apr_is_near_the_effective_rate_and_all_is_paid(terms: LoanTerms) -> None:
    cost = loan_cost(terms, date(2026, 1, 15))
    assert cost.total_paid == terms.principal + cost.total_cost == terms.principal + cost.total_interest
    assert abs(cost.apr_percent - cost.effective_rate_percent) < D("0.15")


def test_month_ends_are_clamped_from_the_original_day() -> None:
    dates = [row.due_date for row in loan_schedule(LoanTerms(D(1000), "EUR", D(5), 4), START).rows]
    assert dates == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]


def test_leap_day_start() -> None:
    rows = loan_schedule(LoanTerms(D(1000), "EUR", D(5), 48, Frequency.YEARLY), date(2024, 2, 29)).rows
    assert [row.due_date for row in rows] == [
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_an_instalment_is_not_forced_up_to_a_whole_unit() -> None:
    assert loan_cost(LoanTerms(D("10000"), "EUR", D("7.5"), 12), START).instalment == D("867.57")


def test_zero_rate() -> None:
    cost = loan_cost(LoanTerms(D("1000"), "EUR", D(0), 3), START)
    assert (cost.instalment, cost.total_interest, cost.apr_percent) == (D("333.33"), D(0), D(0))


def test_one_instalment() -> None:
    (row,) = loan_schedule(LoanTerms(D("1000"), "EUR", D(12), 1), START).rows
    assert (row.principal, row.interest, row.balance) == (D("1000.00"), D("10.00"), D("0.00"))


@pytest.mark.parametrize("principal", ["0.01", "250000", "1000000000000"])
def test_480_instalments(principal: str) -> None:
    schedule = loan_schedule(LoanTerms(D(principal), "EUR", D("4.25"), 480), START)
    assert (len(schedule.rows), schedule.rows[-1].balance) == (480, D(0))


def test_holiday_shift_of_one_instalment_only() -> None:
    moved = build(plan(start=date(2025, 11, 1), convention=Convention.FOLLOWING, closed=holiday_calendar("DE")))
    plain = build(plan(start=date(2025, 11, 1)))
    changed = {row.due_date: other.due_date for row, other in zip(plain.rows, moved.rows, strict=True)}
    assert changed[date(2026, 1, 1)] == date(2026, 1, 2)  # New Year
    assert changed[date(2026, 4, 1)] == date(2026, 4, 1)
    assert [row.interest for row in plain.rows] == [row.interest for row in moved.rows]


def test_interest_follows_the_moved_date_when_asked() -> None:
    moved = build(plan(start=date(2025, 12, 1), convention=Convention.FOLLOWING, closed=holiday_calendar("DE"),
                       day_count=DayCount.ACT_365F, interest_follows=True))  # fmt: skip
    assert moved.rows[0].due_date == date(2026, 1, 2)
    assert moved.rows[0].interest == (D(10000) * D("0.075") * 32 / 365).quantize(D("0.01"))


def test_interest_only_start() -> None:
    rows = build(plan(interest_only=3)).rows
    assert [row.principal for row in rows[:3]] == [0, 0, 0]
    assert rows[3].principal > 0 and rows[-1].balance == 0


@pytest.mark.parametrize("method", list(Method))
def test_balloon_is_left_to_the_last_instalment(method: Method) -> None:
    rows = build(plan(method=method, balloon=D("4000"))).rows
    assert rows[-1].principal > 4000 > rows[-2].principal


def test_down_payment_is_the_first_row() -> None:
    schedule = build(plan(down_payment_percent=D(20)))
    assert (schedule.rows[0].due_date, schedule.rows[0].principal, schedule.rows[0].balance) == (
        START,
        D(2000),
        D(8000),
    )


def test_long_first_period_by_exact_days_or_as_a_broken_period() -> None:
    first_due = date(2026, 3, 15)
    exact = build(plan(start=date(2026, 1, 31), first_due=first_due)).rows
    assert exact[0].interest == (D(10000) * D("0.075") * 43 / 365).quantize(D("0.01"))
    broken = build(plan(start=date(2026, 1, 31), first_due=first_due, first_period=FirstPeriod.BROKEN_PERIOD)).rows
    assert (broken[0].number, broken[0].due_date, broken[0].principal) == (0, date(2026, 2, 15), D(0))
    assert broken[0].interest == (D(10000) * D("0.075") * 15 / 365).quantize(D("0.01"))
    assert broken[1].interest == D("62.50")
    assert len(broken) == len(exact) + 1


def test_fees_financed_deducted_or_apart() -> None:
    def fees(how: FeePayment) -> Schedule:
        return build(plan(fee_percent=D(2), fee_payment=how))

    assert fees(FeePayment.FINANCED).principal == D("10200.00")
    assert fees(FeePayment.DEDUCTED).paid_out == D("9800.00")
    assert [row.fee for row in fees(FeePayment.APART).rows[:2]] == [D("200.00"), 0]


def test_currency_without_decimals() -> None:
    rows = loan_schedule(LoanTerms(D("100000"), "JPY", D("3"), 12), START).rows
    assert all(row.total == row.total.to_integral_value() for row in rows)


def test_weeks_of_a_tenure_are_rounded_to_the_nearest_whole() -> None:
    def count(months: int, frequency: Frequency) -> int:
        return LoanTerms(D(1000), "EUR", D(5), months, frequency).instalments

    assert [count(n, Frequency.WEEKLY) for n in (1, 6, 12)] == [4, 26, 52]
    assert [count(n, Frequency.BIWEEKLY) for n in (1, 3, 24)] == [2, 7, 52]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"principal": D("-1")}, "principal"),
        ({"principal": D("NaN")}, "principal"),
        ({"principal": D("1.001")}, "principal"),
        ({"principal": D("1e15")}, "principal"),
        ({"annual_rate_percent": D("1000")}, "annual_rate_percent"),
        ({"annual_rate_percent": D("Infinity")}, "annual_rate_percent"),
        ({"annual_rate_percent": D("900"), "instalments": 240}, "annual_rate_percent"),
        ({"instalments": 0}, "instalments"),
        ({"interest_only": 12}, "interest_only_periods"),
        ({"balloon": D("20000")}, "balloon"),
        ({"down_payment_percent": D("100")}, "down_payment_percent"),
        ({"first_due": START}, "first_due_date"),
        ({"start": date(9999, 6, 1)}, "start_date"),
        ({"fee": D("10000"), "fee_payment": FeePayment.DEDUCTED}, "fee"),
    ],
)
def test_impossible_plans_name_the_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(LendingError) as refused:
        build(plan(**changes))
    assert refused.value.field_name == field


def test_a_business_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(LendingError, match="out of the calendar"):
        adjust(date.max, Convention.FOLLOWING, {date.max})


def test_no_due_date_moves_to_before_the_start() -> None:
    moved = build(plan(start=date(2026, 1, 2), unit=Unit.DAY, instalments=3, convention=Convention.PRECEDING))
    assert {row.due_date for row in moved.rows} == {date(2026, 1, 5)}


def test_months_are_added_with_the_wanted_day() -> None:
    assert add_months(date(2026, 2, 28), 1, 31) == date(2026, 3, 31)
    assert add_months(START, -2) == date(2025, 11, 30)
    assert add_months(START, 1) - timedelta(days=28) == START
