"""A forgotten password is reset by a token in a mail, over gRPC."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.mail_links import MAILS_APART, RESET_LINK_LIFETIME
from services.auth.mail_store import LEASE, SET_ASIDE
from services.auth.outgoing_mails import UNREADABLE
from services.runtime import context
from services.runtime.errors import InvalidArgument
from tests.harness import service
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_revocations import stands
from tests.integration.auth.test_second_factor import OTTO, refused

ANNA, NEXT = "anna@example.org", "seven green umbrellas"


def test_a_mailed_token_resets_once_and_ends_every_session(auth: Auth) -> None:
    auth.customer(ANNA)
    out = auth.login(ANNA)
    token = auth.forgotten(ANNA)
    auth.reset(token, NEXT)
    assert not stands(auth, out.tokens.access_token)
    assert refused(auth.refresh, out.tokens.refresh_token) == "REFRESH_TOKEN_INVALID"
    assert refused(auth.ask, ANNA, PASSWORD) == "BAD_CREDENTIALS"
    assert auth.login(ANNA, NEXT).tokens.access_token
    assert [mail.kind for mail in auth.mails()] == [2]
    assert refused(auth.reset, token, "another good password") == "LINK_INVALID"
    assert auth.login(ANNA, NEXT).tokens.access_token


def test_a_token_expires(auth: Auth) -> None:
    auth.customer(ANNA)
    token = auth.forgotten(ANNA)
    auth.clock.advance(RESET_LINK_LIFETIME)
    assert refused(auth.reset, token, NEXT) == "LINK_INVALID"
    assert auth.login(ANNA).tokens.access_token


def test_no_mail_that_anyone_asks_for_later_ends_a_token_and_its_use_ends_them_all(auth: Auth) -> None:
    auth.customer(ANNA)
    first, later = auth.forgotten(ANNA), []
    for _ in range(RESET_LINK_LIFETIME // MAILS_APART - 1):
        auth.clock.advance(MAILS_APART)
        later.append(auth.forgotten(ANNA))
    auth.reset(first, NEXT)
    assert {refused(auth.reset, token, "another good password") for token in (first, *later)} == {"LINK_INVALID"}
    assert auth.login(ANNA, NEXT).tokens.access_token


def test_of_many_requests_one_mail_goes_out(auth: Auth) -> None:
    auth.customer(ANNA)
    for _ in range(20):
        auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email="Anna@Example.org"))
    assert len(auth.mails()) == 1
    for _ in range(20):
        auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    assert auth.mails() == []
    auth.clock.advance(MAILS_APART)
    assert auth.forgotten(ANNA)


def test_the_answer_and_what_is_written_are_the_same_without_an_account(auth: Auth) -> None:
    auth.customer(ANNA)
    answers, written = [], []
    for email in (ANNA, "nobody@example.org"):
        before = statements(auth)
        answers.append(auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=email)))
        written.append(statements(auth) - before)
    assert answers[0] == answers[1]
    assert written[0] == written[1]
    assert [mail.email for mail in auth.mails()] == [ANNA]


def statements(auth: Auth) -> int:
    """How many rows there are of whatever a request could write."""
    return len(auth.everything().splitlines())


def test_staff_are_asked_for_the_second_factor_after_a_reset(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    auth.login(OTTO)
    auth.reset(auth.forgotten(OTTO), NEXT)
    answer = auth.ask(OTTO, NEXT)
    assert not answer.HasField("tokens")
    assert answer.challenge.methods
    assert not answer.challenge.HasField("enrolment")


def test_staff_without_a_factor_or_a_password_get_no_mail(auth: Auth) -> None:
    auth.user(OTTO, "OFFICER")
    auth.invite("eve@example.org", "OFFICER")
    # Her only mail is that by which she is to join.
    assert auth.invitation("eve@example.org")
    assert [auth.forgotten(email) for email in (OTTO, "eve@example.org")] == ["", ""]


def test_a_weak_password_leaves_the_token_good(auth: Auth) -> None:
    auth.customer(ANNA)
    token = auth.forgotten(ANNA)
    with pytest.raises(InvalidArgument) as found:
        auth.reset(token, f"{ANNA}{ANNA}")
    assert found.value.reason == "PASSWORD_WEAK"
    auth.reset(token, NEXT)


def test_of_two_resets_at_once_one_wins(auth: Auth) -> None:
    auth.customer(ANNA)
    token = auth.forgotten(ANNA)

    def attempt(password: str) -> str:
        try:
            return auth.reset(token, password) and "done"
        except Exception as error:
            return str(getattr(error, "reason", error))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(attempt, (f"{NEXT} {number}" for number in range(4))))
    assert sorted(found) == ["LINK_INVALID"] * 3 + ["done"]


def test_a_mail_that_is_not_finished_goes_out_again_with_another_token(auth: Auth) -> None:
    auth.customer(ANNA)
    auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    post = auth.client(service("notification"))
    first = post.TakeAccountMail(pb.TakeAccountMailRequest()).mail
    assert not post.TakeAccountMail(pb.TakeAccountMailRequest()).HasField("mail")
    auth.clock.advance(LEASE)
    second = post.TakeAccountMail(pb.TakeAccountMailRequest()).mail
    # The first may be on its way, taken by a server that only did not say so.
    assert first.token != second.token
    auth.reset(first.token, NEXT)
    assert refused(auth.reset, second.token, "another good password") == "LINK_INVALID"


def test_a_mail_names_the_customer_whose_account_it_is_and_nobody_else(auth: Auth) -> None:
    customer_id = auth.customer(ANNA)
    auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    auth.started(ANNA)
    auth.started("ben@example.org")
    auth.invite("otto@example.org", "OFFICER")
    named = {(mail.email, mail.kind): mail.customer_id for mail in auth.mails()}
    assert {name for (email, _), name in named.items() if email == ANNA} == {customer_id}
    assert {name for (email, _), name in named.items() if email != ANNA} == {""}
    assert len({kind for _, kind in named}) == 4


def test_a_reset_that_no_mail_server_took_in_its_time_is_dropped(auth: Auth) -> None:
    auth.customer(ANNA)
    auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=ANNA))
    auth.clock.advance(RESET_LINK_LIFETIME)
    assert auth.mails() == []


def test_neither_token_nor_address_is_in_the_database(auth: Auth) -> None:
    auth.customer(ANNA)
    token = auth.forgotten(ANNA)
    auth.reset(token, NEXT)
    assert not [word for word in (token, ANNA, NEXT) if word in auth.everything()]
    assert [row["actor"] for row in auth.audit("MailLink")] == ["service:notification"]
    assert auth.audit("Account")[-1]["method"].endswith("/ResetPassword")


def test_an_erased_account_gets_no_mail_and_its_token_is_good_for_nothing(auth: Auth) -> None:
    account_id = auth.customer(ANNA)
    token = auth.forgotten(ANNA)
    auth.clock.advance(MAILS_APART)
    with context.background("auth", "test"):
        auth.app.on_customer_erased(account_id, auth.clock.now())
    assert refused(auth.reset, token, NEXT) == "LINK_INVALID"
    assert auth.forgotten(ANNA) == ""


def test_housekeeping_forgets_mails_and_tokens_that_are_over(auth: Auth) -> None:
    auth.customer(ANNA)
    auth.forgotten(ANNA)
    rows = len(auth.everything().splitlines())
    auth.clock.advance(RESET_LINK_LIFETIME + timedelta(seconds=1))
    with context.background("auth", "test"):
        auth.app.tidy()
    assert len(auth.everything().splitlines()) == rows - 2


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE accounts SET email = (SELECT email FROM accounts WHERE account_id <> :anna) WHERE account_id = :anna",
        "UPDATE registrations SET full_name = 'AAAA' || full_name",
    ],
)
def test_a_mail_that_cannot_be_made_is_set_aside_and_holds_up_no_other(auth: Auth, changed: str) -> None:
    """Moved from another account, or changed; whoever made it, the holders of other accounts get their mails."""
    anna = auth.customer(ANNA)
    auth.customer("ben@example.org")
    auth.started("cleo@example.org")
    with auth.database.engine.begin() as connection:
        connection.execute(text(changed), {"anna": anna} if ":anna" in changed else {})
    readable = {ANNA, "ben@example.org", "cleo@example.org"} - {ANNA if ":anna" in changed else "cleo@example.org"}
    before = UNREADABLE._value.get()
    for email in (ANNA, "ben@example.org"):
        auth.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=email))
    with capture_logs() as logged:
        assert {mail.email for mail in auth.mails()} == readable
        assert auth.mails() == []
    (told,) = [each for each in logged if each["event"] == "account_mail_unreadable"]
    with auth.database.engine.connect() as connection:
        (waiting,) = connection.execute(text("SELECT mail_id FROM account_mails WHERE finish_time IS NULL")).scalars()
    assert (told["mail_id"], UNREADABLE._value.get() - before) == (waiting, 1)
    auth.clock.advance(SET_ASIDE)
    assert auth.mails() == []
    assert UNREADABLE._value.get() - before == 2
