"""Every pair of a status and an action: allowed or refused, early or late."""

from itertools import product

import pytest

from services.application.consumer import REPORTS
from services.application.status import MOVES, TERMINAL_STATUSES, Action, ApplicationStatus, Fit, Position, fit
from services.runtime.events.avro import event_option

S = ApplicationStatus

# Written out once more, in the words of the journey itself, so that a slip in the table of moves is seen.
ALLOWED: dict[Action, dict[S, S]] = {
    Action.SUBMIT: {S.DRAFT: S.SUBMITTED},
    Action.START_KYC: {S.SUBMITTED: S.KYC_REVIEW},
    Action.REQUEST_INFORMATION: {S.KYC_REVIEW: S.INFORMATION_REQUESTED},
    Action.RESUME_KYC: {S.INFORMATION_REQUESTED: S.KYC_REVIEW},
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
    Action.REOPEN: {S.CLOSED: S.DISBURSED},
    Action.CANCEL: {S.ACTIVE: S.CANCELLED},
    Action.WITHDRAW: dict.fromkeys(
        (
            S.DRAFT, S.SUBMITTED, S.KYC_REVIEW, S.INFORMATION_REQUESTED, S.KYC_APPROVED, S.RISK_ASSESSED,
            S.RISK_APPROVED, S.OFFER_SENT, S.OFFER_ACCEPTED, S.INTERNAL_APPROVED, S.MANAGEMENT_APPROVED,
            S.FINAL_APPROVED, S.AGREEMENT_GENERATED, S.AGREEMENT_SIGNED,
        ),
        S.WITHDRAWN,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("status", "action"), list(product(S, Action)), ids=lambda value: value.name)
def test_only_the_moves_of_the_lifecycle_are_allowed(status: S, action: Action) -> None:
    """A pair that the table does not name is refused; one that it names leads where it says."""
    move = MOVES[action]
    if status in ALLOWED[action]:
        assert status in move.allowed_from
        assert move.to is ALLOWED[action][status]
        assert fit(action, Position(status, has_loan=True)) is Fit.NOW
    else:
        assert status not in move.allowed_from
        assert fit(action, Position(status, has_loan=True)) is not Fit.NOW


# Each terminal status: what leads out of it, if anything does.
WAYS_BACK = {
    S.CLOSED: Action.REOPEN,
    S.KYC_REJECTED: None,
    S.RISK_REJECTED: None,
    S.APPROVAL_REJECTED: None,
    S.WITHDRAWN: None,
    S.CANCELLED: None,
}


def test_every_terminal_status_has_its_way_back_or_says_why_there_is_none() -> None:
    """Terminal is what no further step of the main path leaves; the way back is a move, and it is the only one."""
    assert {status: ending.way_back for status, ending in TERMINAL_STATUSES.items()} == WAYS_BACK
    for status, ending in TERMINAL_STATUSES.items():
        leaving = {action for action, move in MOVES.items() if status in move.allowed_from}
        assert leaving == ({ending.way_back} if ending.way_back else set())
        assert len(ending.why) > 20
    stuck = {status for status in S if not any(status in move.allowed_from for move in MOVES.values())}
    assert stuck <= TERMINAL_STATUSES.keys()


@pytest.mark.parametrize(("status", "action"), list(product(TERMINAL_STATUSES, Action)), ids=lambda value: value.name)
def test_nothing_moves_a_loan_that_was_never_paid_out_and_has_ended(status: S, action: Action) -> None:
    """Every report is late then; also for an application that its offer's end closed."""
    assert fit(action, Position(status)) is Fit.LATE


@pytest.mark.parametrize("action", set(Action) - {Action.REOPEN}, ids=lambda value: value.name)
def test_only_its_reopening_moves_a_loan_that_is_repaid(action: Action) -> None:
    repaid = Position(S.CLOSED, has_loan=True, taken={Action.CLOSE: 1})
    assert fit(action, repaid) is Fit.LATE
    assert fit(Action.REOPEN, repaid) is Fit.NOW


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        (Action.PASS_INTERNAL, S.OFFER_SENT, Fit.EARLY),
        (Action.ACTIVATE, S.FINAL_APPROVED, Fit.EARLY),
        (Action.CLOSE, S.ACTIVE, Fit.EARLY),
        (Action.REOPEN, S.DISBURSED, Fit.EARLY),
        (Action.REOPEN, S.ACTIVE, Fit.EARLY),
        (Action.CANCEL, S.AGREEMENT_SIGNED, Fit.EARLY),
        (Action.CANCEL, S.DISBURSED, Fit.LATE),
        (Action.APPROVE_KYC, S.INFORMATION_REQUESTED, Fit.EARLY),
        (Action.REQUEST_INFORMATION, S.KYC_APPROVED, Fit.LATE),
        (Action.SEND_OFFER, S.OFFER_ACCEPTED, Fit.LATE),
        (Action.START_KYC, S.RISK_ASSESSED, Fit.LATE),
        (Action.START_KYC, S.INFORMATION_REQUESTED, Fit.LATE),
        (Action.EXPIRE_OFFER, S.OFFER_ACCEPTED, Fit.LATE),
    ],
)
def test_a_report_that_overtook_another_waits_and_one_that_is_behind_is_late(
    action: Action, status: S, expected: Fit
) -> None:
    """Topics have no order between them, so a report may come before the one it follows."""
    assert fit(action, Position(status, has_loan=True)) is expected


@pytest.mark.parametrize(
    ("action", "number", "status", "closed", "reopened", "expected"),
    [
        (Action.CLOSE, 1, S.DISBURSED, 1, 1, Fit.LATE),
        (Action.CLOSE, 2, S.DISBURSED, 1, 1, Fit.NOW),
        (Action.CLOSE, 3, S.DISBURSED, 1, 1, Fit.EARLY),
        (Action.CLOSE, 2, S.CLOSED, 1, 0, Fit.EARLY),
        (Action.CLOSE, 2, S.DISBURSED, 0, 0, Fit.EARLY),
        (Action.REOPEN, 1, S.DISBURSED, 1, 1, Fit.LATE),
        (Action.REOPEN, 2, S.DISBURSED, 1, 1, Fit.EARLY),
        (Action.REOPEN, 1, S.CLOSED, 2, 1, Fit.LATE),
        (Action.REOPEN, 2, S.CLOSED, 1, 0, Fit.EARLY),
        (Action.REOPEN, 2, S.CLOSED, 2, 1, Fit.NOW),
        (Action.REQUEST_INFORMATION, 3, S.KYC_APPROVED, 0, 0, Fit.LATE),
        (Action.REQUEST_INFORMATION, 3, S.KYC_REVIEW, 0, 0, Fit.EARLY),
    ],
)
def test_which_closure_a_report_is_about_is_known_by_its_number(
    action: Action, number: int, status: S, closed: int, reopened: int, expected: Fit
) -> None:
    """The report of the first closure must not close a loan that was reopened since."""
    taken = {Action.CLOSE: closed, Action.REOPEN: reopened}
    assert fit(action, Position(status, has_loan=True, taken=taken), number) is expected


def test_every_event_that_is_said_to_report_an_action_is_taken_as_its_report() -> None:
    """What the table of moves says of others is what the consumer listens to."""
    subscribed = {event_option(kind.DESCRIPTOR).type: action for kind, action in REPORTS.items() if action}
    assert subscribed.items() <= {move.reported_by: action for action, move in MOVES.items()}.items()
    unreported = {action for action, move in MOVES.items() if not move.reported_by}
    assert unreported == {Action.SUBMIT, Action.WITHDRAW}
