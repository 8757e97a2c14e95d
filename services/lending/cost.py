"""What a loan costs the customer over its whole term, as types/v1/schedule.proto shows it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services.lending.calendar import Unit
from services.lending.rates import (
    Flow,
    PaymentInterval,
    UnitPeriod,
    effective_rate_percent,
    eu_apr_percent,
    us_apr_percent,
)
from services.lending.schedule import Schedule, loan_schedule
from services.lending.terms import Frequency, LoanTerms

_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class LoanCost:
    """The key figures of a loan; amounts in its currency, rates in percent with two decimals."""

    instalment: Decimal
    instalments: int
    first_due_date: date
    last_due_date: date
    total_interest: Decimal
    total_cost: Decimal
    total_paid: Decimal
    apr_percent: Decimal
    effective_rate_percent: Decimal


def loan_cost(terms: LoanTerms, start: date) -> LoanCost:
    """What a loan on these terms costs when it is paid out on `start`. `instalment` is the first, without the fee."""
    schedule = loan_schedule(terms, start)
    first, last = schedule.rows[0], schedule.rows[-1]
    return LoanCost(
        instalment=first.principal + first.interest,
        instalments=len(schedule.rows),
        first_due_date=first.due_date,
        last_due_date=last.due_date,
        total_interest=schedule.total_interest,
        total_cost=schedule.total_paid - terms.principal,
        total_paid=schedule.total_paid,
        apr_percent=schedule_apr_percent(schedule, terms.frequency.period[1]).quantize(Decimal("0.01")),
        effective_rate_percent=effective_rate_percent(terms.annual_rate_percent, terms.frequency.per_year),
    )


def monthly_instalment(terms: LoanTerms, start: date) -> Decimal:
    """The first instalment, the highest of every method, when paid monthly, as income comes; without the fee."""
    return loan_cost(replace(terms, frequency=Frequency.MONTHLY), start).instalment


def schedule_apr_percent(schedule: Schedule, unit: Unit) -> Decimal:
    """The EU APR of a schedule whose payments come every so many units; unrounded."""
    advances = [Flow(schedule.start, schedule.paid_out)]
    payments = [Flow(row.due_date, row.total) for row in schedule.rows]
    return eu_apr_percent(advances, payments, PaymentInterval[unit.name])


def schedule_us_apr_percent(schedule: Schedule, unit: Unit, every: int) -> Decimal:
    """The US APR (12 CFR 1026, Appendix J) of a schedule with a payment every so many units; two decimals."""
    advances = [Flow(schedule.start, schedule.paid_out)]
    payments = [Flow(row.due_date, row.total) for row in schedule.rows]
    if unit is Unit.MONTH and every == _MONTHS_IN_YEAR:
        return us_apr_percent(advances, payments, UnitPeriod.YEAR)
    return us_apr_percent(advances, payments, UnitPeriod[unit.name], every)


def loan_us_apr_percent(terms: LoanTerms, start: date) -> Decimal:
    """The US APR of a loan on these terms that is paid out on `start`; `LoanCost.apr_percent` is the EU's."""
    every, unit = terms.frequency.period
    return schedule_us_apr_percent(loan_schedule(terms, start), unit, every)
