"""The status machine of a loan: which move is allowed from which status, who reports it, and what is late.

DRAFT → SUBMITTED → KYC → risk → offer → three approvals → agreement → account → money → CLOSED, with early endings.
Two ways lead back: what an officer still wants to know in KYC, and a payment that bounces after closure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class ApplicationStatus(Enum):
    """Where a loan stands in its lifecycle; listed along the main path, endings last. No rule goes by this order."""

    DRAFT = auto()
    SUBMITTED = auto()
    KYC_REVIEW = auto()
    INFORMATION_REQUESTED = auto()
    KYC_APPROVED = auto()
    RISK_ASSESSED = auto()
    RISK_APPROVED = auto()
    OFFER_SENT = auto()
    OFFER_ACCEPTED = auto()
    INTERNAL_APPROVED = auto()
    MANAGEMENT_APPROVED = auto()
    FINAL_APPROVED = auto()
    AGREEMENT_GENERATED = auto()
    AGREEMENT_SIGNED = auto()
    ACTIVE = auto()
    DISBURSED = auto()
    OFFER_DECLINED = auto()
    OFFER_EXPIRED = auto()
    CLOSED = auto()
    KYC_REJECTED = auto()
    RISK_REJECTED = auto()
    APPROVAL_REJECTED = auto()
    WITHDRAWN = auto()
    CANCELLED = auto()


S = ApplicationStatus

REJECTIONS = frozenset({S.KYC_REJECTED, S.RISK_REJECTED, S.APPROVAL_REJECTED})


class Action(Enum):
    """What can happen to a loan; everything but SUBMIT and WITHDRAW is reported by another service."""

    SUBMIT = auto()
    START_KYC = auto()
    REQUEST_INFORMATION = auto()
    RESUME_KYC = auto()
    APPROVE_KYC = auto()
    REJECT_KYC = auto()
    RECORD_ASSESSMENT = auto()
    APPROVE_RISK = auto()
    REJECT_RISK = auto()
    SEND_OFFER = auto()
    ACCEPT_OFFER = auto()
    DECLINE_OFFER = auto()
    EXPIRE_OFFER = auto()
    PASS_INTERNAL = auto()
    PASS_MANAGEMENT = auto()
    APPROVE_FINAL = auto()
    REJECT_APPROVAL = auto()
    GENERATE_AGREEMENT = auto()
    SIGN_AGREEMENT = auto()
    ACTIVATE = auto()
    DISBURSE = auto()
    CLOSE = auto()
    REOPEN = auto()
    CANCEL = auto()
    WITHDRAW = auto()


@dataclass(frozen=True)
class Ending:
    """A terminal status: the action that leads out of it again, and when; or why none does."""

    way_back: Action | None
    why: str


_DECIDED = "the decision stands; a customer who wants another one applies anew, with new figures"
TERMINAL_STATUSES: Mapping[ApplicationStatus, Ending] = {
    S.CLOSED: Ending(
        Action.REOPEN,
        "a payment that settled the loan may bounce long after; where an offer's end closed it, nothing was paid out",
    ),
    S.KYC_REJECTED: Ending(None, _DECIDED),
    S.RISK_REJECTED: Ending(None, _DECIDED),
    S.APPROVAL_REJECTED: Ending(None, _DECIDED),
    S.WITHDRAWN: Ending(None, "the stages dropped what they had open; a customer who reconsiders applies anew"),
    S.CANCELLED: Ending(None, "the accounts are reversed and no money is out that could come back"),
}

# Handed in, and not ended.
ONGOING = frozenset(S) - TERMINAL_STATUSES.keys() - {S.DRAFT}

# Of what those are informed who are bound by the loan beside the customer; the rest is work of the stages.
INFORMED = frozenset(
    {S.SUBMITTED, S.KYC_APPROVED, S.AGREEMENT_GENERATED, S.AGREEMENT_SIGNED, S.DISBURSED, *TERMINAL_STATUSES}
)


@dataclass(frozen=True)
class Move:
    """From which statuses an action is allowed, where it leads, and by which event another service reports it.

    An action that a way back allows again is reported with its number: 1 for the first time, in the event's field
    `numbered_by`. `reported_by` is empty for what this service does itself.
    """

    allowed_from: frozenset[ApplicationStatus]
    to: ApplicationStatus
    reported_by: str = ""
    numbered_by: str = ""


def _from(*statuses: ApplicationStatus) -> frozenset[ApplicationStatus]:
    return frozenset(statuses)


_BEFORE_ACTIVATION = (
    frozenset(S) - TERMINAL_STATUSES.keys() - {S.OFFER_DECLINED, S.OFFER_EXPIRED, S.ACTIVE, S.DISBURSED}
)

MOVES: Mapping[Action, Move] = {
    Action.SUBMIT: Move(_from(S.DRAFT), S.SUBMITTED),
    Action.START_KYC: Move(_from(S.SUBMITTED), S.KYC_REVIEW, "kyc.verification.started"),
    Action.REQUEST_INFORMATION: Move(
        _from(S.KYC_REVIEW), S.INFORMATION_REQUESTED, "kyc.information.requested", "request_number"
    ),
    Action.RESUME_KYC: Move(_from(S.INFORMATION_REQUESTED), S.KYC_REVIEW, "kyc.review.resumed", "request_number"),
    Action.APPROVE_KYC: Move(_from(S.KYC_REVIEW), S.KYC_APPROVED, "kyc.approved"),
    Action.REJECT_KYC: Move(_from(S.KYC_REVIEW), S.KYC_REJECTED, "kyc.rejected"),
    Action.RECORD_ASSESSMENT: Move(_from(S.KYC_APPROVED), S.RISK_ASSESSED, "risk.assessment.completed"),
    Action.APPROVE_RISK: Move(_from(S.RISK_ASSESSED), S.RISK_APPROVED, "risk.approved.for.discussion"),
    Action.REJECT_RISK: Move(_from(S.RISK_ASSESSED), S.RISK_REJECTED, "risk.rejected"),
    # A counter-offer is a new version of the offer; the loan stays where it is.
    Action.SEND_OFFER: Move(_from(S.RISK_APPROVED, S.OFFER_SENT), S.OFFER_SENT, "discussion.offer.sent"),
    Action.ACCEPT_OFFER: Move(_from(S.OFFER_SENT), S.OFFER_ACCEPTED, "discussion.offer.accepted"),
    Action.DECLINE_OFFER: Move(_from(S.OFFER_SENT), S.OFFER_DECLINED, "discussion.offer.declined"),
    Action.EXPIRE_OFFER: Move(_from(S.OFFER_SENT), S.OFFER_EXPIRED, "discussion.offer.expired"),
    Action.PASS_INTERNAL: Move(_from(S.OFFER_ACCEPTED), S.INTERNAL_APPROVED, "approval.internal.passed"),
    Action.PASS_MANAGEMENT: Move(_from(S.INTERNAL_APPROVED), S.MANAGEMENT_APPROVED, "approval.management.passed"),
    Action.APPROVE_FINAL: Move(_from(S.MANAGEMENT_APPROVED), S.FINAL_APPROVED, "approval.final.approved"),
    Action.REJECT_APPROVAL: Move(
        _from(S.OFFER_ACCEPTED, S.INTERNAL_APPROVED, S.MANAGEMENT_APPROVED), S.APPROVAL_REJECTED, "approval.rejected"
    ),
    Action.GENERATE_AGREEMENT: Move(_from(S.FINAL_APPROVED), S.AGREEMENT_GENERATED, "agreement.generated"),
    Action.SIGN_AGREEMENT: Move(_from(S.AGREEMENT_GENERATED), S.AGREEMENT_SIGNED, "agreement.signed"),
    Action.ACTIVATE: Move(_from(S.AGREEMENT_SIGNED), S.ACTIVE, "loan.activated"),
    Action.DISBURSE: Move(_from(S.ACTIVE), S.DISBURSED, "disbursement.completed"),
    # An offer's end closes too, at once and by this service.
    Action.CLOSE: Move(
        _from(S.DISBURSED, S.OFFER_DECLINED, S.OFFER_EXPIRED), S.CLOSED, "loan.fully.repaid", "closure_number"
    ),
    Action.REOPEN: Move(_from(S.CLOSED), S.DISBURSED, "loan.reopened", "closure_number"),
    Action.CANCEL: Move(_from(S.ACTIVE), S.CANCELLED, "loan.cancelled"),
    Action.WITHDRAW: Move(_BEFORE_ACTIVATION, S.WITHDRAWN),
}


class Fit(Enum):
    """How a report of another service fits the status it meets."""

    NOW = auto()
    EARLY = auto()
    LATE = auto()


@dataclass(frozen=True)
class Position:
    """Where a loan stands among the reports: its status, whether it has an account, how often what was done."""

    status: ApplicationStatus
    has_loan: bool = False
    taken: Mapping[Action, int] = field(default_factory=dict)


def fit(action: Action, at: Position, number: int = 1) -> Fit:
    """Whether a reported action can be taken now, has to wait for an earlier report, or came too late.

    Reports of different services travel on different topics, so one may overtake another: EARLY is then a matter of
    waiting. LATE is what was taken already, or what no further report leads up to; it changes nothing. An action that a
    way back allows again is identified by its number: the report of the first closure is late for a loan that was
    reopened, the report of the second one is early as long as that loan is not.
    """
    move = MOVES[action]
    if _is_final(at):
        return Fit.LATE
    taken = at.taken.get(action, 0) if move.numbered_by else number - 1
    if number <= taken or not move.allowed_from & (_AHEAD[at.status] | {at.status}):
        return Fit.LATE
    return Fit.NOW if at.status in move.allowed_from and number == taken + 1 else Fit.EARLY


def _is_final(at: Position) -> bool:
    ending = TERMINAL_STATUSES.get(at.status)
    return ending is not None and (ending.way_back is None or not at.has_loan)


def _ahead(status: ApplicationStatus) -> frozenset[ApplicationStatus]:
    """Every status that reports may still lead to from there."""
    found: set[ApplicationStatus] = set()
    new = {status}
    while new:
        new = {move.to for move in MOVES.values() if move.allowed_from & new} - found
        found |= new
    return frozenset(found)


_AHEAD = {status: _ahead(status) for status in S}
