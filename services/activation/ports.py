"""What the use cases need of others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.activation.disbursement import DisbursementFailure
from services.runtime.money import Money


@dataclass(frozen=True)
class Passed:
    """What the owner of a stage says of an application: whether it let it through, whose, and on which terms.

    What the owner does not say is empty: the hash where the stage is not about terms, the customer of an offer.
    """

    owner: str
    passed: bool
    customer_id: str
    terms_hash: str = ""


@dataclass(frozen=True)
class Standing:
    """Where an application stands as those say who decide on it, asked at this moment.

    `kyc_version` is the one that KYC decided on, `party_versions` those on which it verified who is bound beside the
    customer, by their ids. `rules_against` are the rules that stand against the loan by what secures it now.
    """

    status: str
    customer_id: str
    facility_type: str
    loan_id: str
    kyc_version: int
    stages: tuple[Passed, ...]
    withdrawal_requested: bool = False
    party_versions: Mapping[str, int] = field(default_factory=dict)
    rules_against: tuple[str, ...] = ()


class Owners(Protocol):
    """The services that decide on an application before its loan is opened."""

    def standing(self, application_id: str) -> Standing:
        """Asks every one of them. FailedPrecondition STAGE_NOT_PASSED when one knows no such application."""
        ...

    def withdrawal_requested(self, application_id: str) -> bool:
        """Whether the customer does not want the loan any more."""
        ...

    def check_decider(self, application_id: str, decider_id: str) -> None:
        """PermissionDenied MAKER_CHECKER when the member of staff is bound by the loan. errors.Unavailable."""
        ...

    def authorize_activation(self, application_id: str) -> None:
        """Asks for leave to open the loan: from then on it is not withdrawn but cancelled.

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
