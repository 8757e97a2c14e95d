"""Loan arithmetic: calendar, day counts, schedules, rates, solvers, the facility catalogue and the ledger.

A pure library: Decimal money, no I/O beyond its own catalogue file, no clock, nothing of the other services. The front
for services is what stands below; everything refuses bad input with `LendingError(field, message, limit)`.
"""

from services.lending.cost import LoanCost, loan_cost, monthly_instalment
from services.lending.errors import LendingError
from services.lending.schedule import Instalment, Schedule, build, loan_schedule
from services.lending.terms import Frequency, LoanTerms, Method

__all__ = [
    "Frequency",
    "Instalment",
    "LendingError",
    "LoanCost",
    "LoanTerms",
    "Method",
    "Schedule",
    "build",
    "loan_cost",
    "loan_schedule",
    "monthly_instalment",
]
