"""What an account is opened from: what the customer signed, and what KYC approved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.lending.terms import LoanTerms
from services.runtime.aggregate import Aggregate
from services.runtime.errors import InvalidArgument

_LEASE, _LONGEST_PAUSE = timedelta(minutes=2), timedelta(minutes=10)


@dataclass
class Signature(Aggregate):
    """What an event says of a signed agreement: a reason to ask, and no more, until those whose fact it is say so."""

    application_id: str
    customer_id: str
    terms: LoanTerms
    terms_hash: str
    sign_time: datetime
    next_try_time: datetime | None = None
    """When the owners of all stages are to be asked whether the account may be opened; None while they need not be."""
    tries: int = 0

    def check(self) -> None:
        """InvalidArgument IMPOSSIBLE_TERMS when the terms are not those of the hash."""
        if self.terms.hash() != self.terms_hash:
            raise InvalidArgument("the terms are not those of the signed hash", reason="IMPOSSIBLE_TERMS")

    def due(self, at: datetime) -> None:
        """Has the account be opened."""
        self.next_try_time, self.tries = at, 0

    def replace(self, newer: "Signature", at: datetime) -> None:
        """Takes what another event says instead: the first one may have been wrong."""
        self.customer_id, self.terms, self.terms_hash = newer.customer_id, newer.terms, newer.terms_hash
        self.sign_time = newer.sign_time
        self.due(at)

    def claim(self, at: datetime) -> None:
        """Takes it up for a while, during which no other process does."""
        self.tries += 1
        self.next_try_time = at + _LEASE

    def settle(self) -> None:
        """The account is open, or must not be."""
        self.next_try_time = None

    def later(self, at: datetime) -> None:
        """It is not known yet whether the account may be opened."""
        self.next_try_time = at + min(timedelta(seconds=2 ** min(self.tries - 1, 16)), _LONGEST_PAUSE)


@dataclass
class KycApproval(Aggregate):
    """What KYC approved for an application: the customer's name and details of this version."""

    application_id: str
    kyc_version: int
