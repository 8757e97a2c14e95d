"""What a customer may state of work and household, as application and risk both have it; plain values."""

from dataclasses import dataclass
from enum import Enum, auto

from services.runtime.money import Money


class Employment(Enum):
    """What an income is from."""

    PERMANENT = auto()
    TEMPORARY = auto()
    SELF_EMPLOYED = auto()
    OTHER = auto()


class Housing(Enum):
    """How somebody lives."""

    OWNED = auto()
    RENTED = auto()
    WITH_PARENTS = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Circumstances:
    """All of it optional: whole years of the present employment, expenses by month, worth of what is owned and owed."""

    employment_years: int | None = None
    employment: Employment | None = None
    housing: Housing | None = None
    monthly_expenses: Money | None = None
    assets: Money | None = None
    debts: Money | None = None

    @property
    def amounts(self) -> dict[str, Money]:
        """The amounts that are stated, by their names."""
        named = {"monthly_expenses": self.monthly_expenses, "assets": self.assets, "debts": self.debts}
        return {name: money for name, money in named.items() if money is not None}
