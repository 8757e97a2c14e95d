"""A password is changed by the one it belongs to, over gRPC."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.sign_ins import FRESH
from services.runtime.errors import InvalidArgument, ResourceExhausted
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_revocations import stands
from tests.integration.auth.test_second_factor import OTTO, refused

ANNA, NEXT = "anna@example.org", "seven green umbrellas"


def change(auth: Auth, answer: Any, current: str = PASSWORD, following: str = NEXT, **proof: str) -> Any:
    auth.clock.advance(timedelta(seconds=1))
    request = pb.ChangePasswordRequest(current_password=current, new_password=following, **proof)
    return auth.client(auth.holder(answer)).ChangePassword(request)


def test_a_changed_password_signs_in_and_whatever_was_open_by_the_one_before_is_over(auth: Auth) -> None:
    auth.customer(ANNA)
    here, elsewhere = auth.login(ANNA), auth.login(ANNA)
    token = auth.forgotten(ANNA)
    answer = change(auth, here)
    assert answer.ended_sessions == 1
    assert stands(auth, here.tokens.access_token)
    assert not stands(auth, elsewhere.tokens.access_token)
    assert auth.refresh(here.tokens.refresh_token).access_token
    assert refused(auth.refresh, elsewhere.tokens.refresh_token) == "REFRESH_TOKEN_INVALID"
    assert refused(auth.reset, token, NEXT) == "LINK_INVALID"
    assert refused(auth.ask, ANNA, PASSWORD) == "BAD_CREDENTIALS"
    assert auth.login(ANNA, NEXT).tokens.access_token
    (notice,) = auth.mails()
    assert (notice.email, notice.token) == (ANNA, "")
    assert notice.kind == 2


def test_a_challenge_that_waits_is_good_for_nothing_after_a_change(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    here, open_one = auth.login(OTTO), auth.ask(OTTO).challenge
    change(auth, here)
    assert refused(auth.answer, open_one, recovery_code="none") == "CHALLENGE_INVALID"


def test_a_weak_password_is_refused_and_changes_nothing(auth: Auth) -> None:
    auth.customer(ANNA)
    with pytest.raises(InvalidArgument) as found:
        change(auth, auth.login(ANNA), following="password1234")
    assert found.value.reason == "PASSWORD_WEAK"
    assert auth.login(ANNA).tokens.access_token
    assert auth.mails() == []


def test_wrong_passwords_are_counted_and_lock_changes_but_no_sign_in(auth: Auth) -> None:
    auth.customer(ANNA)
    thief = auth.login(ANNA)
    for _ in range(5):
        assert refused(change, auth, thief, "a wrong password") == "BAD_CREDENTIALS"
    with pytest.raises(ResourceExhausted) as locked:
        change(auth, thief)
    assert locked.value.reason == "ACCOUNT_LOCKED"
    assert auth.login(ANNA).tokens.access_token
    auth.clock.advance(timedelta(seconds=31))
    assert change(auth, thief).ended_sessions == 1


def test_staff_prove_a_second_factor_or_have_just_signed_in(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    offered = auth.ask(OTTO).challenge
    app = pyotp.TOTP(offered.enrolment.totp_secret)
    signed_in = auth.enrol(offered, totp_code=app.at(auth.clock.now()))
    auth.clock.advance(FRESH)
    assert refused(change, auth, signed_in) == "AUTHENTICATION_TOO_OLD"
    assert refused(change, auth, signed_in, totp_code="000000") == "SECOND_FACTOR_WRONG"
    change(auth, signed_in, totp_code=app.at(auth.clock.now()))
    change(auth, signed_in, NEXT, PASSWORD, recovery_code=signed_in.recovery_codes[0])
    again = refused(change, auth, signed_in, recovery_code=signed_in.recovery_codes[0])
    assert again == "SECOND_FACTOR_WRONG"


def test_of_a_fresh_sign_in_it_is_the_callers_own_session_that_counts(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    old = auth.login(OTTO)
    auth.clock.advance(FRESH)
    auth.login(OTTO)
    assert refused(change, auth, old) == "AUTHENTICATION_TOO_OLD"


def test_wrong_codes_are_counted(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    signed_in = auth.login(OTTO)
    for _ in range(5):
        assert refused(change, auth, signed_in, recovery_code="none") == "SECOND_FACTOR_WRONG"
    assert refused(change, auth, signed_in, recovery_code="none") == "ACCOUNT_LOCKED"


def test_the_audit_trail_says_who_changed_it_and_shows_no_password(auth: Auth) -> None:
    account_id = auth.customer(ANNA)
    change(auth, auth.login(ANNA))
    row = auth.audit("Account")[-1]
    assert row["actor"] == f"customer:{account_id}"
    assert not [word for word in (PASSWORD, NEXT, ANNA) if word in auth.everything()]
