"""What a facility type says about the account of a loan, and what the law gives that it follows; pure."""

from dataclasses import replace
from pathlib import Path

from services.law import pack_of
from services.lending.facility import facility
from services.lending.rules import Overpayment, Rules
from services.repayment.withdrawal import WithdrawalRight


def rules_of(facility_type: str) -> Rules:
    """The rules of a facility type's accounts; the usual ones where none is named.

    No more is taken than is owed: there is no way here to pay credit back.
    """
    rules = facility(facility_type).rules if facility_type else Rules()
    return replace(rules, overpayment=Overpayment.REFUSE)


def right_of(facility_type: str, law_file: Path | None = None) -> WithdrawalRight:
    """Whether borrowers of a facility type may withdraw after the payout, by the file's pack or the package's."""
    return WithdrawalRight.of(pack_of(facility_type, law_file))
