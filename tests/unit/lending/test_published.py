"""Figures that others published, each with its source: the engine must come to the same."""

from datetime import date
from decimal import Decimal as D

import pytest

from services.lending.calendar import Convention, Unit, add_periods, adjust
from services.lending.daycount import DayCount, year_fraction
from services.lending.plan import FlatLevel, Plan
from services.lending.rates import (
    Flow,
    PaymentInterval,
    UnitPeriod,
    eu_apr_percent,
    eu_interval,
    unit_periods,
    us_apr_percent,
)
from services.lending.rounding import Rounding
from services.lending.schedule import build, plan_instalment
from services.lending.terms import Method


def level(first: date, every: int, unit: str, count: int, amount: str) -> list[Flow]:
    """`count` payments of one amount, each `every` months or days after the one before."""
    return [Flow(add_periods(first, every, Unit[unit], n), D(amount)) for n in range(count)]


def semimonthly(count: int) -> list[Flow]:
    months = [date(1978 + (2 + n // 2) // 12, (2 + n // 2) % 12 + 1, 1 if n % 2 == 0 else 16) for n in range(count)]
    return [Flow(day, D("219.17")) for day in months]


# 12 CFR Part 1026, Appendix J, (c) "Solution of general equation": the numbers of its examples.
REG_Z = {
    "(c)(1)(i) monthly, regular first period": (
        "5000", date(1978, 1, 10), level(date(1978, 2, 10), 1, "MONTH", 24, "230"), UnitPeriod.MONTH, 1, "9.69",
    ),
    "(c)(1)(ii) monthly, long first period": (
        "6000", date(1978, 2, 10), level(date(1978, 4, 1), 1, "MONTH", 36, "200"), UnitPeriod.MONTH, 1, "11.82",
    ),
    "(c)(1)(iii) semimonthly, short first period": (
        "5000", date(1978, 2, 23), semimonthly(24), UnitPeriod.SEMIMONTH, 1, "10.34",
    ),
    "(c)(1)(iv) quarterly, long first period": (
        "10000", date(1978, 5, 23), level(date(1978, 10, 1), 3, "MONTH", 40, "385"), UnitPeriod.MONTH, 3, "8.97",
    ),
    "(c)(1)(v) weekly, long first period": (
        "500", date(1978, 3, 20), level(date(1978, 4, 21), 1, "WEEK", 30, "17.60"), UnitPeriod.WEEK, 1, "14.96",
    ),
    "(c)(2)(ii) every 4 weeks, irregular first payment": (
        "400", date(1978, 3, 18),
        [Flow(date(1978, 4, 20), D("39.50")), *level(date(1978, 5, 18), 4, "WEEK", 11, "38.31")],
        UnitPeriod.WEEK, 4, "28.50",
    ),
    "(c)(4)(i) monthly, irregular first and last payment": (
        "5000", date(1978, 1, 10),
        [
            Flow(date(1978, 2, 10), D("250")),
            *level(date(1978, 3, 10), 1, "MONTH", 22, "230"),
            Flow(date(1980, 1, 10), D("280")),
        ],
        UnitPeriod.MONTH, 1, "10.90",
    ),
    "(c)(5)(i) one payment, term in days": (
        "1000", date(1978, 1, 3), [Flow(date(1978, 9, 15), D("1080"))], UnitPeriod.DAY, 255, "11.45",
    ),
    "(c)(5)(ii) one payment, term in months": (
        "1000", date(1978, 7, 15), [Flow(date(1979, 1, 15), D("1044"))], UnitPeriod.MONTH, 6, "8.80",
    ),
    "(c)(5)(iii) one payment, a year and a half": (
        "1000", date(1978, 1, 17), [Flow(date(1979, 7, 17), D("1135.19"))], UnitPeriod.YEAR, 1, "8.76",
    ),
    "(c)(5)(iv) one payment, exactly two years": (
        "1000", date(1978, 1, 3), [Flow(date(1980, 1, 3), D("1240"))], UnitPeriod.YEAR, 1, "11.36",
    ),
}  # fmt: skip


@pytest.mark.parametrize("example", REG_Z, ids=list(REG_Z))
def test_regulation_z_appendix_j(example: str) -> None:
    amount, start, payments, unit, every, percent = REG_Z[example]
    assert us_apr_percent([Flow(start, D(amount))], payments, unit, every) == D(percent)


def test_unit_periods_are_counted_back_from_the_later_date() -> None:
    # Appendix J (b)(5)(ii): one month back from 1 April is 1 March, 19 days forward from 10 February.
    assert unit_periods(date(1978, 2, 10), date(1978, 4, 1), UnitPeriod.MONTH) == (1, 19 / 30)
    # A schedule on the 30th meets February's last day after whole months.
    assert unit_periods(date(2025, 12, 30), date(2026, 2, 28), UnitPeriod.MONTH) == (2, 0)


def flows(*pairs: tuple[str, str]) -> list[Flow]:
    return [Flow(date.fromisoformat(day), D(amount)) for day, amount in pairs]


@pytest.mark.parametrize(
    ("payments", "percent"),
    [
        # Directive 2008/48/EC as illustrated by Directive 98/7/EC, Annex III, intervals of whole months and years:
        # first example, 1 000 lent, 1 200 repaid after 18 months.
        (flows(("1995-07-01", "1200")), "12.9"),
        # fourth example, 600 after one year and 600 after two.
        (flows(("1995-01-01", "600"), ("1996-01-01", "600")), "13.1"),
        # fifth example, 272 after three months, 272 after six and 544 after twelve.
        (flows(("1994-04-01", "272"), ("1994-07-01", "272"), ("1995-01-01", "544")), "13.2"),
    ],
)
def test_eu_directive_examples(payments: list[Flow], percent: str) -> None:
    found = eu_apr_percent(flows(("1994-01-01", "1000")), payments, PaymentInterval.MONTH)
    assert found.quantize(D("0.1")) == D(percent)


@pytest.mark.parametrize(
    ("start", "end", "interval", "years"),
    [
        # Directive 2014/17/EU, Annex I, remark (c): days after whole periods, over the year that ends there.
        ("2012-01-12", "2012-02-15", "MONTH", 1 / 12 + 3 / 365),
        ("2013-01-12", "2013-04-15", "MONTH", 3 / 12 + 3 / 366),
        ("2013-02-26", "2013-03-29", "MONTH", 1 / 12 + 2 / 366),
        ("2024-12-31", "2025-02-28", "MONTH", 2 / 12),
        ("2012-01-12", "2012-01-30", "WEEK", 2 / 52 + 4 / 365),
        ("2019-02-28", "2020-02-29", "YEAR", 1),
        ("2012-01-12", "2012-02-15", "YEAR", 34 / 365),
        ("2012-10-10", "2012-10-15", "DAY", 5 / 365),
    ],
)
def test_eu_intervals(start: str, end: str, interval: str, years: float) -> None:
    found = eu_interval(date.fromisoformat(start), date.fromisoformat(end), PaymentInterval[interval])
    assert float(found) == pytest.approx(years, abs=1e-12)


@pytest.mark.parametrize(
    ("principal", "rate", "months", "instalment"),
    [
        # Closed form P·r / (1 - (1+r)^-n), as in any textbook.
        ("100000", "6", 360, "599.55"),
        ("200000", "4.5", 360, "1013.37"),
        ("1000", "12", 12, "88.85"),
        ("1200", "0", 12, "100.00"),
    ],
)
def test_closed_form_annuities(principal: str, rate: str, months: int, instalment: str) -> None:
    plan = Plan(
        principal=D(principal), annual_rate_percent=D(rate), start=date(2026, 1, 1), instalments=months,
        rounding=Rounding.HALF_UP,
    )  # fmt: skip
    assert plan_instalment(plan) == D(instalment)


def test_actual_days_schedule_of_apache_fineract() -> None:
    # Apache Fineract, EMICalculation-Part1.feature, "EMI calculation with 365/Actual setup - integer".
    rows = build(
        Plan(
            principal=D("100"), annual_rate_percent=D("12"), start=date(2024, 1, 1), instalments=6,
            day_count=DayCount.ACT_365F,
        )
    ).rows  # fmt: skip
    assert [str(row.interest) for row in rows] == ["1.02", "0.80", "0.69", "0.50", "0.35", "0.17"]
    assert [str(row.total) for row in rows] == ["17.25"] * 5 + ["17.28"]


def test_a_last_instalment_that_another_level_would_not_bring_nearer() -> None:
    # Apache Fineract, ProgressiveEMICalculatorTest, test_emiAdjustment_newCalculatedEmiNotBetterThanOriginal: it asks
    # for more than half a cent an instalment, but a cent more in each would overshoot.
    rows = build(
        Plan(
            principal=D("100"), annual_rate_percent=D("15.678"), start=date(2024, 1, 1), instalments=6,
            day_count=DayCount.ACT_365F,
        )
    ).rows  # fmt: skip
    assert [str(row.total) for row in rows] == ["17.43"] * 5 + ["17.47"]
    assert [str(row.interest) for row in rows] == ["1.33", "1.05", "0.90", "0.66", "0.46", "0.22"]


@pytest.mark.parametrize(
    ("principal", "rate", "count", "instalments"),
    [
        # Worked by the rule of Apache Fineract's EmiAdjustment (more than n/2 cents, a share of it, if that is nearer).
        ("500", "7", 3, ["168.62", "168.62", "168.61"]),
        ("1200", "10", 3, ["406.68", "406.68", "406.69"]),
        ("400", "26", 4, ["105.48", "105.48", "105.48", "105.47"]),
    ],
)
def test_a_last_instalment_that_a_cent_more_or_less_brings_nearer(
    principal: str, rate: str, count: int, instalments: list[str]
) -> None:
    plan = Plan(principal=D(principal), annual_rate_percent=D(rate), start=date(2024, 1, 1), instalments=count)
    assert [str(row.total) for row in build(plan).rows] == instalments
    # The level instalment alone is that of the formula.
    assert abs(plan_instalment(plan) - D(instalments[0])) == D("0.01")


def test_flat_level_instalment_of_apache_fineract() -> None:
    # Apache Fineract, EMICalculation-Part4.feature, flat interest, actual/actual.
    plan = Plan(
        principal=D("1000"), annual_rate_percent=D("12"), start=date(2024, 6, 1), instalments=3, method=Method.FLAT,
        day_count=DayCount.ACT_ACT_ISDA, flat_level=FlatLevel.INSTALMENT,
    )  # fmt: skip
    assert [(str(row.principal), str(row.interest)) for row in build(plan).rows] == [
        ("333.55", "9.84"),
        ("333.23", "10.16"),
        ("333.22", "10.16"),
    ]


@pytest.mark.parametrize(
    ("day_count", "start", "end", "fraction"),
    [
        # OpenGamma Strata, DayCountTest.
        (DayCount.ACT_ACT_ISDA, "2011-12-28", "2012-02-28", 4 / 365 + 58 / 366),
        (DayCount.ACT_360, "2011-12-28", "2012-02-28", 62 / 360),
        (DayCount.ACT_364, "2011-12-28", "2012-02-28", 62 / 364),
        (DayCount.ACT_365F, "2012-02-29", "2012-03-28", 28 / 365),
        (DayCount.THIRTY_360_ISDA, "2012-05-29", "2013-08-30", 451 / 360),
        (DayCount.THIRTY_E_360, "2011-02-28", "2012-02-29", 361 / 360),
    ],
)
def test_day_counts(day_count: DayCount, start: str, end: str, fraction: float) -> None:
    found = year_fraction(day_count, date.fromisoformat(start), date.fromisoformat(end))
    assert float(found) == pytest.approx(fraction, abs=1e-12)


@pytest.mark.parametrize(
    ("convention", "day", "closed", "moved"),
    [
        # OpenGamma Strata, BusinessDayConventionTest.
        ("NO_ADJUST", "2014-07-12", "", "2014-07-12"),
        ("FOLLOWING", "2014-07-12", "2014-07-14", "2014-07-15"),
        ("MODIFIED_FOLLOWING", "2014-08-30", "", "2014-08-29"),
        ("MODIFIED_FOLLOWING_BI_MONTHLY", "2014-11-15", "", "2014-11-14"),
        ("PRECEDING", "2014-08-31", "", "2014-08-29"),
        ("MODIFIED_PRECEDING", "2014-11-02", "", "2014-11-03"),
        ("NEAREST", "2014-07-12", "", "2014-07-11"),
        ("NEAREST", "2014-07-13", "", "2014-07-14"),
        ("NEAREST", "2014-07-13", "2014-07-14", "2014-07-15"),
    ],
)
def test_business_days(convention: str, day: str, closed: str, moved: str) -> None:
    holidays = {date.fromisoformat(closed)} if closed else set()
    assert adjust(date.fromisoformat(day), Convention[convention], holidays) == date.fromisoformat(moved)
