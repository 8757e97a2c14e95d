"""Every ending of a loan, taken over REST: the last status, the way there, and the notice to the customer."""

import re
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from stack.demo import gallery, papers
from stack.demo.endings import STORIES, Ending, live
from stack.demo.journey import LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.staff import Staff
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.waiting import until

HANDED_IN = ["DRAFT", "SUBMITTED", "KYC_REVIEW"]
ASSESSED = [*HANDED_IN, "KYC_APPROVED", "RISK_ASSESSED"]
OFFERED = [*ASSESSED, "RISK_APPROVED", "OFFER_SENT"]
ACCEPTED = [*OFFERED, "OFFER_ACCEPTED"]
APPROVED = [*ACCEPTED, "INTERNAL_APPROVED", "MANAGEMENT_APPROVED", "FINAL_APPROVED"]
WAYS: dict[Ending, list[str]] = {
    Ending.REPAID: [*APPROVED, "AGREEMENT_GENERATED", "AGREEMENT_SIGNED", "ACTIVE", "DISBURSED", "CLOSED"],
    Ending.KYC_REJECTED: [*HANDED_IN, "KYC_REJECTED"],
    Ending.RISK_REJECTED: [*ASSESSED, "RISK_REJECTED"],
    Ending.INTERNAL_REJECTED: [*ACCEPTED, "APPROVAL_REJECTED"],
    Ending.MANAGEMENT_REJECTED: [*ACCEPTED, "INTERNAL_APPROVED", "APPROVAL_REJECTED"],
    Ending.FINAL_REJECTED: [*ACCEPTED, "INTERNAL_APPROVED", "MANAGEMENT_APPROVED", "APPROVAL_REJECTED"],
    Ending.OFFER_DECLINED: [*OFFERED, "OFFER_DECLINED", "CLOSED"],
    Ending.OFFER_EXPIRED: [*OFFERED, "OFFER_EXPIRED", "CLOSED"],
    Ending.WITHDRAWN: [*OFFERED, "WITHDRAWN"],
}


MAILS: dict[Ending, str] = {
    Ending.REPAID: "Your loan is fully repaid",
    Ending.KYC_REJECTED: "We cannot approve your application",
    Ending.RISK_REJECTED: "We cannot lend you what you asked for",
    Ending.INTERNAL_REJECTED: "We cannot approve your loan",
    Ending.MANAGEMENT_REJECTED: "We cannot approve your loan",
    Ending.FINAL_REJECTED: "We cannot approve your loan",
    Ending.OFFER_DECLINED: "You declined our offer",
    Ending.OFFER_EXPIRED: "Our offer has expired",
    Ending.WITHDRAWN: "Your application is withdrawn",
}


def await_mail(journey: LoanJourney, subject: str) -> list[str]:
    """Waits for the mail that notifies the customer of the end; the subjects of all mails."""

    def subjects() -> list[str]:
        return [str(mail["subject"]) for mail in Mailbox(journey.mail_folder, journey.email).mails()]

    return until(
        lambda: found if subject in (found := subjects()) else None, lambda: f"a mail {subject!r} among {subjects()}"
    )


def way(journey: LoanJourney) -> list[str]:
    """The timeline's statuses, in order."""
    statuses = [entry["toStatus"].removeprefix("APPLICATION_STATUS_") for entry in journey.timeline()]
    return statuses[:1] + [after for before, after in pairwise(statuses) if before != after]


def test_every_ending_has_a_way() -> None:
    assert set(WAYS) == set(Ending) == set(STORIES)


@pytest.mark.parametrize("ending", Ending, ids=lambda ending: ending.name)
def test_a_journey_ends_as_it_should(ending: Ending, new_journey: NewJourney) -> None:
    journey = new_journey(ending.value - 1)
    live(journey, ending)
    assert way(journey) == WAYS[ending]
    assert all(entry["who"] and entry["correlationId"] and entry["service"] for entry in journey.timeline())
    assert STORIES[ending].notice in journey.notices()
    subjects = await_mail(journey, MAILS[ending])
    assert any("cannot" in subject for subject in subjects) == ("REJECTED" in ending.name)


def test_what_the_customer_keeps_of_a_repaid_loan(new_journey: NewJourney) -> None:
    journey = new_journey()
    live(journey, Ending.REPAID)
    account = journey.customer.get(f"/api/v1/activation/{journey.loan_id}/account")["account"]
    assert account["principalBalance"]["amount"] == "0.00"
    # Paid back on the day of the payout: principal and fee, and interest of no day, though an instalment had its own.
    terms = journey.offer["terms"]
    assert Decimal(account["totalPaid"]["amount"]) == sum(
        Decimal(terms[name]["amount"]) for name in ("principal", "fee")
    )
    assert account["terms"] == terms
    agreement = PdfReader(journey.folder / f"agreement-{journey.application_id}.pdf")
    text = " ".join(page.extract_text() for page in agreement.pages)
    assert journey.offer["cost"]["aprPercent"] in text
    assert journey.applicant.name in text
    statement = PdfReader(journey.folder / f"statement-{journey.loan_id}.pdf")
    assert len(statement.pages) >= 1
    verified = journey.customer.get(f"/api/v1/agreement/{journey.application_id}/verify")["verification"]
    assert verified["intact"]


def test_all_papers_and_messages_of_a_demo_are_on_one_page(
    new_journey: NewJourney, staff: Staff, layout: Layout, tmp_path: Path
) -> None:
    lived, began = [], time.time_ns()
    for number, ending in enumerate((Ending.REPAID, Ending.KYC_REJECTED)):
        journey = new_journey(number)
        live(journey, ending)
        await_mail(journey, MAILS[ending])
        lived.append((journey, ending))
    made = gallery.make(lived, staff.manager, tmp_path, layout, began=began)
    index = made.index
    links = re.findall(r'href="([^#"][^"]*)"', index.read_text())
    assert len(links) == len(set(links))
    assert all((tmp_path / unquote(each)).stat().st_size > 100 for each in links)
    repaid, refused = (journey for journey, _ in lived)
    for paper in papers.OF_REPAID:
        assert paper.file(tmp_path, repaid.ids).name in links
    for each in links:
        if each.endswith(".pdf"):
            assert len(PdfReader(tmp_path / each).pages) >= 1
    assert papers.REFUSAL.file(tmp_path, refused.ids).name in links
    # The letter came with the mail, too, and says what the one that was fetched says.
    (enclosed,) = tmp_path.glob("mail-*-completion-letter.pdf")
    fetched = tmp_path / f"completion-letter-{repaid.loan_id}.pdf"
    texts = [PdfReader(each).pages[0].extract_text() for each in (enclosed, fetched)]
    assert texts[0] == texts[1]
    assert repaid.applicant.name in texts[0]
    notices = {each["eventType"] for each in staff.manager.get("/api/v1/notifications/templates")["templates"]}
    assert all(f"<td>{each}" in index.read_text() for each in notices)
