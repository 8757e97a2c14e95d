"""What may be offered: terms within the facility type and within what risk assessed; pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.lending import LendingError, LoanCost, LoanTerms, loan_cost
from services.lending.facility import Facility


@dataclass(frozen=True)
class Assessed:
    """The loan that risk assessed and approved: the amount, in the facility's currency, and the tenure."""

    amount: Decimal
    tenure_months: int

    def require_terms(self, terms: LoanTerms) -> None:
        """Refuses a larger or a longer loan, whose risk was not assessed: LendingError ASSESSED_LIMIT."""
        limits = (
            ("principal", terms.principal, self.amount),
            ("tenure_months", terms.tenure_months, self.tenure_months),
        )
        for name, offered, most in limits:
            if offered > most:
                raise LendingError(name, "is above what risk assessed", str(most), reason="ASSESSED_LIMIT")


def priced(
    said: LoanTerms, unset: frozenset[str], facility: Facility, assessed: Assessed | None, start: date
) -> tuple[LoanTerms, LoanCost]:
    """The terms, as the facility has them where none were given, and what they cost when paid out on `start`.

    InvalidArgument FACILITY_LIMIT, ASSESSED_LIMIT, WRONG_CURRENCY or IMPOSSIBLE_TERMS names the field.
    """
    usual = {"frequency": facility.frequency, "method": facility.method, "fee": facility.fee_for(said.principal)}
    chosen: dict[str, Any] = {name: usual[name] for name in unset}
    try:
        terms = facility.complete(replace(said, **chosen))
        facility.require_terms(terms)
        if assessed is not None:
            assessed.require_terms(terms)
        return terms, loan_cost(terms, start)
    except LendingError as refused:
        raise refused.within("terms") from refused
