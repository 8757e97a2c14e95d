"""What goes out with a mail: the completion letter with the one that says that a loan is fully repaid.

After a withdrawal from the agreement another paper goes out, with the mail that says that it is settled.
"""

import base64
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid, LoanWithdrawalSettled
from loanflow.types.v1.money_pb2 import Money
from services.notification.model import Channel
from services.notification.ports import Party
from services.notification.sendgrid import SendGridMailer
from services.papers import LANGUAGES, Document
from services.papers.formats import Amount, Value
from services.runtime.ids import new_id
from tests.fakes.mail_server import page, plain
from tests.fakes.providers import FakeProviders
from tests.fakes.readers import data_of, text_of
from tests.harness import Mesh
from tests.integration.notification.conftest import Service

LOAN = new_id()
DECLARED = datetime(2030, 1, 12, 9, 30, tzinfo=UTC)
LENT = {"principal": Money(currency="EUR", amount="15000.00"), "start_date": "2030-01-02", "close_date": "2030-06-03"}


def repaid(running: Service, **lent: Any) -> None:
    paid = Money(currency="EUR", amount="15512.30")
    running.happens(LoanFullyRepaid, loan_id=LOAN, value_date="2030-06-01", total_paid=paid, **lent)


def withdrawn(running: Service, refund: str = "0.00", **more: Any) -> None:
    """The two events of the moment in which all is paid back after a withdrawal."""
    amounts = {"interest": "25.30", "total_paid": "15025.30", "refund": refund}
    money = {name: Money(currency="EUR", amount=amount) for name, amount in amounts.items()}
    said: dict[str, Any] = {"value_date": "2030-06-01", "declare_time": DECLARED, **money, **LENT, **more}
    running.happens(LoanWithdrawalSettled, loan_id=LOAN, **said)
    repaid(running, **LENT, withdrawn=True, **more)


def settle(running: Service) -> None:
    # Notices of one moment are a millisecond apart.
    running.clock.advance(timedelta(seconds=1))
    while running.deliver():
        pass


def enclosed(mail: Any) -> list[tuple[str, str, bytes]]:
    return [(each.get_filename(), each.get_content_type(), each.get_content()) for each in mail.iter_attachments()]


def party(language: str) -> Party:
    address = ("Hauptstr. 5", "10115 Berlin")
    return Party("Anna Muster", "anna@example.org", address=address, language=language)


def letter(language: str) -> bytes:
    """As the repayment service typesets it."""
    values: dict[str, Value] = {
        "principal": Amount(Decimal("15000.00"), "EUR"), "total_paid": Amount(Decimal("15512.30"), "EUR"),
        "start": date(2030, 1, 2), "closed": date(2030, 6, 3), "borrower": "Anna Muster",
        "borrower_address": ("Hauptstr. 5", "10115 Berlin"),
    }  # fmt: skip
    return Document("completion-v1", LOAN, date(2030, 6, 3), values, language).pdf()


