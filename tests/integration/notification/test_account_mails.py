"""Mails about a sign-in: fetched from the auth service, sent, and kept nowhere."""

import pytest

from services.notification.account_mails import AccountPost
from services.notification.mailer import SmtpMailer
from services.notification.model import Text
from services.notification.pages import Pages
from services.notification.ports import AccountMail, Party
from services.runtime.errors import Unavailable
from tests.fakes.mail_server import FakeMailServer, plain

PAGES = Pages("https://edge.example", "https://app.example")
TOKEN = "a-token-of-sixty-four-signs"
MAIL = AccountMail("0193", Party("", "anna@example.org"), Text("Reset", f"enter {TOKEN}", 1), "password.reset")


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
    post = AccountPost(mails, SmtpMailer(mail_server.settings()), PAGES)
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
    AccountPost(mails, SmtpMailer(mail_server.settings()), PAGES).deliver_next()
    assert bool(mails.waiting) is waits


def test_it_goes_on_when_the_auth_service_is_back(mail_server: FakeMailServer) -> None:
    mails = FakeAccountMails(MAIL)
    post = AccountPost(mails, SmtpMailer(mail_server.settings()), PAGES)
    mails.away = True
    assert post.deliver_next() is False
    mails.away = False
    assert post.deliver_next() is True
