"""What customers are notified of: never a note of the lender, each thing once, and in the order of the lifecycle."""

import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from loanflow.options.v1 import audience_pb2
from services.notification.notices import NOTICES
from stack.demo.api import Session
from stack.demo.documents import sample_pdf
from stack.demo.endings import Ending, live
from stack.demo.journey import LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.staff import Staff
from stack.demo.waiting import once_known
from tests.contract.test_descriptors import ACCESS, METHODS, _path
from tests.e2e.conftest import NewJourney
from tests.waiting import until

# Any: protoc's own stubs type extensions as descriptors.
AUDIENCE: Any = audience_pb2.audience
# By the key of each note that was written: into which field.
NOTES: dict[str, str] = {}


@dataclass
class Annotating(Session):
    """A member of staff who writes a note wherever the contract has room for one; each note is unique."""

    def _act(self, verb: str, path: str, body: dict[str, Any]) -> Any:
        return super()._act(verb, path, {**body, **{name: note(field) for name, field in notes_of(verb, path)}})


def note(where: str) -> str:
    key = f"note{secrets.token_hex(6)}"
    NOTES[key] = where
    return f"suspected fraud ring {key}"


def notes_of(verb: str, path: str) -> Iterator[tuple[str, str]]:
    """The fields of a call's body that are notes for the file: JSON name and full name."""
    for method in METHODS:
        for binding in ACCESS[_path(method)]["http"]:
            pattern = re.sub(r"\{[^}]*\}", "[^/]+", binding["path"])
            if binding["verb"] == verb and re.fullmatch(pattern, path):
                for field in method.input_type.fields:
                    if field.GetOptions().Extensions[AUDIENCE] == audience_pb2.AUDIENCE_STAFF:
                        yield field.json_name, field.full_name


def annotating(who: Session) -> Annotating:
    """The same account, with a pen in hand."""
    made = Annotating(who.base_url, who.login, who.patience, who.client, who.passkey)
    made.account_id = who.account_id
    return made


@pytest.fixture
def noted_life(new_journey: NewJourney) -> Callable[[int], LoanJourney]:
    """A journey whose lender writes notes."""

    def made(number: int) -> LoanJourney:
        journey = new_journey(number)
        journey.staff = Staff(
            **{each.name: annotating(getattr(journey.staff, each.name)) for each in fields(journey.staff)}
        )
        return journey

    return made


def said(journey: LoanJourney) -> Iterator[tuple[str, str]]:
    """Everything that the customer can read, by where."""
    own, application = journey.customer, journey.application_id
    paths = [
        f"/api/v1/applications/{application}", f"/api/v1/applications/{application}/timeline?page_size=100",
        f"/api/v1/documents/{application}/list?page_size=100", f"/api/v1/discussion/{application}/offers",
        "/api/v1/notifications/inbox?page_size=100", "/api/v1/notifications/history?page_size=100",
        f"/api/v1/customers/{own.account_id}/profile", f"/api/v1/agreement/{application}",
    ]  # fmt: skip
    documents = own.get(f"/api/v1/documents/{application}/list")["documents"]
    paths += [f"/api/v1/documents/{each['documentId']}" for each in documents]
    if loan := journey.read().get("loanId"):
        paths += [f"/api/v1/payments/{loan}/{what}" for what in ("history", "statement", "outstanding")]
        paths += [f"/api/v1/payments/{loan}/statement/file?format=STATEMENT_FORMAT_CSV"]
        paths += [f"/api/v1/activation/{loan}/{what}" for what in ("account", "schedule")]
    for path in paths:
        answer = httpx.get(own.base_url + path, headers={"authorization": f"Bearer {own.token}"}, timeout=30)
        if answer.status_code != httpx.codes.NOT_FOUND:
            yield path, answer.raise_for_status().text
    for mail in Mailbox(journey.mail_folder, journey.email).mails():
        yield f"the mail {mail['subject']}", f"{mail['subject']}\n{_said(mail)}"


def _said(mail: EmailMessage) -> str:
    """Plain text and page."""
    return "\n".join(str(part.get_content()) for part in mail.walk() if not part.is_multipart())


def leaks(journey: LoanJourney) -> set[tuple[str, str]]:
    return {(NOTES[key], where) for where, text in said(journey) for key in NOTES if key in text}


@pytest.mark.parametrize("ending", [each for each in Ending if each.name.endswith("REJECTED")], ids=lambda e: e.name)
def test_no_note_of_a_rejection_reaches_the_customer(ending: Ending, noted_life: Callable[[int], LoanJourney]) -> None:
    journey, before = noted_life(ending.value), len(NOTES)
    live(journey, ending)
    until(lambda: all_said(journey, ending))
    assert len(NOTES) - before >= 2
    assert leaks(journey) == set()


