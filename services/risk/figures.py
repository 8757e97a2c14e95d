"""The figures of an application that it is assessed on; pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from services.circumstances import Circumstances
from services.risk.bureau_record import BureauFinding
from services.risk.collateral_finding import CollateralFinding
from services.risk.exposure import Exposure
from services.risk.income_finding import DebtsBasis, IncomeBasis, IncomeFinding
from services.runtime.money import Money


@dataclass(frozen=True)
class Figures:
    """What the customer declared, all in the facility's currency; income and debts by month.

    `verified_income` is what KYC found, None before and where it was not kept; the assessment goes by it. `exposure` is
    what is owed beside this loan, None before KYC is approved and where it was not asked for. `bureau` is what a credit
    bureau says, or why none does; None before the assessment, and where no bureau is connected. `income_evidence` is
    what bank statements show, or that there are none, and `collateral` what secures the loan by its valuations; None
    before the assessment, and where none is named item by item. `for_legal_entity` where a company borrows; it is known
    at the assessment, as is `party_count`, how many are bound beside the applicant, about whom no bureau is asked.
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
    income_evidence: IncomeFinding | None = None
    collateral: CollateralFinding | None = None
    for_legal_entity: bool = False
    party_count: int = 0

    @property
    def income(self) -> Money:
        """The income that counts: verified or declared, and never more than a statement shows, where there is one."""
        return self._income_with_basis[0]

    @property
    def income_basis(self) -> IncomeBasis:
        """Which of the numbers that is."""
        return self._income_with_basis[1]

    @property
    def evidenced_income(self) -> Money | None:
        """What a bank statement shows of the income; None without one that counts."""
        found = self.income_evidence
        return None if found is None else found.counted(self.monthly_income.currency)

    @property
    def income_difference(self) -> Money | None:
        """By how much more is declared than a statement shows; below zero where it shows more, None without one."""
        found = self.evidenced_income
        return None if found is None else self.monthly_income - found

    @property
    def _income_with_basis(self) -> tuple[Money, IncomeBasis]:
        said, basis = self.monthly_income, IncomeBasis.DECLARED
        if self.verified_income is not None:
            said, basis = self.verified_income, IncomeBasis.VERIFIED
        shown = self.evidenced_income
        return (said, basis) if shown is None or said <= shown else (shown, IncomeBasis.EVIDENCED)

    @property
    def counted_collateral_value(self) -> Money:
        """What secures the loan: what can be lent on it, once an item of it was valued, and what is declared before."""
        found = self.collateral
        return self.collateral_value if found is None or not found.is_valued else found.lendable_value

    @property
    def loan_to_value_percent(self) -> Decimal | None:
        """The amount and all prior charges in percent of what the collateral is worth; None without a valuation."""
        found = self.collateral
        return None if found is None else found.loan_to_value_percent(self.amount)

    def as_of(self, day: date) -> "Figures":
        """The same with the valuations as old as they are on another day."""
        return self if self.collateral is None else replace(self, collateral=self.collateral.as_of(day))

    @property
    def counted_debts(self) -> Money:
        """The debts a month that count: those declared, and never less than a statement shows or is owed here alone.

        What is shown and what is owed here are parts of what a customer declares, so nothing of it is added up.
        """
        return self._debts_with_basis[0]

    @property
    def debts_basis(self) -> DebtsBasis:
        """Which of the numbers that is."""
        return self._debts_with_basis[1]

    @property
    def evidenced_instalments(self) -> Money | None:
        """What a bank statement shows of instalments of loans a month; None without one that counts."""
        found = self.income_evidence
        return None if found is None else found.instalments(self.monthly_debts.currency)

    @property
    def undeclared_debts(self) -> Money | None:
        """By how much that is more than was declared; zero where it is not, None without a statement that counts."""
        shown = self.evidenced_instalments
        if shown is None:
            return None
        return Money(max(shown.amount - self.monthly_debts.amount, Decimal(0)), shown.currency)

    @property
    def _debts_with_basis(self) -> tuple[Money, DebtsBasis]:
        here = None if self.exposure is None else self.exposure.monthly_instalments
        known = (here, DebtsBasis.OWED_HERE), (self.evidenced_instalments, DebtsBasis.EVIDENCED)
        found = self.monthly_debts, DebtsBasis.DECLARED
        for amount, basis in known:
            if amount is not None and amount > found[0]:
                found = amount, basis
        return found

    @property
    def total_exposure(self) -> Money | None:
        """The amount with all that is owed and answered for beside it; None where that was not asked for."""
        return None if self.exposure is None else self.amount + self.exposure.elsewhere
