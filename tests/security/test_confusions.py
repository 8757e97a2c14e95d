"""What is taken for something else, or comes at the same moment: names, consents, requests, codes.

Each has its own kind of mistake behind it: two kinds of name in one table, a right that outlives what it rests on, a
check that two callers pass at once.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pyotp
import pytest

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.authorization_pages import COOKIE
from services.auth.known_devices import KnownDevice
from services.auth.registrations import MailedToken
from services.auth.second_factors import codes_of
from services.auth.sign_ins import FREE_FAILURES, AttemptKind
from services.runtime.context import Caller
from services.runtime.errors import Error
from services.runtime.ids import new_id
from stack.demo.authenticator import Authenticator
from tests.harness import staff
from tests.integration.auth.apps import AppOf, Browser
from tests.integration.auth.conftest import EDGE, PASSWORD, Auth
from tests.integration.auth.test_second_factor import OTTO, refused

ADA, ANNA, PAT = "ada@example.com", "anna@lender.example", "pat@lender.example"
# What a form may say where a text belongs, and no store keeps or no protocol has.
STRANGE = (
    "\x00",
    "a\x00b",
    "\x1f",
    "\u2028",
    "\ufeff",
    "\U0001f600",
    "%00",
    "' OR 1=1 --",
    "x" * 8000,
    "",
    " ",
    "../../x",
)
FORMS = ("IssueToken", "RevokeToken", "IntrospectToken")
FIELDS = ("client_id", "client_secret", "grant_type", "scope", "code", "refresh_token", "token", "client_assertion",
          "redirect_uri", "code_verifier")  # fmt: skip
AT_ONCE = 6


def outcomes(calls: Iterable[Callable[[], Any]]) -> list[str]:
    """What comes of calls at the same moment: nothing, or why one is refused."""

    def outcome(call: Callable[[], Any]) -> str:
        try:
            call()
        except Error as error:
            return error.reason
        return ""

    given = list(calls)
    with ThreadPoolExecutor(len(given)) as pool:
        return sorted(pool.map(outcome, given))


def enrolled(auth: Auth, email: str, role: str) -> tuple[str, str]:
    """A member of staff with an authenticator app: the account's id, and the secret."""
    account_id = auth.user(email, role).account_id
    challenge = auth.ask(email).challenge
    secret = str(challenge.enrolment.totp_secret)
    auth.enrol(challenge, totp_code=pyotp.TOTP(secret).at(auth.clock.now()))
    auth.clock.advance(timedelta(minutes=2))
    return account_id, secret


def test_every_kind_of_attempts_has_a_key_of_its_own() -> None:
    device = KnownDevice("d", "a", "", None, None)  # type: ignore[arg-type]  # times do not matter
    token = MailedToken("i", "", None)  # type: ignore[arg-type]
    keys = [device.attempts.key, token.attempts.key, codes_of("a").key, codes_of("a", "d").key]
    assert len({*keys}) == len(keys)
    assert not any(
        name.name != other.name and name.name.startswith(other.name) for name in AttemptKind for other in AttemptKind
    )


@pytest.mark.tries((FREE_FAILURES + 2) * 8)
def test_what_is_typed_in_as_an_address_locks_nothing_else(auth: Auth) -> None:
    app, (account_id, secret) = AppOf.registered(auth, public=True), enrolled(auth, OTTO, "OFFICER")
    with auth.database.engine.connect() as connection:
        devices = connection.exec_driver_sql("SELECT device_id FROM known_devices").scalars().all()
    names = [f"codes of {account_id}", f"CODES {account_id}", f"CODES {account_id} ", account_id]
    names += [f"{name} {each}" for each in devices for name in ("device", "DEVICE")]
    names += [f"password changes of {account_id}", f"PASSWORD_CHANGES {account_id}"]
    browser = Browser(auth)
    page = browser.authorize(**app.wants())
    for name in names:
        for _ in range(FREE_FAILURES + 2):
            assert "code" not in browser.decide(page, name, "a guess").query
    answered = auth.answer(auth.ask(OTTO).challenge, totp_code=pyotp.TOTP(secret).at(auth.clock.now()))
    assert answered.tokens.access_token
    change = pb.ChangePasswordRequest(current_password="not it", new_password="seven green umbrellas")
    assert refused(auth.client(auth.holder(answered)).ChangePassword, change) == "BAD_CREDENTIALS"


