"""What the tables of points look at: each characteristic of an application, as its tables have it; pure.

A value is a number (shares in percent, times as a factor), a name, or None where an application has it not. What a
customer need not state and did not is None, never zero: a table says what that is worth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto

from services.circumstances import Circumstances, Employment, Housing
from services.risk.assessment import Indicators
from services.risk.bureau_record import COUNTED, record_use
from services.risk.figures import Figures
from services.runtime.money import Money

_CENT = Decimal("0.01")
# A share of no income at all: above every bound.
_BEYOND = Decimal("Infinity")


class Characteristic(Enum):
    """What is looked at. Shares are percent; AMOUNT_TO_INCOME is a factor, TENURE months."""

    DEBT_TO_INCOME = auto()
    REPAYMENT_CAPACITY = auto()
    COLLATERAL_COVER = auto()
    FINANCED_SHARE = auto()
    TENURE = auto()
    EMPLOYMENT_YEARS = auto()
    EMPLOYMENT = auto()
    HOUSING = auto()
    CREDIT_RECORD = auto()
    AMOUNT_TO_INCOME = auto()
    PRINCIPAL_TO_INCOME = auto()
    EXPENSES_TO_INCOME = auto()
    CAPACITY_TO_PRINCIPAL = auto()
    ASSETS_TO_AMOUNT = auto()
    DEBTS_TO_ASSETS = auto()


# Those whose values are names, with every name that they can have.
NAMED: Mapping[Characteristic, frozenset[str]] = {
    Characteristic.EMPLOYMENT: frozenset(Employment.__members__),
    Characteristic.HOUSING: frozenset(Housing.__members__),
    Characteristic.CREDIT_RECORD: frozenset({"CLEAN", "ADVERSE"}),
}


@dataclass(frozen=True)
class NoBetterThan:
    """The best that a number can be of which a part is known: it counts where that is worse than not knowing."""

    number: Decimal


Value = Decimal | str | NoBetterThan | None


def values_of(figures: Figures, found: Indicators, on_record: bool = True) -> Mapping[Characteristic, Value]:
    """The value of every characteristic; unless `on_record`, as if nobody had asked for the credit record."""
    record = _record(figures) if on_record else None
    return {**_requested(figures, found), **_stated(figures), Characteristic.CREDIT_RECORD: record}


def percent(part: Decimal, whole: Decimal, times: int = 100) -> Decimal | None:
    """The part in percent of the whole, to two decimals; None when there is no whole."""
    if not whole:
        return None
    return (part * times / whole).quantize(_CENT, ROUND_HALF_UP)


def share(part: Money, whole: Money) -> Decimal | None:
    """The part in percent of the whole, to two decimals; None when there is no whole."""
    return percent(part.amount, whole.amount)


def _requested(figures: Figures, found: Indicators) -> dict[Characteristic, Value]:
    amount, income, principal = figures.amount.amount, figures.income.amount, _principal(figures)
    return {
        Characteristic.DEBT_TO_INCOME: found.debt_to_income_percent,
        Characteristic.REPAYMENT_CAPACITY: share(found.repayment_capacity, found.monthly_instalment),
        Characteristic.COLLATERAL_COVER: found.collateral_cover_percent,
        Characteristic.FINANCED_SHARE: share(figures.amount, figures.project_cost),
        Characteristic.TENURE: Decimal(figures.tenure_months),
        Characteristic.AMOUNT_TO_INCOME: percent(amount, income, 1) if income else _BEYOND,
        Characteristic.PRINCIPAL_TO_INCOME: percent(principal, income) if income else _BEYOND,
    }


def _record(figures: Figures) -> str | None:
    """A bureau's record, where there is one that says something: what says nothing costs and brings nothing."""
    use = record_use(figures.bureau)
    return use.name if use in COUNTED else None


def _stated(figures: Figures) -> dict[Characteristic, Value]:
    """What the customer need not state; what is spent has the other debts in it, which are stated always."""
    said, amount = figures.circumstances or Circumstances(), figures.amount.amount
    stated = said.monthly_expenses, said.assets, said.debts
    spent, owned, owed = (None if each is None else each.amount for each in stated)
    years = said.employment_years
    return {
        Characteristic.EXPENSES_TO_INCOME: _spent(figures, spent),
        Characteristic.CAPACITY_TO_PRINCIPAL: _capacity(figures, spent),
        Characteristic.ASSETS_TO_AMOUNT: None if owned is None else percent(owned, amount),
        Characteristic.DEBTS_TO_ASSETS: None if owned is None or owed is None else percent(owed, owned),
        Characteristic.EMPLOYMENT_YEARS: None if years is None else Decimal(years),
        Characteristic.EMPLOYMENT: said.employment and said.employment.name,
        Characteristic.HOUSING: said.housing and said.housing.name,
    }


def _spent(figures: Figures, spent: Decimal | None) -> Value:
    income = figures.income.amount
    if not income:
        return _BEYOND
    found = percent((spent or Decimal(0)) + figures.counted_debts.amount, income)
    assert found is not None
    return NoBetterThan(found) if spent is None else found


def _capacity(figures: Figures, spent: Decimal | None) -> Value:
    principal, others = _principal(figures), (spent or Decimal(0)) + figures.counted_debts.amount
    found = percent(figures.income.amount - others - principal, principal)
    return NoBetterThan(found) if spent is None and found is not None else found


def _principal(figures: Figures) -> Decimal:
    return figures.amount.amount / figures.tenure_months
