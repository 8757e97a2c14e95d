"""What the use cases need of other services."""

from dataclasses import dataclass
from typing import Protocol

from services.lending import LoanTerms


class Applications(Protocol):
    """The application service, as far as a negotiation needs it."""

    def check_ongoing(self, application_id: str, decider_id: str = "") -> None:
        """FailedPrecondition WRONG_STATUS when it has ended, also while the event of the end is still on its way.

        PermissionDenied MAKER_CHECKER when the member of staff of `decider_id` is bound by the loan.
        """
        ...


class Risk(Protocol):
    """The risk service, as far as an offer needs it."""

    def assess_offer(self, application_id: str, terms: LoanTerms) -> None:
        """Has the terms assessed on their own, whatever was assessed before.

        Errors: InvalidArgument ASSESSED_LIMIT beyond what was decided on; FailedPrecondition WRONG_STATUS.
        """
        ...


@dataclass(frozen=True)
class Party:
    """The customer as an offer's document names them: name, and address line by line.

    `language` is that of their papers, empty for the lender's.
    """

    full_name: str
    address: tuple[str, ...]
    language: str = ""


class Customers(Protocol):
    """The customer service, as far as a document needs it."""

    def party(self, customer_id: str) -> Party:
        """The customer's name and address; errors.NotFound when unknown or erased, errors.Unavailable."""
        ...
