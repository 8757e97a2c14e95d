"""Every event of every service is either notified in words, or silent for a reason."""

import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from google.protobuf.message import Message

from loanflow.activation.v1.activation_events_pb2 import DisbursementFailed
from loanflow.auth.v1 import account_mail_pb2
from loanflow.discussion.v1.discussion_events_pb2 import DiscussionOfferSent
from loanflow.notification.v1.notification_service_pb2 import (
    Reminder,
    SendOneTimeCodeRequest,
    SendRemindersRequest,
)
from loanflow.repayment.v1.repayment_events_pb2 import (
    LoanFullyRepaid,
    LoanReopened,
    LoanWithdrawalDeclared,
    LoanWithdrawalPartyInformed,
    PaymentOverdue,
    PaymentVerified,
)
from services import catalog
from services.notification import convert, templates
from services.notification.consumer import read_ahead
from services.notification.convert import ACCOUNT_TEMPLATES, masked
from services.notification.digests import DIGEST
from services.notification.model import Channel
from services.notification.notices import NOTICES, REMINDERS, SILENT, Notice
from services.runtime.events.avro import event_classes
from services.runtime.messages import enum_prefix

PROTO = Path(__file__).resolve().parents[3] / "proto" / "loanflow"
# auth and notification publish nothing: their contracts have no events.
LISTENED = [name for name in catalog.BY_NAME if (PROTO / name / "v1" / f"{name}_events.proto").exists()]
ENUMS = {
    enum.name: enum for notice in NOTICES for enum in [f.enum_type for f in notice.event.DESCRIPTOR.fields] if enum
}


def filled(message: Message) -> Any:
    """The message with a value in every field, the last of an enum."""
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            continue
        if field.message_type is None:
            setattr(message, field.name, _sample(field))
        elif field.message_type.name == "Money":
            money: Any = getattr(message, field.name)
            money.currency, money.amount = "EUR", "250000.50"
        elif field.message_type.name == "Timestamp":
            getattr(message, field.name).FromJsonString("2030-01-31T09:05:00Z")
        else:
            filled(getattr(message, field.name))
    return message


def _sample(field: Any) -> Any:
    if field.enum_type is not None:
        return max(field.enum_type.values_by_number)
    if field.type == field.TYPE_STRING:
        return "2030-01-31" if field.name.endswith("_date") else f"<{field.name}>"
    return 7


def test_every_event_is_notified_or_silent_and_none_is_both() -> None:
    events = {event.DESCRIPTOR.full_name for service in LISTENED for event in event_classes(service)}
    said = [notice.event.DESCRIPTOR.full_name for notice in NOTICES]
    assert sorted([*said, *(event.DESCRIPTOR.full_name for event in SILENT)]) == sorted(events)
    assert all(SILENT.values())


def test_every_template_belongs_to_a_notice() -> None:
    files = {path.stem for path in (templates.FOLDER / "en").glob("*.txt")}
    assert files == {
        *(notice.event_type for notice in NOTICES),
        *(rule.event_type for rule in REMINDERS),
        "one.time.code",
        DIGEST.event_type,
        *ACCOUNT_TEMPLATES.values(),
    }


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.event_type)
def test_a_notice_is_worded_with_what_its_event_has(notice: Notice) -> None:
    text = templates.render(notice.event_type, filled(notice.event()))
    assert text.subject
    assert text.body
    assert text.template_version >= 1
    assert "$" not in text.subject + text.body
    # Codes of the contract are words here, and six digits in a row are a one-time code.
    assert not re.search(r"[A-Z]+_[A-Z]|\b\d{6}\b", text.body)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.event_type)
def test_an_event_without_its_figures_is_notified_all_the_same(notice: Notice) -> None:
    assert templates.render(notice.event_type, notice.event()).body


@pytest.mark.parametrize("name", templates.phrases("en"))
def test_words_are_for_values_that_there_are(name: str) -> None:
    if name in ENUMS:
        codes = {value.removeprefix(enum_prefix(ENUMS[name])) for value in ENUMS[name].values_by_name}
        assert set(templates.phrases("en")[name]) <= codes


@pytest.mark.parametrize("name", [n for n in ENUMS if n.endswith(("RejectionReason", "Failure", "DocumentType"))])
def test_every_reason_has_words(name: str) -> None:
    codes = {value.removeprefix(enum_prefix(ENUMS[name])) for value in ENUMS[name].values_by_name}
    assert codes - {"UNSPECIFIED"} <= set(templates.phrases("en")[name])


def test_every_rejection_is_mailed_and_cannot_be_switched_off() -> None:
    rejections = [notice for notice in NOTICES if notice.event_type.endswith(".rejected")]
    assert len(rejections) == 6
    assert all(notice.mandatory and Channel.EMAIL in notice.channels for notice in rejections)


