"""How members of staff join, and how two administrators give them roles, over gRPC."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.commands import CreateUser
from services.auth.mail_links import INVITATION_LIFETIME
from services.auth.model import Role
from services.auth.staff import FIRST_INVITATION_LIFETIME, Staff
from services.runtime import context
from services.runtime.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    Unauthenticated,
)
from tests.harness import service, staff
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_revocations import claims
from tests.integration.auth.test_second_factor import refused

ANN, BOB = staff("ADMIN"), staff("ADMIN")
EVE = "eve@example.org"


def roles(auth: Auth, account_id: str) -> list[int]:
    users = auth.client(ANN).ListUsers(pb.ListUsersRequest(page_size=100)).users
    return next(list(user.roles) for user in users if user.account_id == account_id)


def waiting(auth: Auth) -> list[Any]:
    return list(auth.client(BOB).ListRoleGrants(pb.ListRoleGrantsRequest()).grants)


def first(auth: Auth, email: str, number: str) -> str:
    office = Staff(auth.begin, auth.clock, auth.app.passwords)
    with context.background("auth", "test"):
        return office.invite_first(CreateUser(email, "Anna Admin", frozenset({Role.ADMIN}), number))


def test_a_person_joins_with_a_password_of_their_own_and_without_a_role_before_the_second_administrator(
    auth: Auth,
) -> None:
    invited = auth.invite("otto@example.org", "OFFICER", by=ANN)
    assert (list(invited.user.roles), invited.user.HasField("join_time")) == ([], False)
    with pytest.raises(Unauthenticated):
        auth.login("otto@example.org", PASSWORD)
    assert auth.join(auth.invitation("otto@example.org")) == invited.user.account_id
    assert claims(auth.login("otto@example.org").tokens.access_token)["roles"] == []
    [grant] = waiting(auth)
    assert grant == invited.grant
    with pytest.raises(PermissionDenied) as refused:
        auth.decide(grant, by=ANN)
    assert refused.value.reason == "MAKER_CHECKER"
    decided = auth.decide(grant, by=BOB)
    assert (decided.requested_by, decided.decided_by) == (ANN.subject, BOB.subject)
    assert claims(auth.login("otto@example.org").tokens.access_token)["roles"] == ["OFFICER"]
    assert waiting(auth) == []


def test_an_invitation_is_good_once_and_expires_and_the_next_replaces_it(auth: Auth) -> None:
    invited, late = auth.invite("otto@example.org", "OFFICER"), auth.invite("late@example.org", "OFFICER")
    first, expired = auth.invitation("otto@example.org"), auth.invitation("late@example.org")
    auth.clock.advance(timedelta(seconds=1))
    again = pb.InviteUserAgainRequest(account_id=invited.user.account_id)
    auth.client(ANN).InviteUserAgain(again)
    with pytest.raises(Unauthenticated):
        auth.join(first)
    token = auth.invitation("otto@example.org")
    auth.join(token)
    auth.clock.advance(INVITATION_LIFETIME)
    for dead in (first, token, expired, "x" * 43):
        with pytest.raises(Unauthenticated) as refused:
            auth.join(dead, "another good password")
        assert refused.value.reason == "INVITATION_INVALID"
    with pytest.raises(FailedPrecondition):
        auth.client(ANN).InviteUserAgain(again)
    auth.client(ANN).InviteUserAgain(pb.InviteUserAgainRequest(account_id=late.user.account_id))
    auth.join(auth.invitation("late@example.org"))


def test_who_invites_is_never_shown_what_lets_the_person_in(auth: Auth) -> None:
    asked = (
        auth.invite("otto@example.org", "OFFICER"),
        pb.InviteUserAgainResponse(),
        pb.DecideSecondFactorResetResponse(),
    )
    shown = {name for each in asked for name in each.DESCRIPTOR.fields_by_name}
    assert shown == {"user", "grant", "reset"}
    # A mail that no one reports as gone is given out again, with another token; the newest alone is good.
    post = auth.client(service("notification"))
    lost = post.TakeAccountMail(pb.TakeAccountMailRequest()).mail.token
    auth.clock.advance(timedelta(minutes=2))
    token = auth.invitation("otto@example.org")
    assert refused(auth.join, lost) == "INVITATION_INVALID"
    assert lost not in auth.everything() and token not in auth.everything()
    assert auth.join(token) == asked[0].user.account_id
    # Nor does one go to somebody who has joined meanwhile, or is not to.
    auth.client(ANN).InviteUserAgain(pb.InviteUserAgainRequest(account_id=auth.invite(EVE, "OFFICER").user.account_id))
    auth.join(auth.invitation(EVE))
    with pytest.raises(LookupError):
        auth.invitation(EVE)


def test_roles_are_taken_at_once_and_given_by_two(auth: Auth) -> None:
    otto = auth.user("otto@example.org", "OFFICER").account_id
    request = pb.SetUserRolesRequest(account_id=otto, roles=["ROLE_MANAGER"])
    answers = [auth.client(ANN).SetUserRoles(request) for _ in range(2)]
    # The later one took the place of the earlier one.
    assert [grant.grant_id for grant in waiting(auth)] == [answers[1].grant.grant_id]
    with pytest.raises(FailedPrecondition):
        auth.decide(answers[0].grant, by=BOB)
    assert roles(auth, otto) == [1]
    answer = auth.client(ANN).SetUserRoles(pb.SetUserRolesRequest(account_id=otto))
    assert (answer.HasField("grant"), roles(auth, otto), waiting(auth)) == (False, [], [])
    # What was asked for before is off the table.
    with pytest.raises(FailedPrecondition):
        auth.decide(answers[1].grant, by=BOB)
    assert roles(auth, otto) == []


def test_a_grant_that_expires_is_listed_no_more_and_gives_nothing(auth: Auth) -> None:
    invited = auth.invite("otto@example.org", "OFFICER")
    auth.clock.advance(timedelta(days=3))
    assert waiting(auth) == []
    with pytest.raises(FailedPrecondition):
        auth.decide(invited.grant)


def test_two_accounts_of_one_person_are_one(auth: Auth) -> None:
    one = auth.user("otto@example.org", "OFFICER", number="P-77")
    two = auth.invite("otto.second@example.org", "OFFICER", number="p-77")
    token = auth.invitation("otto.second@example.org")
    other = auth.user("eve@example.org", "OFFICER", number="P-78")
    assert two.user.holder_id == one.holder_id == one.account_id
    assert other.holder_id != one.holder_id
    auth.decide(two.grant)
    auth.join(token)
    said = claims(auth.login("otto.second@example.org").tokens.access_token)
    assert (said["sub"], said["holder"]) == (two.user.account_id, one.account_id)
    assert "holder" not in claims(auth.login("otto@example.org").tokens.access_token)
    # Neither at the invitation nor afterwards does one person come by two duties.
    calls: tuple[Callable[[], Any], ...] = (
        lambda: auth.invite("otto.third@example.org", "MANAGER", number="P-77"),
        lambda: auth.set_roles(two.user.account_id, "MANAGER"),
    )
    for call in calls:
        with pytest.raises(InvalidArgument) as refused:
            call()
        assert refused.value.reason == "ROLES_INCOMPATIBLE"


def test_duties_that_came_meanwhile_are_seen_when_it_is_decided(auth: Auth) -> None:
    officer = auth.invite("otto@example.org", "OFFICER", number="P-77")
    manager = auth.invite("otto.second@example.org", "MANAGER", number="P-77")
    auth.decide(officer.grant)
    with pytest.raises(InvalidArgument) as refused:
        auth.decide(manager.grant)
    assert refused.value.reason == "ROLES_INCOMPATIBLE"
    assert roles(auth, manager.user.account_id) == []


def test_no_administrator_helps_themselves_by_a_second_account(auth: Auth) -> None:
    ann = auth.user("ann@example.org", "ADMIN", number="P-1")
    second = auth.user("ann.second@example.org", "ADMIN", number="P-1")
    by_second = staff("ADMIN", account_id=second.account_id, holder_id=second.holder_id)
    by_first = staff("ADMIN", account_id=ann.account_id)
    eve = auth.invite("eve@example.org", "CREDIT_HEAD", by=by_first)
    with pytest.raises(PermissionDenied) as refused:
        auth.decide(eve.grant, by=by_second)
    assert refused.value.reason == "MAKER_CHECKER"
    for caller, account in ((by_second, ann), (by_first, second)):
        with pytest.raises(PermissionDenied, match="own roles"):
            auth.client(caller).SetUserRoles(pb.SetUserRolesRequest(account_id=account.account_id))


def test_the_first_two_administrators_are_invited_by_command_and_no_third(auth: Auth) -> None:
    forgotten = first(auth, "ann@example.org", "P-1")
    auth.clock.advance(FIRST_INVITATION_LIFETIME)
    with pytest.raises(Unauthenticated):
        auth.join(forgotten)
    ann = auth.join(first(auth, "ann@example.org", "P-1"))
    # The same person twice would be one who approves alone.
    auth.join(first(auth, "ann.second@example.org", "P-1"))
    bob = auth.join(first(auth, "bob@example.org", "P-2"))
    with pytest.raises(FailedPrecondition):
        first(auth, "eve@example.org", "P-3")
    with pytest.raises(FailedPrecondition):
        first(auth, "bob@example.org", "P-2")
    invited = auth.invite("eve@example.org", "OFFICER", by=staff("ADMIN", account_id=ann))
    assert auth.decide(invited.grant, by=staff("ADMIN", account_id=bob)).decided_by == bob


def test_no_customer_becomes_an_administrator_by_command(auth: Auth) -> None:
    auth.customer("ann@example.org")
    with pytest.raises(AlreadyExists) as refused:
        first(auth, "ann@example.org", "P-1")
    assert refused.value.reason == "EMAIL_TAKEN"


@pytest.mark.parametrize("number", ["\u0420-10472", "P\u201010472", "P-1\u06600472", "P-10472\u200b", "P- 10472", "-P"])
def test_no_number_only_looks_like_that_of_another_person(auth: Auth, number: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        auth.invite("otto@example.org", "OFFICER", number=number)
    assert [each.field for each in refused.value.violations] == ["personnel_number"]


def test_nothing_of_it_is_readable_in_the_database(auth: Auth) -> None:
    auth.invite("otto@example.org", "OFFICER", number="P-104729")
    token = auth.invitation("otto@example.org")
    stored = auth.everything()
    for secret in (token, "P-104729", "p-104729", "otto"):
        assert secret not in stored
    granted = auth.audit("RoleGrant")[0]
    assert (granted["actor"].partition(":")[0], granted["after"]["status"]) == ("staff", "PENDING")
