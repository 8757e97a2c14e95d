"""The ways in which a loan's life can end, each as the story that leads there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from stack.demo.journey import LoanJourney


class Ending(Enum):
    """How a life ends."""

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
    """The steps that lead to an ending, the loan's last status, and the event of which the customer is told."""

    steps: Callable[[LoanJourney], object]
    status: str
    notice: str


def _hand_in(life: LoanJourney) -> None:
    life.register()
    life.apply()
    life.submit()


def _assess(life: LoanJourney) -> None:
    _hand_in(life)
    life.pass_kyc()


def _offered(life: LoanJourney, valid: timedelta = timedelta(days=14)) -> None:
    _assess(life)
    life.decide_risk(approve=True)
    life.receive_offer(valid)


def _decided(life: LoanJourney, decisions: Sequence[bool]) -> None:
    _offered(life)
    life.accept()
    life.approve(*decisions)


def _repaid(life: LoanJourney) -> None:
    _decided(life, (True, True, True))
    life.sign()
    life.repay()


def _kyc_rejected(life: LoanJourney) -> None:
    _hand_in(life)
    life.fail_kyc()


def _risk_rejected(life: LoanJourney) -> None:
    _assess(life)
    life.decide_risk(approve=False)


def _declined(life: LoanJourney) -> None:
    _offered(life)
    life.decline()


def _withdrawn(life: LoanJourney) -> None:
    _offered(life)
    life.withdraw()


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


def live(life: LoanJourney, ending: Ending) -> None:
    """Walks a journey to its ending, and waits until the customer has notice of it."""
    story = STORIES[ending]
    story.steps(life)
    life.wait(story.status)
    life.await_notice(story.notice)