@pytest.mark.tries(len(STRANGE) * (len(FORMS) * len(FIELDS) + 3))
def test_no_text_of_a_form_is_a_fault_of_ours(auth: Auth) -> None:
    app = AppOf.registered(auth)
    grants = ("authorization_code", "refresh_token", "client_credentials")
    for number, text in enumerate(STRANGE):
        for rpc in FORMS:
            for field in FIELDS:
                form: dict[str, str | None] = {"token": "t", "code": "c", "refresh_token": "r", field: text}
                form.setdefault("grant_type", grants[number % 3])
                assert not faults(lambda: app.post(rpc, **form)), (rpc, field, text)  # noqa: B023
        browser = Browser(auth)
        for email, password in ((text, "x"), (ADA, text)):
            page = browser.authorize(**app.wants())
            assert "code" not in browser.decide(page, email, password).query
        assert not faults(lambda: Browser(auth).post(transaction=text)), text  # noqa: B023


def faults(call: Callable[[], Any]) -> list[str]:
    """Why a call fails by our fault."""
    return [each for each in outcomes([call]) if each in ("INTERNAL", "DATA_LOSS", "UNAVAILABLE")]


@pytest.mark.tries(2)
def test_a_code_of_before_a_smaller_consent_gives_nothing_that_it_lacks(auth: Auth) -> None:
    auth.customer(ADA)
    app = AppOf.registered(auth, public=True)
    larger = app.code(ADA, scope="openid loans.read applications.read")
    smaller = app.code(ADA, scope="openid")
    assert refused(app.redeem, larger) == "GRANT_INVALID"
    assert app.redeem(smaller)["scope"] == "openid"
    # A larger consent takes no code away.
    first = app.code(ADA, scope="openid")
    app.code(ADA, scope="openid loans.read")
    assert app.redeem(first)["scope"] == "openid"


@pytest.mark.tries(9)
def test_pages_in_one_browser_shut_no_other_out_and_are_no_others(auth: Auth) -> None:
    auth.customer(ADA)
    app = AppOf.registered(auth, public=True)
    other, browser, thief = AppOf.registered(auth, public=True), Browser(auth), Browser(auth)
    first, second = browser.authorize(**app.wants(state="1")), browser.authorize(**other.wants(state="2"))
    # An app of another site begins by a form, with which no cookie comes along.
    begun = Browser(auth).post(**other.wants(state="3", unknown="x"))
    assert (begun.status, begun.address, "unknown" in begun.query) == (303, "/oauth2/authorize", False)
    third = browser.authorize(**begun.query)
    assert len(browser.cookies) == 1
    for page in (first, second, third):
        assert (thief.decide(page, ADA).status, thief.cookies) == (400, {})
    gone_to = [browser.decide(page, ADA).query for page in (second, first, third)]
    assert [each["state"] for each in gone_to] == ["2", "1", "3"]
    assert [bool(who.redeem(each["code"])) for who, each in zip((other, app, other), gone_to, strict=True)]
    # What no page of ours drew binds none.
    for planted in ("x", "a" * 42, "a" * 43 + "; Domain=evil.example", "\u00e9".encode().hex() * 11):
        browser = Browser(auth, {COOKIE: planted})
        browser.authorize(**app.wants())
        assert browser.cookies[COOKIE] != planted and len(browser.cookies[COOKIE]) == 43


def administrator(auth: Auth, email: str) -> Caller:
    """One who has joined."""
    return staff("ADMIN", account_id=auth.user(email, "ADMIN").account_id)


