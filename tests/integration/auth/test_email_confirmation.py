"""A registration waits until mailbox and password are proved, over gRPC."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from loanflow.auth.v1 import account_mail_pb2
from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.mail_links import MAILS_APART
from services.auth.registrations import CONFIRMATION_GRACE, REGISTRATION_HOURS
from services.runtime import context
from tests.harness import service
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_second_factor import refused

ANNA, OTTO, NEXT, EVES = "anna@example.org", "otto@example.org", "seven green umbrellas", "the password of a thief"
CONFIRMATION = account_mail_pb2.ACCOUNT_MAIL_KIND_EMAIL_CONFIRMATION
ALREADY = account_mail_pb2.ACCOUNT_MAIL_KIND_ALREADY_REGISTERED


def tokens(auth: Auth) -> list[str]:
    return [mail.token for mail in auth.mails() if mail.kind == CONFIRMATION]


def again(auth: Auth, email: str = ANNA) -> Any:
    return auth.client().RequestEmailConfirmation(pb.RequestEmailConfirmationRequest(email=email))


def made(auth: Auth, token: str, password: str = PASSWORD) -> str:
    """Confirms as the customer service does; the customer's id."""
    proved = auth.proved(token, password)
    return auth.customer(proved.email, password, proved.customer_id)


def tidy(auth: Auth) -> None:
    with context.background("auth", "test"):
        auth.app.tidy()


def waiting(auth: Auth) -> int:
    with auth.database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM registrations").scalar_one())


def test_before_it_is_confirmed_a_registration_is_no_account(auth: Auth) -> None:
    customer_id = auth.started(ANNA)
    assert refused(auth.ask, ANNA) == refused(auth.ask, "nobody@example.org") == "BAD_CREDENTIALS"
    (mail,) = auth.mails()
    assert (mail.kind, mail.email, mail.full_name, len(mail.token)) == (CONFIRMATION, ANNA, "", 43)
    assert mail.expire_time.ToDatetime(auth.clock.now().tzinfo) == auth.clock.now() + timedelta(
        hours=REGISTRATION_HOURS
    )
    proved = auth.proved(mail.token)
    assert (proved.customer_id, proved.email) == (customer_id, ANNA)
    assert (proved.full_name, proved.phone) == ("Anna Muster", "+4915112345678")
    assert refused(auth.ask, ANNA) == "BAD_CREDENTIALS"
    assert made(auth, mail.token) == customer_id
    assert auth.login(ANNA).account_id == customer_id


def test_a_token_is_good_once_in_its_time_and_no_later_mail_ends_it(auth: Auth) -> None:
    auth.started(ANNA)
    (first,) = tokens(auth)
    auth.clock.advance(MAILS_APART)
    again(auth)
    (second,) = tokens(auth)
    assert auth.proved(first) == auth.proved(second)
    made(auth, first)
    # An answer may have been lost; what a repetition is answered changes nothing.
    auth.reset(auth.forgotten(ANNA), NEXT)
    made(auth, second)
    assert auth.login(ANNA, NEXT).account_id
    auth.clock.advance(CONFIRMATION_GRACE)
    assert {refused(auth.proved, each) for each in (first, second)} == {"LINK_INVALID"}


def test_what_no_one_confirms_is_dropped_and_the_address_is_free(auth: Auth) -> None:
    auth.started(ANNA)
    (token,) = tokens(auth)
    auth.clock.advance(timedelta(hours=REGISTRATION_HOURS))
    assert refused(auth.proved, token) == "LINK_INVALID"
    tidy(auth)
    assert (waiting(auth), auth.mails()) == (0, [])
    again(auth)
    assert auth.mails() == []
    auth.clock.advance(MAILS_APART)
    auth.started(ANNA)
    assert made(auth, *tokens(auth))


def test_an_owner_opens_no_account_that_a_thief_has_the_password_of(auth: Auth) -> None:
    auth.started(ANNA, EVES)
    (token,) = tokens(auth)
    mine = auth.started(ANNA)
    # No second mail so soon: the token proves the mailbox, and the password says which registration is meant.
    assert auth.mails() == []
    assert made(auth, token) == mine
    assert refused(auth.ask, ANNA, EVES) == "BAD_CREDENTIALS"
    assert refused(auth.proved, token, EVES) == "BAD_CREDENTIALS"
    assert waiting(auth) == 1


def test_a_password_is_guessed_no_faster_than_at_the_sign_in(auth: Auth) -> None:
    auth.started(ANNA)
    (token,) = tokens(auth)
    guesses = [refused(auth.proved, token, f"guess number {number} of it") for number in range(6)]
    assert guesses == ["BAD_CREDENTIALS"] * 5 + ["ACCOUNT_LOCKED"]
    assert refused(auth.proved, token) == "ACCOUNT_LOCKED"
    auth.clock.advance(timedelta(seconds=31))
    assert made(auth, token)


