"""The second factor of staff: enrolled at the first sign-in, asked for at every other one, over gRPC."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from services.auth.second_factors import CHALLENGE_LIFETIME, CHALLENGE_TRIES, ENROLMENT_LIFETIME
from services.runtime.errors import Error, InvalidArgument
from stack.demo.authenticator import Authenticator
from tests.integration.auth.conftest import Auth, browser
from tests.integration.auth.test_revocations import claims

OTTO = "otto@example.org"
STEP = timedelta(seconds=30)


def refused(call: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    with pytest.raises(Error) as found:
        call(*arguments, **named)
    return found.value.reason


def code(auth: Auth, secret: str, after: int = 0) -> str:
    """What the authenticator app shows, so many steps from now."""
    return pyotp.TOTP(secret).generate_otp(int(auth.clock.now().timestamp()) // 30 + after)


@pytest.fixture
def otto(auth: Auth) -> str:
    """A member of staff with an authenticator app; its secret."""
    auth.user(OTTO, "OFFICER")
    challenge = auth.ask(OTTO).challenge
    auth.enrol(challenge, totp_code=code(auth, challenge.enrolment.totp_secret))
    auth.clock.advance(STEP * 2)
    return str(challenge.enrolment.totp_secret)


def test_the_first_sign_in_gives_nothing_but_an_offer_and_the_enrolment_the_session(auth: Auth) -> None:
    otto = auth.user(OTTO, "OFFICER").account_id
    asked = auth.ask(OTTO)
    assert (asked.HasField("tokens"), asked.account_id, list(asked.challenge.methods)) == (False, otto, [])
    offered = asked.challenge.enrolment
    assert pyotp.parse_uri(offered.totp_uri).secret == offered.totp_secret
    assert refused(auth.enrol, asked.challenge, totp_code=code(auth, pyotp.random_base32())) == "SECOND_FACTOR_WRONG"
    done = auth.enrol(asked.challenge, totp_code=code(auth, offered.totp_secret))
    said = claims(done.tokens.access_token)
    assert (said["sub"], said["amr"], said["acr"]) == (otto, ["pwd", "otp", "mfa"], "aal2")
    assert len(set(done.recovery_codes)) == 10
    assert claims(auth.refresh(done.tokens.refresh_token).access_token)["amr"] == ["pwd", "otp", "mfa"]
    # Neither is the offer good for a second one, nor the code that proved it for a sign-in.
    assert refused(auth.enrol, asked.challenge, totp_code=code(auth, offered.totp_secret)) == "CHALLENGE_INVALID"
    again = auth.ask(OTTO).challenge
    assert (list(again.methods), again.HasField("enrolment"), again.passkey_options) == ([1, 3], False, "")
    assert refused(auth.answer, again, totp_code=code(auth, offered.totp_secret)) == "SECOND_FACTOR_WRONG"


def test_customers_are_asked_for_nothing_more(auth: Auth) -> None:
    auth.customer("anna@example.org")
    answer = auth.ask("anna@example.org")
    assert not answer.HasField("challenge")
    said = claims(answer.tokens.access_token)
    assert (said["amr"], said["acr"]) == (["pwd"], "aal1")


def test_a_code_is_good_once_in_its_time_for_whichever_challenge(auth: Auth, otto: str) -> None:
    first, second, third = (auth.ask(OTTO).challenge for _ in range(3))
    assert refused(auth.answer, first, totp_code=code(auth, otto, after=-2)) == "SECOND_FACTOR_WRONG"
    assert refused(auth.answer, first, totp_code=code(auth, otto, after=2)) == "SECOND_FACTOR_WRONG"
    assert auth.answer(first, totp_code=code(auth, otto)).tokens.access_token
    for challenge in (second, third):
        assert refused(auth.answer, challenge, totp_code=code(auth, otto)) == "SECOND_FACTOR_WRONG"
        # That of the step before the last that was used is no better.
        assert refused(auth.answer, challenge, totp_code=code(auth, otto, after=-1)) == "SECOND_FACTOR_WRONG"
    auth.clock.advance(STEP)
    assert auth.answer(second, totp_code=code(auth, otto)).tokens.access_token
    assert refused(auth.answer, first, totp_code=code(auth, otto)) == "CHALLENGE_INVALID"


def test_one_code_at_once_by_several_is_taken_once(auth: Auth, otto: str) -> None:
    challenges, now = [auth.ask(OTTO).challenge for _ in range(6)], code(auth, otto)

    def attempt(challenge: Any) -> str:
        try:
            return str(auth.answer(challenge, totp_code=now).account_id) and "in"
        except Error as error:
            return error.reason

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, challenges)).count("in") == 1


def test_guesses_use_a_challenge_up_and_lock_codes_but_no_passkey(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    auth.login(OTTO)
    again = auth.ask(OTTO).challenge
    offered = auth.answer(again, passkey=browser(OTTO).get(again.passkey_options), enrol_another=True).challenge
    secret = offered.enrolment.totp_secret
    auth.enrol(offered, totp_code=code(auth, secret))
    auth.clock.advance(STEP)
    used_up, other = auth.ask(OTTO).challenge, auth.ask(OTTO).challenge
    guesses = [
        f"{number:06}" for number in range(20) if f"{number:06}" not in {code(auth, secret, n) for n in (-1, 0, 1)}
    ]
    for guess in guesses[:CHALLENGE_TRIES]:
        assert refused(auth.answer, used_up, totp_code=guess) == "SECOND_FACTOR_WRONG"
    assert refused(auth.answer, used_up, totp_code=code(auth, secret)) == "CHALLENGE_INVALID"
    assert refused(auth.answer, other, totp_code=code(auth, secret)) == "ACCOUNT_LOCKED"
    assert refused(auth.answer, other, recovery_code="ABCD-EFGH-IJKL-MNOP") == "ACCOUNT_LOCKED"
    assert claims(auth.prove(other, browser(OTTO)).tokens.access_token)["amr"] == ["pwd", "hwk", "mfa"]
    auth.clock.advance(timedelta(seconds=31))
    assert auth.answer(auth.ask(OTTO).challenge, totp_code=code(auth, secret)).tokens.access_token


def test_a_recovery_code_is_good_once_however_it_is_written_and_until_the_next_ten(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    challenge = auth.ask(OTTO).challenge
    codes = auth.enrol(challenge, totp_code=code(auth, challenge.enrolment.totp_secret)).recovery_codes
    spelled = f" {codes[0].lower().replace('-', ' ')} "
    assert auth.answer(auth.ask(OTTO).challenge, recovery_code=spelled).tokens.access_token
    assert refused(auth.answer, auth.ask(OTTO).challenge, recovery_code=codes[0]) == "SECOND_FACTOR_WRONG"
    # The phone is lost: the next code enrols another.
    lost = auth.answer(auth.ask(OTTO).challenge, recovery_code=codes[1], enrol_another=True)
    assert not lost.HasField("tokens")
    auth.prove(lost.challenge, browser(OTTO))
    assert refused(auth.answer, auth.ask(OTTO).challenge, recovery_code=codes[2]) == "SECOND_FACTOR_WRONG"


def test_the_offer_of_the_first_sign_in_is_off_once_a_factor_is_there(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    thiefs = auth.ask(OTTO).challenge
    auth.login(OTTO)
    assert refused(auth.prove, thiefs, Authenticator("thief", browser(OTTO).origin)) == "CHALLENGE_INVALID"
    to_be_answered = auth.ask(OTTO).challenge
    assert refused(auth.enrol, to_be_answered, totp_code="123456") == "CHALLENGE_INVALID"


def test_challenges_expire(auth: Auth, otto: str) -> None:
    auth.user("eve@example.org", "OFFICER")
    late, offered = auth.ask(OTTO).challenge, auth.ask("eve@example.org").challenge
    assert (late.expires_in, offered.expires_in) == (300, 1200)
    auth.clock.advance(CHALLENGE_LIFETIME)
    assert refused(auth.answer, late, totp_code=code(auth, otto)) == "CHALLENGE_INVALID"
    auth.clock.advance(ENROLMENT_LIFETIME)
    assert refused(auth.prove, offered, browser("eve@example.org")) == "CHALLENGE_INVALID"


def test_a_copied_authenticator_is_found_by_its_counter(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    key = replace(browser(OTTO), sign_count=1)
    auth.prove(auth.ask(OTTO).challenge, key)
    auth.prove(auth.ask(OTTO).challenge, replace(key, sign_count=3))
    for stale in (3, 2, 0):
        assert refused(auth.prove, auth.ask(OTTO).challenge, replace(key, sign_count=stale)) == "SECOND_FACTOR_WRONG"
    assert auth.prove(auth.ask(OTTO).challenge, replace(key, sign_count=4)).tokens.access_token


def test_a_session_of_before_there_was_a_second_factor_gives_no_tokens(auth: Auth) -> None:
    otto = auth.user(OTTO, "OFFICER").account_id
    tokens = auth.login(OTTO).tokens
    with auth.database.engine.begin() as connection:
        emptied = "UPDATE sessions SET methods = '{}' WHERE account_id = :otto AND end_time IS NULL"
        connection.execute(text(emptied), {"otto": otto})
    assert refused(auth.refresh, tokens.refresh_token) == "REFRESH_TOKEN_INVALID"


@pytest.mark.parametrize("proof", [{}, {"totp_code": "123456", "passkey": "{}"}, {"totp_code": "12345"}])
def test_one_proof_is_sent_and_no_other_number_of_them(auth: Auth, otto: str, proof: dict[str, str]) -> None:
    challenge = auth.ask(OTTO).challenge
    for call in (auth.answer, auth.enrol):
        with pytest.raises(InvalidArgument):
            call(challenge, **proof)


def test_nothing_of_it_is_readable_in_the_database(auth: Auth, otto: str) -> None:
    challenge = auth.ask(OTTO).challenge
    lost = auth.answer(challenge, totp_code=code(auth, otto), enrol_another=True).challenge
    codes = auth.prove(lost, browser(OTTO)).recovery_codes
    stored = auth.everything()
    for secret in (otto, challenge.token, lost.token, lost.enrolment.totp_secret, *codes):
        assert secret not in stored
    audited = str(auth.audit("SecondFactors")) + str(auth.audit("SignInChallenge"))
    assert "recovery_left" in audited
    assert not {"totp_secret", "recovery_hashes", "token_hash", "nonce"} & {
        name for row in (*auth.audit("SecondFactors"), *auth.audit("SignInChallenge")) for name in row["after"]
    }