def test_no_note_on_documents_and_payments_reaches_the_customer(noted_life: Callable[[int], LoanJourney]) -> None:
    journey, before = noted_life(0), set(NOTES)
    journey.register()
    journey.apply()
    journey.submit()
    assess_documents(journey)
    journey.pass_kyc()
    journey.decide_risk(approve=True)
    journey.receive_offer()
    journey.accept()
    journey.approve(True, True, True)
    journey.sign()
    refused, bounced = pay(journey, "1.00"), pay(journey, "2.00")
    journey.staff.officer.post(
        f"/api/v1/payments/{refused}/verify",
        {"approve": False, "rejectionReason": "PAYMENT_REJECTION_REASON_UNREADABLE"},
    )
    journey.staff.officer.post(f"/api/v1/payments/{bounced}/verify", {"approve": True})
    journey.staff.kyc_officer.post(
        f"/api/v1/payments/{bounced}/reverse", {"reversalReason": "PAYMENT_REVERSAL_REASON_RETURNED"}
    )
    until(lambda: {"payment.rejected", "payment.reversed"} <= set(journey.notices()) and settled(journey))
    written = {NOTES[key].rpartition(".v1.")[2] for key in set(NOTES) - before}
    assert written >= {
        "ValidateDocumentRequest.reason", "VerifyRequest.notes", "DecideRequest.reason", "DecideFinalRequest.comment",
        "VerifyPaymentRequest.reason", "ReversePaymentRequest.reason",
    }  # fmt: skip
    assert leaks(journey) == set()
    mails = {
        str(mail["subject"]): " ".join(_said(mail).split())
        for mail in Mailbox(journey.mail_folder, journey.email).mails()
    }
    assert "the receipt cannot be read" in mails["We could not accept your payment"]
    assert "the bank took the money back" in mails["A payment was reversed"]


def assess_documents(journey: LoanJourney) -> None:
    for each in journey.customer.get(f"/api/v1/documents/{journey.application_id}/list?page_size=100")["documents"]:
        journey.staff.officer.post(f"/api/v1/documents/{each['documentId']}/validate", {})


def pay(journey: LoanJourney, amount: str) -> str:
    form = {"loanId": journey.loan_id, "amount": {"currency": "EUR", "amount": amount}, "reference": f"part {amount}"}
    payment_id: str = once_known(lambda: journey.customer.post("/api/v1/payments", form))["payment"]["paymentId"]
    journey.customer.upload(
        f"/api/v1/payments/{payment_id}/proof", sample_pdf(journey.folder / "documents", payment_id, amount)
    )
    return payment_id


# What a customer may be notified of more than once on the way: whoever acts for a company hands in two details.
OFTEN = {"customer.kyc.submitted", "document.uploaded", "document.validated", "payment.received", "payment.verified"}


@pytest.mark.parametrize("ending", Ending, ids=lambda ending: ending.name)
def test_each_thing_is_notified_once_and_in_the_order_of_the_journey(ending: Ending, new_journey: NewJourney) -> None:
    journey = new_journey(ending.value)
    live(journey, ending)
    until(lambda: all_said(journey, ending))
    kinds = [each["eventType"] for each in history(journey) if each["channel"] == "CHANNEL_IN_APP"]
    assert {kind: count for kind, count in Counter(kinds).items() if count > 1 and kind not in OFTEN} == {}
    places = {notice.event_type: place for place, notice in enumerate(NOTICES)}
    spine = [kind for kind in kinds if kind not in OFTEN and not kind.startswith("customer.")]
    assert spine == sorted(spine, key=places.__getitem__)
    mails = [str(mail["subject"]) for mail in Mailbox(journey.mail_folder, journey.email).mails()]
    planned = [each for each in history(journey) if each["channel"] == "CHANNEL_EMAIL"]
    assert Counter(each["eventType"] for each in planned if each["eventType"] not in OFTEN).most_common(1)[0][1] == 1
    assert [subject for subject in mails if "code" not in subject] == [each["subject"] for each in planned]
    rejections = [each["eventType"] for each in planned if each["eventType"].endswith(".rejected")]
    assert len(rejections) == ending.name.endswith("REJECTED")


def history(journey: LoanJourney) -> list[dict[str, Any]]:
    """What the customer was notified of over all channels, oldest first."""
    found: list[dict[str, Any]] = []
    token = ""
    while True:
        page = journey.customer.get("/api/v1/notifications/history", page_size=100, page_token=token)
        found += page["notifications"]
        token = page["nextPageToken"]
        if not token:
            return found[::-1]


def all_said(journey: LoanJourney, ending: Ending) -> bool:
    """Whether no mail waits any more, and none is to come: the notice of a refusal is made after the refusal."""
    refused = ending.name.endswith("REJECTED")
    return (not refused or "risk.refusal.notice.issued" in journey.notices()) and settled(journey)


def settled(journey: LoanJourney) -> bool:
    """Whether no mail waits any more."""
    return all("PENDING" not in json.dumps(each) for each in history(journey))
