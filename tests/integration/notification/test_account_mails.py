"""Mails about a sign-in: fetched from the auth service, sent, and kept nowhere."""

import re
from typing import Any

import pytest

from loanflow.auth.v1 import account_mail_pb2
from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerProfileUpdated
from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.account_mails import AccountPost
from services.notification.convert import ACCOUNT_TEMPLATES, to_account_mail
from services.notification.mailer import SmtpMailer
from services.notification.model import Text
from services.notification.pages import Pages
from services.notification.ports import AccountMail, Party
from services.notification.store import UnitOfWork
from services.notification.templates import LANGUAGES
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from tests.fakes.mail_server import FakeMailServer, page, plain
from tests.integration.notification.conftest import Service

PAGES = Pages("https://edge.example", "https://app.example")
TOKEN = "a-token-of-sixty-four-signs"
RESET = account_mail_pb2.ACCOUNT_MAIL_KIND_PASSWORD_RESET


def said(language: str) -> Text:
    return Text("Reset", f"enter {TOKEN}", 1, language=language)


MAIL = AccountMail("0193", Party("", "anna@example.org"), said, "password.reset")


def nobody() -> UnitOfWork:
    raise AssertionError("nothing is asked of the store for who is no customer")


class FakeAccountMails:
    """ports.AccountMails in memory: what is not finished is given again."""

    def __init__(self, *mails: AccountMail) -> None:
        self.waiting, self.away = list(mails), False

    def take(self) -> AccountMail | None:
        if self.away:
            raise Unavailable("the auth service is away")
        return self.waiting[0] if self.waiting else None

    def finish(self, mail_id: str) -> None:
        self.waiting = [each for each in self.waiting if each.mail_id != mail_id]


def test_a_mail_goes_out_once_and_no_log_has_it(mail_server: FakeMailServer, capfd: pytest.CaptureFixture[str]) -> None:
    mails = FakeAccountMails(MAIL)
    post = AccountPost(mails, SmtpMailer(mail_server.settings()), PAGES, nobody)
    assert (post.deliver_next(), post.deliver_next()) == (True, False)
    (sent,) = mail_server.mails
    assert (sent["To"], sent["Subject"]) == ("anna@example.org", "Reset")
    assert plain(sent).splitlines()[:3] == ["Hello,", "", f"enter {TOKEN}"]
    assert "https://app.example/password-reset" in plain(sent)
    assert not [word for word in (TOKEN, "anna") if word in "".join(capfd.readouterr())]


@pytest.mark.parametrize("answer, waits", [("451 later", True), ("554 never", False)])
def test_what_is_refused_for_now_waits_and_what_is_refused_for_good_does_not(
    mail_server: FakeMailServer, answer: str, waits: bool
) -> None:
    mails = FakeAccountMails(MAIL)
    mail_server.answer = answer
    AccountPost(mails, SmtpMailer(mail_server.settings()), PAGES, nobody).deliver_next()
    assert bool(mails.waiting) is waits


def test_it_goes_on_when_the_auth_service_is_back(mail_server: FakeMailServer) -> None:
    mails = FakeAccountMails(MAIL)
    post = AccountPost(mails, SmtpMailer(mail_server.settings()), PAGES, nobody)
    mails.away = True
    assert post.deliver_next() is False
    mails.away = False
    assert post.deliver_next() is True


def mailed(running: Service, customer_id: str, lender: str, kind: Any = RESET) -> Any:
    """The mail of a customer, or of somebody else, by a lender with a language."""
    mail = account_mail_pb2.AccountMail(mail_id=new_id(), kind=kind, email="a@example.org", token=TOKEN)
    mail.customer_id = customer_id
    mail.expire_time.FromJsonString("2030-01-01T10:00:00Z")
    mailer = SmtpMailer(running.mail_server.settings())
    post = AccountPost(FakeAccountMails(to_account_mail(mail)), mailer, PAGES, running.app.begin, lender)
    assert post.deliver_next()
    return running.mail_server.mails[-1]


def language_of(mail: Any) -> str:
    (found,) = re.findall('<html lang="(..)"', page(mail))
    return str(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mail_is_in_the_customer_s_language_and_else_in_the_lender_s(running: Service, language: str) -> None:
    request = pb.UpdatePreferencesRequest(language=f"NOTICE_LANGUAGE_{language.upper()}")
    running.client().UpdatePreferences(request)
    for kind in ACCOUNT_TEMPLATES:
        assert language_of(mailed(running, "", language, kind)) == language
        made = mailed(running, running.customer_id, "fr", kind)
        assert language_of(made) == language and (TOKEN in plain(made)) == (TOKEN in page(made))


def test_a_mail_about_a_sign_in_follows_the_profile_and_is_the_lender_s_after_an_erasure(running: Service) -> None:
    assert language_of(mailed(running, running.customer_id, "en")) == "en"
    running.parties.spoken = "de"
    running.happens(CustomerProfileUpdated, changed_fields=["language"], update_time=running.clock.now())
    assert language_of(mailed(running, running.customer_id, "en")) == "de"
    running.happens(CustomerErased)
    assert language_of(mailed(running, running.customer_id, "en")) == "en"
