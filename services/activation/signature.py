"""What an account is opened from: what the customer signed, and what KYC approved."""

from dataclasses import dataclass
from datetime import datetime

from services.lending.terms import LoanTerms
from services.runtime.aggregate import Aggregate
from services.runtime.errors import InvalidArgument


@dataclass
class Signature(Aggregate):
    """A signed agreement, kept so that an account that could not be opened at once can be opened later."""

    application_id: str
    customer_id: str
    terms: LoanTerms
    terms_hash: str
    sign_time: datetime

    def check(self) -> None:
        """InvalidArgument IMPOSSIBLE_TERMS when the terms are not those of the hash."""
        if self.terms.hash() != self.terms_hash:
            raise InvalidArgument("the terms are not those of the signed hash", reason="IMPOSSIBLE_TERMS")


@dataclass
class KycApproval(Aggregate):
    """What KYC approved for an application: the customer's name and details of this version."""

    application_id: str
    kyc_version: int
