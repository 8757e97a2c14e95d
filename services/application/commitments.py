"""What loans that were handed in and have not ended commit those to who are bound by them; pure."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from services.application.model import Application
from services.application.news import Overdue
from services.application.parties import PartyStatus
from services.lending import LoanTerms, monthly_instalment
from services.lending.facility import facility
from services.runtime.money import Money


class CommitmentRole(Enum):
    """As what a person is bound by a loan."""

    BORROWER = auto()
    CO_BORROWER = auto()
    GUARANTOR = auto()


@dataclass(frozen=True)
class Owed:
    """What an event says of a loan's amounts: the terms that were agreed, the principal that is still owed, arrears."""

    terms: LoanTerms | None = None
    principal_balance: Money | None = None
    arrears: Overdue | None = None


@dataclass(frozen=True)
class BoundPerson:
    """A person whom a loan binds."""

    customer_id: str
    role: CommitmentRole


@dataclass(frozen=True)
class Commitment:
    """A loan with who is bound by it, the customer who applied first, and for how much.

    `outstanding` is the principal that the ledger last said; before that the agreed one, or else what is applied for.
    `monthly_instalment` is what it costs a month, at the facility's default terms until there are agreed ones.
    """

    application_id: str
    bound: tuple[BoundPerson, ...]
    outstanding: Money
    monthly_instalment: Money


def commitment(application: Application, today: date) -> Commitment:
    """What a loan commits to; its instalments are counted as if it began today."""
    asked = application.request
    usual = facility(asked.facility_type).default_terms(asked.amount.amount, asked.tenure_months)
    terms = application.agreed_terms or usual
    owed, instalment = Money(terms.principal, terms.currency), Money(monthly_instalment(terms, today), terms.currency)
    if application.principal_balance is not None:
        owed = application.principal_balance
    return Commitment(application.application_id, _bound(application), owed, instalment)


def _bound(application: Application) -> tuple[BoundPerson, ...]:
    beside = (each for each in application.parties if each.status is not PartyStatus.DECLINED)
    others = (BoundPerson(each.customer_id, CommitmentRole[each.role.name]) for each in beside)
    return BoundPerson(application.customer_id, CommitmentRole.BORROWER), *others
