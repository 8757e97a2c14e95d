"""The notification service over real gRPC and MongoDB: what becomes of events, and every RPC with its errors."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.application.v1.application_events_pb2 import (
    ApplicationCreated,
    ApplicationPartyReleased,
    ApplicationPartyWarned,
    ApplicationPartyWithdrawalOverdue,
    ApplicationStatusChanged,
    ApplicationSubmitted,
)
from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved, KycRejected
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.notification_pb2 import Channel
from loanflow.notification.v1.preferences_pb2 import NoticeLanguage, Preference
from loanflow.repayment.v1.repayment_events_pb2 import LoanFullyRepaid, LoanReopened, PaymentOverdue, PaymentReversed
from loanflow.types.v1.money_pb2 import Money
from services.notification import model, recipients
from services.runtime import context
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unavailable
from services.runtime.ids import new_id
from tests.fakes.mail_server import page, plain
from tests.harness import customer, service, staff
from tests.integration.notification.conftest import Service

EMAIL, SMS, PUSH, IN_APP = "CHANNEL_EMAIL", "CHANNEL_SMS", "CHANNEL_PUSH", "CHANNEL_IN_APP"


def rejection(running: Service, event_id: str = "") -> None:
    running.happens(KycRejected, event_id, rejection_reason="KYC_REJECTION_REASON_DOCUMENTS")


def choose(running: Service, event_type: str, *channels: Any) -> Any:
    request = pb.UpdatePreferencesRequest(preferences=[Preference(event_type=event_type, channels=channels)])
    return running.client().UpdatePreferences(request).preferences


def test_a_rejection_is_in_the_inbox_at_once_and_waits_to_be_mailed(running: Service) -> None:
    rejection(running)
    (inbox,), (mail,) = running.inbox(), running.mails()
    assert (inbox.event_type, inbox.application_id) == ("kyc.rejected", running.application_id)
    assert "because documents are missing or not in order" in inbox.body
    assert inbox.HasField("send_time")
    assert (mail.subject, mail.body) == (inbox.subject, inbox.body)
    assert not mail.HasField("send_time")


def test_an_event_that_comes_twice_is_notified_once(running: Service) -> None:
    event_id = new_id()
    rejection(running, event_id)
    rejection(running, event_id)
    assert len(running.rows("notifications")) == 2


def test_an_id_that_another_publisher_gave_hides_no_notice(running: Service) -> None:
    event_id = new_id()
    running.happens(ApplicationSubmitted, event_id)
    rejection(running, event_id)
    assert {row["event_type"] for row in running.rows("notifications")} == {"application.submitted", "kyc.rejected"}


def test_every_notification_leaves_one_audit_row(running: Service) -> None:
    rejection(running)
    rows = running.rows("audit")
    assert [row["aggregate_type"] for row in rows] == ["Notification"] * 2
    assert {(row["actor"], row["method"], row["correlation_id"]) for row in rows} == {
        ("service:kyc", "kyc.rejected", "corr-1")
    }
    assert running.rows("outbox") == []


def test_what_is_no_news_is_not_notified(running: Service) -> None:
    running.happens(ApplicationStatusChanged)
    assert running.rows("notifications") == []


def test_channels_without_a_provider_get_nothing(running: Service) -> None:
    due = Money(currency="EUR", amount="512.30")
    running.happens(PaymentOverdue, loan_id=new_id(), instalment_number=1, due_date="2030-06-01", amount_due=due)
    assert {row["channel"] for row in running.rows("notifications")} == {"EMAIL", "IN_APP"}


def test_the_completion_letter_names_loan_and_sum(running: Service) -> None:
    loan_id = new_id()
    total = Money(currency="EUR", amount="12345.60")
    running.happens(LoanFullyRepaid, loan_id=loan_id, total_paid=total, value_date="2030-06-01")
    (letter,) = running.inbox()
    assert letter.loan_id == loan_id
    assert "EUR 12,345.60" in letter.body


def test_the_inbox_pages_newest_first_and_counts_what_is_unread(running: Service) -> None:
    for _ in range(3):
        running.clock.advance(timedelta(minutes=1))
        running.happens(ApplicationCreated, amount=Money(currency="EUR", amount="1.00"))
    client = running.client()
    first = client.ListInbox(pb.ListInboxRequest(page_size=2))
    rest = client.ListInbox(pb.ListInboxRequest(page_size=2, page_token=first.next_page_token))
    times = [each.create_time.ToDatetime() for page in (first, rest) for each in page.notifications]
    assert (len(times), times) == (3, sorted(times, reverse=True))
    assert (first.unread_count, rest.next_page_token) == (3, "")
    client.MarkRead(pb.MarkReadRequest(notification_id=first.notifications[0].notification_id))
    unread = client.ListInbox(pb.ListInboxRequest(unread_only=True))
    assert (len(unread.notifications), unread.unread_count) == (2, 2)
    with pytest.raises(InvalidArgument) as refused:
        client.ListHistory(pb.ListHistoryRequest(page_token=first.next_page_token))
    assert refused.value.reason == "INVALID_PAGE_TOKEN"
    with pytest.raises(InvalidArgument):
        client.ListInbox(pb.ListInboxRequest(page_token="no token"))


def test_the_history_has_all_channels_and_no_one_elses(running: Service) -> None:
    rejection(running)
    assert len(running.client().ListHistory(pb.ListHistoryRequest()).notifications) == 2
    assert not running.client(customer()).ListHistory(pb.ListHistoryRequest()).notifications
    assert not running.client(customer()).ListInbox(pb.ListInboxRequest()).unread_count


def test_reading_twice_keeps_the_first_time(running: Service) -> None:
    rejection(running)
    request = pb.MarkReadRequest(notification_id=running.inbox()[0].notification_id)
    first = running.client().MarkRead(request).notification
    running.clock.advance(timedelta(hours=1))
    assert running.client().MarkRead(request).notification.read_time == first.read_time
    assert [row["method"] for row in running.rows("audit")].count(
        "/loanflow.notification.v1.NotificationService/MarkRead"
    ) == 1


def test_only_the_owner_marks_and_only_what_is_in_the_inbox(running: Service) -> None:
    rejection(running)
    inbox, mail = running.inbox()[0].notification_id, running.mails()[0].notification_id
    with pytest.raises(PermissionDenied) as refused:
        running.client(customer()).MarkRead(pb.MarkReadRequest(notification_id=inbox))
    assert refused.value.reason == "NOT_OWNER"
    for unknown in (mail, new_id()):
        with pytest.raises(NotFound):
            running.client().MarkRead(pb.MarkReadRequest(notification_id=unknown))
    with pytest.raises(PermissionDenied):
        running.client(staff("ADMIN")).ListInbox(pb.ListInboxRequest())


def test_preferences_start_with_the_defaults_for_every_type(running: Service) -> None:
    preferences = running.client().GetPreferences(pb.GetPreferencesRequest()).preferences
    by_type = {each.event_type: each for each in preferences.preferences}
    assert len(by_type) == len(preferences.preferences) == len(running.app.rules)
    assert by_type["kyc.rejected"].mandatory
    assert not by_type["kyc.approved"].mandatory
    assert not preferences.HasField("update_time")


def test_what_is_switched_off_is_not_sent(running: Service) -> None:
    changed = choose(running, "kyc.approved", IN_APP)
    assert changed.HasField("update_time")
    running.happens(KycApproved)
    assert [row["channel"] for row in running.rows("notifications")] == ["IN_APP"]
    choose(running, "kyc.approved")
    running.happens(KycApproved)
    assert len(running.rows("notifications")) == 1
    read = running.client().GetPreferences(pb.GetPreferencesRequest()).preferences
    assert [list(each.channels) for each in read.preferences if each.event_type == "kyc.approved"] == [[]]


def test_channels_that_there_are_not_are_not_shown_and_not_taken(running: Service) -> None:
    shown = running.client().GetPreferences(pb.GetPreferencesRequest()).preferences
    assert [Channel.Name(each) for each in shown.available_channels] == [EMAIL, IN_APP]
    assert {channel for each in shown.preferences for channel in each.channels} == set(shown.available_channels)
    again = pb.UpdatePreferencesRequest(preferences=shown.preferences)
    assert running.client().UpdatePreferences(again).preferences.preferences == shown.preferences
    for channel in (SMS, PUSH):
        with pytest.raises(InvalidArgument, match=f"there is no {channel.removeprefix('CHANNEL_')}"):
            choose(running, "payment.overdue", EMAIL, channel)


def test_a_choice_from_when_there_were_other_channels_falls_back(running: Service) -> None:
    with context.background("notification", "a test"), running.app.begin() as uow:
        chosen = {"kyc.approved": (model.Channel.SMS,), "kyc.rejected": (model.Channel.PUSH,)}
        uow.recipients.ensure(recipients.Recipient(customer_id=running.customer_id, choices=chosen))
        uow.commit()
    running.happens(KycApproved)
    rejection(running)
    assert sorted((row["event_type"], row["channel"]) for row in running.rows("notifications")) == [
        (kind, channel) for kind in ("kyc.approved", "kyc.rejected") for channel in ("EMAIL", "IN_APP")
    ]


def test_why_a_notice_was_not_sent_is_kept(running: Service) -> None:
    choose(running, "kyc.approved")
    running.happens(KycApproved)
    rejection(running)
    found = sorted((row["event_type"], row["outcome"]) for row in running.rows("occasions"))
    assert found == [("kyc.approved", "NOT_WANTED"), ("kyc.rejected", "TOLD")]
    running.happens(CustomerErased)
    assert running.rows("occasions") == []


def test_a_bounce_that_opens_a_loan_again_is_notified_once(running: Service) -> None:
    running.happens(PaymentReversed, loan_id=new_id(), reopens_loan=True)
    assert running.rows("notifications") == []
    running.happens(LoanReopened, loan_id=new_id(), reversal_reason="PAYMENT_REVERSAL_REASON_RETURNED")
    (reopened,) = running.mails()
    assert "because the bank took the money back" in " ".join(reopened.body.split())
    assert sorted(row["outcome"] for row in running.rows("occasions")) == ["TOLD", "TOLD_ELSEWHERE"]
    running.happens(PaymentReversed, loan_id=new_id())
    assert len(running.mails()) == 2


@pytest.mark.parametrize(
    "event_type, channels",
    [("no.such", [EMAIL]), ("kyc.rejected", [IN_APP]), ("kyc.approved", [EMAIL, EMAIL]), ("BAD", [EMAIL])],
)
def test_wrong_preferences_are_refused_and_change_nothing(
    running: Service, event_type: str, channels: list[str]
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        choose(running, event_type, *channels)
    assert refused.value.violations[0].field.startswith("preferences[0]")
    assert running.rows("recipients") == []


def test_an_erased_customer_leaves_nothing_and_gets_nothing(running: Service) -> None:
    choose(running, "kyc.approved", EMAIL)
    rejection(running)
    running.happens(CustomerErased)
    running.happens(CustomerErased)
    running.happens(KycApproved)
    assert running.rows("notifications") == []
    assert [row["choices"] for row in running.rows("recipients")] == [[]]
    with pytest.raises(NotFound):
        choose(running, "kyc.approved", EMAIL)


def test_a_customer_gets_notices_codes_and_mails_in_their_language(running: Service) -> None:
    running.happens(KycApproved)
    request = pb.UpdatePreferencesRequest(language="NOTICE_LANGUAGE_AR")
    assert running.client().UpdatePreferences(request).preferences.language == NoticeLanguage.NOTICE_LANGUAGE_AR
    (row,) = running.rows("recipients")
    assert row["language"] != "ar"  # sealed, for it may say where somebody comes from
    running.clock.advance(timedelta(seconds=1))
    running.happens(KycApproved)
    assert [each.subject for each in running.inbox()] == [
        "تمت الموافقة على هويتك ومشروعك", "Your identity and your project are approved"
    ]  # fmt: skip
    while running.deliver():
        pass
    running.agreement().SendOneTimeCode(code(running))
    before, mail, coded = running.mail_server.mails
    assert ('<html lang="en" dir="ltr"' in page(before), '<html lang="ar" dir="rtl"' in page(mail)) == (True, True)
    assert plain(mail).startswith("مرحبًا Anna Muster،")
    assert "    246813" in plain(coded).splitlines()
    assert running.client().GetPreferences(pb.GetPreferencesRequest()).preferences.language == 1


def test_a_guarantor_is_warned_in_their_language_and_learns_nothing_of_the_borrower(running: Service) -> None:
    running.client().UpdatePreferences(pb.UpdatePreferencesRequest(language="NOTICE_LANGUAGE_DE"))
    running.happens(
        ApplicationPartyWarned, role="PARTY_ROLE_GUARANTOR", loan_id="l1", instalment_number=2, due_date="2030-02-01",
        amount_due=Money(currency="EUR", amount="520.00"), days_past_due=1,
    )  # fmt: skip
    (warning,) = running.inbox()
    assert warning.subject == "Eine Rate des Kredits, an dem Sie beteiligt sind (Bürge), ist überfällig"
    assert "Rate 2" in warning.body and "1. Februar 2030" in warning.body and "EUR 520,00" in warning.body
    running.clock.advance(timedelta(seconds=1))
    running.happens(
        ApplicationPartyWithdrawalOverdue, role="PARTY_ROLE_GUARANTOR", loan_id="l1", due_date="2030-02-01",
        amount_due=Money(currency="EUR", amount="1206.97"), per_diem=Money(currency="EUR", amount="0.19"),
        days_past_due=1,
    )  # fmt: skip
    late = running.inbox()[0]
    assert "nach dem Widerruf" in late.subject and "(Bürge)" in late.subject
    assert "EUR 1.206,97" in late.body and "EUR 0,19" in late.body and "Rate" not in late.body
    # What follows an end comes, too: the customer's own notice of it says nothing to a guarantor.
    running.clock.advance(timedelta(seconds=1))
    running.happens(ApplicationPartyReleased, status="APPLICATION_STATUS_RISK_REJECTED")
    assert running.inbox()[0].subject == "Ihre Bürgschaft wird nicht mehr gebraucht"
    assert "wir haben uns dagegen entschieden" in running.inbox()[0].body


def code(running: Service, **changes: Any) -> pb.SendOneTimeCodeRequest:
    request = pb.SendOneTimeCodeRequest(
        customer_id=running.customer_id, application_id=running.application_id, code="246813", **changes
    )
    request.expire_time.FromJsonString("2099-01-01T10:00:00Z")
    return request


def test_a_code_is_mailed_at_once_and_kept_nowhere(running: Service, capfd: pytest.CaptureFixture[str]) -> None:
    answer = running.agreement().SendOneTimeCode(code(running))
    assert answer.sent_to == "a•••@example.org"
    (mail,) = running.mail_server.mails
    assert "    246813" in plain(mail).splitlines()
    kept = [row for name in running.database.database.list_collection_names() for row in running.rows(name)]
    assert "246813" not in str(kept)
    written = "".join(capfd.readouterr())
    assert "code_mailed" in written
    assert not [word for word in ("246813", "Anna", "@example.org") if word in written]


def test_a_code_that_never_arrives_is_not_tried_again(running: Service) -> None:
    running.mail_server.answer = "554 never"
    with pytest.raises(FailedPrecondition) as refused:
        running.agreement().SendOneTimeCode(code(running))
    assert refused.value.reason == "MAIL_REFUSED"


def test_a_code_that_cannot_be_mailed_now_is_unavailable(running: Service) -> None:
    running.mail_server.answer = "451 later"
    with pytest.raises(Unavailable) as refused:
        running.agreement().SendOneTimeCode(code(running))
    assert refused.value.reason == "DEPENDENCY_UNAVAILABLE"
    running.parties.away = True
    with pytest.raises(Unavailable):
        running.agreement().SendOneTimeCode(code(running))


def test_a_code_is_for_somebody_who_is_there(running: Service) -> None:
    running.parties.erased.add(running.customer_id)
    with pytest.raises(NotFound):
        running.agreement().SendOneTimeCode(code(running))


def test_only_the_agreement_service_sends_codes(running: Service) -> None:
    for stranger in (service("kyc"), customer(running.customer_id), staff("ADMIN")):
        with pytest.raises(PermissionDenied):
            running.client(stranger).SendOneTimeCode(code(running))


def test_a_code_that_is_over_already_is_refused(running: Service) -> None:
    late = code(running)
    late.expire_time.FromJsonString("2020-01-01T10:00:00Z")
    with pytest.raises(InvalidArgument):
        running.agreement().SendOneTimeCode(late)


def reminder(running: Service, **changes: Any) -> pb.Reminder:
    values: dict[str, Any] = {
        "reminder_id": new_id(), "application_id": running.application_id, "loan_id": new_id(), "instalment_number": 3,
        "customer_id": running.customer_id, "due_date": "2030-06-18",
        "amount_due": Money(currency="EUR", amount="103.28"),
    }  # fmt: skip
    return pb.Reminder(**{**values, **changes})


def test_a_reminder_is_notified_once_however_often_it_is_handed_over(running: Service) -> None:
    first, second = reminder(running), reminder(running, instalment_number=4)
    for reminders in ([first], [first, second]):
        running.clock.advance(timedelta(seconds=1))
        running.client(service("repayment")).SendReminders(pb.SendRemindersRequest(reminders=reminders))
    later, earlier = running.inbox()
    assert len(running.mails()) == 2
    assert (earlier.event_type, earlier.subject) == ("payment.due", "Your instalment is due on 18 June 2030")
    assert "Instalment 3 of EUR 103.28" in earlier.body
    assert "Instalment 4" in later.body
    assert earlier.loan_id == first.loan_id


def test_what_is_missing_after_its_notice_is_reminded_of_in_other_words(running: Service) -> None:
    missing = reminder(running, due_date="2030-06-08", days_past_due=7)
    running.client(service("repayment")).SendReminders(pb.SendRemindersRequest(reminders=[missing]))
    (found,) = running.inbox()
    assert (found.event_type, found.template_version) == ("payment.missing", "1")
    assert "8 June 2030, 7 days ago" in found.body


def test_reminders_are_chosen_like_notices_and_only_repayment_hands_them_over(running: Service) -> None:
    choose(running, "payment.due", IN_APP)
    running.client(service("repayment")).SendReminders(pb.SendRemindersRequest(reminders=[reminder(running)]))
    assert (len(running.inbox()), running.mails()) == (1, [])
    with pytest.raises(PermissionDenied):
        running.client(service("kyc")).SendReminders(pb.SendRemindersRequest(reminders=[reminder(running)]))
    with pytest.raises(InvalidArgument):
        running.client(service("repayment")).SendReminders(pb.SendRemindersRequest(reminders=[reminder(running)] * 101))
