"""The figures of an application that it is assessed on; pure."""

from dataclasses import dataclass

from services.circumstances import Circumstances
from services.risk.bureau_record import BureauFinding
from services.risk.exposure import Exposure
from services.runtime.money import Money


@dataclass(frozen=True)
class Figures:
    """What the customer declared, all in the facility's currency; income and debts by month.

    `verified_income` is what KYC found, None before and where it was not kept; the assessment goes by it. `exposure` is
    what is owed beside this loan, None before KYC is approved and where it was not asked for. `bureau` is what a credit
    bureau says, or why none does; None before the assessment, and where no bureau is connected.
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
    exposure: Exposure | None = None
    bureau: BureauFinding | None = None

    @property
    def income(self) -> Money:
        """The income that counts."""
        return self.monthly_income if self.verified_income is None else self.verified_income

    @property
    def counted_debts(self) -> Money:
        """The debts a month that count: those declared, and never less than what the customer owes here alone.

        What is owed here is part of what a customer declares, so the two are not added up.
        """
        if self.exposure is None:
            return self.monthly_debts
        return max(self.monthly_debts, self.exposure.monthly_instalments, key=lambda each: each.amount)

    @property
    def total_exposure(self) -> Money | None:
        """The amount with all that is owed and answered for beside it; None where that was not asked for."""
        return None if self.exposure is None else self.amount + self.exposure.elsewhere
