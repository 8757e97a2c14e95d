"""Every pair of a status and an action: allowed or refused, early or late."""

from itertools import product

import pytest

from services.application.status import ENDINGS, MOVES, Action, ApplicationStatus, Fit, fit

S = ApplicationStatus

# Written out once more, in the words of the life itself, so that a slip in the table of moves is seen.
ALLOWED: dict[Action, dict[S, S]] = {
    Action.SUBMIT: {S.DRAFT: S.SUBMITTED},
    Action.START_KYC: {S.SUBMITTED: S.KYC_REVIEW},
    Action.APPROVE_KYC: {S.KYC_REVIEW: S.KYC_APPROVED},
    Action.REJECT_KYC: {S.KYC_REVIEW: S.KYC_REJECTED},
    Action.RECORD_ASSESSMENT: {S.KYC_APPROVED: S.RISK_ASSESSED},
    Action.APPROVE_RISK: {S.RISK_ASSESSED: S.RISK_APPROVED},
    Action.REJECT_RISK: {S.RISK_ASSESSED: S.RISK_REJECTED},
    Action.SEND_OFFER: {S.RISK_APPROVED: S.OFFER_SENT, S.OFFER_SENT: S.OFFER_SENT},
    Action.ACCEPT_OFFER: {S.OFFER_SENT: S.OFFER_ACCEPTED},
    Action.DECLINE_OFFER: {S.OFFER_SENT: S.OFFER_DECLINED},
    Action.EXPIRE_OFFER: {S.OFFER_SENT: S.OFFER_EXPIRED},
    Action.PASS_INTERNAL: {S.OFFER_ACCEPTED: S.INTERNAL_APPROVED},
    Action.PASS_MANAGEMENT: {S.INTERNAL_APPROVED: S.MANAGEMENT_APPROVED},
    Action.APPROVE_FINAL: {S.MANAGEMENT_APPROVED: S.FINAL_APPROVED},
    Action.REJECT_APPROVAL: {
        S.OFFER_ACCEPTED: S.APPROVAL_REJECTED,
        S.INTERNAL_APPROVED: S.APPROVAL_REJECTED,
        S.MANAGEMENT_APPROVED: S.APPROVAL_REJECTED,
    },
    Action.GENERATE_AGREEMENT: {S.FINAL_APPROVED: S.AGREEMENT_GENERATED},
    Action.SIGN_AGREEMENT: {S.AGREEMENT_GENERATED: S.AGREEMENT_SIGNED},
    Action.ACTIVATE: {S.AGREEMENT_SIGNED: S.ACTIVE},
    Action.DISBURSE: {S.ACTIVE: S.DISBURSED},
    Action.CLOSE: {S.DISBURSED: S.CLOSED, S.OFFER_DECLINED: S.CLOSED, S.OFFER_EXPIRED: S.CLOSED},
    Action.WITHDRAW: dict.fromkeys(
        (
            S.DRAFT, S.SUBMITTED, S.KYC_REVIEW, S.KYC_APPROVED, S.RISK_ASSESSED, S.RISK_APPROVED, S.OFFER_SENT,
            S.OFFER_ACCEPTED, S.INTERNAL_APPROVED, S.MANAGEMENT_APPROVED, S.FINAL_APPROVED, S.AGREEMENT_GENERATED,
            S.AGREEMENT_SIGNED,
        ),
        S.WITHDRAWN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("status", "action"), list(product(S, Action)), ids=lambda value: value.name)
def test_only_the_moves_of_the_life_are_allowed(status: S, action: Action) -> None:
    """A pair that the table does not name is refused; one that it names leads where it says."""
    move = MOVES[action]
    if status in ALLOWED[action]:
        assert status in move.allowed_from
        assert move.to is ALLOWED[action][status]
        assert fit(action, status) is Fit.NOW
    else:
        assert status not in move.allowed_from
        assert fit(action, status) is not Fit.NOW


@pytest.mark.parametrize(("status", "action"), list(product(ENDINGS, Action)), ids=lambda value: value.name)
def test_nothing_moves_a_loan_that_has_ended(status: S, action: Action) -> None:
    """After an ending every report is late."""
    assert fit(action, status) is Fit.LATE


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        (Action.PASS_INTERNAL, S.OFFER_SENT, Fit.EARLY),
        (Action.ACTIVATE, S.FINAL_APPROVED, Fit.EARLY),
        (Action.CLOSE, S.ACTIVE, Fit.EARLY),
        (Action.SEND_OFFER, S.OFFER_ACCEPTED, Fit.LATE),
        (Action.START_KYC, S.RISK_ASSESSED, Fit.LATE),
        (Action.EXPIRE_OFFER, S.OFFER_ACCEPTED, Fit.LATE),
    ],
)
def test_a_report_that_overtook_another_waits_and_one_that_is_behind_is_late(
    action: Action, status: S, expected: Fit
) -> None:
    """Topics have no order between them, so a report may come before the one it follows."""
    assert fit(action, status) is expected