def confirmation(language: str) -> bytes:
    """The paper after a withdrawal."""
    values: dict[str, Value] = {
        "principal": Amount(Decimal("15000.00"), "EUR"), "interest": Amount(Decimal("25.30"), "EUR"),
        "total_paid": Amount(Decimal("15025.30"), "EUR"), "start": date(2030, 1, 2), "closed": date(2030, 6, 3),
        "declared": DECLARED, "borrower": "Anna Muster", "borrower_address": ("Hauptstr. 5", "10115 Berlin"),
    }  # fmt: skip
    return Document("withdrawn-v1", LOAN, date(2030, 6, 3), values, language).pdf()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_completion_letter_is_in_the_language_of_the_customer_s_papers(running: Service, language: str) -> None:
    running.parties.given = party(language)
    repaid(running, **LENT)
    settle(running)
    (mail,) = running.mail_server.mails
    ((name, kind, content),) = enclosed(mail)
    assert (name, kind) == ("completion-letter.pdf", "application/pdf")
    assert text_of(content) == text_of(letter(language))
    assert data_of(content) == data_of(letter(language))
    assert "completion-letter.pdf" in plain(mail) and "completion-letter.pdf" in page(mail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_a_withdrawal_one_mail_goes_out_with_the_paper_that_says_so(running: Service, language: str) -> None:
    running.parties.given = party(language)
    withdrawn(running)
    settle(running)
    (mail,) = running.mail_server.mails
    ((name, _, content),) = enclosed(mail)
    assert name == "withdrawal-confirmation.pdf" and name in plain(mail)
    wanted = confirmation(language)
    assert (text_of(content), data_of(content)) == (text_of(wanted), data_of(wanted))


@pytest.mark.parametrize("happens", [repaid, withdrawn])
@pytest.mark.parametrize(("required", "spoken", "paper"), [
    ("fr", "de", "fr"), ("fr", "", "fr"), ("", "de", "de"), ("", "", "en"),
    # Of another release, which papers are in that this one has none in.
    ("xx", "de", "de"), ("", "xx", "en"),
])  # fmt: skip
def test_a_paper_is_in_the_language_of_its_law_and_the_mail_around_it_in_that_of_mails(
    running: Service, happens: Any, required: str, spoken: str, paper: str
) -> None:
    running.parties.given = party(spoken)
    running.client().UpdatePreferences(pb.UpdatePreferencesRequest(language="NOTICE_LANGUAGE_ES"))
    happens(running, paper_language=required, **(LENT if happens is repaid else {}))
    settle(running)
    (mail,) = running.mail_server.mails
    assert re.findall('<html lang="(..)"', page(mail)) == ["es"]
    ((_, _, content),) = enclosed(mail)
    assert text_of(content) == text_of(typeset(happens, paper))


def typeset(happens: Any, language: str) -> bytes:
    """The paper of an event as another service typesets it."""
    return letter(language) if happens is repaid else confirmation(language)


def test_the_paper_says_what_is_given_back_where_anything_is(running: Service) -> None:
    withdrawn(running, "14.42")
    settle(running)
    (mail,) = running.mail_server.mails
    ((_, _, content),) = enclosed(mail)
    assert "14.42" in text_of(content)
    assert "repaid in full" not in text_of(content) and "withdrawn from" in text_of(content)


def test_no_other_mail_has_anything_with_it(running: Service) -> None:
    running.happens(KycApproved)
    settle(running)
    (mail,) = running.mail_server.mails
    assert enclosed(mail) == []
    assert "Attached" not in plain(mail) + page(mail)


def test_a_mail_about_an_event_from_before_goes_out_and_says_nothing_of_a_letter(running: Service) -> None:
    repaid(running)
    settle(running)
    (mail,) = running.mail_server.mails
    assert enclosed(mail) == []
    assert "Attached" not in plain(mail) + page(mail)


def test_who_cannot_be_printed_gets_the_mail_without(running: Service) -> None:
    running.parties.given = Party("Anna \U00012000", "anna@example.org")
    repaid(running, **LENT)
    settle(running)
    (mail,) = running.mail_server.mails
    assert enclosed(mail) == []
    assert "Attached" not in plain(mail) + page(mail)


def test_what_the_letter_says_is_sealed(running: Service) -> None:
    repaid(running, **LENT)
    (stored, _) = running.rows("notifications")
    assert "15000" not in str(stored)


def test_sendgrid_gets_the_letter_as_its_api_has_files(running: Service, mesh: Mesh, tmp_path: Path) -> None:
    companies = FakeProviders(mesh.identity("notification"), tmp_path)
    mailer = SendGridMailer(companies.sendgrid())
    running.delivery = replace(running.delivery, providers={Channel.EMAIL: mailer})
    repaid(running, **LENT)
    settle(running)
    mailer.close()
    companies.stop()
    (mail,) = companies.messages
    (file,) = mail["attachments"]
    assert text_of(base64.b64decode(file.pop("content"))).count("15,000.00")
    assert file == {"type": "application/pdf", "filename": "completion-letter.pdf", "disposition": "attachment"}