def test_an_overdue_instalment_goes_by_text_message_and_push_too() -> None:
    (overdue,) = (notice for notice in NOTICES if notice.event is PaymentOverdue)
    assert set(overdue.channels) == set(Channel)


def test_an_offer_reads_like_one() -> None:
    text = templates.render("discussion.offer.sent", filled(DiscussionOfferSent()))
    assert "EUR 250,000.50" in text.body
    assert "31 January 2030, 09:05 UTC" in text.body


def test_a_reason_is_in_words_and_a_date_is_too() -> None:
    failed = templates.render("disbursement.failed", DisbursementFailed(failure="DISBURSEMENT_FAILURE_REFUSED"))
    assert "because the bank refused the order" in failed.body
    overdue = templates.render("payment.overdue", PaymentOverdue(instalment_number=3, due_date="2030-02-01"))
    assert "Instalment 3 was due on 1 February 2030" in overdue.body


def test_a_figure_that_is_not_there_leaves_a_gap() -> None:
    assert re.search(r"Principal owed +-\n", templates.render("payment.verified", PaymentVerified()).body)


def test_the_mail_of_a_code_has_the_code() -> None:
    request = SendOneTimeCodeRequest(code="123456")
    request.expire_time.FromJsonString("2030-01-31T09:05:00Z")
    assert re.findall(r"\b\d{6}\b", templates.render("one.time.code", request).body) == ["123456"]


def test_a_reminder_says_whether_the_due_date_is_over() -> None:
    reminders = [Reminder(reminder_id="r", due_date="2030-01-31", days_past_due=days) for days in (0, 7)]
    soon, missing = convert.to_reminders(SendRemindersRequest(reminders=reminders))
    assert (soon.rule.event_type, missing.rule.event_type) == ("payment.due", "payment.missing")
    assert "falls due on 31 January 2030" in soon.text("en").body
    assert "31 January 2030, 7 days ago" in missing.text("en").body


@pytest.mark.parametrize("kind", [LoanWithdrawalDeclared, LoanWithdrawalPartyInformed])
@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_the_receipt_of_a_withdrawal_says_when_it_came_what_is_owed_and_until_when(
    kind: type[Message], language: str
) -> None:
    event: Any = filled(kind())
    event.declare_time.FromJsonString("2030-06-17T21:35:00Z")
    event.total.amount, event.per_diem.amount, event.due_date = "12019.35", "1.93", "2030-07-18"
    notice = next(each for each in NOTICES if each.event is kind)
    text = templates.render(notice.event_type, event, language)
    for said in ("21:35 UTC", "17", "2030"):
        assert said in text.body
    for figure in ("total", "per_diem", "principal_balance", "interest", "released", "refund", "due_date"):
        assert f"${figure}" in templates.wording(notice.event_type, language).body.template
    assert notice.mandatory and Channel.EMAIL in notice.channels


def test_after_a_withdrawal_other_notices_speak_in_place_of_the_usual_ones() -> None:
    for kind in (LoanFullyRepaid, LoanReopened):
        (notice,) = (each for each in NOTICES if each.event is kind)
        for withdrawn in (False, True):
            event = filled(kind())
            event.withdrawn = withdrawn
            assert convert.to_notify(notice, event).notified_elsewhere is withdrawn


def test_an_address_is_masked() -> None:
    assert masked("anna@example.org") == "a•••@example.org"


def test_every_mail_about_a_sign_in_has_its_words() -> None:
    kinds = set(account_mail_pb2.AccountMailKind.keys()) - {"ACCOUNT_MAIL_KIND_UNSPECIFIED"}
    assert set(map(account_mail_pb2.AccountMailKind.Name, ACCOUNT_TEMPLATES)) == kinds
    for kind in kinds:
        mail = account_mail_pb2.AccountMail(mail_id="1", kind=kind, email="anna@example.org", token="the-token")
        mail.expire_time.FromJsonString("2030-01-01T10:00:00Z")
        made = convert.to_account_mail(mail)
        assert made.to.email == "anna@example.org"
        carried = kind in {
            f"ACCOUNT_MAIL_KIND_{each}" for each in ("PASSWORD_RESET", "EMAIL_CONFIRMATION", "INVITATION")
        }
        for language in templates.LANGUAGES:
            said = made.text(language)
            assert ("the-token" in said.body, "2030" in said.body) == (carried, carried)
            assert said.language == language


def test_what_every_event_asks_for_can_be_read_ahead() -> None:
    """An event of which it cannot be said would have each of its batches handled one by one, and nobody would see."""
    app, kinds = Mock(), [*(notice.event for notice in NOTICES), *SILENT]
    for kind in kinds:
        event: Any = filled(kind())
        read_ahead(app, [event])
        about = {event.application_id} if "application_id" in kind.DESCRIPTOR.fields_by_name else set()
        app.read_ahead.assert_called_with({event.customer_id}, about)
    assert app.read_ahead.call_count == len(kinds)
