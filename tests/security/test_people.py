"""People: passwords, resets, sessions and accounts are attacked from outside, with all that an attacker may have."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.mail_links import MAILS_APART, RESET_LINK_LIFETIME
from services.catalog import SERVICES
from services.runtime import context
from services.runtime.errors import Error, NotFound, PermissionDenied
from stack.demo.authenticator import Authenticator
from tests.harness import customer, service, staff
from tests.integration.auth.conftest import EDGE, PASSWORD, Auth, browser
from tests.integration.auth.test_revocations import claims, stands
from tests.integration.auth.test_second_factor import OTTO, refused

ANNA, EVE, NEXT = "anna@example.org", "eve@example.org", "seven green umbrellas"
FOREIGN = sorted(each.name for each in SERVICES if each.name != "notification")
GUESSES, ROUNDS, REQUESTS = 40, 6, 60


def nobody(auth: Auth) -> None:
    """No account at all."""


def a_customer(auth: Auth) -> None:
    auth.customer(ANNA)


def staff_with_factor(auth: Auth) -> None:
    auth.user(ANNA, "OFFICER")
    auth.login(ANNA)


def staff_without_factor(auth: Auth) -> None:
    auth.user(ANNA, "OFFICER")


def invited(auth: Auth) -> None:
    auth.invite(ANNA, "OFFICER")


def disabled(auth: Auth) -> None:
    auth.disable(auth.customer(ANNA))


def erased(auth: Auth) -> None:
    with context.background("auth", "test"):
        auth.app.on_customer_erased(auth.customer(ANNA), auth.clock.now())


KINDS = [nobody, a_customer, staff_with_factor, staff_without_factor, invited, disabled, erased]


@pytest.mark.tries(2)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_answer_tells_whether_there_is_an_account(auth: Auth, kind: Callable[[Auth], None]) -> None:
    kind(auth)
    answer = auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    expected = pb.RequestPasswordResetResponse(expires_in=int(RESET_LINK_LIFETIME.total_seconds()))
    assert answer == expected
    reasons = [refused(auth.ask, ANNA, "a wrong password", secrets.token_urlsafe(32)) for _ in range(5)]
    assert (reasons, refused(auth.ask, ANNA)) == (["BAD_CREDENTIALS"] * 5, "ACCOUNT_LOCKED")


def test_a_token_is_good_for_one_reset_of_one_account_in_its_time(auth: Auth) -> None:
    auth.customer(ANNA), auth.customer(EVE)
    used, eves = auth.forgotten(ANNA), auth.forgotten(EVE)
    auth.reset(used, NEXT)
    auth.clock.advance(MAILS_APART)
    newest = auth.forgotten(ANNA)
    attempts = [used, newest[:-1], newest + "A", newest.swapcase(), newest[::-1], "' OR ''='" + "A" * 40]
    assert [refused(auth.reset, each, PASSWORD) for each in attempts] == ["LINK_INVALID"] * len(attempts)
    auth.reset(eves, PASSWORD)
    assert refused(auth.ask, ANNA, PASSWORD) == "BAD_CREDENTIALS"
    auth.clock.advance(RESET_LINK_LIFETIME)
    assert refused(auth.reset, newest, PASSWORD) == "LINK_INVALID"
    assert auth.login(ANNA, NEXT).tokens.access_token


@pytest.mark.tries(GUESSES)
def test_tokens_are_not_guessed(auth: Auth) -> None:
    auth.customer(ANNA)
    auth.forgotten(ANNA)
    guesses = {refused(auth.reset, secrets.token_urlsafe(32), NEXT) for _ in range(GUESSES)}
    assert guesses == {"LINK_INVALID"}


@pytest.mark.tries(4 + 4)
def test_what_opens_one_door_opens_no_other(auth: Auth) -> None:
    auth.customer(ANNA), auth.user(OTTO, "OFFICER")
    auth.invite(EVE, "OFFICER")
    invitation = auth.invitation(EVE)
    signed_in, token = auth.login(ANNA), auth.forgotten(ANNA)
    challenge = auth.ask(OTTO).challenge.token
    others = (invitation, signed_in.tokens.refresh_token, signed_in.device_token, challenge)
    assert [refused(auth.reset, each, NEXT) for each in others] == ["LINK_INVALID"] * 4
    assert refused(auth.refresh, token) == "REFRESH_TOKEN_INVALID"
    assert refused(auth.join, token) == "INVITATION_INVALID"
    assert refused(auth.answer, pb.LoginResponse(challenge={"token": token}).challenge, recovery_code="none") == (
        "CHALLENGE_INVALID"
    )
    assert auth.ask(ANNA, PASSWORD, token).device_token


def test_a_stolen_mailbox_does_not_get_round_the_second_factor(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    offered = auth.ask(OTTO).challenge
    auth.login(OTTO)
    auth.reset(auth.forgotten(OTTO), NEXT)
    thief = Authenticator("thief", EDGE)
    assert refused(auth.enrol, offered, passkey=thief.create(offered.enrolment.passkey_options)) == "CHALLENGE_INVALID"
    asked = auth.ask(OTTO, NEXT)
    assert (asked.HasField("tokens"), asked.challenge.HasField("enrolment"), asked.device_token) == (False, False, "")
    assert refused(auth.answer, asked.challenge, passkey=thief.get(asked.challenge.passkey_options)) == (
        "SECOND_FACTOR_WRONG"
    )
    assert refused(auth.answer, asked.challenge, recovery_code="AAAA-AAAA-AAAA-AAAA") == "SECOND_FACTOR_WRONG"


@pytest.mark.tries(4)
def test_a_stolen_access_token_of_staff_changes_no_password(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    stolen = auth.holder(auth.login(OTTO))
    auth.clock.advance(timedelta(minutes=10))
    auth.login(OTTO)
    for proof in ({}, {"totp_code": "000000"}, {"recovery_code": "AAAA"}):
        request = pb.ChangePasswordRequest(current_password=PASSWORD, new_password=NEXT, **proof)
        assert refused(auth.client(stolen).ChangePassword, request) in ("AUTHENTICATION_TOO_OLD", "SECOND_FACTOR_WRONG")
    request = pb.ChangePasswordRequest(current_password="guessed", new_password=NEXT)
    assert refused(auth.client(stolen).ChangePassword, request) == "BAD_CREDENTIALS"
    assert auth.login(OTTO).tokens.access_token


@pytest.mark.tries(2)
def test_no_session_is_one_that_an_attacker_knew_before(auth: Auth) -> None:
    auth.customer(ANNA), auth.user(OTTO, "OFFICER")
    auth.login(OTTO)
    seen = {claims(auth.login(ANNA).tokens.access_token)["sid"] for _ in range(3)}
    assert len(seen) == 3
    # A challenge that the attacker began is not answered by what the victim signs for their own.
    theirs, mine = auth.ask(OTTO).challenge, auth.ask(OTTO).challenge
    assert refused(auth.answer, theirs, passkey=browser(OTTO).get(mine.passkey_options)) == "SECOND_FACTOR_WRONG"


@pytest.mark.tries(5)
def test_a_disabled_account_is_not_got_into_by_what_was_begun_before(auth: Auth) -> None:
    account_id = auth.user(OTTO, "OFFICER").account_id
    out = auth.login(OTTO)
    token, waiting = auth.forgotten(OTTO), auth.ask(OTTO, PASSWORD, out.device_token).challenge
    auth.disable(account_id)
    assert not stands(auth, out.tokens.access_token)
    assert refused(auth.refresh, out.tokens.refresh_token) == "REFRESH_TOKEN_INVALID"
    assert refused(auth.reset, token, NEXT) == "LINK_INVALID"
    assert refused(auth.prove, waiting, browser(OTTO)) == "CHALLENGE_INVALID"
    assert refused(auth.ask, OTTO, PASSWORD, out.device_token) == "BAD_CREDENTIALS"


@pytest.mark.tries(ROUNDS)
def test_whoever_guesses_slows_themselves_and_not_the_owner(auth: Auth) -> None:
    auth.customer(ANNA)
    device, last = auth.login(ANNA).device_token, 0
    for _ in range(5):
        refused(auth.ask, ANNA, "a guess")
    for _ in range(ROUNDS):
        with pytest.raises(Error) as locked:
            auth.ask(ANNA)
        seconds = int(locked.value.metadata["retry_after_seconds"])
        assert seconds > last
        assert auth.ask(ANNA, PASSWORD, device).tokens.access_token
        auth.clock.advance(timedelta(seconds=seconds))
        assert refused(auth.ask, ANNA, "a guess") == "BAD_CREDENTIALS"
        last = seconds


@pytest.mark.tries(3 * 3)
def test_nobody_sees_or_ends_the_sessions_of_others(auth: Auth) -> None:
    anna, eve = auth.customer(ANNA), auth.customer(EVE)
    out = auth.login(ANNA)
    session_id = claims(out.tokens.access_token)["sid"]
    for caller in (customer(eve), customer(), staff("OFFICER", "MANAGER", "RISK_MGR")):
        client = auth.client(caller)
        with pytest.raises(NotFound):
            client.EndSession(pb.EndSessionRequest(session_id=session_id))
        with pytest.raises(PermissionDenied):
            client.EndAccountSessions(pb.EndAccountSessionsRequest(account_id=anna))
        with pytest.raises(PermissionDenied):
            client.ListAccountSessions(pb.ListAccountSessionsRequest(account_id=anna))
        assert session_id not in [each.session_id for each in client.ListSessions(pb.ListSessionsRequest()).sessions]
    assert stands(auth, out.tokens.access_token)


@pytest.mark.tries(len(FOREIGN) + 3)
def test_the_mails_are_for_the_notification_service_alone(auth: Auth) -> None:
    auth.customer(ANNA)
    auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    callers: list[Any] = [*map(service, FOREIGN), customer(), staff("ADMIN"), staff("OFFICER")]
    for caller in callers:
        with pytest.raises(PermissionDenied):
            auth.client(caller).TakeAccountMail(pb.TakeAccountMailRequest())
    assert [mail.email for mail in auth.mails()] == [ANNA]


@pytest.mark.tries(2 * REQUESTS)
def test_requests_by_the_mass_fill_neither_a_mailbox_nor_a_table(auth: Auth) -> None:
    auth.customer(ANNA)
    client = auth.client()
    for number in range(REQUESTS):
        client.RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
        client.RequestPasswordReset(pb.RequestPasswordResetRequest(email=f"nobody{number}@example.org"))
    assert [mail.email for mail in auth.mails()] == [ANNA]
    rows = len(auth.everything().splitlines())
    auth.clock.advance(MAILS_APART)
    with context.background("auth", "test"):
        auth.app.tidy()
    assert len(auth.everything().splitlines()) == rows - REQUESTS - 1
