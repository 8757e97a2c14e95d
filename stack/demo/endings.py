"""The ways in which a loan's lifecycle can end, each as the story that leads there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from stack.demo.journey import LoanJourney


class Ending(Enum):
    """How a journey ends."""

    REPAID = auto()
    KYC_REJECTED = auto()
    RISK_REJECTED = auto()
    INTERNAL_REJECTED = auto()
    MANAGEMENT_REJECTED = auto()
    FINAL_REJECTED = auto()
    OFFER_DECLINED = auto()
    OFFER_EXPIRED = auto()
    WITHDRAWN = auto()


@dataclass(frozen=True)
class Story:
    """The steps that lead to an ending, the loan's last status, and the event that the customer is notified of."""

    steps: Callable[[LoanJourney], object]
    status: str
    notice: str


def _hand_in(journey: LoanJourney) -> None:
    journey.register()
    journey.apply()
    journey.submit()


def _assess(journey: LoanJourney) -> None:
    _hand_in(journey)
    journey.pass_kyc()


def _offered(journey: LoanJourney, valid: timedelta = timedelta(days=14)) -> None:
    _assess(journey)
    journey.decide_risk(approve=True)
    journey.receive_offer(valid)


def _decided(journey: LoanJourney, decisions: Sequence[bool]) -> None:
    _offered(journey)
    journey.accept()
    journey.approve(*decisions)


def _repaid(journey: LoanJourney) -> None:
    _decided(journey, (True, True, True))
    journey.sign()
    journey.repay()


def _kyc_rejected(journey: LoanJourney) -> None:
    _hand_in(journey)
    journey.fail_kyc()


def _risk_rejected(journey: LoanJourney) -> None:
    _assess(journey)
    journey.decide_risk(approve=False)


def _declined(journey: LoanJourney) -> None:
    _offered(journey)
    journey.decline()


def _withdrawn(journey: LoanJourney) -> None:
    _offered(journey)
    journey.withdraw()


STORIES: Mapping[Ending, Story] = {
    Ending.REPAID: Story(_repaid, "CLOSED", "loan.fully.repaid"),
    Ending.KYC_REJECTED: Story(_kyc_rejected, "KYC_REJECTED", "kyc.rejected"),
    Ending.RISK_REJECTED: Story(_risk_rejected, "RISK_REJECTED", "risk.rejected"),
    Ending.INTERNAL_REJECTED: Story(partial(_decided, decisions=(False,)), "APPROVAL_REJECTED", "approval.rejected"),
    Ending.MANAGEMENT_REJECTED: Story(
        partial(_decided, decisions=(True, False)), "APPROVAL_REJECTED", "approval.rejected"
    ),
    Ending.FINAL_REJECTED: Story(
        partial(_decided, decisions=(True, True, False)), "APPROVAL_REJECTED", "approval.rejected"
    ),
    Ending.OFFER_DECLINED: Story(_declined, "CLOSED", "discussion.offer.declined"),
    Ending.OFFER_EXPIRED: Story(partial(_offered, valid=timedelta(seconds=3)), "CLOSED", "discussion.offer.expired"),
    Ending.WITHDRAWN: Story(_withdrawn, "WITHDRAWN", "application.withdrawn"),
}


def live(journey: LoanJourney, ending: Ending) -> None:
    """Walks a journey to its ending, and waits until the customer has notice of it."""
    story = STORIES[ending]
    story.steps(journey)
    journey.wait(story.status)
    journey.await_notice(story.notice)