def test_who_has_an_account_is_mailed_so_and_nothing_else_comes_of_it(auth: Auth) -> None:
    customer_id, otto = auth.customer(ANNA), auth.user(OTTO, "OFFICER").account_id
    auth.disable(auth.customer("disabled@example.org"))
    auth.mails()
    for email in (ANNA, OTTO, "disabled@example.org"):
        auth.started(email, EVES)
    mails = auth.mails()
    assert sorted(mail.email for mail in mails) == [ANNA, "disabled@example.org", OTTO]
    assert {(mail.kind, mail.token) for mail in mails} == {(ALREADY, "")}
    assert waiting(auth) == 0
    assert auth.login(ANNA).account_id == customer_id
    assert auth.login(OTTO).account_id == otto


def test_the_answer_and_what_is_written_are_the_same_with_an_account_and_without(auth: Auth) -> None:
    auth.customer(ANNA), auth.user(OTTO, "OFFICER"), auth.started("waits@example.org")
    auth.mails()
    auth.clock.advance(MAILS_APART)
    tidy(auth)
    written = []
    for email in (ANNA, OTTO, "waits@example.org", "free@example.org"):
        before = len(auth.everything().splitlines())
        assert again(auth, email) == again(auth, "nobody@example.org")
        auth.started(email)
        written.append(len(auth.everything().splitlines()) - before)
    assert written == [written[1] + 1, written[1], written[1], written[1]]


def test_of_two_with_one_password_the_newest_is_confirmed(auth: Auth) -> None:
    auth.started(ANNA)
    auth.clock.advance(timedelta(seconds=1))
    last = auth.started(ANNA)
    (token,) = tokens(auth)
    assert made(auth, token) == last
    assert waiting(auth) == 1


def test_a_setting_says_how_long_a_registration_waits(auth: Auth) -> None:
    auth.hours = 3
    auth.started(ANNA)
    (mail,) = auth.mails()
    assert mail.expire_time.ToDatetime(auth.clock.now().tzinfo) == auth.clock.now() + timedelta(hours=3)
    assert again(auth).expires_in == timedelta(hours=3).total_seconds()
    auth.hours = 9
    auth.clock.advance(timedelta(hours=3))
    tidy(auth)
    assert waiting(auth) == 0


def test_of_two_that_are_confirmed_at_once_one_becomes_the_account(auth: Auth) -> None:
    ids = {PASSWORD: auth.started(ANNA), NEXT: auth.started(ANNA, NEXT)}
    (token,) = tokens(auth)
    auth.client(service("customer"))

    def attempt(password: str) -> str:
        try:
            return made(auth, token, password)
        except Exception:
            return ""

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(attempt, [PASSWORD, NEXT] * 2)) - {""}
    (winner,) = found
    (password,) = [each for each, customer_id in ids.items() if customer_id == winner]
    assert auth.login(ANNA, password).account_id == winner


def test_an_address_that_staff_took_meanwhile_is_refused(auth: Auth) -> None:
    auth.started(OTTO)
    (token,) = tokens(auth)
    auth.user(OTTO, "OFFICER")
    assert refused(auth.proved, token) == "EMAIL_TAKEN"
    assert refused(auth.customer, OTTO) == "EMAIL_TAKEN"


def test_a_weak_password_is_refused_at_once(auth: Auth) -> None:
    assert refused(auth.started, ANNA, "anna@example.org") == "PASSWORD_WEAK"
    assert refused(auth.customer, ANNA, "anna@example.org") == "PASSWORD_WEAK"
    assert auth.mails() == []


def test_who_forgot_the_password_before_they_confirmed_is_mailed_a_token_to_confirm(auth: Auth) -> None:
    auth.started(ANNA)
    auth.mails()
    auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    (mail,) = auth.mails()
    assert mail.kind == CONFIRMATION
    assert refused(auth.reset, mail.token, NEXT) == "LINK_INVALID"
    auth.started(ANNA, NEXT)
    assert made(auth, mail.token, NEXT)


def test_what_was_registered_with_is_sealed_and_goes_with_the_customer(auth: Auth) -> None:
    customer_id = auth.started(ANNA)
    (token,) = tokens(auth)
    made(auth, token)
    stored = auth.everything().lower()
    assert not [each for each in ("example.org", "muster", "4915112345678", PASSWORD, token.lower()) if each in stored]
    with context.background("customer", "customer.erased"):
        auth.app.on_customer_erased(customer_id, auth.clock.now())
    assert waiting(auth) == 0
    assert refused(auth.proved, token) in ("LINK_INVALID", "BAD_CREDENTIALS")
    assert auth.audit("Registration")[0]["aggregate_id"] == customer_id
