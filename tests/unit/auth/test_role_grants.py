"""Roles that one administrator asks for and another one gives; how a person joins."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from services.auth.model import Account, Role
from services.auth.role_grants import GRANT_LIFETIME, RoleGrant, RoleGrantStatus
from services.runtime.errors import FailedPrecondition, PermissionDenied, Unauthenticated

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NONE: frozenset[Role] = frozenset()
PERSONS = ("ann", "bob", "otto")


def account(account_id: str = "otto's account", holder_id: str = "otto") -> Account:
    return Account.of_staff(account_id, holder_id, "otto@example.org", "Otto Officer", "P-1", NOW)


def asked(of: Account, by: str = "ann") -> RoleGrant:
    return RoleGrant.ask("g1", of, frozenset({Role.OFFICER}), NONE, by, NOW)


@pytest.mark.parametrize("asks, decides", [*itertools.product(PERSONS, PERSONS)])
@pytest.mark.parametrize("approve", [True, False])
def test_three_persons_make_a_grant(asks: str, decides: str, approve: bool) -> None:
    of = account()
    if asks == "otto":
        with pytest.raises(PermissionDenied):
            asked(of, asks)
        return
    grant = asked(of, asks)
    assert of.roles == NONE
    if decides in (asks, "otto"):
        with pytest.raises(PermissionDenied) as refused:
            grant.decide(of, approve, NONE, decides, NOW)
        assert refused.value.reason == "MAKER_CHECKER"
        assert (grant.status, of.roles) == (RoleGrantStatus.PENDING, NONE)
        return
    grant.decide(of, approve, NONE, decides, NOW)
    assert grant.status is (RoleGrantStatus.APPROVED if approve else RoleGrantStatus.REJECTED)
    assert of.roles == (grant.roles if approve else NONE)


def test_a_grant_is_decided_once_and_in_time() -> None:
    of = account()
    late, decided, replaced = asked(of), asked(of), asked(of)
    with pytest.raises(FailedPrecondition):
        late.decide(of, True, NONE, "bob", NOW + GRANT_LIFETIME)
    late.decide(of, False, NONE, "bob", NOW + GRANT_LIFETIME - SECOND)
    decided.decide(of, True, NONE, "bob", NOW)
    replaced.replace("ann", NOW)
    for closed in (late, decided, replaced):
        with pytest.raises(FailedPrecondition):
            closed.decide(of, True, NONE, "bob", NOW)


def test_nothing_is_given_to_an_erased_account() -> None:
    of = account()
    grant = asked(of)
    of.erase(NOW)
    with pytest.raises(FailedPrecondition):
        grant.decide(of, True, NONE, "bob", NOW)


def test_an_invitation_is_good_once_in_its_time_and_until_the_next() -> None:
    of = account()
    of.let_in("first", timedelta(days=3), NOW)
    of.let_in("second", timedelta(days=3), NOW + SECOND)
    for wrong, at in (("first", NOW), ("second", NOW + SECOND + timedelta(days=3)), ("", NOW)):
        with pytest.raises(Unauthenticated) as refused:
            of.accept_invitation(wrong, "hash", at)
        assert refused.value.reason == "INVITATION_INVALID"
    of.accept_invitation("second", "hash", NOW + timedelta(days=3))
    assert (of.password_hash, of.join_time) == ("hash", NOW + timedelta(days=3))
    with pytest.raises(Unauthenticated):
        of.accept_invitation("second", "another hash", NOW + timedelta(days=3))
    with pytest.raises(FailedPrecondition):
        of.check_not_joined()
