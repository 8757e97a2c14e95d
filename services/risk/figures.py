"""The figures of an application that it is assessed on; pure."""

from dataclasses import dataclass

from services.circumstances import Circumstances
from services.runtime.money import Money


@dataclass(frozen=True)
class Figures:
    """What the customer declared, all in the facility's currency; income and debts by month.

    `verified_income` is what KYC found, None before and where it was not kept; the assessment goes by it.
    """

    facility_type: str
    amount: Money
    tenure_months: int
    project_cost: Money
    monthly_income: Money
    monthly_debts: Money
    collateral_value: Money
    verified_income: Money | None = None
    circumstances: Circumstances | None = None

    @property
    def income(self) -> Money:
        """The income that counts."""
        return self.monthly_income if self.verified_income is None else self.verified_income
