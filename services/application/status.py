"""The status machine of a loan's whole life: which move is allowed from which status, and what does not fit.

DRAFT → SUBMITTED → KYC → risk → offer → three approvals → agreement → account → money → CLOSED, with early endings.
"""

from dataclasses import dataclass
from enum import Enum, auto


class ApplicationStatus(Enum):
    """Where a loan stands in its life; in the order of the main path, endings last."""

    DRAFT = auto()
    SUBMITTED = auto()
    KYC_REVIEW = auto()
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


S = ApplicationStatus

REJECTIONS = frozenset({S.KYC_REJECTED, S.RISK_REJECTED, S.APPROVAL_REJECTED})
ENDINGS = REJECTIONS | {S.CLOSED, S.WITHDRAWN}


class Action(Enum):
    """What can happen to a loan; everything but SUBMIT and WITHDRAW is reported by another service."""

    SUBMIT = auto()
    START_KYC = auto()
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
    WITHDRAW = auto()


@dataclass(frozen=True)
class Move:
    """From which statuses an action is allowed, and where it leads."""

    allowed_from: frozenset[ApplicationStatus]
    to: ApplicationStatus


def _from(*statuses: ApplicationStatus) -> frozenset[ApplicationStatus]:
    return frozenset(statuses)


_BEFORE_ACTIVATION = frozenset(s for s in S if s.value <= S.AGREEMENT_SIGNED.value)

MOVES: dict[Action, Move] = {
    Action.SUBMIT: Move(_from(S.DRAFT), S.SUBMITTED),
    Action.START_KYC: Move(_from(S.SUBMITTED), S.KYC_REVIEW),
    Action.APPROVE_KYC: Move(_from(S.KYC_REVIEW), S.KYC_APPROVED),
    Action.REJECT_KYC: Move(_from(S.KYC_REVIEW), S.KYC_REJECTED),
    Action.RECORD_ASSESSMENT: Move(_from(S.KYC_APPROVED), S.RISK_ASSESSED),
    Action.APPROVE_RISK: Move(_from(S.RISK_ASSESSED), S.RISK_APPROVED),
    Action.REJECT_RISK: Move(_from(S.RISK_ASSESSED), S.RISK_REJECTED),
    # A counter-offer is a new version of the offer; the loan stays where it is.
    Action.SEND_OFFER: Move(_from(S.RISK_APPROVED, S.OFFER_SENT), S.OFFER_SENT),
    Action.ACCEPT_OFFER: Move(_from(S.OFFER_SENT), S.OFFER_ACCEPTED),
    Action.DECLINE_OFFER: Move(_from(S.OFFER_SENT), S.OFFER_DECLINED),
    Action.EXPIRE_OFFER: Move(_from(S.OFFER_SENT), S.OFFER_EXPIRED),
    Action.PASS_INTERNAL: Move(_from(S.OFFER_ACCEPTED), S.INTERNAL_APPROVED),
    Action.PASS_MANAGEMENT: Move(_from(S.INTERNAL_APPROVED), S.MANAGEMENT_APPROVED),
    Action.APPROVE_FINAL: Move(_from(S.MANAGEMENT_APPROVED), S.FINAL_APPROVED),
    Action.REJECT_APPROVAL: Move(
        _from(S.OFFER_ACCEPTED, S.INTERNAL_APPROVED, S.MANAGEMENT_APPROVED), S.APPROVAL_REJECTED
    ),
    Action.GENERATE_AGREEMENT: Move(_from(S.FINAL_APPROVED), S.AGREEMENT_GENERATED),
    Action.SIGN_AGREEMENT: Move(_from(S.AGREEMENT_GENERATED), S.AGREEMENT_SIGNED),
    Action.ACTIVATE: Move(_from(S.AGREEMENT_SIGNED), S.ACTIVE),
    Action.DISBURSE: Move(_from(S.ACTIVE), S.DISBURSED),
    Action.CLOSE: Move(_from(S.DISBURSED, S.OFFER_DECLINED, S.OFFER_EXPIRED), S.CLOSED),
    Action.WITHDRAW: Move(_BEFORE_ACTIVATION, S.WITHDRAWN),
}


class Fit(Enum):
    """How a report of another service fits the status it meets."""

    NOW = auto()
    EARLY = auto()
    LATE = auto()


def fit(action: Action, status: ApplicationStatus) -> Fit:
    """Tells whether a reported action can be taken now, has to wait for an earlier report, or came too late.

    Reports of different services travel on different topics, so one may overtake another: EARLY is then a matter of
    waiting. After an ending, or for a move that is behind the loan already, a report is LATE and changes nothing.
    """
    allowed = MOVES[action].allowed_from
    if status in allowed:
        return Fit.NOW
    if status in ENDINGS or all(status.value > s.value for s in allowed):
        return Fit.LATE
    return Fit.EARLY
