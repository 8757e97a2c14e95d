"""What those are told of a loan who are bound by it beside the customer, and what of it is no news to them; pure.

Of a refusal a notice with reasons is owed to one of several applicants, the one who is liable first, and that is the
customer who applied (12 CFR 1002.9(f)); a co-borrower is a consumer whose application is refused, and is told that it
is (Directive (EU) 2023/2225, art. 18(9)). A guarantor has not applied (12 CFR 1002.2(e)), and learns that the guarantee
is not asked for any more. Of arrears both are told at once: no law asks for later, and some ask for soon (Code civil,
art. 2303). Nobody learns more of the customer than the loan that they are bound by.
"""

from dataclasses import dataclass
from datetime import date, datetime

from services.application.events import (
    ApplicationPartyInformed,
    ApplicationPartyRefused,
    ApplicationPartyReleased,
    ApplicationPartyWarned,
    ApplicationPartyWithdrawalOverdue,
)
from services.application.parties import ApplicationParty, PartyRole, PartyStatus
from services.application.status import INFORMED, REJECTIONS, TERMINAL_STATUSES, ApplicationStatus
from services.runtime.money import Money

News = ApplicationPartyInformed | ApplicationPartyRefused | ApplicationPartyReleased
# In which there may be arrears: the second is what is shown of a loan whose payout is still on its way here.
_OWED = frozenset({ApplicationStatus.DISBURSED, ApplicationStatus.ACTIVE})


@dataclass(frozen=True)
class Arrears:
    """That an instalment of a loan is overdue: what is missing of it, and for how many days."""

    loan_id: str
    instalment_number: int
    due_date: date
    amount_due: Money
    days_past_due: int

    def warning(self, application_id: str, party: ApplicationParty, at: datetime) -> ApplicationPartyWarned:
        """What a person is told of it who is bound."""
        return ApplicationPartyWarned(application_id, party.customer_id, party.role, **vars(self), warn_time=at)


@dataclass(frozen=True)
class WithdrawalArrears:
    """That what is owed after a withdrawal from the agreement is overdue, and what each day adds to it."""

    loan_id: str
    due_date: date
    amount_due: Money
    per_diem: Money
    days_past_due: int

    def warning(self, application_id: str, party: ApplicationParty, at: datetime) -> ApplicationPartyWithdrawalOverdue:
        """What a person is told of it who is bound."""
        about = application_id, party.customer_id, party.role
        return ApplicationPartyWithdrawalOverdue(*about, **vars(self), warn_time=at)


Overdue = Arrears | WithdrawalArrears


def is_warned(party: ApplicationParty, status: ApplicationStatus) -> bool:
    """Whether a person is told of arrears of a loan that stands there."""
    return party.status is PartyStatus.CONSENTED and status in _OWED


def of_move(
    application_id: str, party: ApplicationParty, before: ApplicationStatus, after: ApplicationStatus, at: datetime
) -> News | None:
    """What a person is told of a move of the loan; None where it is nothing to them."""
    about, is_guarantor = (application_id, party.customer_id), party.role is PartyRole.GUARANTOR
    never_made = after in TERMINAL_STATUSES and before is not ApplicationStatus.DISBURSED
    if party.status is not PartyStatus.DECLINED and is_guarantor and never_made:
        return ApplicationPartyReleased(*about, after, at)
    if party.status is not PartyStatus.CONSENTED or after not in INFORMED:
        return None
    if after in REJECTIONS:
        return ApplicationPartyRefused(*about, after, at)
    return ApplicationPartyInformed(*about, party.role, after, at)
