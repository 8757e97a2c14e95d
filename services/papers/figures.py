"""The figures of a loan as documents are filled with them, all from the engine."""

from collections.abc import Iterable
from decimal import Decimal

from services.lending import LoanCost, LoanTerms, Schedule
from services.lending.cost import schedule_us_apr_percent
from services.papers.formats import Amount, Percent, Value, Word

_AMOUNTS = ("principal", "interest", "fee", "total", "balance")


def loan_values(terms: LoanTerms, cost: LoanCost, schedule: Schedule, rate: str = "") -> dict[str, Value]:
    """What every document about the terms names; finance charge and amount financed as in 12 CFR 1026.4 and 1026.18.

    `rate` is the one annual percentage rate that a law has printed, `apr` or `us_apr`: the other, which is computed
    otherwise and is another figure, is not there then.
    """
    every, unit = terms.frequency.period
    amounts = {
        "principal": terms.principal,
        "total_paid": cost.total_paid,
        "total_interest": cost.total_interest,
        "total_cost": cost.total_cost,
        "fee": terms.fee,
        "instalment": cost.instalment,
        "amount_financed": schedule.paid_out,
        "finance_charge": cost.total_paid - schedule.paid_out,
    }
    rates = {"apr": cost.apr_percent, "us_apr": schedule_us_apr_percent(schedule, unit, every)}
    return {
        **{name: Percent(value) for name, value in rates.items() if rate in ("", name)},
        **{name: Amount(value, terms.currency) for name, value in amounts.items()},
        "nominal_rate": Percent(terms.annual_rate_percent),
        "instalments": cost.instalments,
        "tenure_months": terms.tenure_months,
        "frequency": Word.of(terms.frequency),
        "method": Word.of(terms.method),
        "first_due": cost.first_due_date,
        "last_due": cost.last_due_date,
    }


def schedule_values(schedule: Schedule) -> dict[str, Value]:
    """The rows of a schedule and their totals, as a table in its currency."""

    def amounts(found: Iterable[Decimal]) -> tuple[Value, ...]:
        return tuple(Amount(each, schedule.currency, bare=True) for each in found)

    rows = tuple((row.number, row.due_date, *amounts(getattr(row, name) for name in _AMOUNTS)) for row in schedule.rows)
    totals = amounts(sum((getattr(row, name) for row in schedule.rows), Decimal(0)) for name in _AMOUNTS[:-1])
    return {"schedule": rows, "schedule_totals": ("", Word("total"), *totals, ""), "currency": schedule.currency}


def payment_lines(schedule: Schedule) -> tuple[Value, ...]:
    """Equal payments in a row as one line, as 12 CFR 1026.18(g) has them: how many, how much, first due when."""
    lines: list[tuple[int, Decimal, object]] = []
    for row in schedule.rows:
        if lines and lines[-1][1] == row.total:
            lines[-1] = (lines[-1][0] + 1, *lines[-1][1:])
        else:
            lines.append((1, row.total, row.due_date))
    return tuple((count, Amount(total, schedule.currency), first) for count, total, first in lines)
