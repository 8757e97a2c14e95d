"""Accounts are disabled and enabled by an administrator, over gRPC."""

from collections.abc import Callable
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.runtime import context
from services.runtime.errors import Error, FailedPrecondition, NotFound, PermissionDenied
from tests.harness import staff
from tests.integration.auth.conftest import Auth
from tests.integration.auth.test_factor_resets import decide, request
from tests.integration.auth.test_revocations import claims, stands
from tests.integration.auth.test_second_factor import OTTO, refused

ANNA = "anna@example.org"


def make(auth: Auth, kind: str) -> tuple[str, str]:
    if kind == "customer":
        return auth.customer(ANNA), ANNA
    return auth.user(OTTO, "OFFICER").account_id, OTTO


@pytest.mark.parametrize("kind", ["customer", "staff"])
def test_a_disabled_account_is_good_for_nothing_until_it_is_enabled(auth: Auth, kind: str) -> None:
    account_id, email = make(auth, kind)
    out = auth.login(email)
    token, waiting = auth.forgotten(email), auth.ask(email)
    shown = auth.disable(account_id)
    assert (shown.account_id, shown.HasField("disable_time"), shown.disable_reason) == (account_id, True, 2)
    assert not stands(auth, out.tokens.access_token)
    assert refused(auth.refresh, out.tokens.refresh_token) == "REFRESH_TOKEN_INVALID"
    assert refused(auth.ask, email) == "BAD_CREDENTIALS"
    assert refused(auth.reset, token, "seven green umbrellas") == "LINK_INVALID"
    if kind == "staff":
        assert refused(auth.answer, waiting.challenge, recovery_code="none") == "CHALLENGE_INVALID"
    assert [(mail.email, mail.kind) for mail in auth.mails()] == [(email, 3)]
    assert auth.forgotten(email) == ""
    assert not auth.enable(account_id).HasField("disable_time")
    assert [(mail.email, mail.kind) for mail in auth.mails()] == [(email, 4)]
    assert claims(auth.login(email).tokens.access_token)["roles"] == (["BEARER"] if kind == "customer" else [])


def test_staff_get_their_roles_back_by_two_administrators_alone(auth: Auth) -> None:
    account_id = auth.user(OTTO, "OFFICER").account_id
    asked = pb.SetUserRolesRequest(account_id=account_id, roles=["ROLE_MANAGER"])
    grant = auth.client(staff("ADMIN")).SetUserRoles(asked).grant
    auth.disable(account_id)
    for approve in (True, False):
        assert refused(auth.decide, grant, approve) == "WRONG_STATUS"
    assert refused(auth.set_roles, account_id, "OFFICER") == "WRONG_STATUS"
    auth.enable(account_id)
    auth.set_roles(account_id, "OFFICER")
    assert claims(auth.login(OTTO).tokens.access_token)["roles"] == ["OFFICER"]


def test_a_reset_of_the_factor_does_not_go_round_it(auth: Auth) -> None:
    account_id = auth.user(OTTO, "OFFICER").account_id
    reset = request(auth, account_id)
    auth.disable(account_id)
    assert refused(decide, auth, reset) == "WRONG_STATUS"
    assert refused(request, auth, account_id) == "WRONG_STATUS"


def test_an_invitation_ends_with_it(auth: Auth) -> None:
    account_id = auth.invite("eve@example.org", "OFFICER").user.account_id
    token = auth.invitation("eve@example.org")
    auth.disable(account_id)
    assert refused(auth.join, token) == "INVITATION_INVALID"
    again = pb.InviteUserAgainRequest(account_id=account_id)
    assert refused(auth.client(staff("ADMIN")).InviteUserAgain, again) == "WRONG_STATUS"
    auth.enable(account_id)
    auth.client(staff("ADMIN")).InviteUserAgain(again)
    auth.join(auth.invitation("eve@example.org"))


@pytest.mark.parametrize("act", [Auth.disable, Auth.enable], ids=["disable", "enable"])
def test_no_person_does_it_to_themselves_by_whichever_account(auth: Auth, act: Callable[..., Any]) -> None:
    first = auth.user(OTTO, "ADMIN", number="P-1").account_id
    second = auth.user("otto.two@example.org", "ADMIN", number="P-1").account_id
    if act is Auth.enable:
        auth.disable(first)
    for me in (staff("ADMIN", account_id=first), staff("ADMIN", account_id=second, holder_id=first)):
        with pytest.raises(PermissionDenied):
            act(auth, first, me)


def test_it_is_done_once_and_not_to_what_is_not_there(auth: Auth) -> None:
    account_id = auth.customer(ANNA)
    with pytest.raises(FailedPrecondition):
        auth.enable(account_id)
    auth.disable(account_id)
    with pytest.raises(FailedPrecondition):
        auth.disable(account_id)
    with context.background("auth", "test"):
        auth.app.on_customer_erased(account_id, auth.clock.now())
    for act in (auth.disable, auth.enable):
        for missing in (account_id, "00000000-0000-4000-8000-000000000000"):
            with pytest.raises(NotFound):
                act(missing)


def test_the_list_of_users_and_the_audit_trail_show_it(auth: Auth) -> None:
    account_id, by = auth.user(OTTO, "OFFICER").account_id, staff("ADMIN")
    auth.disable(account_id, by=by)
    (user,) = auth.client(by).ListUsers(pb.ListUsersRequest()).users
    assert user.HasField("disable_time")
    row = auth.audit("Account")[-1]
    assert (row["actor"], row["after"]["disable_reason"]) == (f"staff:{by.subject}", "COMPROMISED")


def test_a_token_cannot_be_signed_for_it_whatever_led_there(auth: Auth) -> None:
    account_id = auth.customer(ANNA)
    auth.disable(account_id)
    with auth.begin() as uow, pytest.raises(RuntimeError):
        auth.app.second.tokens.begin(uow, uow.accounts.get(account_id), ("pwd",), auth.clock.now())
    with pytest.raises(Error):
        auth.login(ANNA)
