"""What a facility type says about the account of a loan; pure."""

from dataclasses import replace

from services.lending.facility import facility
from services.lending.rules import Overpayment, Rules


def rules_of(facility_type: str) -> Rules:
    """The rules of a facility type's accounts; the usual ones where none is named.

    No more is taken than is owed: there is no way here to pay credit back.
    """
    rules = facility(facility_type).rules if facility_type else Rules()
    return replace(rules, overpayment=Overpayment.REFUSE)
