"""What an assessment knows of what secures a loan: the valuations that it used, and what they come to; plain values."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import Enum, auto

from services.lending.calendar import whole_months_between
from services.runtime.money import Money

_CENT = Decimal("0.01")


class CollateralType(Enum):
    """What a collateral is; haircut and revaluation go by it."""

    RESIDENTIAL_PROPERTY = auto()
    COMMERCIAL_PROPERTY = auto()
    VEHICLE = auto()
    EQUIPMENT = auto()
    LISTED_SHARES = auto()
    GOLD = auto()
    CASH_DEPOSIT = auto()
    OTHER = auto()


@dataclass(frozen=True)
class CountedCollateral:
    """One item by its valuation in force; without one its number is 0, there is no date, and the amounts are zero.

    From `stale_from_date` on the valuation is too old for a decision.
    """

    collateral_id: str
    type: CollateralType
    valuation_number: int
    valuation_date: date | None
    stale_from_date: date | None
    value: Money
    prior_charges: Money
    haircut_percent: Decimal
    lendable_value: Money

    def is_stale(self, day: date) -> bool:
        """Whether there is no valuation that is young enough for a decision on that day."""
        return self.stale_from_date is None or day >= self.stale_from_date


@dataclass(frozen=True)
class CollateralFinding:
    """All items that stand, one at least, as they were looked at on a day; `table_version` is that of the haircuts."""

    table_version: str
    as_of_date: date
    items: tuple[CountedCollateral, ...]

    @property
    def is_valued(self) -> bool:
        """Whether one of them has a valuation in force."""
        return any(each.valuation_number for each in self.items)

    @property
    def value(self) -> Money:
        """What all of them are worth."""
        return _sum([each.value for each in self.items])

    @property
    def prior_charges(self) -> Money:
        """What others are owed from them before the lender."""
        return _sum([each.prior_charges for each in self.items])

    @property
    def lendable_value(self) -> Money:
        """What can be lent on them."""
        return _sum([each.lendable_value for each in self.items])

    @property
    def stale(self) -> bool:
        """Whether one of them lacks a valuation that is young enough for a decision."""
        return any(each.is_stale(self.as_of_date) for each in self.items)

    @property
    def oldest_months(self) -> int | None:
        """How old the oldest of their valuations is, in whole months; None without any."""
        dates = [each.valuation_date for each in self.items if each.valuation_date is not None]
        return whole_months_between(min(dates), max(self.as_of_date, min(dates))) if dates else None

    def loan_to_value_percent(self, amount: Money) -> Decimal | None:
        """An amount and all prior charges in percent of what they are worth, rounded up; None where that is nothing."""
        if not self.value:
            return None
        owed = amount + self.prior_charges
        return (owed.amount * 100 / self.value.amount).quantize(_CENT, ROUND_CEILING)

    def as_of(self, day: date) -> "CollateralFinding":
        """The same valuations, looked at on another day."""
        return replace(self, as_of_date=day)


def _sum(amounts: list[Money]) -> Money:
    return sum(amounts[1:], amounts[0])