@pytest.mark.tries(4)
@pytest.mark.parametrize("end", ["disabled", "roles taken", "other roles"])
def test_what_was_asked_for_by_one_who_is_no_administrator_any_more_is_approved_by_no_one(auth: Auth, end: str) -> None:
    former, other = administrator(auth, ANNA), administrator(auth, PAT)
    target = auth.user(OTTO, "OFFICER").account_id
    auth.login(OTTO)
    invited = auth.invite("eve@lender.example", "CREDIT_HEAD", by=former)
    roles = pb.SetUserRolesRequest(account_id=target, roles=["ROLE_MANAGER"])
    asked = auth.client(former).SetUserRoles(roles).grant
    reset = auth.client(former).RequestSecondFactorReset(pb.RequestSecondFactorResetRequest(account_id=target)).reset
    if end == "disabled":
        auth.disable(former.subject, by=other)
    elif end == "roles taken":
        auth.client(other).SetUserRoles(pb.SetUserRolesRequest(account_id=former.subject))
    else:
        auth.set_roles(former.subject, "OFFICER")
    for grant in (invited.grant, asked):
        assert refused(lambda: auth.decide(grant, by=other)) == "WRONG_STATUS"  # noqa: B023
    decide = pb.DecideSecondFactorResetRequest(reset_id=reset.reset_id, approve=True)
    assert refused(auth.client(other).DecideSecondFactorReset, decide) == "WRONG_STATUS"
    assert not auth.client(other).ListRoleGrants(pb.ListRoleGrantsRequest()).grants
    # What another one asks for is untouched.
    again = auth.client(other).SetUserRoles(roles).grant
    assert auth.decide(again).status == pb.DecideRoleGrantResponse(grant={"status": 2}).grant.status


@pytest.mark.tries(AT_ONCE)
def test_a_grant_is_decided_once_however_many_decide_at_once(auth: Auth) -> None:
    grant = auth.invite(OTTO, "CREDIT_HEAD").grant
    deciders = [staff("ADMIN") for _ in range(AT_ONCE)]
    found = outcomes(partial(auth.decide, grant, bool(n % 2), who) for n, who in enumerate(deciders))
    assert found == ["", *["WRONG_STATUS"] * (AT_ONCE - 1)]


@pytest.mark.tries(2)
def test_two_accounts_of_one_person_get_no_two_duties_however_they_are_approved(auth: Auth) -> None:
    number = new_id()[:13]
    first = auth.invite(OTTO, "MANAGER", number=number)
    second = auth.invite(ANNA, "CREDIT_HEAD", number=f"{number[:6]}/{number[6:].upper()}")
    outcomes(partial(auth.decide, each.grant) for each in (first, second))
    with auth.database.engine.connect() as connection:
        held = connection.exec_driver_sql("SELECT roles FROM accounts").scalars().all()
    assert len([role for roles in held for role in roles]) == 1


@pytest.mark.tries(AT_ONCE)
def test_a_code_is_used_up_by_one_of_many_challenges_at_once(auth: Auth) -> None:
    _, secret = enrolled(auth, OTTO, "OFFICER")
    challenges = [auth.ask(OTTO).challenge for _ in range(AT_ONCE)]
    code = pyotp.TOTP(secret).at(auth.clock.now())
    found = outcomes(partial(auth.answer, each, totp_code=code) for each in challenges)
    assert found.count("") == 1
    assert {*found} <= {"", "SECOND_FACTOR_WRONG", "ACCOUNT_LOCKED"}


@pytest.mark.tries(3)
def test_a_copied_passkey_is_no_passkey_once_the_counter_went_on(auth: Auth) -> None:
    own = Authenticator(OTTO, EDGE, sign_count=5)
    auth.user(OTTO, "OFFICER")
    auth.prove(auth.ask(OTTO).challenge, own)
    assert auth.prove(auth.ask(OTTO).challenge, replace(own, sign_count=9)).tokens.access_token
    for count in (9, 8, 0):
        copy = replace(own, sign_count=count)
        assert refused(lambda: auth.prove(auth.ask(OTTO).challenge, copy)) == "SECOND_FACTOR_WRONG"  # noqa: B023
    assert auth.prove(auth.ask(OTTO).challenge, replace(own, sign_count=10)).tokens.access_token


@pytest.mark.tries(AT_ONCE)
def test_an_invitation_is_accepted_once_however_many_have_it(auth: Auth) -> None:
    auth.invite(OTTO, "OFFICER")
    token = auth.invitation(OTTO)
    passwords = [f"{PASSWORD} {number}" for number in range(AT_ONCE)]
    found = outcomes(partial(auth.join, token, each) for each in passwords)
    assert found == ["", *["INVITATION_INVALID"] * (AT_ONCE - 1)]
