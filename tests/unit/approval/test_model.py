"""The three levels: every status with every action, and who may not decide."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest

from services.approval import model
from services.approval.model import Accepted, Approval, ApprovalLevel, ApprovalStatus, Dossier, LevelDecision
from services.lending import LoanTerms, loan_cost
from services.runtime.errors import FailedPrecondition, Internal, InvalidArgument, PermissionDenied

S = ApprovalStatus
L = ApprovalLevel
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
TERMS = LoanTerms(Decimal("10000"), "EUR", Decimal("7.5"), 24)
COST = loan_cost(TERMS, date(2030, 1, 15))
ACCEPTED = Accepted("a", "c", "seller", TERMS, TERMS.hash(), COST)
DOSSIER = Dossier("a", ("verifier", "kyc manager"), ("risk manager",))
BY = {L.INTERNAL: "internal", L.MANAGEMENT: "manager", L.FINAL: "credit head"}


def decision(level: L, by: str = "", approved: bool = True) -> LevelDecision:
    return LevelDecision(level, approved, by or BY[level], "looked at it", NOW)


def after(*levels: L, submitted: bool = True) -> Approval:
    approval = Approval.open(ACCEPTED, DOSSIER, NOW)
    if submitted:
        approval.submit("officer", NOW)
    for level in levels:
        approval.decide(decision(level))
    return approval


def rejected() -> Approval:
    approval = after()
    approval.decide(decision(L.INTERNAL, approved=False))
    return approval


def closed() -> Approval:
    approval = after()
    approval.end(NOW)
    return approval


MADE: dict[S, Callable[[], Approval]] = {
    S.READY: lambda: after(submitted=False),
    S.PENDING_INTERNAL: after,
    S.PENDING_MANAGEMENT: lambda: after(L.INTERNAL),
    S.PENDING_FINAL: lambda: after(L.INTERNAL, L.MANAGEMENT),
    S.APPROVED: lambda: after(*L),
    S.REJECTED: rejected,
    S.CLOSED: closed,
}
ALLOWED: dict[tuple[S, str], tuple[S, type | None]] = {
    (S.READY, "submit"): (S.PENDING_INTERNAL, None),
    (S.PENDING_INTERNAL, "INTERNAL"): (S.PENDING_MANAGEMENT, model.ApprovalInternalPassed),
    (S.PENDING_MANAGEMENT, "MANAGEMENT"): (S.PENDING_FINAL, model.ApprovalManagementPassed),
    (S.PENDING_FINAL, "FINAL"): (S.APPROVED, model.ApprovalFinalApproved),
}
NOT_REACHED = {
    *product([S.READY], L),
    *product([S.PENDING_INTERNAL], [L.MANAGEMENT, L.FINAL]),
    (S.PENDING_MANAGEMENT, L.FINAL),
}


def act(approval: Approval, action: str, approved: bool = True) -> None:
    if action == "submit":
        approval.submit("officer", NOW)
    else:
        approval.decide(decision(ApprovalLevel[action], "somebody else", approved))


@pytest.mark.parametrize(("status", "action"), list(product(S, ["submit", *L.__members__])))
def test_levels_decide_in_their_order_and_once(status: S, action: str) -> None:
    approval = MADE[status]()
    if (status, action) in ALLOWED:
        act(approval, action)
        to, event = ALLOWED[status, action]
        assert approval.status is to
        assert event is None or isinstance(approval.events[-1], event)
        return
    before, events = replace(approval), list(approval.events)
    with pytest.raises(FailedPrecondition) as refused:
        act(approval, action)
    early = action != "submit" and (status, ApprovalLevel[action]) in NOT_REACHED
    assert refused.value.reason == ("LEVEL_NOT_REACHED" if early else "WRONG_STATUS")
    assert refused.value.metadata["status"] == status.name
    assert refused.value.metadata["allowed_from"]
    assert (approval, approval.events) == (before, events)


@pytest.mark.parametrize("level", list(L))
def test_a_rejection_at_any_level_ends_it(level: L) -> None:
    approval = after(*list(L)[: level.value - 1])
    why = model.RejectionReason.TERMS
    approval.decide(replace(decision(level, approved=False), rejection_reason=why))
    assert approval.status is S.REJECTED
    earlier = (*approval.barred, approval.submitted_by, *(BY[each] for each in list(L)[: level.value - 1]))
    assert approval.events[-1] == model.ApprovalRejected("a", "c", BY[level], level, why, earlier, approval.update_time)
    assert [each.approved for each in approval.decisions] == [True] * (level.value - 1) + [False]


@pytest.mark.parametrize("level", list(L))
@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize(
    "person", ["verifier", "kyc manager", "risk manager", "seller", "officer", "internal", "manager"]
)
def test_no_one_who_had_a_part_before_decides(level: L, approved: bool, person: str) -> None:
    earlier = list(L)[: level.value - 1]
    approval, levels_of = after(*earlier), {"internal": L.INTERNAL, "manager": L.MANAGEMENT}
    status = approval.status
    if person in levels_of and levels_of[person] not in earlier:
        approval.decide(decision(level, person, approved))
        assert approval.status is not status
        return
    with pytest.raises(PermissionDenied) as refused:
        approval.decide(decision(level, person, approved))
    assert refused.value.reason == "MAKER_CHECKER"
    assert approval.status is status
    assert len(approval.decisions) == len(earlier)


def test_what_is_approved_carries_the_accepted_terms() -> None:
    approval = after(*L)
    assert approval.events[-1] == model.ApprovalFinalApproved("a", "c", "credit head", TERMS, TERMS.hash(), COST)


def test_terms_that_changed_since_they_were_accepted_are_not_approved() -> None:
    approval = after(L.INTERNAL, L.MANAGEMENT)
    approval.terms = replace(TERMS, annual_rate_percent=Decimal("9"))
    with pytest.raises(Internal):
        approval.decide(decision(L.FINAL))
    assert not isinstance(approval.events[-1], model.ApprovalFinalApproved)


def test_an_accepted_offer_whose_hash_is_not_of_its_terms_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        Approval.open(replace(ACCEPTED, terms_hash="0" * 64), DOSSIER, NOW)


@pytest.mark.parametrize("known", [{"kyc_deciders": ()}, {"risk_deciders": ()}])
def test_an_approval_begins_only_when_every_earlier_decider_is_known(known: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="not known"):
        Approval.open(ACCEPTED, replace(DOSSIER, **known), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", list(S))
def test_the_end_of_the_application_closes_what_is_open(status: S) -> None:
    approval = MADE[status]()
    approval.end(NOW)
    assert approval.status is (status if status in (S.APPROVED, S.REJECTED) else S.CLOSED)
