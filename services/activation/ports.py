"""What the use cases need of others."""

from dataclasses import dataclass
from typing import Protocol

from services.activation.disbursement import DisbursementFailure
from services.runtime.money import Money


class Applications(Protocol):
    """The application service, as far as an activation needs it."""

    def authorize_activation(self, application_id: str) -> str:
        """Asks for leave to open the loan, and says of which facility type it is.

        Errors: FailedPrecondition when the application ended elsewhere.
        """
        ...


@dataclass(frozen=True)
class Payee:
    """The IBAN that gets the money, empty when there is none; of which version it and the customer's name are."""

    iban: str
    kyc_version: int


class Customers(Protocol):
    """The customer service, as far as a payout needs it."""

    def payee(self, customer_id: str) -> Payee:
        """Who gets the money, as it is at this moment."""
        ...


@dataclass(frozen=True)
class BankAnswer:
    """What the bank says to an order: its reference, or why it was not taken."""

    reference: str = ""
    failure: DisbursementFailure | None = None


class Bank(Protocol):
    """The lender's bank. What it does not say for sure is errors.Unavailable: not known yet, to be asked again."""

    def order(self, key: str, iban: str, amount: Money, reference: str) -> BankAnswer:
        """Orders a payment; the same key is the same order."""
        ...

    def cancel(self, key: str) -> str | None:
        """Has the order of a key never paid, also one that arrives later: None then; or the reference of its payment.

        The same answer whenever it is asked.
        """
        ...
