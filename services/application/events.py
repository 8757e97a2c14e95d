"""The events of the application service."""

from dataclasses import dataclass
from datetime import date, datetime

from services.application.parties import NamedParty, PartyRole, PartyStatus
from services.application.status import ApplicationStatus
from services.circumstances import Circumstances
from services.runtime.money import Money


@dataclass(frozen=True)
class ApplicationCreated:
    """A draft was made."""

    application_id: str
    customer_id: str
    facility_type: str
    amount: Money
    tenure_months: int
    create_time: datetime


@dataclass(frozen=True)
class ApplicationSubmitted:
    """The customer handed the application in; carries all that the stages judge."""

    application_id: str
    customer_id: str
    facility_type: str
    amount: Money
    tenure_months: int
    project_cost: Money
    monthly_income: Money
    monthly_debts: Money
    collateral_value: Money
    submit_time: datetime
    circumstances: Circumstances | None = None
    parties: tuple[NamedParty, ...] = ()
    for_legal_entity: bool = False


@dataclass(frozen=True)
class ApplicationPartyInvited:
    """Somebody is asked to be bound by the loan; `customer_id` is theirs."""

    application_id: str
    customer_id: str
    role: PartyRole
    facility_type: str
    amount: Money
    tenure_months: int
    invite_time: datetime


@dataclass(frozen=True)
class ApplicationPartyAnswered:
    """A party agreed, or declined; `customer_id` is that of the customer who applied."""

    application_id: str
    customer_id: str
    party_customer_id: str
    role: PartyRole
    status: PartyStatus
    answer_time: datetime


@dataclass(frozen=True)
class ApplicationPartyInformed:
    """The loan by which a person is bound stands there now; `customer_id` is theirs."""

    application_id: str
    customer_id: str
    role: PartyRole
    status: ApplicationStatus
    change_time: datetime


@dataclass(frozen=True)
class ApplicationPartyRefused:
    """The loan is refused, for which a co-borrower applied, too; `customer_id` is theirs."""

    application_id: str
    customer_id: str
    status: ApplicationStatus
    refuse_time: datetime


@dataclass(frozen=True)
class ApplicationPartyReleased:
    """The loan will not be made, and a guarantee of it is not asked for any more; `customer_id` is the guarantor's."""

    application_id: str
    customer_id: str
    status: ApplicationStatus
    release_time: datetime


@dataclass(frozen=True)
class ApplicationPartyWithdrawalOverdue:
    """What is owed after a withdrawal from the agreement is overdue; `customer_id` is that of who is bound, too."""

    application_id: str
    customer_id: str
    role: PartyRole
    loan_id: str
    due_date: date
    amount_due: Money
    per_diem: Money
    days_past_due: int
    warn_time: datetime


@dataclass(frozen=True)
class ApplicationPartyWarned:
    """An instalment of the loan by which a person is bound is overdue; `customer_id` is theirs."""

    application_id: str
    customer_id: str
    role: PartyRole
    loan_id: str
    instalment_number: int
    due_date: date
    amount_due: Money
    days_past_due: int
    warn_time: datetime


@dataclass(frozen=True)
class ApplicationStatusChanged:
    """The loan moved."""

    application_id: str
    customer_id: str
    from_status: ApplicationStatus
    to_status: ApplicationStatus
    change_time: datetime


@dataclass(frozen=True)
class ApplicationRejected:
    """The loan ended with a rejection, at the stage that `status` names."""

    application_id: str
    customer_id: str
    status: ApplicationStatus
    reject_time: datetime
    party_customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicationClosed:
    """The loan ended: repaid, its offer was declined or expired, or it was cancelled before the money was sent."""

    application_id: str
    customer_id: str
    from_status: ApplicationStatus
    close_time: datetime
    party_customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicationReopened:
    """A repaid loan goes on: a payment bounced."""

    application_id: str
    customer_id: str
    reopen_time: datetime
    party_customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicationWithdrawalRequested:
    """The customer does not want the loan any more whose account is, or is about to be, open."""

    application_id: str
    customer_id: str
    request_time: datetime


@dataclass(frozen=True)
class ApplicationWithdrawn:
    """The customer took the application back."""

    application_id: str
    customer_id: str
    from_status: ApplicationStatus
    withdraw_time: datetime
    party_customer_ids: tuple[str, ...] = ()
